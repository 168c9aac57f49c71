// What the tests of the page share: the page served on the loopback interface, a browser, and eyes on everything that the page could let out.
import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { extname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { after, before } from "node:test";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const www = join(import.meta.dirname, "..");
export const root = join(www, "..");
/** The native program. */
export const binary = process.env.ENVGATE_BINARY ?? join(root, "target/debug/envgate");
const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8" };
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export const SINGLE = pathToFileURL(join(www, "dist/envgate-review.html")).href;

function program() {
  const names = [process.env.CHROME, "/usr/bin/chromium", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"].filter(Boolean);
  const found = names.map((name) => (name.includes("/") ? name : spawnSync("which", [name], { encoding: "utf8" }).stdout.trim())).find((path) => path && spawnSync(path, ["--version"]).status === 0);
  if (!found) throw new Error("there is no Chromium; run scripts/setup.sh browser");
  return found;
}

export const launch = (more = []) =>
  chromium.launch({
    executablePath: program(),
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--font-render-hinting=none", ...more],
  });

/** Serves a folder of files on the loopback interface. */
export async function serve(folder = join(www, "dist/hosted")) {
  const server = createServer(({ url }, response) => {
    const path = new URL(url, "http://localhost").pathname;
    try {
      const file = path === "/" ? "/index.html" : path;
      response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream" }).end(readFileSync(join(folder, file)));
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${server.address().port}/`, close: () => (server.closeAllConnections(), server.close()) };
}

/** Starts `envgate review` in a folder; its address, and how it ends. */
export async function review(folder, ...args) {
  const child = spawn(binary, ["review", "--page", join(www, "dist/envgate-review.html"), "--no-open", ...args], { cwd: resolve(root, folder), stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((resolve) => child.on("close", resolve));
  for await (const line of createInterface(child.stdout)) if (line.startsWith("http://")) return { url: line, ended, stop: () => (child.kill(), ended) };
  throw new Error("it gave no address");
}

/**
 * A page with everything watched: requests, console, violations of the policy, and every text that was ever in the document or in a
 * shadow root.
 */
export async function open(browser, url, { scheme = "light", width = 1280, height = 900, watch = true, ...options } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme, acceptDownloads: true, reducedMotion: "reduce", permissions: ["clipboard-read", "clipboard-write"], ...options });
  // How long a machine takes is no finding.
  context.setDefaultTimeout(120_000);
  const page = await context.newPage();
  const seen = { requests: [], console: [], violations: [] };
  page.on("request", (request) => seen.requests.push(request.url()));
  page.on("console", (message) => seen.console.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => seen.console.push(`error: ${error.message}`));
  // Watching takes time, which whoever measures does without.
  if (!watch) {
    await page.goto(url);
    return { page, context, seen, close: () => context.close() };
  }
  await page.exposeFunction("violated", (text) => seen.violations.push(text));
  await page.addInitScript(() => {
    addEventListener("securitypolicyviolation", (event) => window.violated(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
    // Everything that the document comes to hold, shadow roots too, from before the first script.
    window.everShown = new Set();
    const note = (node) => {
      if (node.nodeType === 3) window.everShown.add(node.data);
      for (const { value } of node.attributes ?? []) window.everShown.add(value);
      for (const child of node.childNodes) note(child);
      if (node.shadowRoot) watch(node.shadowRoot);
    };
    const watched = new WeakSet();
    const watch = (root) => {
      if (watched.has(root)) return;
      watched.add(root);
      new MutationObserver((records) => {
        for (const { target, addedNodes, type } of records) {
          for (const node of addedNodes) note(node);
          if (type !== "childList") note(target);
        }
      }).observe(root, { subtree: true, childList: true, characterData: true, attributes: true });
      note(root);
    };
    const attach = Element.prototype.attachShadow;
    Element.prototype.attachShadow = function (options) {
      const root = attach.call(this, options);
      watch(root);
      return root;
    };
    watch(document);
  });
  await page.goto(url);
  return { page, context, seen, close: () => context.close() };
}

/** Waits until the checker is there, behind which the page loads nothing. */
export const loaded = (page) => page.waitForFunction(() => document.body.dataset.engine);

/** Opens a page, lets `work` use it, and holds it to what must be so of every page: no request but its own, no violation, no word in the console. */
export async function watched(browser, work, { url, allow = [], ...options }) {
  const opened = await open(browser, url, options);
  const { page, seen } = opened;
  try {
    await loaded(page);
    const before = seen.requests.length;
    await work(page, opened);
    const late = seen.requests.slice(before).filter((url) => !url.startsWith("blob:") && !allow.some((part) => url.endsWith(part)));
    assert.deepEqual(late, [], "no request after the page was loaded");
    assert.deepEqual(seen.violations, [], "no violation of the policy");
    assert.deepEqual(seen.console, [], "nothing in the console");
    assert.equal(page.url().replace(/#main$/, ""), url, "the address stays");
    if (url.startsWith("http")) {
      const kept = await page.evaluate(async () => [localStorage.length, sessionStorage.length, document.cookie, (await indexedDB.databases()).length, (await caches.keys()).length]);
      assert.deepEqual(kept, [0, 0, "", 0, 0], "nothing is stored");
    }
  } finally {
    await opened.close();
  }
}

/** A browser, and the page on a server, for the tests of one file. `onPage` lets a test use a page that is held to what `watched` asks of every page. */
export function onSite() {
  const site = {
    browser: undefined,
    url: undefined,
    onPage: (work, options = {}) => watched(site.browser, work, { url: site.url, ...options }),
  };
  let server;
  before(async () => {
    [site.browser, server] = await Promise.all([launch(), serve()]);
    site.url = server.url;
  });
  after(() => Promise.all([site.browser.close(), server.close()]));
  return site;
}

/** Folders of files that a page may not have read yet. */
const opened = [];
process.on("exit", () => opened.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** Puts files in, as if they had been chosen. */
export async function put(page, files, input = "#pick-files") {
  const folder = mkdtempSync(join(tmpdir(), "envgate-page-"));
  opened.push(folder);
  for (const { name, text } of files) writeFileSync(join(folder, name), text);
  const before = await page.evaluate(() => document.body.dataset.taken ?? "0");
  await page.setInputFiles(input, files.map(({ name }) => join(folder, name)));
  await page.waitForFunction((before) => (document.body.dataset.taken ?? "0") !== before, before);
}

/** Waits until nothing is being checked. */
export async function checked(page) {
  await page.waitForFunction(() => !["reading", "checking", "comparing", undefined].includes(document.body.dataset.status), null, { polling: 20 });
}

export async function example(page, name) {
  await page.click(`[data-example="${name}"]`);
  await checked(page);
}

export const text = (page, selector) => page.locator(selector).innerText();

/** The report of the page, as it is exported. */
export async function exported(page, format = "JSON") {
  await page.click("#export");
  const [download] = await Promise.all([page.waitForEvent("download"), page.click(`#exports button:has-text("${format}")`)]);
  return readFileSync(await download.path(), "utf8");
}

/** What the native program writes of the files in a folder, for the same instant. */
export function native(folder, now, args = []) {
  try {
    return execFileSync(binary, ["check", ...(args.includes("--format") ? [] : ["--format", "json"]), "--now", now, ...args], { cwd: resolve(root, folder), encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  } catch (error) {
    // With problems it ends with 1, and has written its report all the same.
    return error.stdout;
  }
}

/** What axe finds, by its rules for WCAG 2.2 A and AA and its best practices. */
export async function axe(page) {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { violations } = await globalThis.axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ html, failureSummary }) => `${html.slice(0, 160)} ${failureSummary.split("\n").slice(1).join(" ").slice(0, 200)}`).join(" | ")}`);
  });
}

/** Until it is called: the processor time of the longest task of the main thread, and of all that page and worker did, in milliseconds; neither depends on what else the machine does. */
export async function traced(page) {
  const client = await page.context().newCDPSession(page);
  const events = [];
  client.on("Tracing.dataCollected", ({ value }) => events.push(...value));
  await client.send("Tracing.start", { transferMode: "ReportEvents", traceConfig: { includedCategories: ["toplevel"] } });
  return async () => {
    const complete = new Promise((resolve) => client.once("Tracing.tracingComplete", resolve));
    await client.send("Tracing.end");
    await complete;
    const thread = ({ pid, tid }) => `${pid}.${tid}`;
    const of = (name) => new Set(events.filter((event) => event.name === "thread_name" && event.args.name.startsWith(name)).map(thread));
    const [main, worker] = [of("CrRendererMain"), of("DedicatedWorker")];
    const times = (threads) => events.filter((event) => event.name.endsWith("RunTask") && event.tdur && threads.has(thread(event))).map(({ tdur }) => tdur / 1000);
    return { longest: Math.max(...times(main)), all: [...times(main), ...times(worker)].reduce((sum, time) => sum + time, 0) };
  };
}
