// Loads the engine, says how far it is, and says in one sentence what went wrong when it does not.
// The file names below carry content hashes in the published page; the build writes them.
import { Engine } from "./engine.js";
import { Mirror } from "./mirror.js";
import { Controls } from "./controls.js";

const GLUE = "./runqueue_web.js";
const WASM = "runqueue_web.wasm";
const WASM_BYTES = 0;
// Fetched when the first picture stands: the engine's second part (split.mjs), the other scenarios,
// and fonts; those with a number are the canvas's too.
const SCENARIOS = "scenarios.txt";
const LATER = "later.wasm";
const FONTS = [["Inter", "400", "inter-regular.woff2", 0],
  ["Inter", "600", "inter-semibold.otf", 1],
  ["JetBrains Mono", "400", "jetbrains-mono.ttf", 2], ["", "", "inter-accents.otf", 3]];

const root = document.documentElement;
const alertBox = document.getElementById("alert");
const status = document.getElementById("status-left");
const progress = document.getElementById("progress");

// One sentence for each cause; the second says what to do.
const causes = {
  "no-wasm": "This browser has no WebAssembly, or it is switched off. Runqueue needs it: please use a newer browser or allow WebAssembly for this page.",
  "wasm-blocked": "A security policy blocks WebAssembly on this page. Ask whoever runs the site or the network to allow 'wasm-unsafe-eval' for it.",
  "blocked": "The engine could not be fetched: the network is down, or something blocks the request. Check the connection and reload.",
  "stale": "The page was updated while it was loading, so its parts do not fit together. Reload to get the new version.",
  "out-of-memory": "The browser did not give the engine enough memory. Close other tabs, or open a smaller scenario, and reload.",
  "no-webgl": "This browser gives the page no WebGL 2, so the pictures are missing. Everything in words works: the tables, the why card, the controls.",
  "lost-webgl": "The browser took the graphics away, as it does when memory is short. The words go on; reload to see the pictures again.",
  "broken": "The engine stopped because of a fault of its own. Please report it with the text below.",
};

class Failure extends Error {
  constructor(cause, detail) {
    super(causes[cause]);
    this.cause = cause;
    this.detail = detail;
  }
}

function say(failure) {
  const sentence = document.createElement("p");
  sentence.textContent = failure.message;
  alertBox.replaceChildren(sentence);
  if (failure.detail) {
    const detail = document.createElement("pre");
    detail.textContent = failure.detail;
    alertBox.append(detail);
  }
  const button = document.createElement("button");
  const soft = failure.cause === "no-webgl" || failure.cause === "lost-webgl";
  button.textContent = soft ? "Go on without pictures" : "Reload";
  button.addEventListener("click", () => soft ? (alertBox.hidden = true) : location.reload());
  alertBox.append(button);
  alertBox.dataset.cause = failure.cause;
  alertBox.hidden = false;
  if (!soft) {
    root.classList.remove("loading");
    root.dataset.failed = failure.cause;
    status.textContent = failure.message;
    progress.hidden = true;
  }
}

function outOfMemory(error) {
  return error instanceof RangeError || /memory/i.test(String(error && error.message));
}

async function fetchEngine() {
  let response;
  try {
    response = await fetch(WASM);
  } catch (error) {
    throw new Failure("blocked", String(error));
  }
  if (response.status === 404) throw new Failure("stale");
  if (!response.ok) throw new Failure("blocked", `The server answered ${response.status}.`);
  const bytes = new Uint8Array(WASM_BYTES);
  let have = 0;
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    if (have + value.length > bytes.length) throw new Failure("stale");
    bytes.set(value, have);
    have += value.length;
    progress.value = have / WASM_BYTES;
    status.textContent = `Loading engine, ${have >> 10} of ${WASM_BYTES >> 10} KB`;
  }
  if (have !== WASM_BYTES) throw new Failure("stale");
  return bytes;
}

function hasWebGL2() {
  try {
    const probe = document.createElement("canvas").getContext("webgl2");
    const lose = probe && probe.getExtension("WEBGL_lose_context");
    if (lose) lose.loseContext();
    return Boolean(probe);
  } catch {
    return false;
  }
}

// What a call into the engine's second part meets before that has come.
const notYet = new Proxy({}, {
  get: () => () => { throw new Error("a part of the engine was used before it had come"); },
});
let firstPart;  // the exports of the engine's first part

async function loadModule() {
  if (typeof WebAssembly !== "object") throw new Failure("no-wasm");
  const [bytes, glue] = await Promise.all([
    fetchEngine(),
    import(GLUE).catch((error) => { throw new Failure("stale", String(error)); }),
  ]);
  let refuse;
  const refused = new Promise((_, reject) => { refuse = reject; });
  const options = {
    canvas: document.getElementById("canvas"),
    print: () => {},
    printErr: () => {},
    onAbort: (what) => say(new Failure(
      /memory/i.test(String(what)) ? "out-of-memory" : "broken", String(what))),
    instantiateWasm: (imports, done) => {
      WebAssembly.instantiate(bytes, { ...imports, placeholder: notYet }).then(
        (made) => {
          firstPart = made.instance.exports;
          done(made.instance, made.module);
        },
        (error) => refuse(new Failure(
          outOfMemory(error) ? "out-of-memory"
            : error instanceof WebAssembly.CompileError && /policy|unsafe/i.test(error.message)
              ? "wasm-blocked" : error instanceof WebAssembly.LinkError ? "stale" : "broken",
          String(error))));
      return {};
    },
  };
  try {
    return await Promise.race([glue.default(options), refused]);
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure(outOfMemory(error) ? "out-of-memory" : "broken", String(error));
  }
}

async function fetchPart(name) {
  let response;
  try {
    response = await fetch(name);
  } catch (error) {
    throw new Failure("blocked", String(error));
  }
  if (response.status === 404) throw new Failure("stale");
  if (!response.ok) throw new Failure("blocked", `The server answered ${response.status}.`);
  return new Uint8Array(await response.arrayBuffer());
}

async function addFace(family, weight, bytes) {
  const face = new FontFace(family, bytes, { weight });
  document.fonts.add(face);
  await face.load();
}

async function fetchLater() {
  const bytes = await fetchPart(LATER);
  try {
    await WebAssembly.instantiate(bytes, { primary: firstPart });
  } catch (error) {
    throw outOfMemory(error) ? error : new Failure("stale", String(error));
  }
}

// Canvas and page share the bytes of each font.
async function fetchFonts(engine) {
  await addFace("Inter", "500", engine.font());
  await Promise.all(FONTS.map(async ([family, weight, name, which]) => {
    const bytes = await fetchPart(name);
    if (family) await addFace(family, weight, bytes);
    if (which) engine.giveFont(which, bytes);
  }));
  await document.fonts.ready;
}

// Reading them takes the engine's second part.
async function fetchScenarios(engine, later) {
  const [bytes] = await Promise.all([fetchPart(SCENARIOS), later]);
  if (!engine.giveScenarios(bytes)) throw new Failure("stale");
}

async function boot() {
  const settings = new URLSearchParams(location.search);
  const module = await loadModule();
  const engine = new Engine(module);
  const drawn = hasWebGL2() && settings.get("canvas") !== "0";
  const mirror = new Mirror(engine);
  const controls = new Controls(engine, mirror, { settings });
  const canvas = document.getElementById("canvas");
  const first = new Promise((resolve) => { engine.onFirstFrame(resolve); });
  engine.onChange(() => mirror.changed());
  // A link may ask for any scenario, text or view: it has to wait for what they need.
  let later = location.hash.length > 1 ? fetchLater() : null;
  const early = controls.wantsOther() ? fetchScenarios(engine, later) : null;
  await (early ?? later);  // the scenarios wait for the second part themselves
  await controls.openFirst();
  if (drawn && controls.openCanvas()) {
    canvas.addEventListener("webglcontextlost", (event) => {
      event.preventDefault();
      say(new Failure("lost-webgl"));
    });
    await first;
  } else {
    root.classList.add("no-canvas");
    controls.withoutCanvas();
    say(new Failure("no-webgl"));
    engine.wake();
  }
  performance.mark("first-picture");
  const api = import("./api.js").catch((error) => { throw new Failure("stale", String(error)); });
  later ??= fetchLater();
  await Promise.all([later, fetchFonts(engine), early ?? fetchScenarios(engine, later)]);
  controls.refreshScenes();
  root.classList.remove("loading");
  document.getElementById("poster")?.remove();
  progress.hidden = true;
  controls.enable();
  mirror.changed();
  new (await api).Api(engine, controls, WASM).listen();
  globalThis.runqueue = engine;  // for the browser's console, and for tests
  globalThis.runqueueControls = controls;
  root.dataset.state = "loaded";
  performance.mark("loaded");
}

boot().catch((error) => say(error instanceof Failure ? error : new Failure(
  outOfMemory(error) ? "out-of-memory" : "broken", String(error && error.stack || error))));
