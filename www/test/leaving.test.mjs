// What never leaves the page: the browser refuses it, from disk as well as from a host.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { BEYOND } from "./fixtures.mjs";
import { carried } from "../plugins.mjs";
import { axe, checked, example, onSite, open, put, SINGLE, text } from "./harness.mjs";

const site = onSite();
const { onPage } = site;
/** The script of the page, as the single file carries it. */
const CARRIED = /<script type="text\/plain" id="script"[^]*?<\/script>/;

describe("nothing leaves", () => {
  test("the browser refuses every request, from the page and from a worker", async () => {
    const heard = [];
    const { createServer } = await import("node:http");
    const other = createServer((request, response) => (heard.push(request.url), response.setHeader("access-control-allow-origin", "*").end()));
    await new Promise((resolve) => other.listen(0, "127.0.0.1", resolve));
    const target = `http://127.0.0.1:${other.address().port}/`;
    for (const url of [site.url, SINGLE]) {
      const { page, close, seen } = await open(site.browser, url);
      const outcome = await page.evaluate(async (target) => {
        const refused = async (attempt) => {
          try {
            await attempt();
            return false;
          } catch {
            return true;
          }
        };
        const image = () => new Promise((resolve, reject) => Object.assign(new Image(), { onload: resolve, onerror: reject, src: target }));
        const worker = () => new Worker(URL.createObjectURL(new Blob(["1"])));
        navigator.sendBeacon(target, "x");
        return [await refused(() => fetch(target)), await refused(image), await refused(worker), await refused(() => (document.createElement("div").innerHTML = "<b>x</b>"))];
      }, target);
      assert.deepEqual(outcome, [true, true, true, true], "fetch, image, another worker, markup from a string");
      assert.ok(seen.violations.length >= 3);
      await close();
    }
    assert.deepEqual(heard, []);
    other.close();
  });

  test("the page asks that no service translates it, predicts what is written or checks its spelling", async () => {
    await onPage(async (page) => {
      assert.deepEqual(await page.evaluate(() => [document.documentElement.translate, document.querySelector("meta[name=google]").content]), [false, "notranslate"]);
      await example(page, "web-backend");
      const asked = (selector) => page.locator(selector).evaluate((at) => [at.spellcheck, at.getAttribute("writingsuggestions"), at.getAttribute("autocorrect") ?? at.getAttribute("autocomplete")]);
      assert.deepEqual(await asked(".cm-content"), [false, "false", "off"]);
      await page.click("#tab-matrix");
      assert.deepEqual(await asked("#view-matrix input"), [false, "false", "off"]);
    });
  });

  test("the single file works from disk and offline", async () => {
    await onPage(
      async (page, { context }) => {
        await context.setOffline(true);
        await example(page, "episodes");
        assert.equal(await page.locator(".headline.stop").count(), 1);
        await page.click("#tab-matrix");
        assert.deepEqual(await axe(page), []);
        await put(page, [{ name: "env.schema.json", text: BEYOND }]);
        await checked(page);
        assert.match(await text(page, "#notices"), /needs the full core/);
      },
      { url: SINGLE },
    );
  });

  test("the single file runs no script but those that its policy names, and says so where it can't unpack them", async () => {
    const file = readFileSync(new URL(SINGLE), "utf8");
    const script = readFileSync(new URL(SINGLE.replace(".html", ".js")), "utf8");
    const other = await carried("script", Buffer.from(`${script}document.title = "altered";`));
    const folder = mkdtempSync(join(tmpdir(), "envgate-page-"));
    const altered = join(folder, "altered.html");
    writeFileSync(altered, file.replace(CARRIED, () => other));
    {
      const { page, close, seen } = await open(site.browser, pathToFileURL(altered).href);
      while (seen.violations.length === 0) await page.waitForTimeout(20);
      assert.match(seen.violations.join(), /script-src-elem inline/);
      assert.equal(await page.title(), "envgate review");
      await close();
    }
    rmSync(folder, { recursive: true });
    const context = await site.browser.newContext();
    const page = await context.newPage();
    await page.addInitScript(() => delete globalThis.DecompressionStream);
    await page.goto(SINGLE);
    await page.waitForSelector("#trouble .notice");
    assert.match(await text(page, "#trouble"), /can't unpack the page.*envgate check/);
    await context.close();
  });

  test("the hosted page works offline once it is loaded", async () => {
    await onPage(async (page, { context }) => {
      await context.setOffline(true);
      await example(page, "web-backend");
      assert.equal(await page.locator(".headline.stop").count(), 1);
    });
  });
});
