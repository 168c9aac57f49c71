// The review page: what it weighs, what Lighthouse says of it on a phone, and how long a person waits. Needs the built page (`make page`) and Chromium.
//
//   node benches/js/page.mjs [runs]
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { loadavg } from "node:os";
import { extname, join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import lighthouse from "lighthouse";
import { checked, launch, open, put, traced } from "../../www/test/harness.mjs";
import { quantile, table } from "./table.mjs";

const runs = Number(process.argv[2] ?? 5);
const dist = join(import.meta.dirname, "../../www/dist");
const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8" };

// Sizes.
const files = readdirSync(join(dist, "hosted"), { recursive: true }).filter((name) => extname(name) in TYPES);
const compressed = new Map(files.map((name) => [`/${name}`, brotliCompressSync(readFileSync(join(dist, "hosted", name)))]));
const isFull = (name) => name.includes("envgate-full");
const sum = (names, size) => names.reduce((sum, name) => sum + size(name), 0);
const kilo = (bytes) => (bytes / 1000).toFixed(0);
const start = files.filter((name) => !isFull(name));
const single = readFileSync(join(dist, "envgate-review.html"));
table("Page: sizes, kB", ["", "raw", "brotli", "aim"], [
  ["hosted, without the full core", kilo(sum(start, (name) => readFileSync(join(dist, "hosted", name)).length)), kilo(sum(start, (name) => compressed.get(`/${name}`).length)), "230 brotli"],
  ["the full core, where a schema needs it", ...files.filter(isFull).map((name) => [kilo(readFileSync(join(dist, "hosted", name)).length), kilo(compressed.get(`/${name}`).length)]).flat(), ""],
  ["single file", kilo(single.length), kilo(brotliCompressSync(single).length), "800 raw"],
]);

// As a host serves it: compressed.
const server = createServer(({ url }, response) => {
  const path = new URL(url, "http://localhost").pathname;
  const file = path === "/" ? "/index.html" : path;
  const body = compressed.get(file);
  if (!body) return response.writeHead(404).end();
  response.writeHead(200, { "content-type": TYPES[extname(file)], "content-encoding": "br", "content-length": body.length, "cache-control": "no-cache" }).end(body);
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const url = `http://127.0.0.1:${server.address().port}/`;
const port = 9333;
const browser = await launch([`--remote-debugging-port=${port}`]);

// Lighthouse, in its own setting for a phone: a slow processor and a slow network, simulated.
// Its score goes by the clock, so that several are taken, and how busy the machine was stands beside them.
const reports = [];
for (let run = 0; run < runs; run++) {
  reports.push((await lighthouse(url, { port, logLevel: "error", onlyCategories: ["performance", "accessibility", "best-practices"] })).lhr);
}
const median = (value) => quantile(reports.map(value), 0.5);
const score = (name) => (median(({ categories }) => categories[name].score) * 100).toFixed(0);
const audit = (name) => median(({ audits }) => audits[name].numericValue);
table(`Page: Lighthouse ${reports[0].lighthouseVersion}, phone, median of ${reports.length} with a load of ${loadavg()[0].toFixed(1)}`, ["", "measured", "aim"], [
  ["performance", score("performance"), 98],
  ["accessibility", score("accessibility"), 100],
  ["best practices", score("best-practices"), 100],
  ["first contentful paint, ms", audit("first-contentful-paint").toFixed(0), ""],
  ["largest contentful paint, ms", audit("largest-contentful-paint").toFixed(0), ""],
  ["total blocking time, ms", audit("total-blocking-time").toFixed(0), ""],
  ["cumulative layout shift", audit("cumulative-layout-shift").toFixed(3), 0.02],
]);
const counted = new Set(Object.values(reports[0].categories).flatMap(({ auditRefs }) => auditRefs.filter(({ weight }) => weight > 0).map(({ id }) => id)));
for (const { id, title, score } of Object.values(reports[0].audits)) if (counted.has(id) && score !== null && score < 0.9) console.log(`not met: ${id}: ${title}`);

// What a person waits for.
const schema = (properties, environments) => ({ name: "env.schema.json", text: JSON.stringify({ environments, properties, additionalProperties: false }) });
const pasted = { longest: [], processor: [], all: [], shown: [] };
const typed = [];
for (let run = 0; run < runs; run++) {
  const { page, close } = await open(browser, url, { watch: false });
  await put(page, [schema({ PORT: { type: "integer" } }, { production: { files: [".env.production"] } }), { name: ".env.production", text: "PORT=80\n" }]);
  await checked(page);
  await page.click('.file:has-text(".env.production")');
  await page.locator(".cm-content").focus();
  await page.keyboard.press("Control+a");
  const text = Array.from({ length: 25_000 }, (_, at) => `WRONG_NAME_${at % 9000}=some value of a line with\n`).join("");
  await page.evaluate((text) => navigator.clipboard.writeText(text), text);
  await page.evaluate(() => {
    window.longest = 0;
    new PerformanceObserver((list) => list.getEntries().forEach(({ duration }) => (window.longest = Math.max(window.longest, duration)))).observe({ entryTypes: ["longtask"] });
    addEventListener("paste", () => (window.start = performance.now()), { capture: true, once: true });
    const look = () => {
      if (window.start && document.querySelectorAll("#problems li").length >= 200) window.shown = performance.now() - window.start;
      else requestAnimationFrame(look);
    };
    look();
  });
  const trace = await traced(page);
  await page.keyboard.press("Control+v");
  await page.waitForFunction(() => window.shown, null, { timeout: 60_000 });
  await page.waitForTimeout(300);
  const { longest, all } = await trace();
  pasted.processor.push(longest);
  pasted.all.push(all);
  pasted.longest.push(await page.evaluate(() => window.longest));
  pasted.shown.push(await page.evaluate(() => window.shown));
  await close();
}
{
  const { page, close } = await open(browser, url, { watch: false });
  const keys = Array.from({ length: 500 }, (_, at) => `KEY_${at}`);
  await put(page, [schema(Object.fromEntries(keys.map((key) => [key, { type: "integer" }])), { production: { files: [".env.production"] } }), { name: ".env.production", text: keys.map((key) => `${key}=80`).join("\n") }]);
  await checked(page);
  await page.click('.file:has-text(".env.production")');
  await page.locator(".cm-content").focus();
  await page.keyboard.press("Control+End");
  for (let run = 0; run < 2 * runs; run++) {
    await page.evaluate(() => {
      window.marked = undefined;
      addEventListener("keydown", () => {
        const start = performance.now();
        const look = () => (document.querySelector("#editor").shadowRoot.querySelector(".cm-under.cm-error") ? (window.marked = performance.now() - start) : requestAnimationFrame(look));
        look();
      }, { capture: true, once: true });
    });
    await page.keyboard.press("x");
    await page.waitForFunction(() => window.marked);
    typed.push(await page.evaluate(() => window.marked));
    await page.keyboard.press("Backspace");
    await page.waitForFunction(() => !document.querySelector("#editor").shadowRoot.querySelector(".cm-under.cm-error"));
    await page.waitForTimeout(150);
  }
  await close();
}
const row = (name, sample, aim) => [name, quantile(sample, 0).toFixed(0), quantile(sample, 0.5).toFixed(0), aim];
table("Page: waiting, ms", ["", "min", "median", "aim"], [
  row("1 MB pasted, 25,000 wrong lines: longest task", pasted.longest, 50),
  row("the same, its processor time", pasted.processor, 50),
  row("1 MB pasted: all shown", pasted.shown, 800),
  row("the same, processor time of page and worker", pasted.all, 800),
  row("a letter typed in 500 lines: marked", typed, 100),
]);
await browser.close();
server.close();
