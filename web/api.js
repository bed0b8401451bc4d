// The embed API: messages from the page that frames this one. Only the simulation can be changed;
// nothing is stored, opened or navigated, and the answer goes to whoever asked.

const MAX_TEXT = 1 << 20;
const MAX_PER_SECOND = 200;
const MOST_ROWS = 10_000;  // of one answer
const MOST_HZ = 60;        // of what was subscribed to

export class Api {
  #engine;
  #controls;
  #second = 0;
  #count = 0;

  #version;
  #host = null;          // where events go, once it has subscribed
  #wanted = new Set();
  #wait = 100;           // ms between two events
  #told = 0;
  #before = null;

  /** `version` names this build: the file name of its engine, with the hash of its content. */
  constructor(engine, controls, version) {
    this.#engine = engine;
    this.#controls = controls;
    this.#version = version;
  }

  listen() {
    addEventListener("message", (event) => {
      const host = window.parent !== window ? window.parent : window.opener;
      if (!host || event.source !== host || !this.#inRate()) return;
      // reveal.js sends these two words to every frame of a slide.
      if (event.data === "slide:start" || event.data === "slide:stop") {
        this.#play(event.data === "slide:start");
        return;
      }
      const ask = event.data;
      if (!ask || typeof ask !== "object" || ask.runqueue !== 1) return;
      if (typeof ask.cmd !== "string" || typeof ask.id !== "number") return;
      const origin = event.origin === "null" ? "*" : event.origin;
      if (ask.cmd === "subscribe") this.#host = { window: event.source, origin };
      const reply = { runqueue: 1, re: ask.id, ...this.#safely(ask) };
      event.source.postMessage(reply, origin);
    });
    this.#controls.onFacts = (facts) => this.#tell(facts);
  }

  // Events that the host asked for, at most as often as it wanted them.
  #tell(facts) {
    const before = this.#before;
    this.#before = facts;
    if (!this.#host || !before) return;
    const now = performance.now();
    const finished = before.playing && !facts.playing && facts.ns === facts.end_ns;
    if (!finished && now < this.#told + this.#wait) return;
    const send = (name) => this.#wanted.has(name) && this.#host.window.postMessage(
      { runqueue: 1, event: name, ...this.#state() }, this.#host.origin);
    this.#told = now;
    if (before.ns !== facts.ns) send("tick");
    if (before.switches !== facts.switches) send("switch");
    if (finished) send("finished");
  }

  #subscribe(ask) {
    const known = ["tick", "switch", "finished"];
    const events = Array.isArray(ask.events) ? ask.events : [];
    this.#wanted = new Set(events.filter((name) => known.includes(name)));
    const hz = Number(ask.maxHz) > 0 ? Math.min(Number(ask.maxHz), MOST_HZ) : 10;
    this.#wait = 1000 / hz;
    return { ok: true, events: [...this.#wanted], maxHz: hz };
  }

  #inRate() {
    const second = Math.floor(performance.now() / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#count = 0;
    }
    return ++this.#count <= MAX_PER_SECOND;
  }

  #refuse(code, message) { return { ok: false, error: { code, message } }; }

  #state() {
    const facts = this.#engine.rows("facts");
    return { ok: true, t: facts.ns, events: facts.events, running: facts.playing,
      stateHash: facts.state_hash };
  }

  #play(wanted) {
    if (this.#engine.rows("facts").playing !== wanted) this.#engine.act("play_pause");
  }

  /** What no command can make sense of gets an answer too: cyclic objects, huge numbers. */
  #safely(ask) {
    try {
      return this.#answer(ask);
    } catch (error) {
      return this.#refuse("bad-message", String(error?.message ?? error).slice(0, 200));
    }
  }
  #answer(ask) {
    switch (ask.cmd) {
      case "hello":
        return { ok: true, api: 1, version: this.#version.replace(/\.wasm$/, ""),
          caps: ["load", "open", "run", "pause", "step", "seek", "runUntil", "reset", "view",
            "select", "get", "export", "subscribe", "theme"] };
      case "load": return this.#load(ask.scenario);
      case "run":
        if (ask.speed > 0) this.#engine.setSpeed(Number(ask.speed));
        this.#play(true);
        return this.#state();
      case "pause":
        this.#play(false);
        return this.#state();
      case "step":
        for (let i = Math.min(Number(ask.events) || 1, 10000); i > 0; i--) {
          this.#engine.act("next_event");
        }
        return this.#state();
      case "seek":
      case "runUntil":
        if (!(Number(ask.ns) >= 0)) return this.#refuse("bad-time", "ns must be a number ≥ 0");
        this.#engine.seek(Number(ask.ns));
        return this.#state();
      case "reset":
        this.#play(false);
        this.#engine.seek(0);
        return this.#state();
      case "open": return this.#open(ask.name);
      case "view":
        if (!this.#controls.views.show(String(ask.view))) {
          return this.#refuse("unknown-view",
            `there are the views ${this.#controls.views.names().join(", ")}`);
        }
        return this.#state();
      case "select": return this.#select(ask.task);
      case "get": return this.#get(ask);
      case "export": return this.#export(ask.what);
      case "subscribe": return this.#subscribe(ask);
      case "theme":
        this.#controls.setTheme(String(ask.theme));
        return { ok: true };
      default:
        return this.#refuse("unknown-command", `there is no command ${ask.cmd.slice(0, 40)}`);
    }
  }

  #load(scenario) {
    const text = typeof scenario === "string" ? scenario : JSON.stringify(scenario);
    if (typeof text !== "string") return this.#refuse("bad-scenario", "scenario is missing");
    if (text.length > MAX_TEXT) return this.#refuse("too-long", "more than 1 MiB of text");
    const complaints = this.#engine.load(text);
    if (!complaints.length) return this.#state();
    const { code, message, line, column } = complaints[0];
    return { ok: false, error: { code, message, line, col: column } };
  }

  #open(name) {
    const index = this.#engine.rows("scenes").findIndex((scene) => scene.name === name);
    if (index < 0) return this.#refuse("unknown-scenario", "no scenario has that name");
    this.#controls.openScene(index);
    return this.#state();
  }

  #select(name) {
    const row = this.#engine.rows("tasks").find((task) => task.name === name);
    if (name !== "" && !row) return this.#refuse("unknown-task", "no task of that name lives now");
    this.#engine.selectTask(row ? row.task : -1);
    return this.#state();
  }

  #get({ what, view, from }) {
    if (what === "state" || what === "hash") return this.#state();
    if (what === "view") {
      const names = this.#controls.views.names();
      const name = view === undefined ? this.#controls.views.shown : String(view);
      if (!names.includes(name)) return this.#refuse("unknown-view", `there is no ${name}`);
      const sheet = this.#engine.rows(`sheet:${name}`);
      const first = Math.max(0, Math.trunc(Number(from)) || 0);
      return { ok: true, view: name, ...sheet, total: sheet.rows.length,
        rows: sheet.rows.slice(first, first + MOST_ROWS) };
    }
    const known = { metrics: "tasks", events: "events", why: "why", describe: "describe",
      queue: "queue" };
    if (!Object.hasOwn(known, what)) return this.#refuse("unknown-rows", "no such rows");
    return { ok: true, rows: this.#engine.rows(known[what]) };
  }

  #export(what) {
    if (what === "scenario") return { ok: true, text: this.#engine.text() };
    if (what !== "link") return this.#refuse("unknown-export", "there are link and scenario");
    const link = this.#controls.links.link();
    return link ? { ok: true, link } : this.#refuse("too-long", "it is too large for a link");
  }
}
