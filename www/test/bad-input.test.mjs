// What is put in by mistake, is too large, or is no file for us: told in plain words, and the rest keeps working.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { BEYOND, FULL, good, SCHEMA, schema } from "./fixtures.mjs";
import { axe, checked, onSite, open, put, serve, text } from "./harness.mjs";

const site = onSite();
const { onPage } = site;

describe("bad input", () => {
  const cases = {
    "a binary file": [{ name: ".env.production", text: Buffer.from([80, 0, 1, 2]) }, "#unreadable", /not text/],
    "a file that is not UTF-8": [{ name: ".env.production", text: Buffer.from([80, 61, 0xff, 0xfe, 10]) }, "#unreadable", /not UTF-8/],
    "a ZIP archive": [{ name: "config.zip", text: Buffer.from("PK\x03\x04\x14\0\0\0\x08\0", "latin1") }, "#notices", /config\.zip is a ZIP archive.*Unpack it/],
    "a PDF without a zero byte": [{ name: "production.pdf", text: "%PDF-1.7\nKEY=1\n" }, "#notices", /production\.pdf is a PDF document/],
    "a picture": [{ name: "env.png", text: Buffer.from("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "latin1") }, "#unreadable", /This is a picture \(PNG\)/],
    "an env file that git-crypt encrypted": [{ name: ".env.production", text: Buffer.from("\0GITCRYPT\0\x8f\x91\xa2", "latin1") }, "#notices", /\.env\.production is encrypted with git-crypt.*git-crypt unlock/],
    "a file of 57 MB": [{ name: ".env.production", text: Array.from({ length: 1_000_000 }, (_, at) => `LINE_${at}=some value of a long line that goes on and on\n`).join("") }, "#unreadable", /too large for the editor/],
    "a report of a newer version": [{ name: "report.json", text: '{"version":2,"environments":[],"diagnostics":[]}' }, "#notices", /version 2/, "Not checked"],
    "a report of which only the beginning is there": [{ name: "report.json", text: '{\n  "version": 1,\n  "tool": { "name": "envgate"' }, "#notices", /Was it cut off/, "Not checked"],
    "a text that tells of variables": [{ name: "README.md", text: "# Ora\n\nCopy it, and set\n\n    PORT=80\n\nfor the server. Then start it.\n" }, "#notices", /README\.md was not checked: it looks like no schema/],
    "a report that was cut off": [{ name: "report.json", text: '{"version":1,"environments":[],"diagnostics":{}}' }, "#notices", /cut off/, "Not checked"],
    "a report whose parts are no report": [{ name: "report.json", text: '{"version":1,"tool":{"version":"9"},"checkedAt":"x","environments":[{"name":"a","files":[],"errors":0,"warnings":0,"variables":[{"key":"A","state":"brilliant","file":null,"age":null}]}],"diagnostics":[],"hidden":{"suppressed":0,"waived":0,"baseline":0,"omitted":0}}' }, "#notices", /missing or malformed/, "Not checked"],
    "a report of a day that never was": [{ name: "report.json", text: '{"version":1,"tool":{"version":"9"},"checkedAt":"2026-11-20T00:00:00Z","environments":[{"name":"a","files":[],"errors":0,"warnings":0,"variables":[{"key":"A","state":"ok","file":null,"age":{"verdict":"current","due":"<b>soon</b>","warn":null,"from":null,"to":null,"expires":null,"evidence":[]}}]}],"diagnostics":[],"hidden":{"suppressed":0,"waived":0,"baseline":0,"omitted":0}}' }, "#notices", /missing or malformed/, "Not checked"],
    "a report that counts below nothing": [{ name: "report.json", text: '{"version":1,"tool":{"version":"9"},"checkedAt":"2026-11-20T00:00:00Z","environments":[{"name":"a","files":[],"errors":-1,"warnings":1e308,"variables":[]}],"diagnostics":[],"hidden":{"suppressed":0,"waived":0,"baseline":0,"omitted":0}}' }, "#notices", /missing or malformed/, "Not checked"],
    "an export that may hold values": [{ name: "export.json", text: '[{"SecretString":"hunter2hunter2"}]' }, "#notices", /export\.json was left out of the check.*Without it nothing may ship/, "Not checked"],
  };
  for (const [name, [file, where, told, answer = "May ship"]] of Object.entries(cases)) {
    test(`${name} is told in plain words, and the rest keeps working`, async () => {
      await onPage(async (page) => {
        await put(page, [schema, { name: ".env.staging", text: "PORT=80\n" }]);
        await checked(page);
        await put(page, [file]);
        await page.waitForFunction(([where, told]) => new RegExp(told).test(document.querySelector(where)?.innerText ?? ""), [where, told.source]);
        await checked(page);
        assert.match(await text(page, ".card:has-text('staging')"), new RegExp(answer));
        assert.deepEqual(await axe(page), []);
      }, FULL);
    });
  }

  /** Files of any names, also of the same, as they come out of different folders. */
  const give = async (page, ...files) => {
    const before = await page.evaluate(() => document.body.dataset.taken ?? "0");
    await page.setInputFiles("#pick-files", files.map(([name, text]) => ({ name, mimeType: "text/plain", buffer: Buffer.from(text) })));
    await page.waitForFunction((before) => (document.body.dataset.taken ?? "0") !== before, before);
    await checked(page);
  };

  test("a file that is put in while all values are shown hides them", async () => {
    await onPage(async (page) => {
      await put(page, good);
      await checked(page);
      await page.click("#reveal");
      assert.equal(await page.getAttribute("#reveal", "aria-checked"), "true");
      await give(page, [".env.staging", "PORT=80\nTOKEN=hunter2hunter2\n"]);
      assert.equal(await page.getAttribute("#reveal", "aria-checked"), "false");
      assert.ok(!(await page.evaluate(() => [...window.everShown])).some((shown) => shown.includes("hunter2hunter2")));
    });
  });

  test("two files of one name: the other is not passed over", async () => {
    await onPage(async (page) => {
      await give(page, ["env.schema.json", SCHEMA], [".env.staging", "PORT=80\n"], [".env.staging", "PORT=http\n"]);
      assert.match(await text(page, "#notices"), /\.env\.staging \(2\) was not checked: to which environment does it belong\?/);
      await page.selectOption("#notices select", "staging");
      await checked(page);
      assert.match(await text(page, ".card:has-text('staging')"), /Must not ship/);
    });
  });

  test("two schemas: one is taken, and the other is named", async () => {
    await onPage(async (page) => {
      await give(page, ["other.env.schema.json", SCHEMA], ["env.schema.json", SCHEMA], [".env.staging", "PORT=80\n"]);
      assert.match(await text(page, "#notices"), /2 schemas were put in, and a review is of one/);
      assert.deepEqual(await page.locator("#notices select >> nth=0").evaluate(({ value, options }) => [value, ...[...options].map(({ text }) => text)]), ["env.schema.json", "env.schema.json", "other.env.schema.json"]);
      assert.match(await text(page, "#files"), /^env\.schema\.json\s+schema\s+\.env\.staging/);
    });
  });

  test("a ledger that is put in later takes the place of the one before, whatever that is called, and undo brings it back", async () => {
    await onPage(async (page) => {
      await put(page, [...good, { name: "before.json", text: '{ "version": 1, "entries": [] }' }]);
      await checked(page);
      assert.equal(await text(page, "#verdict h1"), "staging and production may ship");
      await put(page, [{ name: "env.rotation.json", text: '{ "version": 1, "entries": [{ "key": "TOKEN", "environment": "production", "rotatedAt": "2999-01-01T00:00:00Z" }] }' }]);
      await checked(page);
      assert.equal(await text(page, "#verdict h1"), "production must not ship");
      assert.match(await text(page, "#toasts"), /Added env\.rotation\.json in place of before\.json/);
      await page.click("#toasts button:has-text('Undo')");
      await checked(page);
      assert.equal(await text(page, "#verdict h1"), "staging and production may ship");
    });
  });

  test("a report beside the files that it is about does not take their place", async () => {
    const report = JSON.stringify({ version: 1, tool: { name: "envgate", version: "0.1.0" }, checkedAt: "2026-11-20T00:00:00Z", environments: [], diagnostics: [], hidden: { suppressed: 0, waived: 0, baseline: 0, omitted: 0 } });
    await onPage(async (page) => {
      await give(page, ["report.json", report], ["env.schema.json", SCHEMA], [".env.staging", "PORT=http\n"]);
      assert.match(await text(page, "dialog"), /report\.json was left out/);
      assert.match(await text(page, ".card:has-text('staging')"), /Must not ship/);
    });
  });

  /** Files with these names can't be read, as where they vanished or may not be read. */
  const unreadable = (page, ...names) =>
    page.evaluate((names) => {
      const read = Blob.prototype.arrayBuffer;
      File.prototype.arrayBuffer = function () {
        return names.includes(this.name) ? Promise.reject(new DOMException("", "NotReadableError")) : read.call(this);
      };
    }, names);

  test("a file that can't be read stands there as not checked, and its environment may not ship until it is put in again or removed", async () => {
    await onPage(async (page) => {
      await put(page, good);
      await checked(page);
      assert.equal(await text(page, "#verdict h1"), "staging and production may ship");
      await unreadable(page, ".env.production");
      await give(page, [".env.production", "PORT=http\n"]);
      assert.equal(await text(page, "#verdict h1"), "staging may ship; production was not checked");
      assert.match(await text(page, ".card:has-text('production')"), /Not checked[^]*\.env\.production was not read/);
      assert.match(await text(page, "#notices"), /\.env\.production could not be read/);
      assert.match(await text(page, "#files"), /\.env\.production/);
      await page.click(".file:has-text('.env.production')");
      assert.match(await text(page, "#unreadable"), /could not be read/);
      assert.deepEqual(await axe(page), []);
      await unreadable(page);
      await give(page, [".env.production", "PORT=http\n"]);
      assert.equal(await text(page, "#verdict h1"), "production must not ship");
      assert.doesNotMatch(await text(page, "#notices"), /could not be read/);
      for (let times = 0; times < 2; times++) await page.locator("#main").press("Control+z");
      await checked(page);
      assert.equal(await text(page, "#verdict h1"), "staging and production may ship", "what stood there before is not lost");
    });
  });

  test("what can't be read takes the place of no report: it stands beside it, and nothing may ship until it is removed", async () => {
    const report = (name) => ({ name: `${name}.json`, text: JSON.stringify({ version: 1, tool: { name: "envgate", version: "0.1.0" }, checkedAt: "2026-11-20T00:00:00Z", environments: [{ name, files: [".env"], errors: 0, warnings: 0, variables: [] }], diagnostics: [], hidden: { suppressed: 0, waived: 0, baseline: 0, omitted: 0 } }) });
    const half = { name: "report.json", text: '{\n  "version": 1,\n  "tool": { "name": "envgate"' };
    const headline = (page) => text(page, "#verdict h1");
    await onPage(async (page) => {
      await put(page, [report("staging")]);
      assert.equal(await headline(page), "staging may ship");
      await unreadable(page, ".env.production");
      await put(page, [{ name: ".env.production", text: "PORT=http\n" }]);
      await put(page, [half]);
      assert.equal(await headline(page), "No verdict on staging yet");
      assert.match(await text(page, ".card"), /\.env\.production and report\.json were not read/);
      assert.match(await text(page, "#notices"), /\.env\.production could not be read[^]*report\.json begins as a report, and is not all there/);
      await page.click(".file:has-text('report.json')");
      assert.match(await text(page, "#unreadable"), /is not all there/);
      assert.deepEqual(await axe(page), []);
      await page.click("#export");
      await page.click("#exports button:has-text('JSON')");
      assert.match(await text(page, "#toasts"), /Not saved: \.env\.production and report\.json were not read/);
      for (let times = 0; times < 2; times++) await page.locator("#notices button:has-text('Remove')").first().click();
      assert.equal(await headline(page), "staging may ship");
      await page.locator("#main").press("Control+z");
      assert.equal(await headline(page), "No verdict on staging yet");
      // What is opened instead has nothing to do with it, and undo brings back what stood beside the other.
      await put(page, [report("jobs")]);
      assert.equal(await headline(page), "jobs may ship");
      await page.locator("#main").press("Control+z");
      assert.equal(await headline(page), "No verdict on staging yet");
      await put(page, [report("web"), half]);
      assert.equal(await headline(page), "No verdict on web yet", "put in together");
      await put(page, good);
      await checked(page);
      await page.locator("#main").press("Control+z");
      assert.equal(await headline(page), "No verdict on web yet");
    });
  });

  for (const name of ["env.schema.json", "env.rotation.json", "env.waivers.json", "notes", ".env.example"]) {
    test(`${name} that can't be read may be about all environments, so that none may ship`, async () => {
      await onPage(async (page) => {
        await put(page, good);
        await checked(page);
        await unreadable(page, name);
        await give(page, [name, "{}"]);
        await page.waitForFunction(() => /could not be read/.test(document.querySelector("#notices").innerText));
        assert.doesNotMatch(await text(page, "#verdict"), /may ship/i);
        await page.click("#notices button:has-text('Remove')");
        await checked(page);
        if (name !== "env.schema.json") assert.equal(await text(page, "#verdict h1"), "staging and production may ship");
        else assert.doesNotMatch(await text(page, "#verdict"), /may ship/i);
      });
    });
  }

  test("a file of more than 256 MiB stands there as not checked; an old version that can't be read is told, and changes nothing", async () => {
    const folder = mkdtempSync(join(tmpdir(), "envgate-large-"));
    try {
      const large = join(folder, ".env.production");
      writeFileSync(large, "");
      truncateSync(large, (256 << 20) + 1);
      await onPage(async (page) => {
        await put(page, good);
        await checked(page);
        await page.setInputFiles("#pick-before", large);
        await page.waitForSelector("dialog:has-text('larger than 256 MiB')");
        await page.keyboard.press("Escape");
        assert.equal(await text(page, "#verdict h1"), "staging and production may ship");
        await page.setInputFiles("#pick-files", large);
        await page.waitForFunction(() => /larger than 256 MiB/.test(document.querySelector("#notices").innerText));
        await checked(page);
        assert.equal(await text(page, "#verdict h1"), "staging may ship; production was not checked");
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("of two versions of a file, the one that was put in last stays, however long the other takes to be read; and none comes after all was forgotten", async () => {
    await onPage(async (page) => {
      await put(page, good);
      await checked(page);
      await page.evaluate(() => {
        const read = Blob.prototype.arrayBuffer;
        let calls = 0;
        File.prototype.arrayBuffer = async function () {
          if (++calls === 1) await new Promise((resolve) => (window.goOn = resolve));
          return read.call(this);
        };
      });
      const slow = (value) => page.setInputFiles("#pick-files", { name: ".env.production", mimeType: "text/plain", buffer: Buffer.from(`PORT=${value}\n`) });
      await slow("81");
      await slow("http");
      await page.evaluate(() => window.goOn());
      await page.waitForFunction(() => /production must not ship/.test(document.querySelector("#verdict h1").innerText));
      await checked(page);
      await page.evaluate(() => (document.body.dataset.taken = "0"));
      await page.evaluate(() => {
        const read = Blob.prototype.arrayBuffer;
        File.prototype.arrayBuffer = async function () {
          await new Promise((resolve) => (window.goOn = resolve));
          return read.call(this);
        };
      });
      await slow("82");
      await page.waitForFunction(() => window.goOn);
      await page.click("#promise");
      await page.click("dialog button:has-text('Forget everything now')");
      await page.evaluate(() => window.goOn());
      await page.waitForFunction(() => document.body.dataset.taken !== "0");
      assert.equal(await page.locator("#start").isVisible(), true);
    });
  });

  test("sixty files that belong nowhere: some are named, and how many there are", async () => {
    await onPage(async (page) => {
      await give(page, ["env.schema.json", SCHEMA], ...Array.from({ length: 60 }, (_, at) => [`app${at}.env`, "PORT=80\n"]));
      assert.match(await text(page, "#notices"), /app0\.env was not checked[^]*55 more files were not checked/);
      assert.deepEqual(await axe(page), []);
    });
  });

  test("one env file of two is empty: the other is checked, and there is no verdict on all", async () => {
    await onPage(async (page) => {
      await give(page, ["env.schema.json", JSON.stringify({ ...JSON.parse(SCHEMA), required: [] })], [".env.staging", "PORT=80\n"], [".env.production", "# PORT=80\n"]);
      assert.equal(await text(page, "#verdict h1"), "staging may ship; production was not checked");
      assert.match(await text(page, "#notices"), /production has no variables, so it was not checked/);
    });
  });

  test("env files that are all empty: each of their environments is named", async () => {
    await onPage(async (page) => {
      await give(page, ["env.schema.json", JSON.stringify({ ...JSON.parse(SCHEMA), required: [] })], [".env.staging", "# nothing yet\n"], [".env.production", ""]);
      assert.match(await text(page, "#notices"), /Nothing was checked[^]*staging has no variables[^]*production has no variables/);
      assert.match(await text(page, "#verdict h1"), /No verdict on staging and production yet/);
    });
  });

  test("an env file that is called a schema is hidden as well; UTF-16 is told as what it is", async () => {
    await onPage(async (page) => {
      await give(page, ["env.schema.json", "DATABASE_URL=hunter2hunter2\n"], [".env.staging", Buffer.from("\ufeffPORT=80\n", "utf16le")]);
      await page.click("#files button:has-text('env.schema.json')");
      await page.waitForSelector("#editor .cm-mask");
      assert.ok(!(await page.evaluate(() => [...window.everShown])).some((shown) => shown.includes("hunter2")));
      await page.click("#files button:has-text('.env.staging')");
      assert.match(await text(page, "#unreadable"), /not UTF-8 \(perhaps UTF-16/);
    });
  });

  test("a wrong schema is marked in its own editor, and mended there", async () => {
    await onPage(async (page) => {
      await put(page, [{ ...schema, text: SCHEMA.replace('"required"', '"requird"') }, ...good.slice(1)]);
      await checked(page);
      assert.match(await text(page, "#notices"), /The schema is wrong[^]*requird/);
      assert.match(await text(page, "#verdict"), /Nothing was checked/);
      assert.equal(await page.locator('.file[aria-current]:has-text("env.schema.json")').count(), 1, "it opens by itself");
      assert.equal(await page.locator(".cm-sign.cm-error >> visible=true").count(), 1);
      assert.match(await text(page, "#inspector"), /requird/, "where it is wrong");
      await page.click('.file:has-text(".env.staging")');
      await page.click("#notices .link");
      await page.waitForFunction(() => document.activeElement.id === "editor" && /env\.schema\.json/.test(document.querySelector("#pane-head h2").innerText));
      assert.deepEqual(await axe(page), []);
      await page.locator(".cm-content").focus();
      await page.keyboard.press("Control+a");
      await page.keyboard.insertText(SCHEMA);
      await page.waitForFunction(() => /may ship/.test(document.querySelector("#verdict h1").innerText));
    });
  });

  test("a schema beyond the compact core loads the full one, and nothing else", async () => {
    await onPage(
      async (page) => {
        await put(page, [{ ...schema, text: BEYOND }, ...good.slice(1)]);
        await checked(page);
        assert.equal(await text(page, "#verdict h1"), "staging and production may ship");
      },
      FULL,
    );
  });

  test("where WebAssembly is refused, the page says so and keeps what was put in", async () => {
    const folder = mkdtempSync(join(tmpdir(), "envgate-page-"));
    const hosted = join(import.meta.dirname, "../dist/hosted");
    execFileSync("cp", ["-r", `${hosted}/.`, folder]);
    writeFileSync(join(folder, "index.html"), readFileSync(join(folder, "index.html"), "utf8").replace(" 'wasm-unsafe-eval'", ""));
    const strict = await serve(folder);
    const opened = await open(site.browser, strict.url);
    try {
      await opened.page.waitForFunction(() => /does not let the page run WebAssembly/.test(document.querySelector("#trouble").innerText));
      assert.deepEqual(await axe(opened.page), [], "said before anything was put in");
      await opened.page.click('[data-example="ora"]');
      await opened.page.waitForFunction(() => /does not let the page run WebAssembly/.test(document.querySelector("#notices").innerText));
      assert.ok((await opened.page.locator(".file").count()) > 1);
      assert.deepEqual(await axe(opened.page), []);
    } finally {
      await opened.close();
      strict.close();
      rmSync(folder, { recursive: true });
    }
  });

  test("a core that is not the one of this page is not used", async () => {
    const folder = mkdtempSync(join(tmpdir(), "envgate-page-"));
    execFileSync("cp", ["-r", `${join(import.meta.dirname, "../dist/hosted")}/.`, folder]);
    const core = readFileSync(join(folder, "envgate-core.js"), "utf8");
    writeFileSync(join(folder, "envgate-core.js"), core.replace("is not declared in", "is welcome in   "));
    const other = await serve(folder);
    const opened = await open(site.browser, other.url);
    try {
      await opened.page.waitForFunction(() => /The checker could not be started/.test(document.querySelector("#trouble").innerText));
    } finally {
      await opened.close();
      other.close();
      rmSync(folder, { recursive: true });
    }
  });

  test("25,000 wrong lines: counted, and shown in parts", async () => {
    await onPage(async (page) => {
      await put(page, good);
      await checked(page);
      await put(page, [{ name: ".env.production", text: Array.from({ length: 25_000 }, (_, at) => `WRONG_NAME_${at % 9000}=some value of a line\n`).join("") }]);
      await page.waitForFunction(() => /must not ship/.test(document.querySelector("#verdict h1").innerText));
      assert.match(await text(page, "#verdict"), /more not listed/);
      assert.match(await text(page, ".card.stop"), /at least 1,000 variables in 1 file, at least 1,000 not declared/, "a report names no more of them");
      assert.ok((await page.locator("#problems li").count()) <= 200);
      assert.deepEqual(await axe(page), []);
      await page.click("#tab-matrix");
      assert.ok((await page.locator("#view-matrix tbody tr").count()) <= 301);
      assert.match(await text(page, "#view-matrix .choice"), /All 1,00\d/);
      assert.deepEqual(await axe(page), []);
      await put(page, [{ name: ".env.production", text: "PORT=81\n" }], "#pick-before");
      await checked(page);
      assert.match(await text(page, "#view-changes"), /at least 1,00\d keys changed[^]*Newly wrong: [\d,]{5,6}$/m);
    });
  });
});
