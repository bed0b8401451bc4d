// The main views: what each shows is what the command line prints of the same instant, it is drawn,
// and one selection and one instant hold for all.
import { test } from "node:test";
import assert from "node:assert/strict";
import { browser, open, root, runqueue, server, surroundings } from "./support.mjs";
import { facts, ready, rows } from "./page.mjs";

surroundings();

const shots = process.env.RUNQUEUE_SHOTS;

/** What `runqueue view` says. */
function printed(view, scenario, more) {
  return JSON.parse(runqueue(
    ["view", view, `${root}scenarios/${scenario}.json`, "--report", "json", ...more]));
}

async function place(page, { scenario, ms, task, kernel }) {
  const scenes = await rows(page, "scenes");
  const index = scenes.findIndex((scene) => scene.name === scenario);
  assert.ok(index >= 0, scenario);
  await page.evaluate((i) => globalThis.runqueue.openScene(i), index);
  if (kernel) await page.evaluate(() => globalThis.runqueue.setKernel(1));
  await page.waitForFunction(() => globalThis.runqueue.rows("facts").known, null,
    { timeout: 60_000 });
  await page.evaluate((ns) => globalThis.runqueue.seek(ns), ms * 1e6);
  const row = (await rows(page, "tasks")).find((line) => line.name === task);
  await page.evaluate((t) => globalThis.runqueue.selectTask(t), row ? row.task : -1);
}

/** How many colours an element shows: an empty region has one or two. */
async function colours(page, selector) {
  const picture = await page.locator(selector).screenshot();
  return page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    const canvas = new OffscreenCanvas(image.width, image.height);
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0);
    const words = new Uint32Array(context.getImageData(0, 0, image.width, image.height)
      .data.buffer);
    return new Set(words).size;
  }, picture.toString("base64"));
}

const subjects = [
  { scenario: "04-fair/sleeper-preempts", ms: 24, task: "hog0", views: ["queue", "vruntime",
    "inspector", "costs", "tree", "machine"] },
  { scenario: "04-fair/sleeper-preempts", ms: 31, task: "", kernel: "6.12",
    views: ["queue", "vruntime", "sharing"] },
  { scenario: "01-processes/child-writes", ms: 5, task: "child",
    views: ["memory", "sharing", "inspector"] },
  { scenario: "01-processes/zombie-waits", ms: 20, task: "", views: ["tree", "sharing"] },
  { scenario: "02-clone/thread-dies-with-group", ms: 5, task: "thread",
    views: ["sharing", "tree", "memory"] },
  { scenario: "08-groups/quota-of-half", ms: 130, task: "hog", views: ["groups", "costs"] },
  { scenario: "05-realtime/rr-rotates", ms: 30, task: "", views: ["queue"] },
  { scenario: "06-deadline/budget-kept", ms: 15, task: "", views: ["queue"] },
  { scenario: "07-cpus/five-on-four", ms: 50, task: "", views: ["machine", "costs"] },
];

test("each view's table is what the command line prints of the same instant", async () => {
  const { page, context, problems } = await open(browser, server.url);
  await ready(page);
  for (const subject of subjects) {
    await place(page, subject);
    const more = ["--at", `${subject.ms}ms`, ...(subject.task ? ["--task", subject.task] : []),
      ...(subject.kernel ? ["--kernel", subject.kernel] : [])];
    for (const view of subject.views) {
      const what = `${view} of ${subject.scenario} at ${subject.ms} ms`;
      const shown = await rows(page, `sheet:${view}`);
      const told = printed(view, subject.scenario, more);
      assert.ok(shown.rows.length > 0, what);
      assert.deepEqual(shown.rows, told.rows, what);
      assert.equal(shown.title, told.title, what);
    }
  }
  await place(page, { scenario: "04-fair/sleeper-preempts", ms: 24 });
  const { end_ns: end } = await facts(page);
  assert.deepEqual((await rows(page, "sheet:latency")).rows,
    printed("latency", "04-fair/sleeper-preempts", ["--at", end]).rows);
  assert.deepEqual((await rows(page, "sheet:preemptions")).rows,
    printed("preemptions", "04-fair/sleeper-preempts", ["--at", end]).rows);
  assert.equal(await rows(page, "sheet:nonsense"), null);
  assert.deepEqual(problems, []);
  await context.close();
});

test("the tabs are the panels of the program, in their order", async () => {
  const { page, context } = await open(browser, server.url);
  await ready(page);
  const tabs = await page.$$eval("#main-tabs [role=tab]", (all) =>
    all.map((tab) => ({ id: tab.dataset.main, title: tab.textContent })));
  const panels = await rows(page, "views");
  assert.deepEqual(tabs.filter((tab) => tab.id !== "inspector"), panels);
  await context.close();
});

const sizes = [[1440, 900], [1024, 640], [600, 340], [360, 640]];
for (const [width, height] of sizes) {
  test(`at ${width} × ${height} every view draws something of its own`, async () => {
    for (const colorScheme of ["light", "dark"]) {
      const { page, context, problems } = await open(browser, server.url,
        { viewport: { width, height }, colorScheme });
      await ready(page);
      if (width < 480) await page.click("#right-tabs [data-tab=view]");
      const seen = new Map();
      for (const subject of subjects) {
        await place(page, subject);
        for (const view of [...subject.views, "latency", "preemptions"]) {
          if (seen.has(view)) continue;
          await page.evaluate((name) => globalThis.runqueueControls.views.show(name), view);
          await page.waitForTimeout(250);
          const where = view === "inspector" ? "#inspector" : "#main-slot";
          const count = await colours(page, where);
          assert.ok(count >= 12, `${view} shows ${count} colours`);
          seen.set(view, count);
          if (shots) {
            await page.screenshot({
              path: `${shots}/view-${view}-${width}x${height}-${colorScheme}.png` });
          }
        }
      }
      assert.equal(seen.size, 11);
      assert.deepEqual(problems, []);
      await context.close();
    }
  });
}

test("the menu holds the tabs that do not fit, and all of them on a phone", async () => {
  const { page, context } = await open(browser, server.url);
  await ready(page);
  await page.setViewportSize({ width: 1024, height: 640 });
  await page.waitForTimeout(300);
  const folded = await page.$$eval("#main-more option", (all) =>
    all.map((option) => option.value).filter(Boolean));
  assert.ok(folded.length > 0);
  await page.selectOption("#main-more", folded.at(-1));
  assert.equal((await facts(page)).view, folded.at(-1));
  await page.setViewportSize({ width: 360, height: 640 });
  await page.waitForTimeout(300);
  await page.click("#right-tabs [data-tab=view]");
  assert.equal(await page.$$eval("#main-more option", (all) => all.length), 11);
  await page.selectOption("#main-more", "tree");
  assert.equal((await facts(page)).view, "tree");
  await context.close();
});

test("a scenario opens with the view that answers its question; a click in it selects", async () => {
  const { page, context } = await open(browser, `${server.url}#x=01-processes/fork-tree`);
  await ready(page);
  assert.equal((await facts(page)).view, "tree");
  await page.waitForFunction(() => document.documentElement.dataset.main === "tree");
  const box = await page.locator("#main-slot").boundingBox();
  // The second line of the tree is the first task of the scenario.
  await page.mouse.click(box.x + 60, box.y + 34 + 24 + 12);
  await page.waitForFunction(() => globalThis.runqueue.rows("facts").selected >= 0);
  const sheet = await rows(page, "sheet:tree");
  assert.equal((await facts(page)).selected_name, sheet.rows[1][0].trim());
  await context.close();
});

test("without a canvas the view is a table, and Describe ends with it", async () => {
  const { page, context, problems } = await open(browser,
    `${server.url}?canvas=0#x=01-processes/child-writes&t=5000000&view=memory&sel=child`);
  await ready(page);
  await page.waitForSelector("#main-slot table");
  const sheet = await rows(page, "sheet:memory");
  const cells = await page.$$eval("#main-slot tbody tr", (all) =>
    all.map((line) => [...line.cells].map((cell) => cell.textContent)));
  assert.deepEqual(cells, sheet.rows);
  await page.click("[data-tab=describe]");
  await page.waitForSelector("#describe table");
  assert.equal(await page.$$eval("#describe tbody tr", (all) => all.length), sheet.rows.length);
  assert.deepEqual(problems.filter((problem) => !/WebGL/.test(problem)), []);
  await context.close();
});

test("the inspector strikes through what a step has changed", async () => {
  const { page, context } = await open(browser,
    `${server.url}#x=04-fair/sleeper-preempts&t=24000000&view=inspector&sel=hog0`);
  await ready(page);
  await page.waitForSelector("#field-rows td.mono");
  const sum = () => page.$$eval("#field-rows tr", (all) => {
    const line = all.find((row) => row.cells[1].textContent === "se.sum_exec_runtime");
    return [line.cells[2].firstChild.textContent, line.querySelector("s")?.textContent ?? ""];
  });
  const [before] = await sum();
  for (let i = 0; i < 6; i++) {
    const { ns } = await facts(page);
    await page.click("#next");
    await page.waitForFunction((at) => document.documentElement.dataset.ns !== at, ns);
    const [now, old] = await sum();
    if (now === before) continue;
    assert.equal(old, before);
    return context.close();
  }
  assert.fail("hog0 never ran on");
});
