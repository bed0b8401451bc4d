// The console: a drawer with what was typed and shown, and a line to type in. Everything is done by
// the engine; here are only the keys of a terminal: history, completion, lines that go on.

const MOST_HISTORY = 500;
const MOST_PIECES = 2000;  // commands and answers that stay in the drawer …
const MOST_CHARACTERS = 4 << 20;  // … and how long they may be together

export class ConsolePanel {
  #engine;
  #root;
  #changed;
  #log;
  #characters = 0;
  #line;
  #prompt;
  #history = [];
  #at = 0;
  #draft = "";  // what was typed before the arrow keys brought back older lines
  #open = "";  // lines of a command that goes on
  #before = null;  // what had the focus before the drawer was opened

  // `root` is the drawer: an output of class log, a prompt, an input. `changed` is told when a
  // command has been executed.
  constructor(engine, root, changed) {
    this.#engine = engine;
    this.#root = root;
    this.#changed = changed;
    this.#log = root.querySelector(".log");
    this.#line = root.querySelector("input");
    this.#prompt = root.querySelector(".prompt");
    // Neither keys nor pastes are the page's in here, wherever the focus is.
    root.addEventListener("keydown", (event) => {
      event.stopPropagation();
      this.#key(event);
    });
    root.addEventListener("paste", (event) => {
      event.stopPropagation();
      this.#paste(event);
    });
    this.#log.addEventListener("click", () => {
      if (getSelection().isCollapsed) this.#line.focus();
    });
    root.querySelector(".close").addEventListener("click", () => this.close());
  }

  /** Opens the drawer, or closes it. */
  toggle() {
    if (!this.#root.hidden) return this.close();
    this.#before = document.activeElement;
    this.#root.hidden = false;
    this.#show();
    this.#line.focus();
  }

  close() {
    if (this.#root.hidden) return;
    this.#root.hidden = true;
    if (this.#before) this.#before.focus();
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
    this.#characters += text.length;
    while (this.#log.childElementCount > MOST_PIECES || this.#characters > MOST_CHARACTERS) {
      this.#characters -= this.#log.firstElementChild.textContent.length;
      this.#log.firstElementChild.remove();
    }
  }

  #enter(line) {
    this.#print(this.#prompt.textContent + line + "\n", "typed");
    if (line.trim()) {
      this.#history.push(line);
      if (this.#history.length > MOST_HISTORY) this.#history.shift();
    }
    this.#at = this.#history.length;
    this.#draft = "";
    this.#open += line + "\n";
    const answer = this.#engine.consoleRun(this.#open);
    if (!answer.unfinished) {
      this.#open = "";
      for (const piece of answer.shown) this.#print(piece.text, piece.error ? "error" : "out");
      this.#changed();
    }
    this.#show();
  }

  // Several lines are executed line by line, as a terminal does; the last waits for Enter.
  #paste(event) {
    const lines = event.clipboardData.getData("text/plain").split(/\r\n?|\n/);
    const { value, selectionStart, selectionEnd } = this.#line;
    event.preventDefault();
    this.#line.focus();
    if (lines.length === 1) {
      return this.#line.setRangeText(lines[0], selectionStart, selectionEnd, "end");
    }
    lines[0] = value.slice(0, selectionStart) + lines[0];
    const last = lines.pop();
    this.#line.value = last + value.slice(selectionEnd);
    this.#line.setSelectionRange(last.length, last.length);
    for (const line of lines) this.#enter(line);
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

  #recall(step) {
    if (this.#at === this.#history.length) this.#draft = this.#line.value;
    this.#at = Math.max(0, Math.min(this.#at + step, this.#history.length));
    this.#line.value = this.#at < this.#history.length ? this.#history[this.#at] : this.#draft;
  }

  #breakOff() {
    this.#print(`${this.#prompt.textContent}${this.#line.value}^C\n`, "typed");
    this.#line.value = this.#open = this.#draft = "";
    this.#at = this.#history.length;
    this.#show();
  }

  #key(event) {
    const line = this.#line;
    if (event.isComposing) return;
    if (event.key === "Escape") {
      this.close();
    } else if (event.target !== line) {
      // A letter typed while the output has the focus is meant for the line.
      if (event.target === this.#log && event.key.length === 1 && event.key !== " " &&
          !event.ctrlKey && !event.metaKey && !event.altKey) line.focus();
      return;
    } else if (event.key === "Enter") {
      const text = line.value;
      line.value = "";
      this.#enter(text);
    } else if (event.key === "Tab" && !event.shiftKey && line.value) {
      this.#complete();
    } else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      this.#recall(event.key === "ArrowUp" ? -1 : 1);
    } else if (event.key === "l" && event.ctrlKey) {
      this.#log.replaceChildren();
      this.#characters = 0;
    } else if (event.key === "c" && event.ctrlKey && getSelection().isCollapsed &&
        line.selectionStart === line.selectionEnd) {
      this.#breakOff();
    } else {
      return;
    }
    event.preventDefault();
  }
}
