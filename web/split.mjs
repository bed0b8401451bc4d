// Divides the page's module: node split.mjs MODULE FIRST LATER
// FIRST holds what the first picture needs, LATER the console, the texts of /proc and /sys, the
// readers of foreign workloads, the main views that do not stand there at first, and what only
// these call. A call from one part into the other goes through the table; until LATER has been
// instantiated with FIRST's exports as "primary", such a call meets the imports "placeholder".
import { execFileSync } from "node:child_process";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [module, first, later] = process.argv.slice(2);

// Binaryen lies beside emcc in emsdk, and on the path in distributions.
const beside = process.env.EMSDK ? join(process.env.EMSDK, "upstream", "bin") : "";
const features = ["--quiet", "--enable-mutable-globals", "--enable-bulk-memory",
  "--enable-sign-ext", "--enable-nontrapping-float-to-int"];

function binaryen(tool, ...options) {
  const program = beside && existsSync(join(beside, tool)) ? join(beside, tool) : tool;
  try {
    return execFileSync(program, [...features, ...options],
      { encoding: "utf8", maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "inherit"] });
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
    console.error(`${tool} is missing. On Debian and Ubuntu: apt-get install binaryen`);
    process.exit(1);
  }
}

/** The names of the functions in the order of their indices. */
function functionNames(file) {
  const names = [];
  for (const line of binaryen("wasm-opt", file, "--print-function-map").split("\n")) {
    const found = /^(\d+):(.*)$/.exec(line);
    if (found) names[Number(found[1])] = found[2];
  }
  return names;
}

/** For each called function the set of those that call it by name. */
function callers(file) {
  const who = new Map();
  for (const line of binaryen("wasm-opt", file, "--print-call-graph").split("\n")) {
    const found = /^\s*"(.*)" -> "(.*)"; \/\/ call$/.exec(line);
    if (!found) continue;
    if (!who.has(found[2])) who.set(found[2], new Set());
    who.get(found[2]).add(found[1]);
  }
  return who;
}

// The console's functions are taken only where the call graph shows no caller outside: the linker
// folds equal functions, so one that carries a console's name may be called from anywhere. A
// std::function's machinery is reached through the table, where no graph shows who calls it.
const isConsole = (name) => /2rq7console|^rq_console|open_shell/.test(name) &&
  !name.startsWith("_ZNSt17_Function_handler");
// These have callers in FIRST, which do not come to them before the first picture stands.
const isLater = (name) => [
  /^_ZN2rq4view(8procfs|4tree)/,
  /^_ZN2rq\d+(write_kernel_file|(make|remove)_kernel_folder|set_sysctl|[gs]et_sched_debug)E/,
  /^_ZN2rq(12_GLOBAL__N_1)?\d+(Rtapp|Kload)Reader/,
  /^_ZN2rq\d+panel_(vruntime|tree|sharing|memory|groups|machine|costs|latency|preemptions)E/,
  /^_ZN2rq4view\d+(why_not|task_fields|process_tree|family|sharing)E/,
  /^_ZN2rq4view\d+(memory_map|group_rows|machine_map)E/,
  /^_ZN2rq4view12_GLOBAL__N_1\d+(?!queue)[a-z]+_sheetE/,
  /^_ZNK2rq4view(11LatencyFold2of|14PreemptionFold4rows)E/,
].some((family) => family.test(name));
const isCpp = (name) => name.startsWith("_Z");

const names = functionNames(module);
const calledBy = callers(module);
const chosen = new Set(names.filter((name) => name && isConsole(name)));

/** Nothing outside the choice calls the function by name. */
function inside(name) {
  return [...calledBy.get(name) ?? []].every((who) => who === name || chosen.has(who));
}

/** Changes the choice until there is nothing more to change. */
function settle(change) {
  let before;
  do {
    before = chosen.size;
    change();
  } while (chosen.size !== before);
}

settle(() => {
  for (const name of chosen) if (!inside(name)) chosen.delete(name);
});
for (const name of names) if (name && isLater(name)) chosen.add(name);
settle(() => {
  for (const name of calledBy.keys()) if (isCpp(name) && inside(name)) chosen.add(name);
});

// Without names the parts call each other by numbers, which is what is published.
const bare = `${first}.bare`;
const list = `${first}.list`;
binaryen("wasm-opt", module, "--strip-debug", "-o", bare);
const numbers = functionNames(bare);
const moved = numbers.filter((_, i) => chosen.has(names[i]));
if (numbers.length !== names.length || !moved.length) {
  console.error(`${module}: no function is for later; link with --profiling-funcs`);
  process.exit(1);
}
writeFileSync(list, moved.join("\n"));
binaryen("wasm-split", "--split", bare, `--split-funcs=@${list}`, "-o1", first, "-o2", later,
  "--export-prefix=%");
rmSync(bare);
rmSync(list);
