// What the page weighs and how long it takes: everything it asks for before its first picture, and
// all of it until it says `loaded`, compressed as servers compress it; and the times from the
// address to both, median of five.
//   node tests/bench/page.mjs [--json]
import { brotliCompressSync, gzipSync } from "node:zlib";
import { launch, serve } from "../browser/support.mjs";
import { ready } from "../browser/page.mjs";

const server = await serve();
const browser = await launch();
const files = new Map();
const times = [];
const pictures = [];
const early = new Set();
for (let visit = 0; visit < 5; ++visit) {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    const page = await context.newPage();
    const bodies = [];
    page.on("response", (response) => {
        if (response.url().startsWith(server.url)) {
            bodies.push(response.body().then((body) => files.set(response.url(), body)));
        }
    });
    await page.goto(server.url);
    await ready(page);
    await Promise.all(bodies);
    times.push(await page.evaluate(() => performance.getEntriesByName("loaded")[0].startTime));
    const seen = await page.evaluate(() => {
        const at = performance.getEntriesByName("first-picture")[0].startTime;
        const before = performance.getEntriesByType("resource").filter((r) => r.startTime < at);
        return { at, names: [location.href, ...before.map((resource) => resource.name)] };
    });
    pictures.push(seen.at);
    for (const name of seen.names) early.add(name.split("#")[0]);
    await context.close();
}
await browser.close();
server.close();

const sizes = [...files].map(([url, body]) => ({
    name: url.slice(server.url.length) || "index.html",
    early: early.has(url),
    bytes: body.length,
    gzip: gzipSync(body, { level: 9 }).length,
    brotli: brotliCompressSync(body).length,
}));
const add = (some, what) => some.reduce((total, size) => total + size[what], 0);
const sum = (what) => add(sizes, what);
const first = (what) => add(sizes.filter((size) => size.early), what);
const median = (all) => Math.round(all.sort((a, b) => a - b)[2]);
const loadedMs = median(times);
const pictureMs = median(pictures);
if (process.argv.includes("--json")) {
    console.log(JSON.stringify({ first_picture_brotli: first("brotli"),
        first_picture_ms: pictureMs, loaded_ms: loadedMs, bytes: sum("bytes"), gzip: sum("gzip"),
        brotli: sum("brotli"), files: sizes.length }));
} else {
    for (const size of sizes.sort((a, b) => b.brotli - a.brotli)) {
        console.log(`${String(size.brotli).padStart(8)} brotli ${String(size.gzip).padStart(8)} ` +
            `gzip ${String(size.bytes).padStart(8)} bytes  ` +
            `${size.early ? "" : "later: "}${size.name}`);
    }
    console.log(`${first("brotli")} bytes as brotli before the first picture, which came after ` +
        `${pictureMs} ms; ${sum("brotli")} in all, ${sum("gzip")} as gzip; ` +
        `loaded after ${loadedMs} ms`);
}
