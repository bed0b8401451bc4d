// The embed API: messages from the page that frames this one. Only the simulation can be changed;
// nothing is stored, opened or navigated, and the answer goes to whoever asked.

const MAX_TEXT = 1 << 20;
const MAX_PER_SECOND = 200;

export class Api {
  #engine;
  #controls;
  #second = 0;
  #count = 0;

  constructor(engine, controls) {
    this.#engine = engine;
    this.#controls = controls;
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
      const reply = { runqueue: 1, re: ask.id, ...this.#safely(ask) };
      event.source.postMessage(reply, event.origin === "null" ? "*" : event.origin);
    });
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
        return { ok: true, api: 1, caps: ["load", "run", "pause", "step", "seek", "get", "theme"] };
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
      case "get": return this.#get(ask.what);
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

  #get(what) {
    if (what === "state" || what === "hash") return this.#state();
    const known = { metrics: "tasks", events: "events", why: "why", describe: "describe",
      queue: "queue" };
    if (!Object.hasOwn(known, what)) return this.#refuse("unknown-rows", "no such rows");
    return { ok: true, rows: this.#engine.rows(known[what]) };
  }
}
