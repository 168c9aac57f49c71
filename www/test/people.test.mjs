// The page for people who use the keyboard, see it large or without colours, and come back to it.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { FULL, good, schema } from "./fixtures.mjs";
import { axe, checked, example, loaded, onSite, open, put, text, watched } from "./harness.mjs";

const site = onSite();
const { onPage } = site;

describe("people", () => {
  test("everything is reached by the keyboard, and nothing holds it", async () => {
    await onPage(async (page) => {
      assert.deepEqual(await axe(page), [], "the empty page");
      const focused = () => page.evaluate(() => {
        let element = document.activeElement;
        while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
        return element?.id || element?.dataset?.example || element?.dataset?.focus || element?.className || element?.tagName;
      });
      const tabTo = async (wanted, most = 40) => {
        const way = [];
        for (let step = 0; step < most; step++) {
          await page.keyboard.press("Tab");
          way.push(await focused());
          if (wanted.test(way.at(-1))) return;
        }
        assert.fail(`${wanted} is not reached: ${way.join(", ")}`);
      };
      await tabTo(/^ora$/);
      await page.keyboard.press("Enter");
      await checked(page);
      assert.equal(await focused(), "main", "where it was pressed is no more");
      await tabTo(/^card-/);
      await tabTo(/^tab-files$/);
      await page.keyboard.press("End");
      await page.waitForFunction(() => document.activeElement.id === "tab-changes");
      await page.keyboard.press("Home");
      await page.waitForFunction(() => document.activeElement.id === "tab-files");
      await page.keyboard.press("ArrowRight");
      assert.match(await focused(), /tab-matrix/);
      await page.keyboard.press("ArrowLeft");
      await tabTo(/^problem-0$/);
      await page.keyboard.press("Enter");
      await page.waitForFunction(() => document.activeElement.id === "editor");
      await page.keyboard.press("Tab");
      assert.doesNotMatch(await focused(), /cm-content/, "Tab leaves the editor");
      await page.keyboard.press("F8");
      await page.waitForFunction(() => document.activeElement.id === "editor");
      const first = await text(page, "#inspector");
      await page.keyboard.press("F8");
      await page.waitForFunction((first) => document.querySelector("#inspector").innerText !== first, first);
      await page.click("#tab-matrix");
      await tabTo(/^cell-/, 60);
      await page.keyboard.press("Enter");
      await page.waitForFunction(() => document.activeElement.id === "editor");
      await page.click(".back");
      await page.waitForFunction(() => /^cell-/.test(document.activeElement.dataset.focus ?? ""));
      await page.click("#promise");
      assert.deepEqual(await axe(page), [], "the dialog");
      await page.keyboard.press("Escape");
      assert.equal(await focused(), "promise");
    });
  });

  for (const [name, options] of Object.entries({ "a phone": { width: 360, height: 740 }, "200 % zoom": { width: 640, height: 450, deviceScaleFactor: 2 }, "400 % zoom": { width: 320, height: 256, deviceScaleFactor: 4 } })) {
    test(`${name}: nothing goes over the edge`, async () => {
      await onPage(async (page) => {
        const over = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.equal(await over(), 0);
        await example(page, "convex-saas");
        for (const view of await page.locator('#tabs [role="tab"]').all()) {
          await view.click();
          assert.equal(await over(), 0, await view.innerText());
          assert.deepEqual(await axe(page), []);
        }
        await page.click("#export");
        const [edge, last] = await page.evaluate(() => {
          document.querySelector("#exports button:last-child").focus();
          return [innerHeight, document.querySelector("#exports button:last-child").getBoundingClientRect().bottom];
        });
        assert.ok(last <= edge, "the last format can be reached");
      }, { ...options, ...FULL });
    });
  }

  test("names of two hundred letters without a place to break them go over no edge, in any view", async () => {
    const [name, key, file] = ["e", "K", "f"].map((letter) => letter.repeat(200));
    const text = JSON.stringify({ environments: { [name]: { files: [file] }, production: { files: [".env.production"] } }, properties: { [key]: { type: "integer", secret: { maxAge: "P90D", owner: name } } } });
    const both = (value) => [{ name: "env.schema.json", text }, { name: file, text: `${key}=${value}\n` }, { name: ".env.production", text: `${key}2=1\n` }];
    await onPage(async (page) => {
      await put(page, both("x"));
      await put(page, both("1").slice(1), "#pick-before");
      await checked(page);
      for (const width of [320, 1280]) {
        await page.setViewportSize({ width, height: 256 });
        for (const view of await page.locator('#tabs [role="tab"]').all()) {
          await view.click();
          assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0, `${await view.innerText()} at ${width}`);
        }
      }
    });
  });

  test("nothing moves where the reader asked for that, and nothing jumps while it fills", async () => {
    await onPage(async (page) => {
      const moving = () => page.evaluate(() => document.getAnimations().length);
      await page.evaluate(() => {
        window.shift = 0;
        new PerformanceObserver((list) => list.getEntries().forEach(({ value, hadRecentInput }) => (window.shift += hadRecentInput ? 0 : value))).observe({ type: "layout-shift", buffered: true });
      });
      await example(page, "ora");
      assert.equal(await moving(), 0);
      assert.ok((await page.evaluate(() => window.shift)) <= 0.02);
    });
  });

  test("who wrote something here is asked before it goes with the page; what was only put in is where it was", async () => {
    // Not watched: to load the page again is a request.
    const { page, close } = await open(site.browser, site.url);
    try {
      await loaded(page);
      const asked = [];
      page.on("dialog", (dialog) => (asked.push(dialog.type()), dialog.accept()));
      await put(page, good);
      await checked(page);
      await page.click('.file:has-text(".env.staging")');
      await page.reload();
      assert.deepEqual(asked, []);
      await loaded(page);
      await put(page, good);
      await checked(page);
      await page.click('.file:has-text(".env.staging")');
      await page.locator(".cm-content").click();
      await page.keyboard.type("#");
      await page.reload();
      assert.deepEqual(asked, ["beforeunload"]);
      await loaded(page);
      await page.evaluate(() => navigator.clipboard.writeText("PORT=1\n"));
      await page.click("#promise");
      await page.keyboard.press("Escape");
      await page.keyboard.press("Control+v");
      await page.waitForSelector(".file");
      await page.reload();
      assert.deepEqual(asked, ["beforeunload", "beforeunload"]);
    } finally {
      await close();
    }
  });

  test("on a small screen the verdict is in sight, though a file is opened where it is wrong", async () => {
    await onPage(async (page) => {
      await put(page, [schema, { name: ".env.staging", text: `${"# a note\n".repeat(200)}PORT=http\n` }]);
      await checked(page);
      await page.waitForFunction(() => document.querySelector("#editor").shadowRoot.querySelector(".cm-sign"));
      assert.equal(await page.evaluate(() => scrollY), 0);
      await page.click("#promise");
      await page.click("dialog button:has-text('Forget')");
      await example(page, "ora");
      assert.equal(await page.evaluate(() => scrollY), 0);
    }, { width: 640, height: 450 });
  });

  test("without colours of its own, what is chosen can be told", async () => {
    await onPage(async (page) => {
      await page.emulateMedia({ forcedColors: "active" });
      await example(page, "billing");
      await page.click("#tab-matrix");
      const line = (selected) => page.evaluate((selected) => getComputedStyle(document.querySelector(`.tabs [aria-selected="${selected}"]`)).borderBottomColor, selected);
      assert.notEqual(await line("true"), await line("false"));
      const ground = (pressed) => page.evaluate((pressed) => getComputedStyle(document.querySelector(`.choice [aria-pressed="${pressed}"]`)).backgroundColor, pressed);
      assert.notEqual(await ground("true"), await ground("false"));
      await page.click("#tab-rotation");
      const [text, axis, due] = await page.evaluate(() => ["body", ".axis text", "path.due"].map((what) => getComputedStyle(document.querySelector(what))).map(({ color, fill, stroke }, at) => [color, fill, stroke][at]));
      assert.deepEqual([axis, due], [text, text], "what is drawn has the colour of the text");
      await page.click("#tab-files");
      await page.locator(".cm-content").focus();
      await page.keyboard.press("Control+a");
      // The editor draws a selection in a later frame.
      const selected = await page.locator(".cm-selectionBackground").first().evaluate((drawn) => getComputedStyle(drawn).backgroundColor);
      assert.notEqual(selected, await page.evaluate(() => getComputedStyle(document.body).backgroundColor));
    }, FULL);
  });

  test("who hears the page is told the verdict when it changes, and of a line what is wrong there, and neither twice", async () => {
    await onPage(async (page) => {
      await page.evaluate(() => {
        window.heard = [];
        const live = document.querySelectorAll("[aria-live], [role=status], [role=alert]");
        for (const place of live) new MutationObserver(() => place.textContent && window.heard.push(place.textContent)).observe(place, { childList: true, characterData: true, subtree: true });
      });
      const heard = () => page.evaluate(() => window.heard.splice(0));
      await put(page, [schema, { name: ".env.staging", text: "PORT=80\n" }, { name: ".env.production", text: "PORT=81\nTOKEN=short\n" }]);
      await checked(page);
      assert.equal((await heard()).at(-1), "production must not ship");
      for (const view of ["matrix", "rotation", "changes", "files"]) await page.click(`#tab-${view}`);
      await page.click("#reveal");
      await page.click("#reveal");
      await page.click('.file:has-text(".env.staging")');
      assert.deepEqual(await heard(), []);
      await page.keyboard.press("F8");
      await page.waitForFunction(() => document.activeElement.id === "editor");
      assert.deepEqual(await heard(), ["error: TOKEN has 5 characters; at least 12 are required"]);
      await page.click("#tab-matrix");
      await page.click("[data-focus=filter-wrong]");
      assert.deepEqual(await heard(), ["1 key"]);
      await put(page, [{ ...schema, text: schema.text.slice(0, -3) }]);
      await checked(page);
      assert.deepEqual((await heard()).filter((text) => /schema is wrong/.test(text)).length, 1);
    });
  });

  test("going back begins afresh", async () => {
    await onPage(async (page) => {
      await put(page, good);
      await checked(page);
      await page.evaluate(() => dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true })));
      await page.waitForSelector("#start:not([hidden])");
      assert.equal(await page.locator(".file").count(), 0);
    });
  });

  test("what was left or forgotten is not brought back, not even what was removed before", async () => {
    await onPage(async (page) => {
      const forget = [
        () => page.evaluate(() => dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }))),
        async () => {
          await page.click("#promise");
          await page.click("dialog button:has-text('Forget')");
        },
      ];
      for (const way of forget) {
        await put(page, good);
        await checked(page);
        await page.click('.file:has-text(".env.production")');
        await page.click('[data-focus="remove"]');
        await checked(page);
        await way();
        await page.waitForSelector("#start:not([hidden])");
        assert.equal(await page.locator(".toast").count(), 0);
        await page.keyboard.press("Control+z");
        await page.waitForTimeout(100);
        assert.ok(await page.locator("#start").isVisible());
        assert.equal(await page.locator(".file").count(), 0);
      }
      await put(page, good);
      await checked(page);
      assert.match(await text(page, "#verdict h1"), /may ship/, "and it checks again");
    });
  });
});
