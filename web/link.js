// Share links: everything a link says stands in the URL's fragment, so no server ever sees it. What
// comes in is bounded while it is read, and a link can only do what the controls can.
//   #x=04-fair/nice-weighs&t=12500000&view=vruntime&sel=hogA&k=6.12     a built-in scenario
//   #s=1.<base64url of raw deflate of JSON>&t=…                          a text of one's own
//   #s=0.<base64url of JSON>                                             the same, uncompressed

const MOST_FRAGMENT = 400_000;     // characters; far above what a browser's address bar takes
const MOST_INFLATED = 256 << 10;   // bytes of JSON
const MOST_NS = 2 ** 53;
export const MOST_URL = 8_000;     // characters of a link that may be copied
export const LONG_URL = 2_000;     // from here on some programs cut links

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

export class LinkError extends Error {}

function toBase64Url(bytes) {
  let text = "";
  for (let i = 0; i < bytes.length; i += 8192) {
    text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  }
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function fromBase64Url(text) {
  if (!/^[A-Za-z0-9_-]*$/.test(text)) throw new LinkError("it holds characters that no link has");
  let binary;
  try {
    binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  } catch {
    throw new LinkError("it was cut short or changed on its way");
  }
  return Uint8Array.from(binary, (c) => c.charCodeAt(0));
}

async function deflate(bytes) {
  const packed = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}

// Stops as soon as more comes out than a link may hold: a few bytes can stand for gigabytes.
async function inflate(bytes) {
  const reader = new Blob([bytes]).stream()
    .pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  const parts = [];
  let have = 0;
  for (;;) {
    let piece;
    try {
      piece = await reader.read();
    } catch {
      throw new LinkError("it was cut short or changed on its way");
    }
    if (piece.done) break;
    have += piece.value.length;
    if (have > MOST_INFLATED) {
      await reader.cancel();
      throw new LinkError("the scenario in it is larger than 256 KiB");
    }
    parts.push(piece.value);
  }
  const out = new Uint8Array(have);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** The value of `s` for a text of one's own. */
export async function packText(text) {
  const bytes = encoder.encode(JSON.stringify({ text }));
  if (bytes.length > MOST_INFLATED) throw new LinkError("the scenario is larger than 256 KiB");
  if (typeof CompressionStream !== "function") return `0.${toBase64Url(bytes)}`;
  return `1.${toBase64Url(await deflate(bytes))}`;
}

/** The text in a value of `s`; throws a LinkError whose message completes "This link …:". */
export async function unpackText(packed) {
  if (packed.length > MOST_FRAGMENT) throw new LinkError("it is longer than any link may be");
  const version = packed.slice(0, 2);
  const bytes = fromBase64Url(packed.slice(2));
  let json;
  if (version === "1.") json = await inflate(bytes);
  else if (version === "0.") json = bytes;
  else throw new LinkError("it was made by a newer version of Runqueue");
  if (json.length > MOST_INFLATED) throw new LinkError("the scenario in it is larger than 256 KiB");
  let state;
  try {
    state = JSON.parse(decoder.decode(json));
  } catch {
    throw new LinkError("it was cut short or changed on its way");
  }
  if (!state || typeof state !== "object" || typeof state.text !== "string") {
    throw new LinkError("it holds no scenario");
  }
  return state.text;
}

/** What a fragment asks for; everything in it is optional, and what is out of range is left out. */
export function readFragment(hash) {
  const asked = new URLSearchParams(hash.replace(/^#/, "").slice(0, MOST_FRAGMENT));
  const t = asked.get("t");
  const ns = /^\d{1,16}$/.test(t ?? "") ? Number(t) : -1;
  const word = (key, most) => (asked.get(key) ?? "").slice(0, most);
  return {
    scenario: word("x", 200),
    packed: asked.get("s") ?? "",
    ns: ns >= 0 && ns <= MOST_NS ? ns : -1,
    view: word("view", 40),
    task: word("sel", 100),
    kernel: { "6.1": 0, "6.12": 1 }[asked.get("k")] ?? -1,
  };
}

/** The other way round. Empty parts are left out. */
export function makeFragment({ scenario, packed, ns, view, task, kernel }) {
  const parts = [];
  // A slash needs no escape there: a link is to be read.
  const put = (key, value) =>
    parts.push(`${key}=${encodeURIComponent(value).replaceAll("%2F", "/")}`);
  if (packed) put("s", packed);
  else if (scenario) put("x", scenario);
  if (kernel) put("k", kernel);
  if (ns > 0) put("t", String(ns));
  if (view) put("view", view);
  if (task) put("sel", task);
  return `#${parts.join("&")}`;
}

export class Links {
  #engine;
  #controls;
  #packed = "";      // of the text that is open, when it is one's own
  #timer = 0;
  #followed = false; // the address the page came with may be written over

  constructor(engine, controls) {
    this.#engine = engine;
    this.#controls = controls;
    // What the page writes itself raises no such event. The address may have been written anew by
    // the time that this is read: what was asked for stands in the event.
    addEventListener("hashchange", async (event) => {
      await controls.enabled;
      this.open(new URL(event.newURL).hash);
    });
  }

  /** Does what a fragment asks for. Resolves to a sentence when something could not be done. */
  async open(hash) {
    const asked = readFragment(hash);
    let complaint = "";
    if (asked.packed) complaint = await this.#openPacked(asked.packed);
    else this.#openNamed(asked.scenario);
    if (!complaint) this.#place(asked);
    this.#followed = true;
    if (complaint) this.#controls.say(complaint);
    return complaint;
  }

  async #openPacked(packed) {
    try {
      const text = await unpackText(packed);
      const complaints = this.#engine.load(text);
      if (!complaints.length) {
        this.#packed = packed;
        return "";
      }
      this.#controls.showComplaints(text, complaints);
      return "The scenario in this link has a mistake; the editor shows where.";
    } catch (error) {
      if (!(error instanceof LinkError)) throw error;
      return `This link could not be opened: ${error.message}.`;
    } finally {
      if (this.#engine.rows("facts").hash === "") this.#openNamed("");
    }
  }

  #openNamed(name) {
    const scenes = this.#engine.rows("scenes");
    const index = scenes.findIndex((scene) => scene.name === name);
    this.#packed = "";
    this.#engine.openScene(index < 0 ? this.#engine.startScene() : index);
  }

  #place(asked) {
    const engine = this.#engine;
    if (asked.kernel >= 0 && engine.rows("facts").eevdf !== asked.kernel) {
      engine.setKernel(asked.kernel);
    }
    if (asked.ns >= 0) engine.seek(asked.ns);
    if (asked.task) {
      const row = engine.rows("tasks").find((task) => task.name === asked.task);
      if (row) engine.selectTask(row.task);
    }
    if (asked.view && this.#controls.views.show(asked.view)) {
      this.#controls.views.keep(engine.rows("facts"));
    }
  }

  /** A text of one's own was loaded by hand: the address names it if it is short enough. */
  async ownText(text) {
    try {
      this.#packed = await packText(text);
    } catch (error) {
      if (!(error instanceof LinkError)) throw error;
      this.#packed = "";
    }
    this.write(true);
  }

  builtIn() {
    this.#packed = "";
    this.write(true);
  }

  #fragment() {
    const facts = this.#engine.rows("facts");
    const scenes = this.#engine.rows("scenes");
    const own = facts.scene < 0;
    return makeFragment({
      scenario: own ? "" : scenes[facts.scene].name,
      packed: own ? this.#packed : "",
      ns: Number(facts.ns),
      view: this.#controls.views.shown,
      task: facts.selected >= 0 ? facts.selected_name : "",
      kernel: facts.kernel_override ? (facts.eevdf ? "6.12" : "6.1") : "",
    });
  }

  /** The whole link to what is seen now; "" when the text is too large for one. */
  link() {
    if (this.#engine.rows("facts").scene < 0 && !this.#packed) return "";
    const url = new URL(location.href);
    url.search = "";
    url.hash = this.#fragment();
    return url.href.length > MOST_URL ? "" : url.href;
  }

  // The address follows what is seen: at once when another scenario was opened (Back returns to
  // the one before), else at most once a second. A frame inside a sandbox may refuse.
  write(another = false) {
    if (!this.#followed) return;
    if (another) return this.#write(another);
    if (this.#timer) return;
    this.#timer = setTimeout(() => {
      this.#timer = 0;
      this.#write(false);
    }, 1000);
  }

  #write(another) {
    // Inside another page the history is the host's.
    if (window.parent !== window) return;
    let fragment = this.#fragment();
    if (fragment.length > MOST_URL) fragment = "#";
    if (fragment === location.hash) return;
    try {
      if (another) history.pushState(null, "", fragment);
      else history.replaceState(null, "", fragment);
    } catch { /* refused */ }
  }
}
