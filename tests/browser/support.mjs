// What every browser test needs: a server for the built page, a Chromium that stays off the
// network, and a page that remembers all that went wrong in it.
import { after, before } from "node:test";
import { execFileSync, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

export const root = fileURLToPath(new URL("../..", import.meta.url));
export const site = process.env.RUNQUEUE_SITE ?? `${root}build/check/wasm/site`;

/** Serves a folder on a free port of this machine; resolves to { url, close }. */
export async function serve(folder = site, prefix = "/") {
    const server = spawn("python3", [`${root}web/serve.py`, "--port", "0", "--quiet",
        "--prefix", prefix, folder], { stdio: ["ignore", "pipe", "inherit"] });
    for await (const line of createInterface({ input: server.stdout })) {
        const url = line.match(/http:\/\/\S+/)?.[0];
        if (url) return { url, close: () => server.kill() };
    }
    throw new Error(`web/serve.py did not start for ${folder}`);
}

/** What the command line prints: the program built for node, or `other`. */
export function runqueue(args, other = process.env.RUNQUEUE_CLI) {
    const program = process.env.RUNQUEUE_NODE ?? `${site}/../shell/runqueue.js`;
    return String(execFileSync(other ?? process.execPath, other ? args : [program, ...args]));
}

const flags = ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-domain-reliability", "--disable-features=OptimizationHints,Translate,MediaRouter"];

/** Starts Chromium: $CHROMIUM, or the distribution's. */
export function launch(more = []) {
    const places = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser",
        "/usr/bin/google-chrome"];
    const executablePath = places.find((place) => place && existsSync(place));
    if (!executablePath) throw new Error("Chromium is missing: apt-get install chromium");
    return chromium.launch({ executablePath, headless: true, args: [...flags, ...more] });
}

/**
 * Opens an address in a context of its own. Returns { page, context, problems, requests }:
 * `problems` fills with console errors, exceptions and violations of the content security policy,
 * `requests` with every address asked for.
 */
export async function open(browser, url, options = {}) {
    const viewport = { width: 1440, height: 900 };
    const context = await browser.newContext({ viewport, ...options });
    const page = await context.newPage();
    const problems = [];
    const requests = [];
    page.on("console", (message) => {
        if (message.type() === "error") problems.push(`console: ${message.text()}`);
    });
    page.on("pageerror", (error) => problems.push(`exception: ${error.message}`));
    page.on("crash", () => problems.push("the page crashed"));
    page.on("request", (request) => requests.push(request.url()));
    await page.addInitScript(() => {
        document.addEventListener("securitypolicyviolation", (event) => {
            console.error(`CSP: ${event.violatedDirective} refused ${event.blockedURI}`);
        });
    });
    await page.goto(url);
    return { page, context, problems, requests };
}

/** The browser and the served site of one test file, between its first test and its last. */
export let browser, server;

/**
 * Starts both before the file's tests, with the site below `prefix`, and stops both after them.
 * What further needs them to begin with is `more`: hooks of one file do not wait for each other.
 */
export function surroundings(prefix = "/", more = async () => {}) {
    before(async () => {
        browser = await launch();
        server = await serve(site, prefix);
        await more();
    });
    after(async () => {
        await browser?.close();
        server?.close();
    });
}
