// Buttons, keys, tabs, theme, editor, dropped and pasted files: every one ends in a call of the
// engine. Nothing is computed here.
import { ConsolePanel } from "./console.js";
import { LONG_URL, Links, readFragment } from "./link.js";
import { Views } from "./views.js";

const $ = (id) => document.getElementById(id);
const root = document.documentElement;

// Storage may be refused (private windows, foreign frames); then nothing is remembered.
const store = {
  get(key) { try { return localStorage.getItem(`runqueue.${key}`); } catch { return null; } },
  set(key, value) {
    try { localStorage.setItem(`runqueue.${key}`, value); } catch { /* refused */ }
  },
};

const MOST_FILE = 16 << 20;  // bytes, as the engine reads at most

const unitsNs = { "": 1e6, ns: 1, us: 1e3, "µs": 1e3, "μs": 1e3, ms: 1e6, s: 1e9 };

/** "2 s", "350us", "12,5": ns; without a unit they are ms. NaN for anything else. */
export function parseTime(text) {
  const found = /^\s*(\d+(?:[.,]\d*)?|[.,]\d+)\s*(ns|us|µs|μs|ms|s|)\s*$/i.exec(text);
  if (!found) return NaN;
  return Math.round(Number(found[1].replace(",", ".")) * unitsNs[found[2].toLowerCase()]);
}

const keys = {
  " ": "play_pause", ".": "next_switch", ",": "previous_switch", e: "next_event",
  E: "previous_event", q: "previous_event", "+": "zoom_in", "=": "zoom_in", "-": "zoom_out",
  "0": "fit", ArrowLeft: "pan_left", ArrowRight: "pan_right", ArrowUp: "select_above",
  ArrowDown: "select_below", Home: "to_begin", End: "to_end", Escape: "clear",
};

export class Controls {
  #engine;
  #mirror;
  #settings;
  #canvas = $("canvas");
  #stage = $("stage");
  #embed;
  #scene = "";
  #source = "";  // the run's text when the editor was filled
  #step = 0;
  #toggleConsole;
  #enabled;
  enabled = new Promise((resolve) => { this.#enabled = resolve; });
  onFacts = () => {};

  constructor(engine, mirror, { settings }) {
    this.#engine = engine;
    this.#mirror = mirror;
    this.#settings = settings;
    this.#embed = settings.get("embed") === "1";
    this.#theme();
    this.#buttons();
    this.views = new Views(engine, () => {
      this.#regions();
      mirror.changed();
    });
    this.#tabs("right-tabs", "tab", (name) => this.showTab(name));
    this.#keyboard();
    this.#editor();
    this.#console();
    this.refreshScenes();
    this.links = new Links(engine, this);
    mirror.onFacts = (facts) => {
      this.#facts(facts);
      this.onFacts(facts);
    };
    this.#share();
    const classes = matchMedia("(max-width: 1359px)");
    classes.addEventListener("change", () => this.showTab(root.dataset.tab));
    matchMedia("(max-width: 479px)").addEventListener("change",
      () => this.showTab(root.dataset.tab));
    this.showTab("why");
  }

  // --- start ------------------------------------------------------------------------------------
  /** True if the address asks for a scenario that is not compiled in. */
  wantsOther() {
    const { scenario, packed } = readFragment(location.hash);
    return scenario !== "" && !packed &&
      !this.#engine.rows("scenes").some((scene) => scene.name === scenario);
  }

  /** Opens what the address asks for, else the first scenario. */
  openFirst() { return this.links.open(location.hash); }

  /** Everything of the engine is there: what was asked for meanwhile may be done. */
  enable() {
    this.#enabled();
    this.#stage.inert = false;
    for (const control of document.querySelectorAll("button, select, .field")) {
      control.disabled = false;
    }
  }

  withoutCanvas() {
    const note = document.createElement("p");
    note.className = "note";
    note.textContent = "The timeline is a picture and is missing here. Step with Next switch, or " +
      "type a time in the bar; the tables and the why card say what happens.";
    $("timeline-slot").replaceChildren(note);
  }

  // --- canvas -----------------------------------------------------------------------------------
  openCanvas() {
    const box = this.#stage.getBoundingClientRect();
    const coarse = matchMedia("(pointer: coarse)").matches;
    this.#regions();
    if (!this.#engine.openCanvas(box.width, box.height, devicePixelRatio, coarse)) return false;
    const watch = new ResizeObserver(() => this.#resize());
    for (const id of ["stage", "timeline-slot", "main-slot"]) watch.observe($(id));
    this.#watchDensity();
    for (const kind of ["pointermove", "pointerdown", "pointerup", "pointerleave", "wheel",
      "touchstart", "touchmove", "touchend", "keydown", "keyup"]) {
      this.#canvas.addEventListener(kind, () => this.#engine.wake(), { passive: true });
    }
    // In a course page the wheel belongs to the page unless the canvas was clicked.
    const whole = this.#settings.get("wheel") === "zoom";
    this.#engine.wheelZooms(whole);
    this.#stage.addEventListener("wheel", (event) => {
      const ours = event.ctrlKey || document.activeElement === this.#canvas || !this.#embed;
      if (!ours) event.stopPropagation();
    }, { capture: true, passive: true });
    // SDL keeps every key it hears; the page's own keys and Tab must get past it.
    this.#stage.addEventListener("keydown", (event) => {
      if (event.target !== this.#canvas) return;
      event.stopPropagation();
      this.#key(event);
    }, { capture: true });
    return true;
  }

  #watchDensity() {
    const query = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
    query.addEventListener("change", () => {
      this.#resize();
      this.#watchDensity();
    }, { once: true });
  }

  #resize() {
    const box = this.#stage.getBoundingClientRect();
    this.#engine.resize(box.width, box.height, devicePixelRatio);
    this.#regions();
  }

  #regions() {
    const stage = this.#stage.getBoundingClientRect();
    const inside = (id) => {
      const box = $(id).getBoundingClientRect();
      const shown = getComputedStyle($(id)).visibility === "visible" && box.width > 0;
      return shown ? [box.left - stage.left, box.top - stage.top, box.width, box.height]
        : [0, 0, 0, 0];
    };
    this.#engine.regions(innerWidth, innerHeight, inside("timeline-slot"), inside("main-slot"));
  }

  // --- buttons and keys -------------------------------------------------------------------------
  #buttons() {
    const acts = { back: "previous_switch", play: "play_pause", next: "next_switch",
      event: "next_event", "zoom-in": "zoom_in", "zoom-out": "zoom_out", fit: "fit" };
    for (const [id, verb] of Object.entries(acts)) {
      $(id).addEventListener("click", () => this.#engine.act(verb));
    }
    $("scenario").addEventListener("change", () => this.openScene(Number($("scenario").value)));
    $("speed").addEventListener("change", () => this.#speed());
    this.#speed();
    const time = $("time");
    time.addEventListener("change", () => {
      const ns = parseTime(time.value);
      if (ns >= 0) this.#engine.seek(ns);
      else this.toast("Type a time such as 12.5 ms, 350 µs or 2 s.");
      this.#mirror.changed();
    });
    time.addEventListener("focus", () => time.select());
    time.addEventListener("keydown", (event) => {
      if (event.key === "Enter") time.blur();
    });
    $("cfs").addEventListener("click", () => this.#engine.setKernel(0));
    $("eevdf").addEventListener("click", () => this.#engine.setKernel(1));
    $("lesson-on").addEventListener("click", () => this.#engine.goLesson(this.#step + 1));
    $("lesson-back").addEventListener("click", () => this.#engine.goLesson(this.#step - 1));
    $("continue").addEventListener("click", () => this.#engine.goOn());
    $("help").addEventListener("click", () => $("about").showModal());
    const here = new URL(location.href);
    here.search = "";
    $("open-full").href = here.href;
  }

  #speed() { this.#engine.setSpeed(Number($("speed").value)); }

  #keyboard() {
    document.addEventListener("keydown", (event) => {
      if (event.target.closest && event.target.closest("input, textarea, select, dialog")) return;
      const press = event.key === " " && event.target.closest && event.target.closest("button");
      if (!press) this.#key(event);
    });
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || this.#stage.inert) return;
    if (event.target.getAttribute && event.target.getAttribute("role") === "tab" &&
        event.key.startsWith("Arrow")) return;
    if (event.key === "Escape" && this.#embed) event.target.blur();
    if (event.key === "?") return $("about").showModal();
    const dead = event.key === "Dead" && event.code === "Backquote";  // it is on some keyboards
    if (event.key === "`" || dead) {
      event.preventDefault();
      return this.#toggleConsole();
    }
    const verb = keys[event.key];
    if (!verb) return;
    event.preventDefault();
    this.#engine.act(verb);
  }

  // --- tabs -------------------------------------------------------------------------------------
  #tabs(list, kind, show) {
    const tabs = [...$(list).querySelectorAll("[role=tab]")];
    for (const tab of tabs) tab.addEventListener("click", () => show(tab.dataset[kind]));
    $(list).addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      const seen = tabs.filter((tab) => tab.offsetWidth > 0);
      const at = seen.indexOf(event.target);
      if (!step || at < 0) return;
      const next = seen[(at + step + seen.length) % seen.length];
      next.focus();
      show(next.dataset[kind]);
    });
  }

  showTab(name) {
    const tab = $("right-tabs").querySelector(`[data-tab="${name}"]`);
    if (!tab || getComputedStyle(tab).display === "none") name = "tasks";
    root.dataset.tab = name;
    for (const other of $("right-tabs").children) {
      const here = other.dataset.tab === name;
      other.setAttribute("aria-selected", String(here));
      other.tabIndex = here ? 0 : -1;
    }
    for (const id of ["tasks", "events", "describe"]) $(id).hidden = id !== name;
    if (root.dataset.state === "loaded") this.#regions();
    this.#mirror.changed();
  }

  // --- theme ------------------------------------------------------------------------------------
  #theme() {
    const wishes = ["auto", "light", "dark", "contrast"];
    const asked = this.#settings.get("theme");
    let wish = wishes.includes(asked) ? asked : store.get("theme");
    if (!wishes.includes(wish)) wish = "auto";
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const contrast = matchMedia("(prefers-contrast: more), (forced-colors: active)");
    const apply = () => {
      const kind = wish !== "auto" ? wish
        : contrast.matches ? "contrast" : dark.matches ? "dark" : "light";
      root.dataset.theme = kind;
      this.#engine.theme(kind);
    };
    dark.addEventListener("change", apply);
    contrast.addEventListener("change", apply);
    $("theme").value = wish;
    $("theme").addEventListener("change", () => {
      wish = $("theme").value;
      store.set("theme", wish);
      apply();
    });
    this.setTheme = (kind) => {
      wish = wishes.includes(kind) ? kind : "auto";
      apply();
    };
    apply();
  }

  // --- scenarios --------------------------------------------------------------------------------
  refreshScenes() {
    this.#scene = "";
    const scenes = this.#engine.rows("scenes");
    const menu = $("scenario");
    const groups = new Map();
    const list = $("lesson-list");
    menu.replaceChildren();
    list.replaceChildren();
    scenes.forEach((scene, i) => {
      if (!groups.has(scene.group)) {
        const group = document.createElement("optgroup");
        group.label = scene.group;
        menu.append(group);
        groups.set(scene.group, group);
      }
      groups.get(scene.group).append(new Option(scene.title, String(i)));
      const item = document.createElement("li");
      const button = document.createElement("button");
      button.textContent = scene.title;
      button.dataset.scene = String(i);
      button.addEventListener("click", () => this.openScene(i));
      item.append(button);
      list.append(item);
    });
    const own = new Option("A text of your own", "-1");
    own.hidden = true;
    menu.append(own);
  }

  openScene(index) {
    if (index < 0 || !this.#engine.openScene(index)) return;
    this.#complain([]);
    this.links.builtIn();
    this.#setText(this.#engine.text());
    this.#mirror.changed();
  }

  #facts(facts) {
    this.views.suggest(facts);
    this.links.write();
    $("cfs").setAttribute("aria-pressed", String(facts.eevdf === 0));
    $("eevdf").setAttribute("aria-pressed", String(facts.eevdf === 1));
    const lesson = this.#engine.rows("lesson");
    const key = `${facts.scene} ${facts.title} ${lesson.step}`;
    if (this.#scene === key) return;
    this.#scene = key;
    const scenes = this.#engine.rows("scenes");
    $("scenario").value = String(facts.scene);
    $("lesson-group").textContent = facts.scene < 0 ? "A text of your own"
      : scenes[facts.scene].group;
    const intro = lesson.step === 0;
    $("lesson-title").textContent = intro ? facts.title : lesson.title;
    const texts = intro ? [facts.question, facts.hint] : [lesson.text, lesson.question];
    $("lesson-body").replaceChildren(...texts.filter(Boolean).map((text) => {
      const made = document.createElement("p");
      made.textContent = text;
      if (text === lesson.question) made.className = "ask";
      return made;
    }));
    const steps = [];
    for (let i = 0; i < lesson.count; i++) {
      steps.push(document.createElement("span"));
      if (i < lesson.step) steps[i].className = "done";
    }
    $("lesson-steps").replaceChildren(...steps);
    $("lesson-steps").hidden = $("lesson-turn").hidden = lesson.count === 0;
    $("lesson-back").hidden = intro;
    $("lesson-on").textContent = intro ? "Start lesson" : "Continue";
    $("lesson-on").hidden = lesson.step === lesson.count;
    $("lesson-on").classList.toggle("primary", !intro);
    root.classList.toggle("in-lesson", !intro && lesson.step < lesson.count);
    this.#step = lesson.step;
    for (const button of $("lesson-list").querySelectorAll("button")) {
      button.setAttribute("aria-current", String(button.dataset.scene === String(facts.scene)));
    }
  }

  // --- editor, files, paste ---------------------------------------------------------------------
  #editor() {
    const open = () => {
      const stale = this.#source !== this.#engine.text();
      if ($("editor").hidden && stale) this.#setText(this.#engine.text());
      this.#show(true);
      $("text").focus();
    };
    $("edit").addEventListener("click", open);
    $("edit2").addEventListener("click", () => $("file").click());
    $("close").addEventListener("click", () => this.#close());
    $("run").addEventListener("click", () => this.load($("text").value));
    $("pick").addEventListener("click", () => $("file").click());
    $("file").addEventListener("change", async () => {
      const file = $("file").files[0];
      if (file) await this.#loadFile(file);
      $("file").value = "";
    });
    $("editor").addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.load($("text").value);
      if (event.key === "Escape") this.#close();
    });
    document.addEventListener("paste", async (event) => {
      if (event.target.closest && event.target.closest("input, textarea")) return;
      const text = event.clipboardData.getData("text/plain");
      await this.enabled;
      if (text.trim()) this.load(text);
    });
    let depth = 0;
    document.addEventListener("dragenter", () => {
      depth++;
      root.classList.add("dropping");
    });
    document.addEventListener("dragleave", () => {
      if (--depth <= 0) root.classList.remove("dropping");
    });
    document.addEventListener("dragover", (event) => event.preventDefault());
    document.addEventListener("drop", async (event) => {
      event.preventDefault();
      depth = 0;
      root.classList.remove("dropping");
      const file = event.dataTransfer.files[0];
      if (file) return this.#loadFile(file);
      const text = event.dataTransfer.getData("text/plain");
      await this.enabled;
      if (text) this.load(text);
    });
  }

  #console() {
    const panel = new ConsolePanel(this.#engine, $("console"), () => this.#mirror.changed());
    this.#toggleConsole = () => {
      this.#hideEditor();
      panel.toggle();
    };
    for (const id of ["shell", "shell2"]) $(id).addEventListener("click", this.#toggleConsole);
  }

  // The size is looked at first: reading a file of gigabytes would take the page down.
  async #loadFile(file) {
    await this.enabled;
    if (file.size > MOST_FILE) {
      const size = Math.ceil(file.size / (1 << 20));
      const message = `${file.name} has ${size} MiB; a scenario may have 16`;
      const text = this.#source === this.#engine.text() ? $("text").value : this.#engine.text();
      return this.showComplaints(text, [{ line: 0, hint: "", message }]);
    }
    this.load(await file.text());
  }

  #show(yes) {
    if (yes) $("console").hidden = true;
    $("editor").hidden = !yes;
    root.classList.toggle("editing", yes);
  }

  #hideEditor() {
    this.#show(false);
    this.#complain([]);
  }

  #close() {
    this.#hideEditor();
    this.#canvas.focus();
  }

  // Into the editor. What is changed there stays until the run is another one.
  #setText(text) {
    $("text").value = text;
    this.#source = this.#engine.text();
  }

  // Runs a text; on complaints the old picture stays and the editor shows where they are.
  load(text) {
    const complaints = this.#engine.load(text);
    if (complaints.length) {
      this.showComplaints(text, complaints);
    } else {
      this.#setText(text);
      this.#hideEditor();
      this.links.ownText(text);
      this.toast("Loaded");
    }
    this.#mirror.changed();
    return complaints;
  }

  showComplaints(text, complaints) {
    this.#setText(text);
    this.#complain(complaints);
    this.#show(true);
    this.#goTo(complaints[0]);
  }

  #complain(complaints) {
    root.classList.toggle("stale-picture", complaints.length > 0);
    $("complaints").hidden = complaints.length === 0;
    $("complaints").replaceChildren(...complaints.slice(0, 50).map((complaint) => {
      const item = document.createElement("li");
      const button = document.createElement("button");
      if (complaint.line) {
        const place = document.createElement("span");
        place.className = "place";
        place.textContent = `line ${complaint.line}, column ${complaint.column}:`;
        button.append(place);
      }
      button.append(`${complaint.message}${complaint.hint ? `. ${complaint.hint}` : ""}`);
      button.addEventListener("click", () => this.#goTo(complaint));
      item.append(button);
      return item;
    }));
  }

  #goTo(complaint) {
    const field = $("text");
    if (!complaint.line) return;
    const lines = field.value.split("\n");
    let at = 0;
    for (let i = 0; i < complaint.line - 1 && i < lines.length; i++) at += lines[i].length + 1;
    const line = lines[Math.min(complaint.line, lines.length) - 1] || "";
    field.focus();
    field.setSelectionRange(at, at + line.length);
    field.scrollTop = Math.max(0, (complaint.line - 4) * 20);
  }

  // --- sharing ----------------------------------------------------------------------------------
  #share() {
    const dialog = $("sharing");
    $("share").addEventListener("click", () => {
      const link = this.links.link();
      $("share-link").value = link;
      $("share-link").hidden = $("copy-link").hidden = $("copy-embed").hidden = !link;
      $("share-said").textContent = !link
        ? "This scenario is too large for a link. Save it as a file and pass that on."
        : link.length > LONG_URL
          ? `${link.length} characters: some programs cut links as long as this.`
          : "Whoever opens it sees this scenario at this instant. Nothing is stored anywhere.";
      if (link && this.#engine.rows("facts").acted) {
        $("share-said").append(" What you did to the run by hand is not in it.");
      }
      dialog.showModal();
      $("share-link").select();
    });
    $("copy-link").addEventListener("click", () =>
      this.#copy($("share-link").value, "Link copied"));
    $("copy-embed").addEventListener("click", () => this.#copy(this.#embedCode(), "Code copied"));
    $("save-file").addEventListener("click", () => {
      const text = new Blob([this.#engine.text()], { type: "application/json" });
      const anchor = document.createElement("a");
      anchor.href = URL.createObjectURL(text);
      anchor.download = "scenario.json";
      anchor.click();
      setTimeout(() => URL.revokeObjectURL(anchor.href), 10_000);
    });
  }

  #embedCode() {
    const url = new URL($("share-link").value);
    url.search = "?embed=1";
    return `<iframe src="${url.href.replaceAll("&", "&amp;")}" width="600" height="340" ` +
      `loading="lazy" title="Runqueue"></iframe>`;
  }

  // Where the clipboard is refused the text stays selected, to be copied by hand.
  async #copy(text, done) {
    const field = $("share-link");
    try {
      await navigator.clipboard.writeText(text);
      $("sharing").close();
      this.toast(done);
    } catch {
      field.value = text;
      field.select();
      $("share-said").textContent = "The browser refuses the clipboard: press Ctrl+C to copy.";
    }
  }

  /** A sentence that stays until it is closed. */
  say(sentence) {
    const close = document.createElement("button");
    close.textContent = "Close";
    close.addEventListener("click", () => { $("alert").hidden = true; });
    const words = document.createElement("p");
    words.textContent = sentence;
    $("alert").replaceChildren(words, close);
    $("alert").dataset.cause = "link";
    $("alert").hidden = false;
  }

  toast(text) {
    const toast = $("toast");
    toast.textContent = text;
    toast.hidden = false;
    setTimeout(() => { toast.hidden = true; }, 4000);
  }
}
