// The page inside another page: messages, a sandbox without storage, the wheel, the focus.
import { test, after } from "node:test";
import assert from "node:assert/strict";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { browser, open, serve, server, surroundings } from "./support.mjs";

let host;
surroundings("/", async () => {
  const folder = await mkdtemp(`${tmpdir()}/runqueue-host-`);
  await writeFile(`${folder}/index.html`, `<!doctype html><title>Course</title>
    <link rel="icon" href="data:,">
<style>body { margin: 0; height: 3000px }</style>
<iframe id="frame" width="600" height="340" title="Runqueue" src="${server.url}?embed=1"></iframe>
<script>
  let next = 1;
  const open = new Map();
  addEventListener("message", (event) => {
    const answer = event.data;
    if (open.has(answer.re)) { open.get(answer.re)(answer); open.delete(answer.re); }
  });
  globalThis.ask = (cmd, more = {}) => new Promise((resolve) => {
    const id = next++;
    open.set(id, resolve);
    const frame = document.getElementById("frame").contentWindow;
    frame.postMessage({ runqueue: 1, id, cmd, ...more }, "*");
  });
  globalThis.hello = async () => {
    for (;;) {
      const answer = await Promise.race([ask("hello"), new Promise((r) => setTimeout(r, 200))]);
      if (answer) return answer;
    }
  };
</script>`);
  host = await serve(folder);
});
after(() => host?.close());

const visit = async () => {
  const opened = await open(browser, host.url, { viewport: { width: 800, height: 600 } });
  const hello = await opened.page.evaluate(() => globalThis.hello());
  assert.equal(hello.ok, true);
  return opened;
};
const ask = (page, cmd, more) => page.evaluate(([c, m]) => globalThis.ask(c, m), [cmd, more ?? {}]);

test("a host page loads a scenario, seeks, steps and reads rows", async () => {
  const { page, context, problems } = await visit();
  const loaded = await ask(page, "load", { scenario: { format: "runqueue/1", duration: "40ms",
    tasks: [{ name: "a", program: ["run 20ms"] }, { name: "b", program: ["run 20ms"] }] } });
  assert.equal(loaded.ok, true, JSON.stringify(loaded));
  const there = await ask(page, "seek", { ns: "10000000" });
  assert.equal(there.t, "10000000");
  const stepped = await ask(page, "step", { events: 3 });
  assert.ok(BigInt(stepped.t) >= 10_000_000n);
  const table = await ask(page, "get", { what: "metrics" });
  assert.deepEqual(table.rows.map((row) => row.name), ["a", "b"]);
  assert.deepEqual(problems, []);
  await context.close();
});

test("a wrong scenario comes back with line and column, a wrong command with a sentence", async () => {
  const { page, context } = await visit();
  const refused = await ask(page, "load", { scenario: '{"format":"runqueue/1",\n "taks": []}' });
  assert.equal(refused.ok, false);
  assert.equal(refused.error.line, 2);
  assert.ok(refused.error.col > 0);
  const unknown = await ask(page, "format-disk");
  assert.equal(unknown.ok, false);
  assert.match(unknown.error.message, /format-disk/);
  await context.close();
});

test("it takes no focus while loading, and the wheel scrolls the host page", async () => {
  const { page, context } = await visit();
  assert.equal(await page.evaluate(() => document.activeElement.tagName), "BODY");
  await page.mouse.move(300, 120);
  await page.mouse.wheel(0, 300);
  await page.waitForFunction(() => scrollY > 0);
  await context.close();
});

test("ten thousand messages in a row leave it alive", async () => {
  const { page, context } = await visit();
  await page.evaluate(() => {
    const target = document.getElementById("frame").contentWindow;
    for (let i = 0; i < 10_000; i++) target.postMessage({ runqueue: 1, id: -i, cmd: "get" }, "*");
  });
  await page.waitForTimeout(1500);
  const answer = await ask(page, "get", { what: "state" });
  assert.equal(answer.ok, true);
  await context.close();
});
