// Pictures of every example and state, at three widths and in both schemes, for people to look at: they are not compared with anything.
//
//   node test/screenshots.mjs [folder] [only…]
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { checked, example, launch, loaded, open, put, serve } from "./harness.mjs";

const [folder = join(import.meta.dirname, "../dist/screenshots"), ...only] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });

const SCHEMA = { environments: { staging: { files: [".env.staging"] }, production: { files: [".env.production"] } }, required: ["PORT"], properties: { PORT: { type: "integer", format: "port" }, TOKEN: { type: "string", secret: true, minLength: 12 } }, additionalProperties: false };
const schema = { name: "env.schema.json", text: JSON.stringify(SCHEMA, null, 2) };
const staging = { name: ".env.staging", text: "PORT=80\n" };
const production = { name: ".env.production", text: "PORT=81\nTOKEN=Qz1rTq8Zt5LmXw0K\n" };
const putIn = (...files) => async (page) => (await put(page, files), checked(page));

/** How each state is come to. */
const STATES = {
  "no-schema": putIn({ name: ".env", text: "A=1\nA=2\n" }),
  "schema-only": putIn(schema),
  "may-ship": putIn(schema, staging, production),
  "one-missing": putIn(schema, production),
  unclear: putIn(schema, staging, { name: "live.txt", text: "PORT=http\n" }),
  "wrong-schema": putIn({ ...schema, text: schema.text.replace("minLength", "minlength").replace('"port"', '"prot"') }, staging),
  "wrong-json": putIn({ ...schema, text: schema.text.slice(0, -3) }, staging),
  binary: putIn(schema, staging, { name: ".env.production", text: Buffer.from([80, 0, 1, 2, 255]) }),
  strange: putIn(schema, staging, { name: "config.zip", text: "PK\x03\x04\x14\0\0" }, { name: ".env.production", text: "\0GITCRYPT\0" }, { name: "notes.md", text: "# How we deploy\n" }),
  "many-problems": putIn(schema, staging, { name: ".env.production", text: Array.from({ length: 25_000 }, (_, at) => `WRONG_NAME_${at}=x\n`).join("") }),
  report: async (page) => {
    const place = (line) => ({ line, column: 1, offset: 0 });
    const variable = (key, state, line) => ({ key, state, secret: false, file: ".env.production", line, age: null });
    const text = JSON.stringify({
      version: 1,
      tool: { name: "envgate", version: "0.1.0" },
      checkedAt: "2026-11-20T00:00:00Z",
      environments: [{ name: "staging", files: [".env.staging"], errors: 0, warnings: 0, variables: [variable("PORT", "ok", 1)] }, { name: "production", files: [".env.production"], errors: 1, warnings: 0, variables: [variable("PORT", "invalid", 1), variable("TOKEN", "ok", 2)] }],
      diagnostics: [{ code: "schema-type", severity: "error", environment: "production", key: "PORT", message: "PORT must be an integer", file: ".env.production", start: place(1), end: place(1), schemaPointer: null, related: [], help: null, fix: null }],
      hidden: { suppressed: 0, waived: 1, baseline: 0, omitted: 0 },
    });
    await putIn({ name: "report.json", text })(page);
  },
  newer: putIn(schema, staging, { name: "report.json", text: JSON.stringify({ version: 2, environments: [], diagnostics: [] }) }),
  promise: (page) => page.click("#promise"),
  explain: async (page) => {
    await example(page, "web-backend");
    await page.click(".problem");
    await page.click("#inspector button:has-text('Why')");
    await page.waitForSelector("dialog");
  },
  exports: async (page) => {
    await example(page, "web-backend");
    await page.click("#export");
  },
  checking: async (page) => {
    await putIn(schema, staging)(page);
    await put(page, [{ name: ".env.production", text: Array.from({ length: 900_000 }, (_, at) => `LINE_${at}="some \${PORT} value of a line that goes on and on"\n`).join("") }]);
    await page.waitForSelector("#notices progress");
  },
  print: async (page) => {
    await example(page, "web-backend");
    await page.emulateMedia({ media: "print" });
  },
};

const server = await serve();
const browser = await launch();
for (const scheme of ["light", "dark"]) {
  for (const width of [390, 820, 1440]) {
    const options = { scheme, width, height: 900 };
    const wanted = (name) => only.length === 0 || only.some((part) => `${name}-${width}-${scheme}`.includes(part));
    const shot = async (page, name) => wanted(name) && page.screenshot({ path: join(folder, `${name}-${width}-${scheme}.png`), fullPage: true });
    const { page, close, seen } = await open(browser, server.url, options);
    await loaded(page);
    await shot(page, "start");
    for (const name of await page.locator("[data-example]").evaluateAll((all) => all.map(({ dataset }) => dataset.example))) {
      const views = ["files", "matrix", "rotation", "changes"].filter((view) => wanted(`${name}-${view}`));
      if (views.length === 0) continue;
      await page.reload();
      await example(page, name);
      for (const view of views) {
        await page.click(`#tab-${view}`);
        await page.evaluate(() => document.querySelector("#toasts").replaceChildren());
        // CodeMirror measures what comes into view.
        await page.evaluate(() => document.querySelector("#editor").scrollIntoView());
        await page.waitForTimeout(80);
        await page.evaluate(() => scrollTo(0, 0));
        await shot(page, `${name}-${view}`);
      }
    }
    if (seen.console.length + seen.violations.length > 0) console.error(seen.console, seen.violations);
    await close();
    for (const [name, come] of Object.entries(STATES)) {
      if (!wanted(name)) continue;
      const { page, close } = await open(browser, server.url, options);
      await loaded(page);
      await come(page);
      await page.waitForTimeout(120);
      await shot(page, name);
      await close();
    }
  }
}
await browser.close();
server.close();
