// The module's exported C functions as methods. No row is computed here: JSON in, actions out.

const decoder = new TextDecoder();
const encoder = new TextEncoder();

export class Engine {
  #m;

  constructor(module) {
    this.#m = module;
    module._rq_start();
  }

  #text(at) {
    // Zero-terminated UTF-8: find the end in growing pieces.
    for (let size = 4096; ; size *= 4) {
      const bytes = this.#m.read(at, size);
      const end = bytes.indexOf(0);
      if (end >= 0) return decoder.decode(bytes.subarray(0, end));
      if (bytes.length < size) return decoder.decode(bytes);
    }
  }

  #put(text) {
    const bytes = encoder.encode(text);
    const at = this.#m._rq_buffer(bytes.length);
    if (!at) return false;
    this.#m.write(at, bytes);
    return true;
  }

  onChange(call) { this.#m.changed = call; }
  onFirstFrame(call) { this.#m.firstFrame = call; }

  rows(name) {
    this.#put(name);
    return JSON.parse(this.#text(this.#m._rq_rows()));
  }

  act(verb) {
    this.#put(verb);
    return this.#m._rq_act() === 1;
  }

  // Shows a main view on the canvas; false when it is not one of the canvas.
  view(name) {
    this.#put(name);
    return this.#m._rq_view() === 1;
  }

  // The complaints about a text; empty when it was loaded.
  load(text) {
    if (!this.#put(text)) {
      return [{ code: "too-long", message: "the text is larger than 16 MiB", hint: "", line: 0,
        column: 0 }];
    }
    return JSON.parse(this.#text(this.#m._rq_load()));
  }

  openScene(index) { return this.#m._rq_open_scene(index) === 1; }
  startScene() { return this.#m._rq_start_scene(); }
  text() { return this.#text(this.#m._rq_text()); }
  setSpeed(nsPerSecond) { this.#m._rq_set_speed(nsPerSecond); }
  seek(ns) { this.#m._rq_seek(ns); }
  selectTask(task) { this.#m._rq_select_task(task); }
  selectRecord(record) { this.#m._rq_select_record(Number(record)); }
  setKernel(which) { this.#m._rq_kernel(which); }
  goLesson(step) { this.#m._rq_lesson(step); }
  goOn() { this.#m._rq_continue(); }
  wake() { this.#m._rq_wake(); }

  // What the lines showed, as { shown: [{ error, text }] }, or { unfinished: true }.
  consoleRun(text) {
    if (!this.#put(text)) return { shown: [{ error: true, text: "too long a line\n" }] };
    return JSON.parse(this.#text(this.#m._rq_console()));
  }
  consolePrompt() { return this.#text(this.#m._rq_console_prompt()); }
  consoleComplete(line) {
    this.#put(line);
    return JSON.parse(this.#text(this.#m._rq_console_complete()));
  }

  openCanvas(width, height, density, coarse) {
    return this.#m._rq_open_canvas(width, height, density, coarse ? 1 : 0) === 1;
  }
  resize(width, height, density) { this.#m._rq_resize(width, height, density); }
  regions(pageWidth, pageHeight, timeline, main) {
    this.#m._rq_regions(pageWidth, pageHeight, ...timeline, ...main);
  }
  theme(kind) { this.#m._rq_theme(["light", "dark", "contrast"].indexOf(kind)); }
  wheelZooms(yes) { this.#m._rq_wheel_zooms(yes ? 1 : 0); }

  font() {
    return this.#m.read(this.#m._rq_font(), this.#m._rq_font_size());
  }

  // What the first picture did without: 1 Inter SemiBold, 2 JetBrains Mono, 3 accents.
  giveFont(which, bytes) {
    this.#m.write(this.#m._rq_buffer(bytes.length), bytes);
    this.#m._rq_give_font(which);
  }
  giveScenarios(bytes) {
    this.#m.write(this.#m._rq_buffer(bytes.length), bytes);
    return this.#m._rq_give_scenarios() === 1;
  }
}
