// The console in the page: what it answers is what `runqueue sh` prints, the pictures follow it,
// and its keys are those of a terminal.
import { test } from "node:test";
import assert from "node:assert/strict";
import { browser, open, root, runqueue, server, surroundings } from "./support.mjs";
import { facts, ready, rows } from "./page.mjs";

surroundings();

const shots = process.env.RUNQUEUE_SHOTS;
const scenario = "04-fair/nice-weighs";

/** What `runqueue sh` prints to standard output. */
function printed(commands) {
  return runqueue(["sh", `${root}scenarios/${scenario}.json`, "-c", commands]);
}

/** The page with the console open at the first instant of the scenario. */
async function atConsole(options = {}) {
  const opened = await open(browser, `${server.url}#x=${scenario}`, options);
  await ready(opened.page);
  await opened.page.waitForFunction(() => globalThis.runqueue.rows("facts").known);
  await opened.page.evaluate(() => globalThis.runqueue.seek(0));
  await opened.page.keyboard.press("`");
  await opened.page.waitForSelector("#console input:focus");
  return opened;
}

const type = async (page, line) => {
  await page.keyboard.type(line);
  await page.keyboard.press("Enter");
};
const shown = (page, kind) => page.locator(`#console .${kind}`).allTextContents();

test("a session says in the page what `runqueue sh` prints", async () => {
  const lines = ["ps -eo pid,ni,comm | head -8", "run 20ms", "renice -n 10 -p $(pgrep hogA)",
    "cat /proc/$(pgrep hogA)/sched | grep -E 'vruntime|weight'", "for i in 1 2; do echo $i; done",
    "echo 3 > /proc/$(pgrep hogB)/autogroup; echo $?", "run 50ms", "ps -eo pid,ni,time,comm",
    "cat /proc/stat | head -2", "perf sched latency", "python3 -c 'print(2 ** 10)'", "uptime"];
  const { page, context, problems } = await atConsole();
  for (const line of lines) await type(page, line);
  const out = (await shown(page, "out")).join("");
  assert.match(out, /hogA/);
  assert.match(out, /1024/);
  assert.equal(out, printed(lines.join("\n")));
  assert.ok(shots === undefined || await page.screenshot({ path: `${shots}/console.png` }));
  assert.deepEqual(problems, []);
  await context.close();
});

test("what is typed changes the run, and the page's tables and time follow", async () => {
  const { page, context } = await atConsole();
  await type(page, "run 10ms");
  const before = await facts(page);
  assert.ok(Number(before.ns) >= 10e6 && Number(before.ns) < 40e6, before.time);
  await type(page, "renice -n 15 -p $(pgrep hogA)");
  await page.waitForFunction(() => document.querySelector("#task-rows").textContent.includes("15"));
  const nice = (await rows(page, "tasks")).find((line) => line.name === "hogA").nice;
  assert.equal(nice, "15");
  await type(page, "at 0s");
  assert.equal((await rows(page, "tasks")).find((line) => line.name === "hogA").nice, "0");
  await context.close();
});

test("errors are told apart, open lines go on, Tab completes, history comes back", async () => {
  const { page, context } = await atConsole();
  await type(page, "nosuch");
  assert.deepEqual(await shown(page, "error"), ["bash: nosuch: command not found\n"]);
  await type(page, "for i in 1 2");
  assert.equal(await page.textContent("#console .prompt"), "> ");
  await type(page, "do echo n$i; done");
  assert.deepEqual(await shown(page, "out"), ["n1\nn2\n"]);
  await page.keyboard.type("cat /proc/upt");
  await page.keyboard.press("Tab");
  assert.equal(await page.inputValue("#console input"), "cat /proc/uptime ");
  await page.keyboard.press("Control+c");
  assert.equal(await page.inputValue("#console input"), "");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowUp");
  assert.equal(await page.inputValue("#console input"), "for i in 1 2");
  await page.keyboard.press("Escape");
  assert.equal(await page.isVisible("#console"), false);
  await context.close();
});

test("letters typed there are no keys of the page, and markup stays text", async () => {
  const { page, context, problems } = await atConsole();
  const { ns } = await facts(page);
  await type(page, "echo '<img src=x onerror=alert(1)>'; echo e.,");
  assert.deepEqual(await shown(page, "out"), ["<img src=x onerror=alert(1)>\ne.,\n"]);
  assert.equal(await page.locator("#console img").count(), 0);
  assert.ok(Number((await facts(page)).ns) - Number(ns) < 20e6, "only the commands took time");
  assert.deepEqual(problems, []);
  await context.close();
});

test("after exit a new shell answers, and another scenario has its own", async () => {
  const { page, context } = await atConsole();
  await type(page, "x=5; exit");
  await type(page, "echo [$x]");
  assert.equal((await shown(page, "out")).at(-1), "[]\n");
  const scenes = await rows(page, "scenes");
  const other = scenes.findIndex((scene) => scene.name !== scenario);
  await page.evaluate((i) => globalThis.runqueueControls.openScene(i), other);
  await page.waitForFunction(() => globalThis.runqueue.rows("facts").known);
  await page.focus("#console input");
  await type(page, "pgrep -c nosuchtask; uname -s");
  assert.equal((await shown(page, "out")).at(-1).split("\n").at(-2), "Linux");
  await context.close();
});

/** Pastes into what has the focus, as Ctrl+V would. */
const paste = (page, text) => page.evaluate((pasted) => {
  const data = new DataTransfer();
  data.setData("text/plain", pasted);
  document.activeElement.dispatchEvent(
    new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}, text);

test("pasted lines are executed from where the caret is, whatever their ends", async () => {
  const { page, context } = await atConsole();
  await page.keyboard.type("echo tail");
  for (let i = 0; i < 4; i++) await page.keyboard.press("ArrowLeft");
  await paste(page, "a\r\necho b\recho c");
  assert.deepEqual(await shown(page, "out"), ["a\n", "b\n"]);
  assert.equal(await page.inputValue("#console input"), "echo ctail");
  await page.keyboard.type("d ");
  await page.keyboard.press("Enter");
  assert.equal((await shown(page, "out")).at(-1), "cd tail\n");
  await context.close();
});

test("keys and pastes with the focus on the output stay in the console", async () => {
  const { page, context } = await atConsole();
  const { ns, title } = await facts(page);
  await page.focus("#console .log");
  for (const key of [".", " ", "End", "?"]) {
    await page.focus("#console .log");
    await page.keyboard.press(key);
  }
  assert.equal(await page.isVisible("#about"), false);
  assert.equal((await facts(page)).ns, ns);
  await page.focus("#console .log");
  await paste(page, '{"format": "runqueue/1", "tasks": []}');
  assert.equal((await facts(page)).title, title);
  assert.match(await page.inputValue("#console input"), /runqueue.1/);
  await page.focus("#console .log");
  await page.keyboard.press("Escape");
  assert.equal(await page.isVisible("#console"), false);
  await context.close();
});

test("^C copies what is selected, else it gives the line up", async () => {
  const { page, context } = await atConsole();
  await page.keyboard.type("echo kept");
  await page.keyboard.press("Shift+Home");
  await page.keyboard.press("Control+c");
  assert.equal(await page.inputValue("#console input"), "echo kept");
  await page.keyboard.press("End");
  await page.keyboard.press("Control+c");
  assert.equal(await page.inputValue("#console input"), "");
  await context.close();
});

test("a command that takes long is asked about, and No is ^C", async () => {
  const { page, context, problems } = await atConsole();
  const asked = [];
  page.on("dialog", (dialog) => {
    asked.push(dialog.message());
    return asked.length < 2 ? dialog.accept() : dialog.dismiss();
  });
  await type(page, "while true; do ps > /dev/null; sleep 0.01; done");
  await page.waitForFunction(() =>
    /\^C\n$/.test(document.querySelector("#console .log").textContent), null, { timeout: 60_000 });
  assert.equal(asked.length, 2);
  assert.match(asked[0], /has run for 5 seconds/);
  await type(page, "echo $? here");
  assert.equal((await shown(page, "out")).at(-1), "130 here\n");
  assert.deepEqual(problems, []);
  await context.close();
});

test("it opens over the editor without losing its text, and gives the focus back", async () => {
  const { page, context } = await atConsole();
  await page.keyboard.press("Escape");
  await page.click("#edit");
  await page.fill("#text", "{ not yet");
  await page.click("#run");
  assert.equal(await page.isVisible("#complaints"), true);
  await page.click("#shell");
  assert.equal(await page.isVisible("#editor"), false);
  assert.equal(await page.evaluate(() =>
    document.documentElement.classList.contains("stale-picture")), false);
  await page.keyboard.press("Escape");
  assert.equal(await page.evaluate(() => document.activeElement.id), "shell");
  await page.click("#edit");
  assert.equal(await page.inputValue("#text"), "{ not yet");
  await context.close();
});

test("Share says that the link does not hold what was done by hand", async () => {
  const { page, context } = await atConsole();
  const said = async () => {
    await page.click("#share");
    const text = await page.textContent("#share-said");
    await page.keyboard.press("Escape");
    return text;
  };
  await page.keyboard.press("Escape");
  assert.doesNotMatch(await said(), /by hand/);
  await page.click("#shell");
  await type(page, "renice -n 3 -p $(pgrep hogA)");
  await page.keyboard.press("Escape");
  assert.match(await said(), /What you did to the run by hand is not in it/);
  await context.close();
});

test("between laptop and embed there is a button for it", async () => {
  for (const [width, id] of [[1440, "shell"], [1024, "shell2"], [960, "shell2"], [959, "shell"],
    [800, "shell"]]) {
    const { page, context } = await open(browser, `${server.url}#x=${scenario}`,
      { viewport: { width, height: 700 } });
    await ready(page);
    const bar = await page.locator("#bar").boundingBox();
    const box = await page.locator(`#${id}`).boundingBox();
    assert.ok(box && box.x + box.width <= width && bar.width <= width, `${width}: ${id}`);
    await page.click(`#${id}`);
    assert.equal(await page.isVisible("#console"), true, String(width));
    await context.close();
  }
});
