// What the page weighs and how long it takes: everything it asks for until it says `loaded`,
// compressed as servers compress it, and the time from the address to that word, median of five.
//   node tests/bench/page.mjs [--json]
import { brotliCompressSync, gzipSync } from "node:zlib";
import { launch, serve } from "../browser/support.mjs";
import { ready } from "../browser/page.mjs";

const server = await serve();
const browser = await launch();
const files = new Map();
const times = [];
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
    await context.close();
}
await browser.close();
server.close();

const sizes = [...files].map(([url, body]) => ({
    name: url.slice(server.url.length) || "index.html",
    bytes: body.length,
    gzip: gzipSync(body, { level: 9 }).length,
    brotli: brotliCompressSync(body).length,
}));
const sum = (what) => sizes.reduce((total, size) => total + size[what], 0);
const loadedMs = Math.round(times.sort((a, b) => a - b)[2]);
if (process.argv.includes("--json")) {
    console.log(JSON.stringify({ loaded_ms: loadedMs, bytes: sum("bytes"), gzip: sum("gzip"),
        brotli: sum("brotli"), files: sizes.length }));
} else {
    for (const size of sizes.sort((a, b) => b.brotli - a.brotli)) {
        console.log(`${String(size.brotli).padStart(8)} brotli ${String(size.gzip).padStart(8)} ` +
            `gzip ${String(size.bytes).padStart(8)} bytes  ${size.name}`);
    }
    console.log(`${sum("brotli")} bytes as brotli, ${sum("gzip")} as gzip; ` +
        `loaded after ${loadedMs} ms`);
}
