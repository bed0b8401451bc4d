// The console in the page: what it answers is what `runqueue sh` prints, the pictures follow it,
// and its keys are those of a terminal.
import { test } from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { browser, open, root, server, site, surroundings } from "./support.mjs";
import { facts, ready, rows } from "./page.mjs";

surroundings();

const shots = process.env.RUNQUEUE_SHOTS;
const scenario = "04-fair/nice-weighs";

/** What `runqueue sh` prints to standard output: the program built for node, or $RUNQUEUE_CLI. */
function printed(commands) {
  const cli = process.env.RUNQUEUE_CLI;
  const program = process.env.RUNQUEUE_NODE ?? `${site}/../shell/runqueue.js`;
  const args = ["sh", `${root}scenarios/${scenario}.json`, "-c", commands];
  return String(execFileSync(cli ?? process.execPath, cli ? args : [program, ...args]));
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
