// Other carriers of variables, and the report as it leaves the page.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { FULL, SCHEMA, schema } from "./fixtures.mjs";
import { axe, checked, exported, native, onSite, put, SINGLE, text } from "./harness.mjs";

const { onPage } = onSite();

describe("other carriers", () => {
  const named = JSON.parse(SCHEMA);
  named.environments = { staging: { files: [".env.staging"] }, production: { files: ["compose.yaml"] } };
  const compose = { name: "compose.yaml", text: "services:\n  web:\n    image: app\n    env_file: [web.env]\n    environment:\n      PORT: http\n      TOKEN: mahogany-otter-rivet\n" };
  const files = [{ name: "env.schema.json", text: JSON.stringify(named) }, { name: ".env.staging", text: "PORT=80\n" }, compose, { name: "web.env", text: "NOTE=x\n" }];

  test("Compose with the file that it names, in the hosted page: the same bytes as the native program, and hidden all the same", async () => {
    const folder = mkdtempSync(join(tmpdir(), "envgate-page-"));
    for (const { name, text } of files) writeFileSync(join(folder, name), text);
    try {
      await onPage(async (page) => {
        await put(page, files);
        await checked(page);
        assert.equal(await text(page, "#verdict h1"), "production must not ship");
        assert.doesNotMatch(await text(page, "#notices"), /web\.env/, "a file that another takes in needs no environment");
        await page.click('.file:has-text("compose.yaml")');
        await page.waitForFunction(() => /PORT: •/.test(document.querySelector("#editor").shadowRoot.querySelector(".cm-content").innerText));
        assert.doesNotMatch(await page.evaluate(() => [...window.everShown].join("\n")), /mahogany-otter/);
        const json = await exported(page);
        assert.equal(json, native(folder, JSON.parse(json).checkedAt));
      }, FULL);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("in the single file its environment is not checked, which is said, and the others are", async () => {
    await onPage(async (page) => {
      await put(page, files);
      await checked(page);
      assert.match(await text(page, "#notices"), /compose\.yaml can only be read by the full core[^]*production was not checked/);
      assert.equal(await text(page, "#verdict h1"), "staging may ship; production and web.env were not checked");
      assert.deepEqual(await axe(page), []);
      // The full core can be added by hand, if it is that of this page.
      await put(page, [{ name: "envgate-full.deflate", text: "another" }]);
      assert.match(await text(page, "dialog"), /not the full core of this page/);
      await page.keyboard.press("Escape");
      await put(page, [{ name: "envgate-full.deflate", text: readFileSync(join(import.meta.dirname, "../dist/envgate-full.deflate")) }]);
      await page.waitForFunction(() => /production must not ship/.test(document.querySelector("#verdict h1").innerText));
    }, { url: SINGLE });
  });

  test("a JSON object of variables is read by the compact core", async () => {
    await onPage(async (page) => {
      await put(page, [schema, { name: ".env.staging", text: "PORT=80\n" }, { name: "live.json", text: '{ "PORT": "http", "TOKEN": "mahogany-otter-rivet" }' }]);
      await checked(page);
      await page.click('.file:has-text("live.json")');
      await page.selectOption("#pane-head select", "production");
      await page.waitForFunction(() => /production must not ship/.test(document.querySelector("#verdict h1").innerText));
      assert.doesNotMatch(await page.evaluate(() => [...window.everShown].join("\n")), /mahogany-otter/);
    }, { url: SINGLE });
  });

  test("what looks like an export can be read as variables, and back", async () => {
    await onPage(async (page) => {
      const secret = { kind: "Secret", apiVersion: "v1", metadata: { name: "app" }, stringData: { PORT: "http" } };
      await put(page, [schema, { name: ".env.staging", text: "PORT=80\n" }, { name: "secret.json", text: JSON.stringify(secret) }]);
      await checked(page);
      await page.click('.file:has-text("secret.json")');
      await page.click('[data-focus="role"]');
      await page.waitForSelector("#pane-head select");
      await page.selectOption("#pane-head select", "production");
      await page.waitForFunction(() => /production must not ship/.test(document.querySelector("#verdict h1").innerText));
      await page.click('[data-focus="role"]');
      await page.waitForFunction(() => /Only dates and ids/.test(document.querySelector("#unreadable").innerText));
    }, FULL);
  });
});

describe("exports", () => {
  test("the JSON is what the native program writes, byte for byte", async () => {
    const now = "2026-11-20T00:00:00Z";
    const folder = mkdtempSync(join(tmpdir(), "envgate-page-"));
    try {
      const files = [schema, { name: ".env.staging", text: "PORT=80\r\nTOKEN=kurz\r\nNÖTE=ä😀\r\n" }, { name: ".env.production", text: "\uFEFFPORT=80\nTOKEN=kurz\nUNKNWON=1\rNOTE='😀' x\n" }, { name: ".env.example", text: "PORT=8000\n" }];
      for (const { name, text } of files) writeFileSync(join(folder, name), text);
      await onPage(async (page) => {
        await page.clock.setFixedTime(new Date(now));
        await put(page, files);
        await checked(page);
        assert.equal(await exported(page), native(folder, now));
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("SARIF and Markdown are those of the native program, but for the examples in what SARIF tells of the rules", async () => {
    const folder = mkdtempSync(join(tmpdir(), "envgate-page-"));
    try {
      const files = [schema, { name: ".env.staging", text: "PORT=http\nTOKEN=kurz\n" }, { name: ".env.production", text: "PORT=80\nUNKNWON=1\n" }];
      for (const { name, text } of files) writeFileSync(join(folder, name), text);
      await onPage(async (page) => {
        await put(page, files);
        await checked(page);
        const now = JSON.parse(await exported(page)).checkedAt;
        assert.equal(await exported(page, "Markdown"), native(folder, now, ["--format", "markdown"]));
        const [ours, theirs] = [await exported(page, "SARIF"), native(folder, now, ["--format", "sarif"])].map(JSON.parse);
        const rules = ({ runs }) => runs[0].tool.driver.rules;
        for (const [at, { id, help }] of rules(ours).entries()) {
          assert.match(help.markdown, new RegExp(`^# ${id}\\n\\n[^\\n]{20}`));
          help.markdown = rules(theirs)[at].help.markdown;
        }
        assert.deepEqual(ours, theirs);
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("a report is one in UTF-16, too, as Windows PowerShell writes what a program prints, and with a mark of UTF-8", async () => {
    const report = `\ufeff${readFileSync(join(import.meta.dirname, "../../schemas/examples/web-backend/expected/broken-secrets.json"), "utf8")}`;
    for (const bytes of [Buffer.from(report, "utf16le"), Buffer.from(report, "utf16le").swap16(), Buffer.from(report)]) {
      await onPage(async (page) => {
        await put(page, [{ name: "report.json", text: bytes }]);
        assert.equal(await text(page, "#verdict h1"), "staging and production must not ship");
        await put(page, [{ name: "report.json", text: bytes.subarray(0, 2 * Math.floor(bytes.length / 4)) }]);
        assert.match(await text(page, "#notices"), /report\.json begins as a report, and is not all there/);
      });
    }
  });

  test("a report from CI is reviewed without any file", async () => {
    const report = readFileSync(join(import.meta.dirname, "../../schemas/examples/web-backend/expected/broken-secrets.json"), "utf8");
    await onPage(async (page) => {
      await put(page, [{ name: "report.json", text: report }]);
      await checked(page);
      assert.equal(await text(page, "#verdict h1"), "staging and production must not ship");
      await page.click("#problems li:nth-child(2) .problem");
      assert.match(await text(page, "#inspector"), /weak-key[^]*Why, and how to fix it/, "without a line to go to, it is told beside");
      for (const view of await page.locator('#tabs [role="tab"]').all()) {
        await view.click();
        assert.deepEqual(await axe(page), []);
      }
      await page.click("#tab-matrix");
      await page.click("td .cell:has-text('missing')");
      assert.match(await text(page, "dialog"), /missing-required/);
      assert.deepEqual(await axe(page), []);
    });
  });
});
