// The main views: their tabs, the menu of those for which there is no room, and each view as a
// table for whoever reads instead of looking. The rows are the engine's.

const $ = (id) => document.getElementById(id);
const root = document.documentElement;

function element(tag, className, ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

/** A sheet of engine/view/sheet.hpp as a table, or the sentence why it is empty. */
export function sheetTable(sheet) {
  const out = element("div", "sheet", element("h3", "", sheet.title || sheet.empty));
  if (!sheet.rows.length) {
    if (sheet.title) out.append(element("p", "", sheet.empty));
    return out;
  }
  const number = (i) => sheet.columns[i].number ? "num" : "";
  const head = element("tr", "", ...sheet.columns.map((column, i) =>
    element("th", number(i), column.name)));
  const most = 400;  // further rows are for the command line
  const rows = sheet.rows.slice(0, most).map((row) => element("tr", "",
    ...row.map((cell, i) => element("td", number(i), cell))));
  out.append(element("table", "", element("thead", "", head), element("tbody", "", ...rows)));
  if (sheet.rows.length > most) {
    out.append(element("p", "", `${sheet.rows.length - most} more rows are left out here.`));
  }
  return out;
}

export class Views {
  #engine;
  #tabs = [...$("main-tabs").querySelectorAll("[role=tab]")];
  #more = $("main-more");
  #changed;
  #suggested = "";
  shown = "queue";

  /** `changed` is called after another view was chosen: regions moved, rows are needed. */
  constructor(engine, changed) {
    this.#engine = engine;
    this.#changed = changed;
    for (const tab of this.#tabs) tab.addEventListener("click", () => this.show(tab.dataset.main));
    $("main-tabs").addEventListener("keydown", (event) => this.#arrows(event));
    this.#more.addEventListener("change", () => this.show(this.#more.value));
    new ResizeObserver(() => this.#fold()).observe($("main"));
    document.fonts.addEventListener?.("loadingdone", () => this.#fold());
    this.show("queue");
  }

  names() { return this.#tabs.map((tab) => tab.dataset.main); }

  show(name) {
    if (!this.names().includes(name)) return false;
    this.shown = name;
    root.dataset.main = name;
    const words = name === "inspector";  // the only one that is read, not looked at
    if (!words) this.#engine.view(name);
    $("inspector").hidden = !words;
    $("main-slot").hidden = words;
    for (const tab of this.#tabs) {
      tab.setAttribute("aria-selected", String(tab.dataset.main === name));
      tab.tabIndex = tab.dataset.main === name ? 0 : -1;
    }
    $("main-said").textContent = "";
    this.#fold();
    this.#changed();
    return true;
  }

  /** Another scenario asks for another view; the reader's own choice holds until then. */
  suggest(facts) {
    const key = this.#key(facts);
    if (this.#suggested === key) return;
    this.#suggested = key;
    this.show(facts.suggested);
  }

  keep(facts) { this.#suggested = this.#key(facts); }

  // By its title: the number of a scenario changes when the others arrive.
  #key(facts) { return `${facts.scene >= 0} ${facts.title}`; }

  #arrows(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const seen = this.#tabs.filter((tab) => !tab.hidden);
    const at = seen.indexOf(event.target);
    if (!step || at < 0) return;
    const next = seen[(at + step + seen.length) % seen.length];
    next.focus();
    this.show(next.dataset.main);
  }

  // Tabs that do not fit go into the menu; on a phone all of them do.
  #fold() {
    const phone = matchMedia("(max-width: 479px)").matches;
    for (const tab of this.#tabs) tab.hidden = phone;
    this.#more.parentElement.hidden = true;
    const head = $("main-tabs").parentElement;
    const room = head.clientWidth - 32;
    const wide = () => $("main-tabs").scrollWidth;
    if (!phone && (wide() <= room || head.clientWidth === 0)) return;
    this.#more.parentElement.hidden = false;
    for (let i = this.#tabs.length - 1; i > 0 && !phone && wide() > room - 104; i--) {
      this.#tabs[i].hidden = true;
    }
    const folded = this.#tabs.filter((tab) => tab.hidden);
    const options = folded.map((tab) => new Option(tab.textContent, tab.dataset.main));
    const chosen = folded.some((tab) => tab.dataset.main === this.shown);
    if (!chosen) {
      const title = new Option("More", "");
      title.disabled = title.hidden = true;
      options.unshift(title);
    }
    this.#more.replaceChildren(...options);
    this.#more.value = chosen ? this.shown : "";
    this.#more.parentElement.classList.toggle("chosen", chosen && !phone);
  }
}
