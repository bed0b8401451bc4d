// The runs of the page are those of every other build: the same hash, bit for bit.
import { test } from "node:test";
import assert from "node:assert/strict";
import { browser, open, root, runqueue, server, surroundings } from "./support.mjs";
import { facts, ready, rows } from "./page.mjs";

surroundings();

/** What `runqueue hash`, built for node, says of a file. */
function hashInNode(file) {
  return runqueue(["hash", `${root}${file}`], null).trim().split(/\s+/)[0];
}

test("every scenario has the hash in the browser that it has in node", async () => {
  const { page, context, problems } = await open(browser, server.url);
  await ready(page);
  const scenes = await rows(page, "scenes");
  assert.ok(scenes.length >= 6, `${scenes.length} scenarios`);
  for (const [index, scene] of scenes.entries()) {
    await page.evaluate((i) => globalThis.runqueue.openScene(i), index);
    await page.waitForFunction((i) => {
      const now = globalThis.runqueue.rows("facts");
      return now.scene === i && now.known;
    }, index, { timeout: 60_000 });
    const { hash } = await facts(page);
    assert.equal(hash, hashInNode(`scenarios/${scene.name}.json`), scene.name);
  }
  assert.deepEqual(problems, []);
  await context.close();
});
