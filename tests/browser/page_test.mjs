// The page as a person uses it: it loads, plays, seeks, steps back, answers "why?".
import { test } from "node:test";
import assert from "node:assert/strict";
import { browser, open, server, surroundings } from "./support.mjs";
import { ready, facts, rows, press } from "./page.mjs";

surroundings("/course/material/");

const visit = async (more = "", options = {}) => {
  const opened = await open(browser, server.url + more, options);
  await ready(opened.page);
  return opened;
};

test("it loads below a sub-path, asks only its own origin, and for nothing once loaded", async () => {
  const { page, context, problems, requests } = await visit();
  const before = requests.length;
  assert.ok(requests.every((address) => address.startsWith(server.url) ||
    address.startsWith("data:")), requests.join("\n"));
  await press(page, "play");
  await page.waitForTimeout(500);
  await press(page, "play");
  await page.click("#help");
  await page.keyboard.press("Escape");
  for (const tab of ["events", "describe", "tasks"]) await page.click(`[data-tab=${tab}]`);
  await page.click('[data-main="inspector"]');
  await page.waitForTimeout(300);
  assert.deepEqual(requests.slice(before), [], "requests after the page said loaded");
  assert.deepEqual(problems, []);
  await context.close();
});

test("Play moves the cursor, Pause holds it", async () => {
  const { page, context } = await visit();
  const start = BigInt((await facts(page)).ns);
  await press(page, "play");
  await page.waitForTimeout(600);
  await press(page, "play");
  await page.waitForTimeout(200);
  const stopped = BigInt((await facts(page)).ns);
  assert.ok(stopped > start, `${stopped} is not after ${start}`);
  await page.waitForTimeout(300);
  assert.equal(BigInt((await facts(page)).ns), stopped);
  assert.match(await page.inputValue("#time"), /^\d+\.\d{3} ms$/);
  await context.close();
});

test("a typed time is where every view then stands, and stepping back returns there", async () => {
  const { page, context } = await visit();
  await page.fill("#time", "20");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.documentElement.dataset.ns === "20000000");
  await press(page, "next");
  const there = await facts(page);
  assert.ok(BigInt(there.ns) > 20_000_000n);
  await press(page, "next");
  assert.ok(BigInt((await facts(page)).ns) > BigInt(there.ns));
  await press(page, "back");
  const again = await facts(page);
  assert.equal(again.ns, there.ns);
  await press(page, "event");
  const event = await facts(page);
  assert.ok(BigInt(event.events) > BigInt(again.events), "an event further");
  await page.keyboard.press("Shift+E");
  await page.waitForTimeout(200);
  assert.equal((await facts(page)).events, again.events);
  await context.close();
});

test("after a switch the why card names the rule, the kernel function and numbers", async () => {
  const { page, context } = await visit();
  for (let i = 0; i < 12; i++) {
    await press(page, "next");
    const why = await rows(page, "why");
    assert.ok(why.found, `no card at ${(await facts(page)).time}`);
    assert.match(why.question, /\?$/);
    assert.match(why.rule, /^[a-z_]+\(\)$/);
    assert.ok(why.answer.join("").length > 10);
  }
  const withNumbers = await page.evaluate(() =>
    document.querySelectorAll("#why-card .numbers li").length);
  assert.ok(withNumbers >= 0);
  await page.fill("#time", "0");
  await page.keyboard.press("Enter");
  let numbers = 0;
  for (let i = 0; i < 12 && !numbers; i++) {
    await press(page, "next");
    numbers = (await rows(page, "why")).numbers.length;
  }
  assert.ok(numbers > 0, "twelve switches and no number in any card");
  await page.waitForFunction(() => /\d/.test(
    document.querySelector("#why-card .numbers")?.textContent ?? ""));
  await context.close();
});

test("the picture shows the task that the table says runs, in its colour, at the cursor", async () => {
  for (const colorScheme of ["light", "dark"]) {
    const { page, context } = await visit("", { colorScheme });
    await page.click("#zoom-in");
    await press(page, "next");
    const running = (await rows(page, "tasks")).find((row) => row.state === "R running");
    assert.ok(running, "nobody runs");
    await page.keyboard.press("Escape");
    await page.waitForTimeout(400);
    const { colours, wanted } = await laneColours(page, running);
    const hits = colours.filter((colour) => near(colour, wanted)).length;
    assert.ok(hits >= 3, `${running.name} should be ${wanted} right of the cursor: ` +
      colours.map((c) => c.join()).join(" | "));
    await context.close();
  }
});

const near = (a, b) => a.every((value, i) => Math.abs(value - b[i]) <= 6);

// The colours of CPU 0's lane in the pixels right of the cursor line, and the one expected.
async function laneColours(page, row) {
  const png = await page.screenshot();
  return page.evaluate(async ({ bytes, row }) => {
    const image = await createImageBitmap(new Blob([new Uint8Array(bytes)], { type: "image/png" }));
    const canvas = new OffscreenCanvas(image.width, image.height);
    const pen = canvas.getContext("2d");
    pen.drawImage(image, 0, 0);
    const at = (x, y) => [...pen.getImageData(x, y, 1, 1).data.slice(0, 3)];
    const slot = document.getElementById("timeline-slot").getBoundingClientRect();
    const style = getComputedStyle(document.documentElement);
    const probe = document.createElement("span");
    document.body.append(probe);
    const colour = (value) => {
      probe.style.setProperty("color", value);
      return getComputedStyle(probe).color.match(/\d+/g).map(Number);
    };
    const accent = colour(style.getPropertyValue("--accent"));
    const wanted = colour(style.getPropertyValue(`--t${row.colour}`));
    const y = Math.round(slot.top + 28 + 8);
    let cursor = -1;
    for (let x = Math.round(slot.left + 136); x < slot.right - 12; x++) {
      if (at(x, y).every((v, i) => Math.abs(v - accent[i]) < 4)) cursor = x;
    }
    const colours = [];
    for (let x = cursor + 2; cursor > 0 && x < cursor + 8; x++) colours.push(at(x, y));
    return { colours, wanted };
  }, { bytes: [...png], row });
}

test("a typed time may carry its unit; what is no time moves nothing", async () => {
  const { page, context } = await visit();
  const type = async (text) => {
    await page.fill("#time", text);
    await page.keyboard.press("Enter");
    await page.waitForTimeout(200);
    return (await facts(page)).ns;
  };
  assert.equal(await type("0.02 s"), "20000000");
  assert.equal(await type("350 µs"), "350000");
  assert.equal(await type("12,5"), "12500000");
  assert.equal(await type("7000ns"), "7000");
  for (const wrong of ["soon", "-3", "1e3", "2 h", ""]) assert.equal(await type(wrong), "7000");
  await context.close();
});

test("a task chosen in the table is chosen everywhere, and Escape lets it go", async () => {
  const { page, context } = await visit();
  await page.click("[data-tab=tasks]");
  await page.click("#task-rows tr:nth-child(2)");
  await page.waitForFunction(() => document.querySelector(
    "#task-rows tr:nth-child(2)").getAttribute("aria-selected") === "true");
  const name = (await rows(page, "tasks"))[1].name;
  assert.match(await page.textContent("#selected"), new RegExp(`^${name} selected`));
  await page.click('[data-main="inspector"]');
  await page.waitForFunction(() => document.querySelectorAll("#field-rows tr").length > 10);
  await page.click("#fit");
  await page.keyboard.press("Escape");
  await page.waitForFunction(() =>
    !document.querySelector('#task-rows tr[aria-selected="true"]'));
  await context.close();
});

test("a click on the timeline goes to the block and explains it", async () => {
  const { page, context } = await visit();
  const before = await facts(page);
  const box = await page.locator("#timeline-slot").boundingBox();
  await page.mouse.move(box.x + 136 + 40, box.y + 28 + 16);
  await page.mouse.click(box.x + 136 + 40, box.y + 28 + 16);
  await page.waitForFunction((ns) => document.documentElement.dataset.ns !== ns, before.ns);
  const after = await facts(page);
  assert.ok(after.selected >= 0, "no task selected");
  assert.ok((await rows(page, "why")).found);
  await context.close();
});

test("a block that is clicked while the run plays stops it, and the answer stays", async () => {
  const { page, context } = await visit();
  const box = await page.locator("#timeline-slot").boundingBox();
  await press(page, "play");
  await page.mouse.click(box.x + 136 + 40, box.y + 28 + 16);
  await page.waitForFunction(() => !document.documentElement.classList.contains("playing"));
  const asked = await rows(page, "why");
  await page.waitForTimeout(300);
  assert.deepEqual(await rows(page, "why"), asked);
  assert.equal((await facts(page)).playing, false);
  await context.close();
});

test("every scenario opens, and its words and tasks are shown", async () => {
  const { page, context, problems } = await visit();
  const scenes = await rows(page, "scenes");
  assert.ok(scenes.length >= 4);
  for (const [i, scene] of scenes.entries()) {
    await page.selectOption("#scenario", String(i));
    await page.waitForFunction((title) =>
      document.getElementById("lesson-title").textContent === title, scene.title);
    const tasks = await rows(page, "tasks");
    assert.ok(tasks.length > 0, scene.name);
    await press(page, "next");
  }
  assert.deepEqual(problems, []);
  await context.close();
});

test("a task that waits is asked why not; a step asks about the switch again", async () => {
  const { page, context } = await visit();
  const waits = (await rows(page, "tasks")).findIndex((line) => line.state.includes("waiting"));
  assert.ok(waits >= 0);
  await page.click(`#task-rows tr:nth-child(${waits + 1})`);
  await page.waitForFunction(() => /^Why does .* not run now\?$/.test(
    document.getElementById("why-title").textContent));
  const why = await rows(page, "why");
  assert.ok(why.answer.join("").length > 10 && why.rule.endsWith("()"));
  await press(page, "next");
  assert.match(await page.textContent("#why-title"), /^Why did .* run now\?$/);
  await context.close();
});
