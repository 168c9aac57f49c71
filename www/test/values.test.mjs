// Values: hidden from the first frame, in whatever way a file comes in, and shown only to who asks.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { good, schema } from "./fixtures.mjs";
import { axe, checked, onSite, put, text } from "./harness.mjs";

const { onPage } = onSite();

describe("values", () => {
  const canary = () => `cnry${randomBytes(12).toString("hex")}`;

  /** Secrets wherever a file can hold one. */
  function planted() {
    const secrets = Array.from({ length: 12 }, canary);
    const [a, b, c, d, e, f, g, h, i, j, k, l] = secrets;
    const file = `PORT=${a}\nTOKEN="${b}\n${c}"\n# TOKEN=${d}\nNOTE=x # ${e}\n${f}\nKEY='${g}'\nexport NOTE=\${${h}:-${i}}\n-----BEGIN PRIVATE KEY-----\n${j}==\n-----END PRIVATE KEY-----\nKEY=$(echo ${k})\nTOKEN="${l}\n`;
    return { secrets, file };
  }

  const found = (secrets, text) => secrets.filter((secret) => text.includes(secret) || text.includes(secret.slice(4, 16)));

  test("none is ever in the document, the clipboard, an export, the console, the address or print", async () => {
    const { secrets, file } = planted();
    const other = planted();
    await onPage(async (page, { seen }) => {
      const nowhere = async (where, text) => assert.deepEqual(found([...secrets, ...other.secrets], text), [], where);
      const shown = () => page.evaluate(() => [...window.everShown].join("\n"));
      await put(page, [schema, { name: ".env.staging", text: file }, { name: ".env.production", text: file }]);
      await checked(page);
      await put(page, [{ name: ".env.production", text: other.file }], "#pick-before");
      await checked(page);
      for (const view of ["files", "matrix", "changes", "files"]) {
        await page.click(`#tab-${view}`);
        await nowhere(view, await shown());
      }
      for (const item of await page.locator(".file").all()) await item.click();
      const problems = page.locator("#problems button.problem");
      for (let at = 0; at < (await problems.count()); at++) await problems.nth(at).click();
      await page.click('.file:has-text(".env.production")');
      // Pointing at a mark tells of it.
      await page.locator(".cm-sign >> visible=true").first().hover();
      await page.locator(".cm-mask").first().hover();
      await page.waitForTimeout(350);

      await page.locator(".cm-content").focus();
      await page.keyboard.press("Control+a");
      await page.keyboard.press("Control+c");
      const copied = await page.evaluate(() => navigator.clipboard.readText());
      await nowhere("the clipboard", copied);
      assert.match(copied, /^PORT=\*{8}\nTOKEN="\*{8}/);
      await page.keyboard.press("Control+x");
      await nowhere("the clipboard after cutting", await page.evaluate(() => navigator.clipboard.readText()));
      await page.keyboard.press("Control+z");

      // A paste is judged before it is seen.
      await page.evaluate((text) => navigator.clipboard.writeText(text), other.file);
      await page.keyboard.press("Control+End");
      await page.keyboard.press("Control+v");
      await checked(page);
      await page.keyboard.press("Control+Home");
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("Control+v");
      await checked(page);
      await page.waitForTimeout(100);
      await nowhere("after a paste into a key", await shown());

      for (const title of await page.locator("#exports b").allTextContents()) {
        await page.click("#export");
        if (title === "Print") {
          await page.keyboard.press("Escape");
          await page.pdf();
          continue;
        }
        const [download] = await Promise.all([page.waitForEvent("download"), page.click(`#exports button:has-text("${title}")`)]);
        const kept = readFileSync(await download.path(), "utf8");
        assert.ok(kept.length > 100, title);
        await nowhere(title, kept);
      }
      await nowhere("after print", await shown());
      await nowhere("the console", seen.console.join("\n"));
      await nowhere("the address", page.url());
      await nowhere("the title", await page.title());
    });
  });

  test("a line that is too long to be drawn at once takes no mask away, shown or not", async () => {
    for (const line of [`${"K".repeat(65_536)}=5`, `NOTE=${"v".repeat(65_536)}`]) {
      const { secrets, file } = planted();
      await onPage(async (page) => {
        await put(page, [schema, { name: ".env.staging", text: `${line}\n${file}${line}\n` }]);
        await checked(page);
        const shown = () => page.evaluate(() => [...window.everShown].join("\n"));
        assert.deepEqual(found(secrets, await shown()), []);
        assert.ok((await page.locator(".cm-mask").count()) > 10);
        for (const is of ["true", "false"]) {
          await page.click("#reveal");
          await page.waitForSelector(`#reveal[aria-checked="${is}"]`);
        }
        assert.ok((await page.locator(".cm-mask").count()) > 10);
      });
    }
  });

  test("none is in the document on the lines of the cursor and the selection, which the editor draws though they are out of sight", async () => {
    const secret = canary();
    await onPage(async (page) => {
      await put(page, [schema, { name: ".env.staging", text: `PORT=${secret}0\n${Array.from({ length: 400 }, (_, at) => `NOTE_${at}=${secret}${at}\n`).join("")}` }]);
      await checked(page);
      const scroll = (top) => page.evaluate((top) => (document.querySelector("#editor").shadowRoot.querySelector(".cm-scroller").scrollTop = top), top);
      await page.click(".cm-line", { position: { x: 5, y: 8 } });
      for (const top of [1000, 5000, 0]) {
        await scroll(top);
        await page.waitForTimeout(100);
      }
      for (const keys of ["Control+End", "Control+a", "Control+Home", "Shift+Control+End"]) await page.keyboard.press(keys);
      await scroll(3000);
      await page.waitForTimeout(100);
      assert.deepEqual(found([secret], await page.evaluate(() => [...window.everShown].join("\n"))), []);
      const client = await page.context().newCDPSession(page);
      assert.deepEqual(found([secret], JSON.stringify(await client.send("Accessibility.getFullAXTree"))), []);
    });
  });

  test("one is shown while it is held, and all for a while by the switch", async () => {
    await onPage(async (page) => {
      await page.clock.install();
      await put(page, [schema, { name: ".env.production", text: "PORT=80\nTOKEN=mahogany-otter-rivet\nNOTE=second\n" }]);
      await checked(page);
      const content = () => page.locator(".cm-content").innerText();
      assert.doesNotMatch(await content(), /mahogany/);
      const dots = page.locator(".cm-line:has-text('TOKEN') .cm-mask");
      await dots.hover();
      await page.mouse.down();
      assert.match(await content(), /mahogany-otter-rivet/);
      assert.doesNotMatch(await content(), /second/);
      await page.mouse.up();
      assert.doesNotMatch(await content(), /mahogany/);

      await page.locator(".cm-content").focus();
      await page.keyboard.press("Control+Home");
      await page.keyboard.press("ArrowDown");
      await page.keyboard.down("F9");
      assert.match(await content(), /mahogany-otter-rivet/);
      await page.keyboard.up("F9");
      assert.doesNotMatch(await content(), /mahogany/);

      await page.click("#reveal");
      assert.match(await content(), /mahogany-otter-rivet[^]*second/);
      assert.deepEqual(await axe(page), []);
      await page.clock.fastForward(31_000);
      assert.doesNotMatch(await content(), /mahogany|second/);
      // The clock went on while the machine slept.
      await page.click("#reveal");
      assert.match(await content(), /mahogany/);
      await page.clock.setSystemTime(new Date(Date.now() + 3_600_000));
      await page.clock.runFor(300);
      assert.doesNotMatch(await content(), /mahogany|second/);
      await page.click("#reveal");
      await page.evaluate(() => document.dispatchEvent(new Event("freeze")));
      assert.doesNotMatch(await content(), /mahogany|second/);
      await page.click("#reveal");
      await page.evaluate(() => dispatchEvent(new Event("blur")));
      assert.doesNotMatch(await content(), /mahogany|second/);
      await page.click("#reveal");
      await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
      assert.doesNotMatch(await content(), /mahogany|second/);
    });
  });

  const held = [schema, { name: ".env.production", text: "PORT=80\nTOKEN=mahogany-otter-rivet\nNOTE=second\n" }];

  test("a finger that rests on a value shows it until it is lifted, and one that scrolls never does", async () => {
    await onPage(async (page, { context }) => {
      await put(page, held);
      await checked(page);
      await page.evaluate(() => document.querySelector("#editor").scrollIntoView());
      const finger = await context.newCDPSession(page);
      const { x, y } = await page.locator(".cm-line:has-text('TOKEN') .cm-mask").boundingBox();
      const touch = (type, ...places) => finger.send("Input.dispatchTouchEvent", { type, touchPoints: places.map((down) => ({ x: x + 10, y: y + 5 + down })) });
      const content = () => page.locator(".cm-content").innerText();
      const seen = () => page.waitForFunction(() => document.querySelector("#editor").shadowRoot.textContent.includes("mahogany-otter-rivet"));
      for (const end of ["touchEnd", "touchCancel"]) {
        await touch("touchStart", 0);
        await seen();
        assert.doesNotMatch(await content(), /second/);
        await touch(end);
        assert.doesNotMatch(await content(), /mahogany/);
      }
      await page.evaluate(() => window.everShown.clear());
      await touch("touchStart", 0);
      for (const down of [-10, -40, -80]) await touch("touchMove", down);
      await page.waitForTimeout(400);
      await touch("touchEnd");
      await touch("touchStart", 0);
      await touch("touchEnd");
      await page.waitForTimeout(400);
      assert.ok(!(await page.evaluate(() => [...window.everShown])).some((text) => text.includes("mahogany-otter")));
    }, { width: 390, height: 640, hasTouch: true, isMobile: true });
  });

  test("a value that is held stays when a check ends, and goes when nobody looks", async () => {
    await onPage(async (page) => {
      await put(page, held);
      await checked(page);
      const isSeen = () => page.evaluate(() => document.querySelector("#editor").shadowRoot.textContent.includes("mahogany-otter-rivet"));
      await page.locator(".cm-content").focus();
      await page.keyboard.press("Control+End");
      await page.keyboard.type("OTHER=1");
      await page.locator(".cm-line:has-text('TOKEN') .cm-mask").hover();
      await page.mouse.down();
      await page.waitForFunction(() => document.querySelector("#problems").innerText.includes("OTHER"));
      await page.waitForTimeout(100);
      assert.ok(await isSeen());
      await page.evaluate(() => {
        Object.defineProperty(document, "hidden", { value: true });
        document.dispatchEvent(new Event("visibilitychange"));
      });
      assert.ok(!(await isSeen()));
      await page.mouse.up();
    });
  });

  test("what is typed is hidden, and checked as it is typed", async () => {
    await onPage(async (page) => {
      await put(page, good);
      await checked(page);
      await page.click('.file:has-text(".env.production")');
      await page.locator(".cm-content").focus();
      await page.keyboard.press("Control+End");
      await page.keyboard.type("TOKEN=hush");
      await page.waitForFunction(() => /schema-length/.test(document.querySelector("#problems").innerText));
      const shown = await page.evaluate(() => [...window.everShown].join("\n"));
      assert.doesNotMatch(shown, /hush|hus|ush/);
      assert.match(await page.locator(".cm-content").innerText(), /TOKEN=•+/);
    });
  });

  test("what is typed over hidden values takes their place, and the browser keeps nothing of their look", async () => {
    await onPage(async (page) => {
      await put(page, [schema, { name: ".env.production", text: "PORT=80\nTOKEN=mahogany-otter-rivet\nNOTE=second\n" }]);
      await checked(page);
      await page.locator(".cm-content").focus();
      await page.keyboard.press("Control+Home");
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Shift+ArrowDown");
      await page.keyboard.type("KEY=other\n");
      const shown = (lines) => page.waitForFunction((lines) => document.querySelector("#editor").shadowRoot.querySelector(".cm-content").innerText.trim() === lines, lines.join("\n"));
      await shown(["PORT=••••••••", "KEY=••••••••", "NOTE=••••••••"]);
      // The line end, and what was typed before it.
      for (const _ of [1, 2]) await page.keyboard.press("Control+z");
      await shown(["PORT=••••••••", "TOKEN=••••••••", "NOTE=••••••••"]);
    });
  });

  test("what is typed before a hidden value stays together", async () => {
    await onPage(async (page) => {
      await put(page, [schema, { name: ".env.production", text: "PORT=80\nNOTE=host.example\n" }]);
      await checked(page);
      await page.locator(".cm-content").focus();
      await page.keyboard.press("Control+Home");
      await page.keyboard.press("ArrowDown");
      for (const _ of "NOTE=") await page.keyboard.press("ArrowRight");
      // Slower than a check, so that the core judges what is there yet.
      await page.keyboard.type("https://", { delay: 120 });
      await page.keyboard.down("F9");
      assert.match(await text(page, ".cm-content"), /^NOTE=https:\/\/host\.example$/m);
      await page.keyboard.up("F9");
      await page.keyboard.press("ArrowDown");
      assert.match(await text(page, ".cm-content"), /^NOTE=•{8}$/m);
    });
  });

  test("a JSON document that only resembles a schema or a ledger is hidden like every export", async () => {
    const [a, b, c] = [canary(), canary(), canary()];
    const alike = [
      // The settings of an app as Azure exports them, a vault of passwords, and definitions that define nothing.
      { name: "settings.json", text: JSON.stringify({ name: "appsettings", properties: { TOKEN: a } }) },
      { name: "vault.json", text: JSON.stringify({ version: 1, entries: [{ title: "TOKEN", password: b }] }) },
      { name: "defined.json", text: JSON.stringify({ $defs: { TOKEN: c }, more: {} }) },
    ];
    await onPage(async (page) => {
      await put(page, [schema, ...alike]);
      await checked(page);
      for (const { name } of alike) {
        await page.click(`.file:has-text("${name}")`);
        await page.waitForFunction((name) => document.querySelector("#pane-head h2").innerText === name, name);
        assert.match(await text(page, ".file[aria-current]"), /export/);
      }
      assert.deepEqual(found([a, b, c], (await page.evaluate(() => [...window.everShown])).join("\n")), []);
    });
  });

  test("the keyboard of a phone is handed no value along with the text around the cursor", async () => {
    const { secrets, file } = planted();
    // CodeMirror gives the text itself to the system on Android, where the browser lets it.
    const userAgent = "Mozilla/5.0 (Linux; Android 16; Pixel 10) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Mobile Safari/537.36";
    await onPage(async (page) => {
      await page.evaluate(() => {
        window.given = [];
        const { EditContext } = window;
        window.EditContext = class extends EditContext {
          constructor(init) {
            super(init);
            window.given.push(init.text);
          }
          updateText(from, to, text) {
            window.given.push(text);
            super.updateText(from, to, text);
          }
        };
      });
      await put(page, [schema, { name: ".env.production", text: file }]);
      await checked(page);
      await page.locator(".cm-content").focus();
      await page.keyboard.type("A=");
      assert.deepEqual(found(secrets, (await page.evaluate(() => window.given)).join("\n")), []);
      assert.deepEqual(found(secrets, (await page.evaluate(() => [...window.everShown])).join("\n")), []);
    }, { width: 390, height: 800, hasTouch: true, isMobile: true, userAgent });
  });

  test("what a password manager or a dictation gives at once is never in the document", async () => {
    await onPage(async (page) => {
      await put(page, good);
      await checked(page);
      await page.click('.file:has-text(".env.production")');
      await page.locator(".cm-content").focus();
      await page.keyboard.press("Control+End");
      const given = ["mahogany-otter", "rivet-canyon", "kB7vQ2xR9mT4"];
      await page.keyboard.insertText(`A=${given[0]}\nB="${given[1]}\n`);
      await page.keyboard.insertText(given[2]);
      await checked(page);
      assert.deepEqual(found(given, (await page.evaluate(() => [...window.everShown])).join("\n")), []);
      await page.keyboard.press("Control+z");
      await page.keyboard.press("Control+a");
      await page.keyboard.insertText("PORT=80\n");
      // Until it is checked, all of it is hidden.
      await page.waitForFunction(() => document.querySelector("#editor").shadowRoot.querySelector(".cm-content").innerText.trim() === "PORT=••••••••");
    });
  });

  test("what an input method is composing is drawn as dots, and hidden like all else once it is done", async () => {
    await onPage(async (page, { context }) => {
      await put(page, good);
      await checked(page);
      await page.click('.file:has-text(".env.production")');
      await page.locator(".cm-content").focus();
      await page.keyboard.press("Control+End");
      await page.keyboard.type("TOKEN=");
      await checked(page);
      const drawn = () => page.evaluate(() => getComputedStyle(document.querySelector("#editor").shadowRoot.querySelector(".cm-activeLine")).webkitTextSecurity);
      assert.equal(await drawn(), "none");
      const keyboard = await context.newCDPSession(page);
      for (const text of ["h", "hu", "hush"]) {
        await keyboard.send("Input.imeSetComposition", { text, selectionStart: text.length, selectionEnd: text.length });
        assert.equal(await drawn(), "disc");
      }
      await keyboard.send("Input.insertText", { text: "hush" });
      await page.waitForFunction(() => /TOKEN=•+$/.test(document.querySelector("#editor").shadowRoot.querySelector(".cm-content").innerText));
      await page.waitForFunction(() => !document.querySelector("#editor").shadowRoot.querySelector(".cm-composing"));
      assert.equal(await drawn(), "none");
    });
  });
});
