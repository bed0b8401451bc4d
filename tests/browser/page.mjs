// What the tests ask of the loaded page: its facts and rows, straight from the engine.

/** Waits until the page says that it is loaded; fails with its own sentence when it cannot. */
export async function ready(page) {
  await page.waitForFunction(() => document.documentElement.dataset.state === "loaded" ||
    document.documentElement.dataset.failed, null, { timeout: 60_000 });
  const failed = await page.evaluate(() => document.documentElement.dataset.failed);
  if (failed) throw new Error(`${failed}: ${await page.textContent("#alert")}`);
}

/** The rows of a name, as the page's own scripts get them. */
export function rows(page, name) {
  return page.evaluate((wanted) => globalThis.runqueue.rows(wanted), name);
}

export const facts = (page) => rows(page, "facts");

/** Presses a button of the top bar and waits until the page has taken it in. */
export async function press(page, id) {
  await page.click(`#${id}`);
  await page.waitForTimeout(150);
}

/** Drops a file of that text on the page. */
export async function drop(page, text, name = "scenario.json") {
  const data = await page.evaluateHandle(({ text, name }) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([text], name, { type: "application/json" }));
    return transfer;
  }, { text, name });
  await page.dispatchEvent("body", "drop", { dataTransfer: data });
}
