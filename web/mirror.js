// Shows the engine's rows as HTML: task table, event log, why card, this instant in words. Every
// text goes in as text, never as markup. At most ten times a second while a run plays.

import { sheetTable } from "./views.js";

const $ = (id) => document.getElementById(id);

function element(tag, className, ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

// Pieces come plain and bold by turns.
function sentence(pieces) {
  return pieces.map((text, i) => i % 2 ? element("b", "", text) : text);
}

function chip(row) {
  const made = element("span", `chip c${row.colour}${row.hatched ? " hatched" : ""}`,
    row.letter || "·");
  made.setAttribute("aria-hidden", "true");
  return made;
}

export class Mirror {
  #engine;
  #last = 0;
  #timer = 0;
  #keys = new Map();
  #clicked = false;
  #inspected = { step: "", now: new Map(), old: new Map() };  // the step before, to strike through
  onFacts = () => {};

  constructor(engine) {
    this.#engine = engine;
    $("task-rows").addEventListener("click", (event) => {
      const row = event.target.closest("tr");
      if (row) this.#engine.selectTask(Number(row.dataset.task));
    });
    $("event-rows").addEventListener("click", (event) => {
      const row = event.target.closest("tr");
      if (row) this.#engine.selectRecord(row.dataset.record);
    });
  }

  changed() {
    if (this.#timer) return;
    const wait = Math.max(0, this.#last + 100 - performance.now());
    this.#timer = setTimeout(() => {
      this.#timer = 0;
      this.#last = performance.now();
      this.show();
    }, wait);
  }

  show() {
    const facts = this.#engine.rows("facts");
    this.#facts(facts);
    this.#tasks(facts);
    this.#why();
    const tab = document.documentElement.dataset.tab;
    if (tab === "events") this.#events();
    if (tab === "describe") this.#describe();
    if (!$("inspector").hidden) this.#inspect(facts);
    if (document.documentElement.classList.contains("no-canvas")) this.#view();
    this.onFacts(facts);
  }

  #set(id, text) {
    const at = $(id);
    if (at.textContent !== text) at.textContent = text;
  }

  #facts(facts) {
    const time = $("time");
    if (document.activeElement !== time) time.value = facts.time;
    this.#set("end", `of ${facts.end}`);
    this.#set("status-right",
      `${facts.kernel} · ${facts.profile} · ` +
      `run ${facts.hash.slice(0, 4)} ${facts.hash.slice(4, 8)}`);
    $("status-right").title = `Hash of the whole run: ${facts.hash}`;
    this.#set("status-left", facts.notice ||
      "Space play · . next switch · , previous switch · drag selects a range · Ctrl + wheel zooms");
    $("limit").hidden = !facts.limit;
    this.#set("limit-said", facts.limit);
    $("continue").hidden = !facts.can_continue;
    document.documentElement.classList.toggle("playing", facts.playing);
    document.documentElement.dataset.hash = facts.hash;
    document.documentElement.dataset.ns = facts.ns;
    const said = $("selected");
    if (facts.selected >= 0) this.#clicked = true;
    said.replaceChildren(...(facts.selected >= 0
      ? [element("b", "", facts.selected_name), " selected"]
      : this.#clicked ? [] : ["Click a coloured block to ask why it ran, a hatched one why it waits."]));
  }

  #tasks(facts) {
    const rows = this.#engine.rows("tasks");
    const body = $("task-rows");
    this.#set("right-said", document.documentElement.dataset.tab === "tasks"
      ? `${rows.length} ${rows.length === 1 ? "task" : "tasks"}` : "");
    $("no-tasks").hidden = rows.length > 0;
    while (body.rows.length > rows.length) body.deleteRow(-1);
    rows.forEach((row, i) => {
      const line = body.rows[i] || this.#taskRow(body);
      line.dataset.task = row.task;
      line.setAttribute("aria-selected", String(row.task === facts.selected));
      const who = `${row.letter} ${row.name}`;
      if (line.dataset.who !== who) {
        line.dataset.who = who;
        line.cells[0].replaceChildren(element("span", "who", chip(row), row.name));
        line.cells[0].title = `pid ${row.pid}`;
      }
      const texts = [row.state, row.nice, row.key, row.cpu_time];
      texts.forEach((text, k) => {
        const cell = line.cells[k + 1];
        const old = cell.textContent;
        if (old === text) return cell.classList.remove("changed");
        cell.textContent = text;
        cell.classList.toggle("changed", old !== "" && !facts.playing);
      });
    });
  }

  #taskRow(body) {
    const line = body.insertRow();
    for (const name of ["", "", "num narrow-hide", "num", "num"]) {
      line.insertCell().className = name;
    }
    return line;
  }

  #why() {
    const why = this.#engine.rows("why");
    const key = JSON.stringify(why);
    if (this.#keys.get("why") === key) return;
    this.#keys.set("why", key);
    this.#set("why-title", why.found ? why.question : "Why?");
    const embedded = matchMedia("(max-width: 799px), (max-height: 419px)").matches;
    this.#set("why-when", !why.found ? "" : embedded && innerWidth >= 480 ? why.rule : why.when);
    if (!why.found) {
      $("why-card").replaceChildren(element("p", "",
        "Click a coloured block in the timeline, or press Next switch."));
      return;
    }
    const card = [element("p", "answer", ...sentence(why.answer))];
    if (why.numbers.length) {
      card.push(element("ul", "numbers", ...why.numbers.map((line) => element("li", "", line.text,
        ...(line.verdict ? [" ", element("b", "", line.verdict)] : [])))));
    }
    const facts = element("dl", "");
    const fact = (name, value, mono) => facts.append(element("dt", "", name),
      element("dd", mono ? "mono" : "", ...value));
    if (why.rule) fact("Rule", [why.rule], true);
    if (why.runner_up.length) fact("Runner-up", sentence(why.runner_up));
    if (why.otherwise.length) fact("Otherwise", sentence(why.otherwise));
    card.push(facts);
    $("why-card").replaceChildren(...card);
  }

  #events() {
    const rows = this.#engine.rows("events");
    let now = null;
    $("event-rows").replaceChildren(...rows.map((row) => {
      const time = element("td", "num", row.time);
      const line = element("tr", "", time, element("td", "", row.cpu),
        element("td", "", ...sentence(row.text)));
      line.dataset.record = row.record;
      line.setAttribute("aria-selected", String(row.now));
      if (row.now) now = line;
      return line;
    }));
    if (now) now.scrollIntoView({ block: "center" });
    this.#set("right-said", "");
  }

  #describe() {
    const rows = this.#engine.rows("describe");
    const view = document.documentElement.dataset.main;
    $("describe").replaceChildren(...rows.map((pieces) => element("p", "", ...sentence(pieces))),
      sheetTable(this.#engine.rows(`sheet:${view}`)));
    this.#set("right-said", "");
  }

  #inspect(facts) {
    const rows = this.#engine.rows("inspect");
    const table = $("field-rows");
    if (!rows.length) {
      table.replaceChildren(element("tr", "", element("td", "",
        "No task is selected. Click one in the timeline or in the table.")));
      return;
    }
    const step = `${facts.selected} ${facts.ns}`;
    if (this.#inspected.step !== step) {
      const same = this.#inspected.step.startsWith(`${facts.selected} `) && !facts.playing;
      this.#inspected = { step, now: new Map(rows.map((row) => [row.name, row.value])),
        old: same ? this.#inspected.now : new Map() };
    }
    let group = "";
    table.replaceChildren(...rows.map((row) => {
      const name = row.group === group ? "" : row.group;
      group = row.group;
      const old = this.#inspected.old.get(row.name);
      const changed = old !== undefined && old !== row.value;
      return element("tr", "", element("th", "", name), element("td", "mono", row.name),
        element("td", changed ? "mono num changed" : "mono num", row.value,
          ...(changed ? [" ", element("s", "", old)] : [])));
    }));
    this.#set("main-said", facts.selected_name);
  }

  // Without a canvas the main view is a table.
  #view() {
    const view = document.documentElement.dataset.main;
    if (view === "inspector") return;
    $("main-slot").replaceChildren(sheetTable(this.#engine.rows(`sheet:${view}`)));
  }
}
