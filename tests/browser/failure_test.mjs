// Each thing that can be missing has its own sentence, and what needs no picture goes on without.
import { test } from "node:test";
import assert from "node:assert/strict";
import { browser, launch, open, server, surroundings } from "./support.mjs";
import { facts, press, ready, rows } from "./page.mjs";

surroundings();

// Opens the page after `prepare` has broken something; resolves to the cause it names.
async function failure(prepare, url = server.url) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await prepare(page);
  await page.goto(url);
  await page.waitForFunction(() => document.documentElement.dataset.failed ||
    document.documentElement.dataset.state === "loaded", null, { timeout: 60_000 });
  const cause = await page.evaluate(() => document.documentElement.dataset.failed);
  const sentence = await page.textContent("#alert p");
  assert.ok(await page.isVisible("#alert"));
  assert.match(sentence, /\.$/);
  await context.close();
  return { cause, sentence };
}

test("no WebAssembly: the page says so", async () => {
  const { cause, sentence } = await failure((page) =>
    page.addInitScript(() => { delete globalThis.WebAssembly; }));
  assert.equal(cause, "no-wasm");
  assert.match(sentence, /WebAssembly/);
});

test("the engine is blocked on the way: the page says so", async () => {
  const { cause } = await failure((page) => page.route("**/*.wasm", (route) => route.abort()));
  assert.equal(cause, "blocked");
});

test("the engine's file is gone or of another version: reload is offered", async () => {
  const gone = await failure((page) => page.route("**/*.wasm", (route) =>
    route.fulfill({ status: 404, body: "" })));
  assert.equal(gone.cause, "stale");
  const other = await failure((page) => page.route("**/*.wasm", (route) =>
    route.fulfill({ status: 200, contentType: "application/wasm", body: "\0asm" })));
  assert.equal(other.cause, "stale");
  const glue = await failure((page) => page.route("**/runqueue_web*.js", (route) =>
    route.fulfill({ status: 404, body: "" })));
  assert.equal(glue.cause, "stale");
});

test("a policy that forbids WebAssembly is named", async () => {
  const { cause } = await failure((page) => page.route(server.url, async (route) => {
    const answer = await route.fetch();
    const body = (await answer.text()).replace(" 'wasm-unsafe-eval'", "");
    await route.fulfill({ response: answer, body });
  }));
  assert.equal(cause, "wasm-blocked");
});

test("too little memory is named", async () => {
  const { cause } = await failure((page) => page.addInitScript(() => {
    WebAssembly.instantiate = () => Promise.reject(new RangeError("could not allocate memory"));
    WebAssembly.Memory = function () { throw new RangeError("could not allocate memory"); };
  }));
  assert.equal(cause, "out-of-memory");
});

test("without WebGL 2 the tables, the why card and the controls go on", async () => {
  const plain = await launch(["--disable-3d-apis"]);
  const { page, context, problems } = await open(plain, server.url);
  await ready(page);
  assert.match(await page.textContent("#alert"), /WebGL 2/);
  await page.click("#alert button");
  assert.equal(await page.isVisible("#alert"), false);
  const before = await facts(page);
  await press(page, "next");
  await page.waitForFunction((ns) => document.documentElement.dataset.ns !== ns, before.ns);
  assert.ok((await rows(page, "why")).found);
  assert.ok((await page.textContent("#why-card")).length > 20);
  assert.ok(await page.locator("#task-rows tr").count() > 0);
  await press(page, "play");
  await page.waitForTimeout(500);
  await press(page, "play");
  assert.ok(BigInt((await facts(page)).ns) > BigInt(before.ns));
  assert.deepEqual(problems.filter((problem) => !/WebGL/.test(problem)), []);
  await context.close();
  await plain.close();
});

test("without scripts the page says what it needs", async () => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(server.url);
  assert.match(await page.textContent("noscript"), /JavaScript/);
  await context.close();
});
