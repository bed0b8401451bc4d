// Sizes, themes and reachability: nothing cut or overlapping, one filled button, keys suffice.
import { test } from "node:test";
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { browser, open, root, server, surroundings } from "./support.mjs";
import { facts, press, ready } from "./page.mjs";

surroundings();

const sizes = [[1440, 900], [1280, 720], [1920, 1080], [1024, 768], [600, 340], [360, 640]];
const shots = process.env.RUNQUEUE_SHOTS;

// Controls whose text is cut, and pairs that overlap.
function faults() {
  const out = [];
  const what = "#bar button, #bar select, #bar input, .head button, .head h2, #bar a, #bar .name";
  const seen = [...document.querySelectorAll(what)].filter((e) =>
    e.checkVisibility({ visibilityProperty: true }) && !e.closest("#editor") &&
    e.getBoundingClientRect().width > 0);
  const name = (e) => e.id || e.textContent;
  for (const e of seen) {
    if (e.tagName !== "SELECT" && e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0) {
      out.push(`cut: ${e.id || e.textContent}`);
    }
    const box = e.getBoundingClientRect();
    if (box.right > innerWidth + 0.5 || box.left < -0.5) out.push(`outside: ${name(e)}`);
  }
  for (const [i, a] of seen.entries()) {
    for (const b of seen.slice(i + 1)) {
      const p = a.getBoundingClientRect(), q = b.getBoundingClientRect();
      const w = Math.min(p.right, q.right) - Math.max(p.left, q.left);
      const h = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
      if (w > 1 && h > 1) out.push(`overlap: ${name(a)} and ${name(b)}`);
    }
  }
  if (document.documentElement.scrollWidth > innerWidth) out.push("the page scrolls sideways");
  return out;
}

for (const [width, height] of sizes) {
  const where = `at ${width} × ${height}`;
  test(`${where} nothing is cut or overlaps, in both themes and densities`, async () => {
    for (const colorScheme of ["light", "dark"]) {
      for (const deviceScaleFactor of [1, 2]) {
        const { page, context, problems } = await open(browser, server.url,
          { viewport: { width, height }, colorScheme, deviceScaleFactor });
        await ready(page);
        await page.waitForTimeout(300);
        assert.deepEqual(await page.evaluate(faults), []);
        const filled = await page.evaluate(() => [...document.querySelectorAll("button")]
          .filter((b) => b.checkVisibility() && b.getBoundingClientRect().width > 0 &&
            getComputedStyle(b).backgroundColor ===
            getComputedStyle(document.querySelector("progress, [role=tab][aria-selected=true]"))
              .borderBottomColor).map((b) => b.id));
        assert.ok(filled.length <= 1, `filled: ${filled}`);
        const size = await page.evaluate(() => {
          const canvas = document.getElementById("canvas");
          const box = canvas.getBoundingClientRect();
          return [canvas.width, canvas.height, Math.round(box.width * devicePixelRatio),
            Math.round(box.height * devicePixelRatio)];
        });
        assert.deepEqual(size.slice(0, 2), size.slice(2), "canvas pixels are device pixels");
        assert.deepEqual(problems, []);
        if (shots) {
          await page.screenshot({ path: `${shots}/${width}x${height}-${colorScheme}-` +
            `${deviceScaleFactor}.png` });
        }
        await context.close();
      }
    }
  });
}

test("the window may be resized, and the canvas follows", async () => {
  const { page, context, problems } = await open(browser, server.url);
  await ready(page);
  for (const [width, height] of [[900, 600], [1500, 950], [360, 640], [1280, 720]]) {
    await page.setViewportSize({ width, height });
    await page.waitForTimeout(400);
    const fits = await page.evaluate(() => {
      const canvas = document.getElementById("canvas");
      return [canvas.width, Math.round(canvas.getBoundingClientRect().width * devicePixelRatio)];
    });
    assert.equal(fits[0], fits[1]);
  }
  assert.deepEqual(problems, []);
  await context.close();
});

test("keys alone reach everything, and Tab leaves the canvas again", async () => {
  const { page, context } = await open(browser, server.url);
  await ready(page);
  const visited = new Set();
  for (let i = 0; i < 80; i++) {
    await page.keyboard.press("Tab");
    visited.add(await page.evaluate(() => document.activeElement.id ||
      document.activeElement.dataset.tab || document.activeElement.dataset.main || ""));
  }
  for (const id of ["scenario", "back", "play", "next", "speed", "time", "canvas", "help"]) {
    assert.ok(visited.has(id), `Tab never came to ${id}`);
  }
  await page.focus("#canvas");
  const before = await facts(page);
  await page.keyboard.press(".");
  await page.waitForFunction((ns) => document.documentElement.dataset.ns !== ns, before.ns);
  await page.keyboard.press("Home");
  await page.waitForFunction(() => document.documentElement.dataset.ns === "0");
  await context.close();
});

test("axe finds no serious fault", async () => {
  const axe = await readFile(`${root}node_modules/axe-core/axe.min.js`, "utf8");
  for (const query of ["?theme=light", "?theme=dark", "?theme=contrast"]) {
    const { page, context } = await open(browser, server.url + query, { bypassCSP: true });
    await ready(page);
    await press(page, "next");
    await page.addScriptTag({ content: axe });
    const found = await page.evaluate(async () => (await globalThis.axe.run()).violations
      .filter((v) => v.impact === "serious" || v.impact === "critical")
      .map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(" ")).join(", ")}`));
    assert.deepEqual(found, [], query);
    await context.close();
  }
});
