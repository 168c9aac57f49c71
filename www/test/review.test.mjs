// The page as `envgate review` serves it: the real program, a real Chromium, the project of an example.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { createServer, request } from "node:http";
import { join, resolve } from "node:path";
import { after, before, describe, test } from "node:test";
import { axe, checked, exported, launch, native, open, review, root, text } from "./harness.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

/** Byte for byte; tells of the first line that differs. */
function same(actual, expected) {
  if (actual === expected) return;
  const [ours, theirs] = [actual, expected].map((text) => text.split("\n"));
  const at = ours.findIndex((line, index) => line !== theirs[index]);
  assert.fail(`line ${at + 1}: the page says ${ours[at]}, the program ${theirs[at]}`);
}

describe("envgate review", () => {
  test("opens with the project, says what the program says, and ends with the page", async () => {
    const folder = "schemas/examples/billing";
    const { url, ended } = await review(folder, "broken-age", "--evidence", "broken-age/evidence/secrets.json");
    const { page, seen, close } = await open(browser, url);
    await checked(page);
    assert.match(await text(page, "#verdict h1"), /must not ship/);
    assert.match(await text(page, "#files"), /broken-age\/\.env\.production/);
    assert.match(await text(page, "#files"), /env\.rotation\.json[^]*rotation ledger/);
    assert.deepEqual(await axe(page), []);
    const json = await exported(page);
    const args = ["broken-age", "--evidence", "broken-age/evidence/secrets.json"];
    same(json, native(folder, JSON.parse(json).checkedAt, args));
    const { origin } = new URL(url);
    assert.ok(seen.requests.every((one) => one.startsWith(origin) || one.startsWith("blob:") || one.startsWith("data:")), seen.requests.join("\n"));
    assert.deepEqual(seen.requests.filter((one) => one.startsWith(origin)).map((one) => new URL(one).pathname), ["/", "/project", "/open", "/full"], "exports are read by the full core");
    assert.deepEqual([seen.violations, seen.console], [[], []]);
    await close();
    assert.equal(await ended, 0, "the program ends with the page");
  });

  test("hands the files over once, and to the page only", async () => {
    const { url, stop } = await review("schemas/examples/ora/broken-mail");
    const { origin, hash } = new URL(url);
    const token = hash.slice(1);
    const status = (headers, path = "/project") => new Promise((resolve) => request(`${origin}${path}`, { headers, setHost: !headers.host }, (response) => (response.resume(), resolve(response.statusCode))).end());
    assert.equal(await status({ host: "rebound.example", "x-envgate-token": token }), 421);
    assert.equal(await status({ host: `localhost:${new URL(url).port}` }, "/"), 421);
    assert.equal(await status({ "x-envgate-token": "0".repeat(64) }), 403);
    assert.equal(await status({ "x-envgate-token": token, origin: "https://elsewhere.example" }), 403);

    const first = await open(browser, url);
    await checked(first.page);
    assert.match(await text(first.page, "#verdict h1"), /must not ship|may ship/);
    assert.equal(await status({ "x-envgate-token": token }), 410);
    const second = await open(browser, url);
    await second.page.waitForSelector("dialog");
    assert.match(await text(second.page, "dialog"), /handed over already/);
    assert.deepEqual(await axe(second.page), []);
    await second.page.keyboard.press("Escape");
    assert.equal(await second.page.locator("#start:visible").count(), 1, "files can still be put in");
    await second.close();
    await first.close();
    await stop();
  });

  test("that ends while it hands the files over is told as gone, and files can still be put in", async () => {
    const html = readFileSync(join(root, "www/dist/envgate-review.html"), "utf8").replace("connect-src 'none'", "connect-src 'self'");
    const program = createServer(({ url }, response) => {
      if (url === "/") return response.setHeader("content-type", "text/html").end(html);
      response.writeHead(200, { "content-length": 1000 }).write("half", () => response.destroy());
    });
    await new Promise((resolve) => program.listen(0, "127.0.0.1", resolve));
    const { page, close } = await open(browser, `http://127.0.0.1:${program.address().port}/#${"0".repeat(64)}`);
    await page.waitForSelector("dialog");
    assert.match(await text(page, "dialog"), /program that served this page is gone/);
    await page.keyboard.press("Escape");
    assert.equal(await page.locator("#start:visible").count(), 1);
    await close();
    program.close();
  });

  test("lets the page reach the program and nobody else, and other pages not the program", async () => {
    const heard = [];
    const other = createServer((incoming, response) => (heard.push(incoming.url), response.setHeader("access-control-allow-origin", "*").setHeader("content-type", "text/html").end("<title>other</title>")));
    await new Promise((resolve) => other.listen(0, "127.0.0.1", resolve));
    const elsewhere = `http://127.0.0.1:${other.address().port}/`;
    const { url, stop } = await review("schemas/examples/ora/broken-mail");
    const { page, close } = await open(browser, url);
    await checked(page);
    assert.equal(await page.evaluate((elsewhere) => fetch(elsewhere).then(() => "went out", () => "refused"), elsewhere), "refused");
    assert.deepEqual(heard, []);
    const stranger = await browser.newPage();
    await stranger.goto(elsewhere);
    const { origin, hash } = new URL(url);
    const tried = await stranger.evaluate(([origin, token]) => {
      const answered = (request) => request.then((response) => response.type, () => "refused");
      return Promise.all([answered(fetch(`${origin}/full`, { headers: { "x-envgate-token": token } })), answered(fetch(`${origin}/`)), answered(fetch(`${origin}/`, { mode: "no-cors" }))]);
    }, [origin, hash.slice(1)]);
    assert.deepEqual(tried, ["refused", "refused", "refused"]);
    const framed = await stranger.evaluate((origin) => new Promise((resolve) => {
      const frame = Object.assign(document.createElement("iframe"), { src: origin, onload: () => resolve(frame.contentDocument === null || frame.contentDocument.title !== "") });
      document.body.append(frame);
    }), origin);
    assert.equal(framed, true, "it is not shown in a frame");
    await stranger.close();
    await close();
    await stop();
    other.close();
  });

  test("takes parts of files, by the schema and by what was said, as the program does", async () => {
    const folder = mkdtempSync(join(tmpdir(), "envgate-parts-"));
    const schema = { environments: { staging: { files: ["compose.yaml#web"] }, production: { files: ["compose.yaml#api", ".env.middle", "compose.yaml#worker"] } }, required: ["PORT"], properties: { PORT: { type: "integer" } } };
    writeFileSync(join(folder, "env.schema.json"), JSON.stringify(schema));
    writeFileSync(join(folder, "compose.yaml"), "services:\n  web:\n    environment:\n      PORT: http\n  api:\n    environment:\n      PORT: 80\n  worker:\n    environment:\n      OTHER: 1\n      PORT: 81\n");
    writeFileSync(join(folder, ".env.middle"), "PORT=http\n");
    for (const args of [[], ["-e", "production", "compose.yaml#web"]]) {
      const { url, stop } = await review(folder, ...args);
      const { page, close } = await open(browser, url);
      await checked(page);
      const json = await exported(page);
      same(json, native(folder, JSON.parse(json).checkedAt, args));
      assert.match(await text(page, "#verdict h1"), args.length > 0 ? /production must not ship; staging was not checked|production must not ship/ : /staging must not ship/);
      await close();
      await stop();
    }
    rmSync(folder, { recursive: true });
  });

  test("has the full core for a schema that needs it", async () => {
    const { url, stop } = await review("schemas/examples/convex-saas/broken-keys");
    const { page, seen, close } = await open(browser, url);
    await checked(page);
    assert.equal(await page.locator(".headline.stop").count(), 1);
    assert.ok(seen.requests.some((one) => one.endsWith("/full")));
    const json = await exported(page);
    same(json, native("schemas/examples/convex-saas/broken-keys", JSON.parse(json).checkedAt));
    assert.deepEqual(seen.violations, []);
    await close();
    await stop();
  });
});
