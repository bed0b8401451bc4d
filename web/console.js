// The console: a drawer with what was typed and shown, and a line to type in. Everything is done by
// the engine; here are only the keys of a terminal: history, completion, lines that go on.

const MOST_HISTORY = 500;
const MOST_SHOWN = 2000;  // commands and answers that stay in the drawer

export class ConsolePanel {
  #engine;
  #root;
  #changed;
  #closed;
  #log;
  #line;
  #prompt;
  #history = [];
  #at = 0;
  #open = "";  // lines of a command that goes on

  // `root` is the drawer: an output of class log, a prompt, an input. `changed` is told when a
  // command has been executed, and `closed` when the drawer was.
  constructor(engine, root, { changed, closed }) {
    this.#engine = engine;
    this.#root = root;
    this.#changed = changed;
    this.#closed = closed;
    this.#log = root.querySelector(".log");
    this.#line = root.querySelector("input");
    this.#prompt = root.querySelector(".prompt");
    this.#line.addEventListener("keydown", (event) => this.#key(event));
    this.#log.addEventListener("click", () => {
      if (getSelection().isCollapsed) this.#line.focus();
    });
    root.querySelector(".close").addEventListener("click", () => this.toggle());
    // A paste of several lines is executed line by line, as a terminal does.
    this.#line.addEventListener("paste", (event) => {
      const text = event.clipboardData.getData("text");
      if (!text.includes("\n")) return;
      event.preventDefault();
      const lines = (this.#line.value + text).split("\n");
      this.#line.value = lines.pop();
      for (const line of lines) this.#enter(line);
    });
  }

  /** Opens the drawer, or closes it. */
  toggle() {
    this.#root.hidden = !this.#root.hidden;
    if (this.#root.hidden) return this.#closed();
    this.#show();
    this.#line.focus();
  }

  #show() {
    this.#prompt.textContent = this.#open ? "> " : this.#engine.consolePrompt();
    this.#log.scrollTop = this.#log.scrollHeight;
  }

  #print(text, kind) {
    const piece = document.createElement("span");
    piece.className = kind;
    piece.textContent = text;
    this.#log.append(piece);
    while (this.#log.childElementCount > MOST_SHOWN) this.#log.firstElementChild.remove();
  }

  #enter(line) {
    this.#print(this.#prompt.textContent + line + "\n", "typed");
    if (line.trim()) {
      this.#history.push(line);
      if (this.#history.length > MOST_HISTORY) this.#history.shift();
    }
    this.#at = this.#history.length;
    this.#open += line + "\n";
    const answer = this.#engine.consoleRun(this.#open);
    if (!answer.unfinished) {
      this.#open = "";
      for (const piece of answer.shown) this.#print(piece.text, piece.error ? "error" : "out");
      this.#changed();
    }
    this.#show();
  }

  #complete() {
    const before = this.#line.value.slice(0, this.#line.selectionStart);
    const found = this.#engine.consoleComplete(before);
    if (!found.length) return;
    let common = found[0];
    for (const word of found) while (!word.startsWith(common)) common = common.slice(0, -1);
    const word = before.match(/[^ |;&(]*$/)[0];
    if (common.length > word.length) {
      const end = found.length === 1 && !common.endsWith("/") ? " " : "";
      this.#line.setRangeText(common + end, before.length - word.length, before.length, "end");
    } else if (found.length > 1) {
      this.#print(found.join("  ") + "\n", "out");
      this.#show();
    }
  }

  #key(event) {
    if (event.key === "Enter") {
      const line = this.#line.value;
      this.#line.value = "";
      this.#enter(line);
    } else if (event.key === "Tab" && !event.shiftKey && this.#line.value) {
      this.#complete();
    } else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      this.#at += event.key === "ArrowUp" ? -1 : 1;
      this.#at = Math.max(0, Math.min(this.#at, this.#history.length));
      this.#line.value = this.#history[this.#at] || "";
    } else if (event.key === "l" && event.ctrlKey) {
      this.#log.replaceChildren();
    } else if (event.key === "c" && event.ctrlKey && getSelection().isCollapsed) {
      this.#print(this.#prompt.textContent + this.#line.value + "^C\n", "typed");
      this.#line.value = this.#open = "";
      this.#show();
    } else if (event.key === "Escape") {
      this.toggle();
    } else {
      event.stopPropagation();  // letters are no keys of the page here
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }
}
