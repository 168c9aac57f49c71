// The verdict, which must be no "yes" where anything is in doubt, and what it stands on.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { FULL, good, SCHEMA, schema } from "./fixtures.mjs";
import { axe, checked, example, exported, native, onSite, put, text } from "./harness.mjs";

const { onPage } = onSite();
const EXAMPLES = ["web-backend", "convex-saas", "ora", "episodes", "template-cli", "billing"];

describe("verdict", () => {
  for (const name of EXAMPLES) {
    test(`example ${name}: a verdict and problems in one click, clean to axe in both schemes`, async () => {
      await onPage(async (page) => {
        await example(page, name);
        assert.equal(await page.locator(".headline.stop").count(), 1);
        assert.ok((await page.locator("#problems li").count()) > 0);
        for (const [at, view] of (await page.locator('#tabs [role="tab"]').all()).entries()) {
          await view.click();
          const colorScheme = (at + EXAMPLES.indexOf(name)) % 2 === 0 ? "light" : "dark";
          await page.emulateMedia({ colorScheme });
          assert.deepEqual(await axe(page), [], `${await view.innerText()}, ${colorScheme}`);
        }
      }, FULL);
    });
  }

  test("is for the phase that is asked for, where the schema tells phases apart, as it is for the native program", async () => {
    const folder = mkdtempSync(join(tmpdir(), "envgate-page-"));
    try {
      const phased = { name: "env.schema.json", text: SCHEMA.replace('"PORT":{', '"PORT":{"phases":["deploy","run"],') };
      const files = [phased, { name: ".env.staging", text: "PORT=80\n" }, { name: ".env.production", text: "TOKEN=Qz1rTq8Zt5LmXw0K\n" }];
      for (const { name, text } of files) writeFileSync(join(folder, name), text);
      await onPage(async (page) => {
        await put(page, files);
        await checked(page);
        assert.equal(await text(page, "#verdict h1"), "production must not ship");
        await page.focus("#verdict select");
        await page.selectOption("#verdict select", "build");
        await page.waitForFunction(() => document.querySelector("#verdict h1").innerText === "staging and production may ship");
        await checked(page);
        assert.equal(await page.evaluate(() => document.activeElement.matches("#verdict select")), true, "the focus stays");
        assert.deepEqual(await axe(page), []);
        const json = await exported(page);
        assert.equal(json, native(folder, JSON.parse(json).checkedAt, ["--phase", "build"]));
        // Another schema begins with all phases; one that knows none does not ask.
        await put(page, [phased]);
        await page.waitForFunction(() => document.querySelector("#verdict h1").innerText === "production must not ship");
        await put(page, [schema]);
        await checked(page);
        assert.equal(await page.locator("#verdict select").count(), 0);
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("files without problems may ship; one that is not there is not checked, and that is no yes", async () => {
    await onPage(async (page) => {
      await put(page, good);
      await checked(page);
      assert.equal(await text(page, "#verdict h1"), "staging and production may ship");
      await page.click('.file:has-text(".env.staging")');
      await page.click('[data-focus="remove"]');
      await checked(page);
      assert.equal(await text(page, "#verdict h1"), "production may ship; staging was not checked");
      await page.keyboard.press("Control+z");
      await checked(page);
      assert.equal(await text(page, "#verdict h1"), "staging and production may ship");
      assert.deepEqual(await axe(page), []);
    });
  });

  test("what was put in and not checked stands in the headline, and in the exports that people read; the JSON is that of the program", async () => {
    await onPage(async (page) => {
      await put(page, [schema, good[1], { name: "config.zip", text: "PK\x03\x04\x14" }, { name: "pipe|@team_x.env", text: "PORT=1\n" }]);
      await checked(page);
      assert.equal(await text(page, "#verdict h1"), "staging may ship; production and 2 files were not checked");
      const saved = async (name) => {
        await page.click("#export");
        const [download] = await Promise.all([page.waitForEvent("download"), page.click(`#exports button:has-text('${name}')`)]);
        return readFileSync(await download.path(), "utf8");
      };
      const markdown = await saved("Markdown");
      assert.match(markdown, /^<!-- envgate -->\n### [^\n]+\n\n\*\*Not checked:\*\*\n\n- production: no file: \.env\.production\n- pipe&#124;&#64;team&#95;x\.env: put in, and of no environment\n- config\.zip: put in, and of no environment\n\n\| Environment/);
      const html = await saved("one page");
      assert.match(html, /<h1>staging may ship; production and 2 files were not checked<\/h1>[^]*<b>Not checked:<\/b><\/p><ul><li>production: no file: \.env\.production<\/li><li>[^]*<li>config\.zip: [^]*<h2>Environments/);
      await saved("SARIF");
      assert.match(await text(page, "#toasts"), /not the rest[^]*2 things were not/);
      assert.deepEqual(JSON.parse(await saved("JSON")).unchecked, ["production"]);
      for (const name of ["config.zip", "pipe|@team_x.env"]) {
        await page.click(`.file:has-text("${name}")`);
        await page.click('[data-focus="remove"]');
      }
      await put(page, [good[2]]);
      await checked(page);
      assert.equal(await text(page, "#verdict h1"), "staging and production may ship");
      assert.doesNotMatch(await saved("Markdown") + (await saved("one page")), /Not checked:/);
    });
  });

  test("no JSON that could be taken for a pass is saved where nothing was checked against a schema, or something was not read", async () => {
    await onPage(async (page) => {
      await put(page, [{ name: ".env.staging", text: "PORT=80\n" }]);
      await checked(page);
      const asked = async () => {
        await page.click("#export");
        await page.click("#exports button:has-text('JSON')");
        return text(page, "#toasts");
      };
      assert.match(await asked(), /nothing was checked against a schema/);
      await put(page, [...good, { name: "export.json", text: '[{"SecretString":"hunter2hunter2"}]' }]);
      await page.waitForFunction(() => /Without it nothing may ship/.test(document.querySelector("#notices").innerText));
      await checked(page);
      assert.match(await asked(), /Not saved: an export was not read/);
    }, FULL);
  });

  test("a report that comes back while the files that took its place are checked is not overtaken by them", async () => {
    const report = { version: 1, tool: { name: "envgate", version: "0.1.0" }, checkedAt: "2026-11-20T00:00:00Z", environments: [{ name: "ci", files: [".env"], errors: 2, warnings: 0, variables: [] }], diagnostics: [], hidden: { suppressed: 0, waived: 0, baseline: 0, omitted: 0 } };
    await onPage(async (page) => {
      await put(page, [{ name: "report.json", text: JSON.stringify(report) }]);
      await checked(page);
      assert.equal(await text(page, "#verdict h1"), "ci must not ship");
      await put(page, [...good.slice(0, 2), { name: ".env.production", text: `PORT=80\n${"# a line of words that go on\n".repeat(150_000)}` }]);
      await page.locator("#main").press("Control+z");
      await checked(page);
      await page.waitForTimeout(500);
      assert.equal(await text(page, "#verdict h1"), "ci must not ship");
      assert.deepEqual(await page.locator(".card-name").allInnerTexts(), ["ci"]);
    });
  });

  test("the reports of a monorepo are all told, one that found errors is shown, and one that is not complete is no pass", async () => {
    const report = (name, errors) => ({ version: 1, tool: { name: "envgate", version: "0.1.0" }, checkedAt: "2026-11-20T00:00:00Z", environments: [{ name, files: [".env"], errors, warnings: 0, variables: [] }], diagnostics: [], hidden: { suppressed: 0, waived: 0, baseline: 0, omitted: 0 } });
    const reports = [["apps/web", true, report("staging", 0)], ["apps/api", true, report("production", 2)], ["apps/jobs", false, report("jobs", 0)], ["apps/old", false, null]].map(([folder, complete, report]) => ({ schema: `${folder}/env.schema.json`, complete, report }));
    await onPage(async (page) => {
      await put(page, [{ name: "reports.json", text: JSON.stringify({ version: 1, reports }) }]);
      await checked(page);
      assert.equal(await text(page, "#verdict h1"), "production must not ship");
      assert.match(await text(page, "#verdict .fine"), /From reports\.json for apps\/api\/env\.schema\.json/);
      assert.match(await text(page, "#notices"), /4 reports: errors in 1, 2 not complete/);
      const choose = (name) => page.locator("#notices select").selectOption({ label: name });
      await choose("apps/jobs/env.schema.json: not all checked");
      assert.equal(await text(page, "#verdict h1"), "No verdict on jobs yet");
      await choose("apps/old/env.schema.json: not all checked");
      assert.equal(await text(page, "#verdict h1"), "Nothing was checked");
      for (const view of ["matrix", "rotation", "changes", "files"]) await page.click(`#tab-${view}`);
      await choose("apps/web/env.schema.json: no errors");
      assert.equal(await text(page, "#verdict h1"), "staging may ship");
      assert.deepEqual(await axe(page), []);
    });
  });

  test("a report names what it says nothing about, and what was not checked in full", async () => {
    const report = (more) => [{ name: "report.json", text: JSON.stringify({ version: 1, tool: { name: "envgate", version: "0.1.0" }, checkedAt: "2026-11-20T00:00:00Z", environments: [{ name: "staging", files: [".env"], errors: 0, warnings: 0, variables: [] }], diagnostics: [], hidden: { suppressed: 0, waived: 0, baseline: 0, omitted: 0 }, ...more }) }];
    for (const [more, headline] of [
      [{}, "staging may ship"],
      [{ complete: true, unchecked: [] }, "staging may ship"],
      [{ complete: true, unchecked: ["production"] }, "staging may ship; production was not checked"],
      [{ complete: true, unchecked: ["staging"] }, "staging may ship"],
      [{ complete: false, unchecked: ["production"] }, "No verdict on staging and production yet"],
    ]) {
      await onPage(async (page) => {
        await put(page, report(more));
        await checked(page);
        assert.equal(await text(page, "#verdict h1"), headline);
      });
    }
    for (const more of [{ complete: "yes" }, { unchecked: [""] }, { unchecked: "production" }]) {
      await onPage(async (page) => {
        await put(page, report(more));
        assert.match(await text(page, "#notices"), /missing or malformed/);
      });
    }
  });

  test("of several reports that are put in at once, none is passed over: one that found errors is shown first", async () => {
    const report = (name, errors) => ({ version: 1, tool: { name: "envgate", version: "0.1.0" }, checkedAt: "2026-11-20T00:00:00Z", environments: [{ name, files: [".env"], errors, warnings: 0, variables: [] }], diagnostics: [], hidden: { suppressed: 0, waived: 0, baseline: 0, omitted: 0 } });
    const monorepo = { version: 1, reports: [{ schema: "apps/web/env.schema.json", complete: true, report: report("web", 0) }] };
    await onPage(async (page) => {
      await put(page, [{ name: "eu.json", text: JSON.stringify(report("eu", 1)) }, { name: "us.json", text: JSON.stringify(report("us", 0)) }, { name: "apps.json", text: JSON.stringify(monorepo) }]);
      assert.equal(await text(page, "#verdict h1"), "eu must not ship");
      assert.match(await text(page, "#verdict .fine"), /^From eu\.json, checked/);
      assert.match(await text(page, "#notices"), /3 reports: errors in 1\./);
      assert.deepEqual(await page.locator("#notices option").allInnerTexts(), ["eu.json: 1 error", "us.json: no errors", "apps.json: apps/web/env.schema.json: no errors"]);
      await page.locator("#notices select").selectOption({ label: "us.json: no errors" });
      assert.equal(await text(page, "#verdict h1"), "us may ship");
      assert.deepEqual(await axe(page), []);
      await put(page, [{ name: "one.json", text: JSON.stringify(report("one", 0)) }, { name: "two.json", text: JSON.stringify(report("two", 0)) }, ...good]);
      assert.match(await text(page, "dialog"), /one\.json and two\.json were left out: they are reports/);
    });
  });

  test("a report that contradicts itself is no yes", async () => {
    const problem = (environment) => ({ code: "schema-type", message: "PORT is no integer", severity: "error", environment, key: "PORT", file: null, help: null, start: null, end: null, related: [] });
    const report = (names, diagnostics) => ({ name: "report.json", text: JSON.stringify({ version: 1, tool: { name: "envgate", version: "0.1.0" }, checkedAt: "2026-11-20T00:00:00Z", environments: names.map((name, at) => ({ name, files: [".env"], errors: at === 0 && names.length > 1 ? 2 : 0, warnings: 0, variables: [] })), diagnostics, hidden: { suppressed: 0, waived: 0, baseline: 0, omitted: 0 } }) });
    for (const of of ["production", "another", null]) {
      await onPage(async (page) => {
        await put(page, [report(["production"], [problem(of)])]);
        await checked(page);
        assert.equal(await text(page, "#verdict h1"), "production must not ship");
      });
    }
    await onPage(async (page) => {
      await put(page, [report(["production", "production"], [])]);
      assert.match(await text(page, "#notices"), /missing or malformed/);
    });
  });

  test("a report is drawn as far as it goes, and one in which something else stands than a report has there is told as malformed", async () => {
    const age = { verdict: "current", due: "2027-01-01T00:00:00Z", warn: null, from: null, to: null, expires: null, evidence: [] };
    const report = (more, problem = {}) => ({
      name: "report.json",
      text: JSON.stringify({ version: 1, tool: { name: "envgate", version: "9".repeat(400) }, checkedAt: "2026-11-20T00:00:00Z", environments: [{ name: "production", files: [".env"], errors: 0, warnings: 0, variables: [{ key: "TOKEN", state: "ok", secret: true, file: null, line: null, age: { ...age, ...more } }] }], diagnostics: [{ code: "weak-key", message: "TOKEN is weak", severity: "hint", environment: "production", key: "TOKEN", file: null, help: null, start: null, end: null, related: [], ...problem }], hidden: { suppressed: 0, waived: 0, baseline: 0, omitted: 0 } }),
    });
    await onPage(async (page) => {
      await put(page, [report({})]);
      await checked(page);
      await page.click("#tab-rotation");
      assert.match(await text(page, "#view-rotation"), /TOKEN[^]*current[^]*2027-01-01/);
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0);
      for (const wrong of [report({ settle: 5 }), report({ owner: {} }), report({}, { fix: true })]) {
        await put(page, [wrong]);
        assert.match(await text(page, "#notices"), /missing or malformed/);
      }
    });
    await onPage(async (page) => {
      await put(page, [{ name: "report.json", text: report({}).text.replace('"version":1', '"version":"1"') }]);
      assert.match(await text(page, "#notices"), /a report of version unknown/);
    });
  });

  test("what a report lists is counted once, not whenever the page is drawn: it may be ten thousand problems", async () => {
    const diagnostics = Array.from({ length: 50 }, (_, at) => ({ code: "schema-type", message: `KEY_${at} is no integer`, severity: "error", environment: "production", key: `KEY_${at}`, file: null, help: null, start: null, end: null, related: [] }));
    const report = { version: 1, tool: { name: "envgate", version: "0.1.0" }, checkedAt: "2026-11-20T00:00:00Z", environments: [{ name: "production", files: [".env"], errors: 0, warnings: 0, variables: [] }], diagnostics, hidden: { suppressed: 0, waived: 0, baseline: 0, omitted: 0 } };
    await onPage(async (page) => {
      await page.evaluate(() => {
        window.looked = 0;
        const parse = JSON.parse;
        JSON.parse = (...given) => {
          const value = parse(...given);
          for (const one of value?.diagnostics ?? []) {
            const { severity } = one;
            Object.defineProperty(one, "severity", { get: () => (window.looked++, severity) });
          }
          return value;
        };
      });
      await put(page, [{ name: "report.json", text: JSON.stringify(report) }]);
      assert.equal(await text(page, "#verdict h1"), "production must not ship");
      assert.ok((await page.evaluate(() => window.looked)) >= 50, "it is looked at");
      await page.click("#tab-rotation");
      await page.evaluate(() => (window.looked = 0));
      for (const view of ["changes", "rotation", "changes"]) await page.click(`#tab-${view}`);
      assert.equal(await text(page, "#verdict h1"), "production must not ship");
      assert.equal(await page.evaluate(() => window.looked), 0);
    });
  });

  test("of one environment, a file that it does not name is not read over the one that it does, until somebody says so", async () => {
    const one = { name: "env.schema.json", text: JSON.stringify({ environments: { production: { files: [".env.production"] } }, properties: { PORT: { type: "integer" } } }) };
    await onPage(async (page) => {
      await put(page, [one, { name: ".env.backup", text: "PORT=80\n" }]);
      await checked(page);
      assert.equal(await text(page, "#verdict h1"), "production may ship", "the only one is of the only environment");
      await put(page, [{ name: ".env.production", text: "PORT=http\n" }]);
      await checked(page);
      assert.equal(await text(page, "#verdict h1"), "production must not ship");
      assert.match(await text(page, "#notices"), /\.env\.backup was not checked: to which environment/);
    });
  });

  test("environments are named where they are few, and counted where they are many", async () => {
    const said = async (page, count, wrong) => {
      const names = Array.from({ length: count }, (_, at) => `region-${at}`);
      const environments = Object.fromEntries(names.map((name) => [name, { files: [`.env.${name}`] }]));
      await put(page, [{ name: "env.schema.json", text: JSON.stringify({ environments, properties: { PORT: { type: "integer" } } }) }, ...names.map((name, at) => ({ name: `.env.${name}`, text: at < wrong ? "PORT=x\n" : "PORT=80\n" }))]);
      await checked(page);
      return text(page, "#verdict h1");
    };
    await onPage(async (page) => {
      assert.equal(await said(page, 2, 2), "Neither region-0 nor region-1 may ship");
      assert.equal(await said(page, 3, 3), "None of the 3 environments may ship");
      assert.equal(await said(page, 5, 2), "region-0 and region-1 must not ship");
      assert.equal(await said(page, 5, 4), "4 of 5 environments must not ship");
      assert.equal(await said(page, 5, 0), "All 5 environments may ship");
      for (const name of [".env.region-3", ".env.region-4"]) {
        await page.click(`.file:has-text("${name}")`);
        await page.click('[data-focus="remove"]');
        await checked(page);
      }
      assert.equal(await text(page, "#verdict h1"), "region-0, region-1 and region-2 may ship; region-3 and region-4 were not checked");
      await said(page, 30, 0);
      await page.click('.file:has-text(".env.region-7")');
      await page.click('[data-focus="remove"]');
      await checked(page);
      assert.equal(await text(page, "#verdict h1"), "29 environments may ship; region-7 was not checked");
    });
  });

  test("what several environments find in a file that they share is told once", async () => {
    await onPage(async (page) => {
      const environments = Object.fromEntries(["staging", "production"].map((name) => [name, { files: [".env.defaults", `.env.${name}`] }]));
      await put(page, [{ name: "env.schema.json", text: JSON.stringify({ environments, properties: { PORT: { type: "integer" } } }) }, { name: ".env.defaults", text: "PORT=x\n" }, { name: ".env.staging", text: "A=1\n" }, { name: ".env.production", text: "A=1\n" }]);
      await checked(page);
      assert.equal(await text(page, "#verdict h1"), "Neither staging nor production may ship");
      assert.equal(await page.locator("#problems li").count(), 1);
      assert.match(await text(page, "#problems"), /1 error[^]*\.env\.defaults:1 · staging, production/);
      await page.click("#problems li .problem");
      assert.match(await text(page, "#inspector"), /error schema-type in staging and production/);
      assert.match(await text(page, ".file:has-text('.env.defaults') .count"), /^1\s*error$/);
    });
  });

  test("without a schema nothing may ship", async () => {
    await onPage(async (page) => {
      await put(page, [{ name: ".env", text: "A=1\nA=2\n" }]);
      await checked(page);
      assert.match(await text(page, "#verdict"), /no schema/);
      assert.match(await text(page, "#problems"), /duplicate-key/);
      assert.doesNotMatch(await text(page, "#verdict"), /May ship/);
    });
  });

  test("of a schema that was removed, nothing is said any more", async () => {
    await onPage(async (page) => {
      await put(page, good);
      await checked(page);
      await page.click('.file:has-text("env.schema.json")');
      await page.click('[data-focus="remove"]');
      await checked(page);
      assert.deepEqual(await page.locator(".card-name").allInnerTexts(), [".env.staging", ".env.production"]);
      await page.keyboard.press("Control+z");
      await checked(page);
      assert.equal(await text(page, "#verdict h1"), "staging and production may ship");
    });
  });

  test("a file of unknown name is asked about, and then checked", async () => {
    await onPage(async (page) => {
      await put(page, [...good.slice(0, 2), { name: "live.txt", text: "PORT=http\n" }]);
      await checked(page);
      assert.match(await text(page, "#notices"), /live\.txt was not checked/);
      await page.click('.file:has-text("live.txt")');
      await page.waitForFunction(() => /^PORT=•+/.test(document.querySelector("#editor").shadowRoot.querySelector(".cm-content").innerText));
      await page.selectOption("#pane-head select", "production");
      await page.waitForFunction(() => /production must not ship/.test(document.querySelector("#verdict h1").innerText));
      assert.deepEqual(await axe(page), []);
    });
  });
});
