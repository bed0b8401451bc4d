// Links: what is seen comes back from one, and nothing that a link may hold does harm.
import { test } from "node:test";
import assert from "node:assert/strict";
import { deflateRawSync } from "node:zlib";
import { browser, open, server, surroundings } from "./support.mjs";
import { drop, facts, ready, rows } from "./page.mjs";
import { makeFragment, packText, readFragment, unpackText } from "../../web/link.js";

surroundings();

const own = `{ "format": "runqueue/1", "title": "Mine é", "duration": "50ms",
  "tasks": [{ "name": "first", "program": ["run 30ms"] },
            { "name": "second", "nice": 5, "program": ["run 30ms"] }] }`;
const base64url = (bytes) => Buffer.from(bytes).toString("base64url");
const packed = (json) => `1.${base64url(deflateRawSync(json))}`;

test("a text comes back from its packed form, to the byte", async () => {
  for (const text of ["", own, "é€😀\u0000\n\t", "x".repeat(200_000)]) {
    assert.equal(await unpackText(await packText(text)), text);
  }
  const plain = `0.${base64url(JSON.stringify({ text: own }))}`;
  assert.equal(await unpackText(plain), own);
});

test("links of this version open for ever", async () => {
  const kept = "1.q1YqSa0oUbJSqlaIUYpRslKIjlWoVaoFAA";
  assert.equal(await unpackText(kept), "{ \"\": [] }");
});

const hostile = {
  "a bomb of 100 MB": packed(Buffer.alloc(100_000_000)),
  "just too large": packed(JSON.stringify({ text: "y".repeat(256 << 10) })),
  "too large and plain": `0.${base64url(JSON.stringify({ text: "y".repeat(256 << 10) }))}`,
  "cut short": packed(JSON.stringify({ text: own })).slice(0, -9),
  "no base64": "1.äöü",
  "half a group": "1.a",
  "not deflated": `1.${base64url("hello")}`,
  "no JSON": packed("{"),
  "a list": packed("[1]"),
  "null": packed("null"),
  "no text": packed('{"text":7}'),
  "bytes that are no text": packed(Buffer.from([0x22, 0xff, 0xfe, 0x22])),
  "a newer version": "2.AAAA",
  "no version": "AAAA",
  "empty": "1.",
};

test("what is no link is refused with a reason, without reading more than it may", async () => {
  for (const [name, text] of Object.entries(hostile)) {
    await assert.rejects(unpackText(text), (error) => {
      assert.equal(error.constructor.name, "LinkError", `${name}: ${error}`);
      assert.ok(error.message.length > 10);
      return true;
    }, name);
  }
  await assert.rejects(unpackText(`1.${"A".repeat(500_000)}`), /longer/);
  await assert.rejects(packText("z".repeat(300_000)), /256 KiB/);
});

test("a fragment's figures are bounded, and what is made is read again", () => {
  const sight = { scenario: "04-fair/nice-weighs", packed: "", ns: 12_500_000, view: "vruntime",
    task: "hog #1 & co", kernel: "6.12" };
  assert.deepEqual(readFragment(makeFragment(sight)), { ...sight, kernel: 1 });
  for (const t of ["-1", "1e9", "0x10", "99999999999999999999", "1.5", "NaN", ""]) {
    assert.equal(readFragment(`#t=${t}`).ns, -1, t);
  }
  assert.equal(readFragment("#k=7.0").kernel, -1);
  assert.equal(readFragment(`#view=${"v".repeat(1000)}`).view.length, 40);
});

test("a link to a built-in scenario brings instant, view, task and kernel along", async () => {
  const { page, context, problems } = await open(browser,
    `${server.url}#x=04-fair/nice-weighs&k=6.12&t=12500000&view=vruntime&sel=hogB`);
  await ready(page);
  const there = await facts(page);
  const scenes = await rows(page, "scenes");
  assert.equal(scenes[there.scene].name, "04-fair/nice-weighs");
  assert.equal(there.ns, "12500000");
  assert.equal(there.view, "vruntime");
  assert.equal(there.eevdf, 1);
  assert.equal(there.playing, false);
  assert.equal(there.selected_name, "hogB");
  assert.deepEqual(problems, []);
  await context.close();
});

test("a link is followed however long its scenario is under way", async () => {
  const { page, context, problems } = await open(browser, "about:blank");
  await page.route(/\/scenarios\.[^/]*$/, async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 2500));
    await route.continue();
  });
  const fragment = "#x=04-fair/nice-weighs&view=vruntime&sel=hogB";
  await page.goto(`${server.url}${fragment}`);
  await page.waitForFunction(() => globalThis.performance.now() > 2000);
  assert.equal(new URL(page.url()).hash, fragment);
  await ready(page);
  assert.equal((await rows(page, "scenes"))[(await facts(page)).scene].name, "04-fair/nice-weighs");
  assert.equal((await facts(page)).selected_name, "hogB");
  assert.deepEqual(problems, []);
  await context.close();
});

test("a text of one's own travels in its link: same run, same instant", async () => {
  const first = await open(browser, server.url);
  await ready(first.page);
  await drop(first.page, own);
  await first.page.waitForFunction(() =>
    document.getElementById("lesson-title").textContent === "Mine é");
  await first.page.evaluate(() => globalThis.runqueue.seek(21_000_000));
  await first.page.evaluate(() => globalThis.runqueueControls.views.show("sharing"));
  await first.page.click("#share");
  const link = await first.page.inputValue("#share-link");
  assert.match(link, /#s=1\./);
  const before = await facts(first.page);
  await first.context.close();
  const second = await open(browser, link);
  await ready(second.page);
  const after = await facts(second.page);
  for (const key of ["hash", "state_hash", "ns", "view", "title"]) {
    assert.equal(after[key], before[key], key);
  }
  assert.deepEqual(second.problems, []);
  await second.context.close();
});

test("a hostile link leaves a page that works and says why", async () => {
  const fragments = [...Object.values(hostile).map((text) => `#s=${text}`),
    "#x=../../etc/passwd&t=-5&view=<script>alert(1)</script>&sel=<img src=x onerror=alert(1)>",
    `#s=${packed(JSON.stringify({ text: '{"format":"runqueue/1","tasks":[{"nam":1}]}' }))}`,
    "#%00%ff&&==&s", `#${"a".repeat(20_000)}`];
  const { page, context, problems } = await open(browser, server.url);
  await ready(page);
  const start = (await facts(page)).hash;
  for (const fragment of fragments) {
    await page.evaluate((hash) => { location.hash = hash; }, fragment);
    await page.waitForTimeout(120);
    if (fragment.startsWith("#s=")) {
      await page.waitForFunction(() => !document.getElementById("alert").hidden);
      assert.match(await page.textContent("#alert p"), /link.*\.$/);
      await page.click("#alert button");
    }
    assert.equal((await facts(page)).hash, start, fragment.slice(0, 60));
  }
  assert.equal(await page.locator("img").count(), 0);
  assert.deepEqual(problems, []);
  await context.close();
  const fresh = await open(browser, `${server.url}#s=${hostile["a bomb of 100 MB"]}`);
  await ready(fresh.page);
  assert.equal((await facts(fresh.page)).hash, start);
  await fresh.context.close();
});

test("Back returns to the scenario before, and the address follows what is seen", async () => {
  const { page, context } = await open(browser, server.url);
  await ready(page);
  const scenes = await rows(page, "scenes");
  const open2 = (name) => page.click(`#lesson-list button[data-scene="${
    scenes.findIndex((scene) => scene.name === name)}"]`);
  await open2("04-fair/nice-weighs");
  await page.waitForFunction(() => location.hash.includes("nice-weighs"));
  await open2("04-fair/three-share");
  await page.waitForFunction(() => location.hash.includes("three-share"));
  await page.evaluate(() => globalThis.runqueue.seek(7_000_000));
  await page.waitForFunction(() => location.hash.includes("t=7000000"));
  await page.goBack();
  await page.waitForFunction((i) => globalThis.runqueue.rows("facts").scene === i,
    scenes.findIndex((scene) => scene.name === "04-fair/nice-weighs"));
  await page.goForward();
  await page.waitForFunction((i) => globalThis.runqueue.rows("facts").scene === i,
    scenes.findIndex((scene) => scene.name === "04-fair/three-share"));
  await context.close();
});

test("a link is followed even when the page writes its address at that moment", async () => {
  const { page, context } = await open(browser, server.url);
  await ready(page);
  const before = (await facts(page)).scene;
  await page.evaluate(() => {
    const address = location.hash;
    location.hash = "#x=04-fair/nice-weighs";
    history.replaceState(null, "", address || "#");
  });
  await page.waitForFunction((i) => globalThis.runqueue.rows("facts").scene !== i, before);
  await context.close();
});

test("Share copies the link, and a code for a course page that opens at the same instant", async () => {
  const { page, context } = await open(browser, server.url,
    { permissions: ["clipboard-read", "clipboard-write"] });
  await ready(page);
  await page.evaluate(() => globalThis.runqueue.seek(30_000_000));
  await page.click("#share");
  const link = await page.inputValue("#share-link");
  await page.click("#copy-link");
  await page.waitForFunction(() => !document.getElementById("sharing").open);
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), link);
  assert.match(link, /t=30000000/);
  await page.click("#share");
  await page.click("#copy-embed");
  await page.waitForFunction(() => !document.getElementById("sharing").open);
  const code = await page.evaluate(() => navigator.clipboard.readText());
  assert.match(code, /^<iframe src="http[^"]*\?embed=1#[^"]*t=30000000[^"]*"/);
  await context.close();
});
