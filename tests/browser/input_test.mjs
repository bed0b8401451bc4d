// Texts of one's own: dropped, pasted, typed; good ones run, bad ones say where they are wrong.
import { test } from "node:test";
import assert from "node:assert/strict";
import { browser, open, server, surroundings } from "./support.mjs";
import { drop, facts, ready, rows } from "./page.mjs";

surroundings();

const visit = async () => {
  const opened = await open(browser, server.url);
  await ready(opened.page);
  return opened;
};

const scenario = `{
  "format": "runqueue/1", "title": "Two of my own", "duration": "50ms",
  "tasks": [
    { "name": "first", "program": ["run 30ms"] },
    { "name": "second", "nice": 5, "program": ["run 30ms"] }
  ]
}`;
const rtApp = `{
  /* an rt-app file */
  "tasks": { "worker": { "loop": 20, "run": 1000, "sleep": 2000, }, },
  "global": { "duration": 1, "calibration": "CPU0" }
}`;

test("a dropped scenario runs", async () => {
  const { page, context, problems } = await visit();
  await drop(page, scenario);
  await page.waitForFunction(() =>
    document.getElementById("lesson-title").textContent === "Two of my own");
  assert.deepEqual((await rows(page, "tasks")).map((row) => row.name), ["first", "second"]);
  assert.deepEqual(problems, []);
  await context.close();
});

test("a dropped rt-app file with comments and trailing commas runs", async () => {
  const { page, context } = await visit();
  await drop(page, rtApp, "worker.json");
  await page.waitForFunction(() => [...document.querySelectorAll("#task-rows .who")]
    .some((cell) => cell.textContent.includes("worker")));
  await context.close();
});

test("a pasted scenario runs", async () => {
  const { page, context } = await visit();
  await page.evaluate((text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
  }, scenario);
  await page.waitForFunction(() =>
    document.getElementById("lesson-title").textContent === "Two of my own");
  await context.close();
});

test("a wrong text keeps the old run and is marked with line and column", async () => {
  const { page, context } = await visit();
  const before = await facts(page);
  await drop(page, scenario.replace('"nice"', '"nise"'));
  await page.waitForSelector("#complaints li");
  const said = await page.textContent("#complaints li");
  assert.match(said, /line 5, column \d+/);
  assert.match(said, /nise/);
  assert.match(said, /nice/);
  const chosen = await page.evaluate(() => {
    const field = document.getElementById("text");
    return field.value.slice(field.selectionStart, field.selectionEnd);
  });
  assert.match(chosen, /"nise": 5/);
  const after = await facts(page);
  assert.equal(after.title, before.title);
  assert.equal(after.hash, before.hash);
  // Put right in the editor, it runs.
  await page.fill("#text", scenario);
  await page.click("#run");
  await page.waitForFunction(() =>
    document.getElementById("lesson-title").textContent === "Two of my own");
  assert.equal(await page.isVisible("#editor"), false);
  await context.close();
});

test("text that is no JSON, empty or binary is refused in a sentence", async () => {
  const { page, context, problems } = await visit();
  for (const text of ["hello", "{", "\u0000\u0001\u0002", '{"tasks":', "[1,2,3]",
    '{"format":"runqueue/2","tasks":[]}']) {
    const errors = await page.evaluate((wrong) => globalThis.runqueue.load(wrong), text);
    assert.ok(errors.length > 0, JSON.stringify(text));
    assert.ok(errors[0].message.length > 5);
  }
  assert.deepEqual(problems, []);
  await context.close();
});

test("a name cannot turn the direction of what stands around it", async () => {
  const { page, context } = await visit();
  const name = "a\u202Etxt\u2066";
  const errors = await page.evaluate((text) => globalThis.runqueue.load(text), JSON.stringify({
    format: "runqueue/1", duration: "20ms", title: "t\u202E",
    tasks: [{ name, program: ["run 10ms"] }, { name: "plain", program: ["run 10ms"] }] }));
  if (!errors.length) {
    assert.equal((await rows(page, "tasks"))[0].name, "a\uFFFDtxt\uFFFD");
    assert.equal((await facts(page)).title, "t\uFFFD");
  }
  assert.doesNotMatch(await page.textContent("body"), /[\u202A-\u202E\u2066-\u2069]/);
  await context.close();
});

test("a dropped file of 20 MiB is refused by its size, without being read", async () => {
  const { page, context } = await visit();
  const before = (await facts(page)).hash;
  await page.evaluate(() => {
    const file = new File([new Uint8Array(20 << 20)], "huge.json");
    file.text = () => { throw new Error("it was read"); };
    const transfer = new DataTransfer();
    transfer.items.add(file);
    const event = new DragEvent("drop", { bubbles: true, dataTransfer: transfer });
    Object.defineProperty(event, "dataTransfer", { value: { files: [file], getData: () => "" } });
    document.body.dispatchEvent(event);
  });
  await page.waitForSelector("#complaints li");
  assert.match(await page.textContent("#complaints li"), /huge\.json has 20 MiB/);
  assert.match(await page.inputValue("#text"), /"tasks"/, "the run's text is lost");
  assert.equal((await facts(page)).hash, before);
  await context.close();
});

test("markup in names and titles is shown as text", async () => {
  const { page, context, problems } = await visit();
  const evil = "<img src=x onerror=alert(1)>";
  const text = JSON.stringify({ format: "runqueue/1", title: evil, question: evil, hint: evil,
    duration: "20ms", tasks: [{ name: "<b>x</b>", program: ["run 10ms"] },
      { name: "plain", program: ["run 10ms"] }] });
  const errors = await page.evaluate((evilText) => globalThis.runqueue.load(evilText), text);
  await page.waitForTimeout(300);
  if (!errors.length) {
    assert.equal(await page.textContent("#lesson-title"), evil);
    await page.click("[data-tab=events]");
    await page.click("[data-tab=describe]");
    await page.waitForTimeout(300);
  }
  assert.equal(await page.locator("img").count(), 0);
  assert.deepEqual(problems, []);
  await context.close();
});
