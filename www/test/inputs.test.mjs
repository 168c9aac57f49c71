// Ways in: several files and folders dropped, chosen and pasted, everything that may stand beside env files, long work, and a core that fails.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { BEYOND, FULL } from "./fixtures.mjs";
import { axe, binary, checked, exported, loaded, native, onSite, put, text } from "./harness.mjs";

const NOW = "2026-11-20T00:00:00Z";

const site = onSite();
const { onPage } = site;
let folder;
before(() => (folder = mkdtempSync(join(tmpdir(), "envgate-inputs-"))));
after(() => rmSync(folder, { recursive: true }));

const SCHEMA = JSON.stringify({
  environments: { staging: { files: [".env.staging"] }, production: { files: [".env.production"] } },
  required: ["PORT"],
  properties: { PORT: { type: "integer" }, TOKEN: { type: "string", secret: true, minLength: 12 } },
  additionalProperties: false,
});
const FILES = { "env.schema.json": SCHEMA, ".env.staging": "PORT=80\n", ".env.production": "PORT=81\nTOKEN=short-one\n" };

function write(name, files) {
  const into = join(folder, name);
  mkdirSync(into);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(into, name, ".."), { recursive: true });
    writeFileSync(join(into, name), text);
  }
  return into;
}

/** Lets files and folders fall on the page, as the system does it. */
async function drop(page, paths) {
  const client = await page.context().newCDPSession(page);
  for (const type of ["dragEnter", "dragOver", "drop"]) {
    await client.send("Input.dispatchDragEvent", { type, x: 300, y: 300, data: { items: [], files: paths, dragOperationsMask: 1 } });
    if (type === "dragOver") assert.equal(await page.locator("#dropping:visible").count(), 1, "says that it may be dropped");
  }
}

describe("files", () => {
  test("several are dropped at once, each where its name says", async () => {
    const into = write("several", FILES);
    await onPage(async (page) => {
      await drop(page, Object.keys(FILES).map((name) => join(into, name)));
      await page.waitForFunction(() => /production must not ship/.test(document.querySelector("#verdict h1")?.innerText ?? ""));
      assert.equal(await page.locator(".file").count(), 3);
      // Old versions are dropped on the view that compares.
      await page.click("#tab-changes");
      const old = write("old", { ".env.production": "PORT=80\nTOKEN=a-longer-one-than-that\n" });
      await drop(page, [join(old, ".env.production")]);
      await page.waitForFunction(() => /shorter than before/.test(document.querySelector("#view-changes").innerText));
    });
  });

  test("a folder is dropped: what is for us is taken, and named as seen from the schema", async () => {
    const rest = { "README.md": "# no\n", "node_modules/x/.env": "A=1\n", "package.json": '{"name":"x"}', "k8s/deploy.yaml": "kind: Deployment\n", "src/main.js": "" };
    const into = write("project", { ...FILES, ...rest });
    await onPage(async (page) => {
      await drop(page, [into]);
      await page.waitForFunction(() => /production must not ship/.test(document.querySelector("#verdict h1")?.innerText ?? ""));
      assert.deepEqual((await page.locator(".file-name").allInnerTexts()).sort(), Object.keys(FILES).sort());
    });
  });

  test("of a folder with more in it than is read, what stands nearest to its top is taken first", async () => {
    const sources = Array.from({ length: 20_000 }, (_, at) => [`assets/${at}.js`, ""]);
    const into = write("large", { ...Object.fromEntries(sources), ...FILES });
    await onPage(async (page) => {
      await drop(page, [into]);
      await page.waitForSelector("#notices:has-text('more than 20,000 files')");
      await page.waitForFunction(() => /production must not ship/.test(document.querySelector("#verdict h1")?.innerText ?? ""));
      assert.deepEqual((await page.locator(".file-name").allInnerTexts()).sort(), [...Object.keys(FILES), "the rest of large"].sort());
    });
  });

  test("a folder in which there is nothing for us is told, and a file that is nothing we know can be read all the same", async () => {
    const into = write("nothing", { "README.md": "# no\n", "src/main.js": "" });
    await onPage(async (page) => {
      await drop(page, [into]);
      await page.waitForSelector("dialog:has-text('No schema, env file')");
      assert.deepEqual(await axe(page), []);
      await page.keyboard.press("Escape");
      await put(page, [{ name: "env.schema.json", text: SCHEMA }, { name: "settings", text: "PORT\n" }]);
      await checked(page);
      assert.match(await text(page, "#notices"), /settings was not checked: it looks like no schema/);
      assert.deepEqual(await axe(page), []);
      await page.click("#notices button:has-text('Read it as an env file')");
      await page.waitForSelector("#notices:has-text('to which environment does it belong')");
    });
  });

  test("a folder is chosen: a carrier is taken if the schema names it", async () => {
    const named = SCHEMA.replace(".env.production", "live.json");
    const into = write("chosen", { "env.schema.json": named, ".env.staging": FILES[".env.staging"], "live.json": '{ "PORT": "http" }', "package.json": '{"name":"x"}' });
    await onPage(async (page) => {
      await page.setInputFiles("#pick-folder", into);
      await page.waitForFunction(() => /production must not ship/.test(document.querySelector("#verdict h1")?.innerText ?? ""));
      assert.deepEqual((await page.locator(".file-name").allInnerTexts()).sort(), [".env.staging", "env.schema.json", "live.json"]);
    });
  });

  test("of a folder with many schemas, one is reviewed with its own files, the others are no yes, and each can be chosen", async () => {
    const services = ["web", "api", "jobs", "mail"].flatMap((name) => [
      [`services/${name}/env.schema.json`, name === "web" ? SCHEMA.replace('".env.staging"', '".env.staging","../../shared.env"') : SCHEMA],
      [`services/${name}/.env.staging`, "PORT=80\n"],
      [`services/${name}/.env.production`, name === "jobs" ? "PORT=http\n" : "PORT=81\n"],
      [`services/${name}/.env.example`, name === "mail" ? "OTHER=\n" : "PORT=\nTOKEN=\n"],
      // Of which a review takes one: that of another schema is none of this.
      [`services/${name}/env.rotation.json`, name === "mail" ? '{ "version": 2 }' : '{ "version": 1, "entries": [] }'],
    ]);
    const into = write("services", { ...Object.fromEntries(services), "shared.env": "PORT=82\n" });
    const schemas = ["api", "jobs", "mail", "web"].map((name) => `services/services/${name}/env.schema.json`);
    await onPage(async (page) => {
      const names = async () => (await page.locator(".file-name").allInnerTexts()).sort();
      const own = [".env.example", ".env.production", ".env.staging", "env.rotation.json", "env.schema.json"];
      const choose = async (at) => {
        await page.selectOption("#notices select >> nth=0", schemas[at]);
        await page.waitForFunction((name) => !["reading", "checking"].includes(document.body.dataset.status) && document.querySelector(".file-name").innerText === "env.schema.json" && document.querySelector("#notices select").value === name, schemas[at]);
        await checked(page);
        return text(page, "#verdict h1");
      };
      await drop(page, [into]);
      await page.waitForSelector("#notices:has-text('4 schemas were put in')");
      await checked(page);
      assert.deepEqual(await page.locator("#notices select >> nth=0").evaluate(({ options }) => [...options].map(({ text }) => text)), schemas);
      assert.equal(await text(page, "#verdict h1"), "staging and production may ship; ../../shared.env and 3 other schemas were not checked");
      assert.equal(await page.locator("dialog").count(), 0);
      assert.deepEqual(await names(), ["../../shared.env", ...own]);
      assert.deepEqual(await axe(page), []);
      assert.equal(await choose(1), "production must not ship");
      assert.deepEqual(await names(), ["../../shared.env", ...own]);
      assert.match(await choose(3), /may ship; 3 other schemas were not checked/);
      assert.match(await text(page, "#notices"), /4 schemas were put in/);
      await choose(2);
      assert.match(await text(page, "#notices"), /env\.rotation\.json/, "what is wrong with its own ledger is told");
      await page.locator("#main").press("Control+z");
      await checked(page);
      assert.match(await text(page, "#verdict h1"), /may ship; 3 other schemas were not checked/);
      assert.deepEqual(await names(), ["../../shared.env", ...own]);
      await page.click("#notices button:has-text('Leave the others out')");
      assert.equal(await text(page, "#verdict h1"), "staging and production may ship");
      await page.locator("#main").press("Control+z");
      await page.click("#promise");
      await page.click("dialog button:has-text('Forget')");
      await put(page, Object.entries(FILES).map(([name, text]) => ({ name, text })));
      await checked(page);
      assert.equal(await page.locator("#notices:has-text('schemas were put in')").count(), 0);
    });
  });

  const environments = (files) => JSON.stringify({ environments: { production: { files } }, required: ["PORT"], properties: { PORT: { $ref: "common/types.json#/$defs/port" }, NOTE: {} } });
  const PARTS = { "common/types.json": '{"$defs":{"port":{"$ref":"more.json#/$defs/port"}}}', "common/more.json": '{"$defs":{"port":{"type":"integer"}}}' };

  test("a folder is chosen: what its files refer to is taken, too, whatever it is called and wherever it lies", async () => {
    const into = write("referring", { "app/env.schema.json": environments(["../.env.production", "web.conf", "compose.yaml"]), ...Object.fromEntries(Object.entries(PARTS).map(([name, text]) => [`app/${name}`, text])), ".env.production": "PORT=http\n", "app/web.conf": "NOTE=x\n", "app/compose.yaml": "services:\n  web:\n    extends: { file: base.yaml, service: base }\n", "app/base.yaml": "services:\n  base:\n    environment: { NOTE: y }\n", "app/other.yaml": "services: {}\n" });
    await onPage(async (page) => {
      // Put in again, it is in the place of what it brought before.
      for (let times = 0; times < 2; times++) {
        await page.setInputFiles("#pick-folder", into);
        await page.waitForFunction((times) => document.body.dataset.taken === String(times + 1), times);
        await checked(page);
      }
      assert.deepEqual((await page.locator(".file-name").allInnerTexts()).sort(), ["../.env.production", "base.yaml", "common/more.json", "common/types.json", "compose.yaml", "env.schema.json", "web.conf"]);
      const json = await exported(page);
      assert.equal(json, native(join(into, "app"), JSON.parse(json).checkedAt));
    }, FULL);
  });

  test("a file that comes without its folder is the one that the schema names there, and of the kind that it is there", async () => {
    const into = write("without", { "env.schema.json": environments(["deploy/app.service", "deploy/app.service.d/override.conf"]), ...PARTS, "deploy/app.service": "[Service]\nEnvironment=PORT=80\n", "deploy/app.service.d/override.conf": "[Service]\nEnvironment=PORT=http\n" });
    await onPage(async (page) => {
      const all = ["env.schema.json", "common/types.json", "common/more.json", "deploy/app.service", "deploy/app.service.d/override.conf"].map((name) => join(into, name));
      await page.setInputFiles("#pick-files", all);
      await page.waitForFunction(() => document.body.dataset.taken === "1");
      await checked(page);
      assert.equal(await text(page, "#verdict h1"), "production must not ship");
      const json = await exported(page);
      assert.equal(json, native(into, JSON.parse(json).checkedAt));
    }, FULL);
  });

  test("a file of the same name from another folder is not taken for it", async () => {
    const into = write("another", { "env.schema.json": SCHEMA.replace('".env.production"', '"live/.env"'), ".env": "PORT=http\n", ".env.staging": "PORT=80\n" });
    await onPage(async (page) => {
      await page.setInputFiles("#pick-folder", into);
      await page.waitForFunction(() => document.body.dataset.taken === "1");
      await checked(page);
      assert.match(await text(page, "#notices"), /\.env was not checked: to which environment does it belong\?/);
    });
  });

  const choose = async (page, into) => {
    await page.setInputFiles("#pick-folder", into);
    await page.waitForFunction(() => document.body.dataset.taken === "1");
    await checked(page);
  };

  test("a file in a folder further down does not stand for the one that the schema names", async () => {
    const SOUND = { "env.schema.json": SCHEMA, ".env.staging": "PORT=80\n", "aside/.env.production": "PORT=81\n" };
    await onPage(async (page) => {
      await choose(page, write("absent", SOUND));
      assert.equal(await text(page, "#verdict h1"), "staging may ship; production and aside/.env.production were not checked");
    });
    await onPage(async (page) => {
      await choose(page, write("aside", { ...SOUND, ".env.production": "PORT=http\n" }));
      assert.equal(await text(page, "#verdict h1"), "production must not ship");
    });
    // Where the schema came without its folder, the file that is called as the schema says comes first.
    await onPage(async (page) => {
      await choose(page, write("first", { "aside/.env.production": "PORT=81\n" }));
      await put(page, Object.entries(FILES).map(([name, text]) => ({ name, text })));
      await checked(page);
      assert.equal(await text(page, "#verdict h1"), "production must not ship");
    });
  });

  test("a baseline of another project in the same folder hides nothing", async () => {
    const into = write("monorepo", { ...FILES, ".env.production": "PORT=81\n", ".env.staging": "PORT=http\n" });
    execFileSync(binary, ["baseline", "--now", NOW], { cwd: into, stdio: "ignore" });
    mkdirSync(join(into, "web"));
    renameSync(join(into, "env.baseline.json"), join(into, "web/env.baseline.json"));
    await onPage(async (page) => {
      await choose(page, into);
      assert.match(await text(page, "dialog"), /web\/env\.baseline\.json was left out: a review takes the baseline beside its schema/);
      await page.keyboard.press("Escape");
      assert.equal(await text(page, "#verdict h1"), "staging must not ship");
    });
  });

  test("what is pasted on the page becomes a file, and undo takes it back", async () => {
    await onPage(async (page) => {
      await page.evaluate((text) => navigator.clipboard.writeText(text), SCHEMA);
      await page.keyboard.press("Control+v");
      await page.waitForSelector(".file:has-text('env.schema.json')");
      // What the schema misses is known once it is compiled.
      await checked(page);
      await page.evaluate(() => (document.activeElement?.blur(), navigator.clipboard.writeText("PORT=no-number\n")));
      await page.keyboard.press("Control+v");
      await page.waitForFunction(() => /must not ship/.test(document.querySelector("#verdict h1").innerText));
      assert.equal(await page.locator(".file:has-text('.env.staging')").count(), 1, "under the first name that the schema misses");
      assert.doesNotMatch(await page.evaluate(() => [...window.everShown].join("\n")), /no-number/);
      await page.keyboard.press("Control+z");
      await page.waitForFunction(() => document.querySelectorAll(".file").length === 1);
      // In an editor it is the editor's, even if nothing is left of where the cursor was.
      await page.locator(".cm-content").focus();
      await page.keyboard.press("Control+a");
      await page.evaluate((text) => navigator.clipboard.writeText(text), SCHEMA.replace("PORT", "HOST"));
      await page.keyboard.press("Control+v");
      await page.waitForFunction(() => /HOST/.test(document.querySelector("#editor").shadowRoot.querySelector(".cm-content").innerText));
      await checked(page);
      assert.equal(await page.locator(".file").count(), 1);
    });
  });

  test("JSON that is pasted is what it is, and no env file: a report, a ledger, variables", async () => {
    const report = { version: 1, tool: { name: "envgate", version: "0.1.0" }, checkedAt: "2026-11-20T00:00:00Z", environments: [{ name: "ci", files: [".env"], errors: 0, warnings: 0, variables: [] }], diagnostics: [], hidden: { suppressed: 0, waived: 0, baseline: 0, omitted: 0 } };
    await onPage(async (page) => {
      const paste = async (text) => {
        await page.evaluate((text) => {
          const clipboardData = new DataTransfer();
          clipboardData.setData("text/plain", text);
          dispatchEvent(new ClipboardEvent("paste", { clipboardData, cancelable: true }));
        }, text);
        await page.waitForFunction(() => document.body.dataset.status === "reading" || document.querySelector(".toast"));
        await checked(page);
      };
      const files = () => page.locator("#files li").evaluateAll((all) => all.map((one) => one.querySelector(".file-name").innerText + ": " + one.querySelector(".file-of").innerText));
      await put(page, Object.entries(FILES).map(([name, text]) => ({ name, text })));
      await checked(page);
      await paste('{ "version": 1, "entries": [] }');
      await page.waitForSelector(".file:has-text('env.rotation.json')");
      await paste('{ "PORT": "80" }');
      await page.waitForSelector(".file:has-text('pasted.json')");
      const there = await files();
      for (const one of ["pasted.json: which environment?", "env.rotation.json: rotation ledger"]) assert.ok(there.includes(one), there.join());
      await paste('{ "PORT": "81" }');
      await page.waitForSelector(".file:has-text('pasted-2.json')");
      await paste(JSON.stringify(report));
      await page.waitForFunction(() => document.querySelector("#verdict h1").innerText === "ci may ship");
      await paste(JSON.stringify(report).slice(0, -40));
      await page.waitForSelector("#notices:has-text('Nothing that depends on it may ship')");
      assert.equal(await text(page, "#verdict h1"), "No verdict on ci yet");
    });
  });

  test("a file that is replaced, and put in twice, comes back with undo and is checked as it was", async () => {
    await onPage(async (page) => {
      const says = (verdict) => page.waitForFunction((verdict) => document.querySelector("#verdict h1")?.innerText === verdict, verdict);
      const production = (port) => [{ name: ".env.production", text: `PORT=${port}\n` }];
      await put(page, [{ name: "env.schema.json", text: FILES["env.schema.json"] }, { name: ".env.staging", text: FILES[".env.staging"] }, ...production(81)]);
      await says("staging and production may ship");
      for (const _ of [1, 2]) await put(page, production("http"));
      await says("production must not ship");
      assert.equal(await page.locator(".file").count(), 3);
      await page.focus("#tab-files");
      for (const _ of [1, 2]) await page.keyboard.press("Control+z");
      await says("staging and production may ship");
      await page.keyboard.press("Control+z");
      await page.waitForSelector("#start", { state: "visible" });
    });
  });

  test("of two files of one environment, the one that is read over the other stays so, whichever is replaced, or removed and brought back", async () => {
    const one = { name: "env.schema.json", text: SCHEMA.replace('"staging":{"files":[".env.staging"]},', "") };
    await onPage(async (page) => {
      await put(page, [one, { name: "first.txt", text: "PORT=http\n" }, { name: "second.txt", text: "PORT=80\n" }]);
      await checked(page);
      for (const name of ["first.txt", "second.txt"]) {
        await page.selectOption(`#notices [aria-label="Environment of ${name}"]`, "production");
        await checked(page);
      }
      const verdict = async () => (await checked(page), text(page, "#verdict h1"));
      assert.equal(await verdict(), "production may ship");
      await put(page, [{ name: "first.txt", text: "PORT=ftp\n" }]);
      assert.equal(await verdict(), "production may ship");
      await page.click(".file:has-text('first.txt')");
      await page.click("[data-focus=remove]");
      assert.equal(await verdict(), "production may ship");
      await page.click("#toasts button:has-text('Undo')");
      assert.equal(await verdict(), "production may ship");
    });
  });

  test("waivers, a baseline and a ledger count as they do for the native program, byte for byte", async () => {
    const waivers = { version: 1, waivers: [{ rule: "schema-length", environment: "production", key: "TOKEN", until: "2026-12-01", owner: "platform", reason: "is replaced" }] };
    const into = write("quiet", { ...FILES, ".env.staging": "PORT=http\n", "env.waivers.json": JSON.stringify(waivers), "env.rotation.json": '{ "version": 1, "entries": [] }' });
    execFileSync(binary, ["baseline", "--now", NOW], { cwd: into, stdio: "ignore" });
    writeFileSync(join(into, ".env.staging"), "PORT=http\nOTHER=1\n");
    await onPage(async (page) => {
      await page.clock.setFixedTime(new Date(NOW));
      await put(page, [...Object.keys(FILES), "env.waivers.json", "env.baseline.json", "env.rotation.json"].map((name) => ({ name, text: readFileSync(join(into, name)) })));
      await checked(page);
      assert.match(await text(page, "#verdict"), /1 waived, 1 in the baseline/);
      for (const role of ["waivers", "baseline", "rotation ledger"]) assert.match(await text(page, "#files"), new RegExp(role));
      assert.equal(await exported(page), native(into, NOW));
    });
  });
});

describe("values that are dragged", () => {
  test("are no address to go to: text that is dropped on the page becomes a file, as if it were pasted", async () => {
    await onPage(async (page) => {
      const client = await page.context().newCDPSession(page);
      const dropText = async (data, x, y) => {
        for (const type of ["dragEnter", "dragOver", "drop"]) await client.send("Input.dispatchDragEvent", { type, x, y, data: { items: [{ mimeType: "text/plain", data }, { mimeType: "text/uri-list", data }], dragOperationsMask: 1 } });
      };
      const url = "https://user:hunter2hunter2@example.com/";
      await dropText(`WEBHOOK=${url}\n`, 300, 300);
      await page.waitForSelector(".file:has-text('.env')");
      await checked(page);
      await dropText(url, 300, 60);
      await page.waitForSelector(".file >> nth=1");
      await checked(page);
      await page.locator(".file >> nth=1").click();
      await page.waitForSelector("#editor .cm-mask");
      assert.ok(!(await page.evaluate(() => [...window.everShown])).some((shown) => shown.includes("hunter2")));
      // In an editor it is text of that file.
      const editor = await page.locator(".cm-content").boundingBox();
      await dropText("MORE=1\n", editor.x + 5, editor.y + 8);
      await checked(page);
      assert.equal(await page.locator(".file").count(), 2);
      // What is of this page already is nothing new.
      await page.evaluate(() => dispatchEvent(new DragEvent("dragstart")));
      await dropText("PORT=********\n", 300, 60);
      await page.waitForTimeout(200);
      assert.equal(await page.locator(".file").count(), 2);
    });
  });

  test("are masks, and don't fall back into the text", async () => {
    await onPage(async (page) => {
      await put(page, Object.entries(FILES).map(([name, text]) => ({ name, text })));
      await checked(page);
      await page.click('.file:has-text(".env.production")');
      await page.locator(".cm-content").focus();
      await page.keyboard.press("Control+a");
      await page.evaluate(() => {
        // The editor stops what it took over, so this is heard at the element that it stops at.
        document.querySelector("#editor").shadowRoot.querySelector(".cm-editor").addEventListener("dragstart", ({ dataTransfer }) => (window.dragged = dataTransfer.getData("text/plain")), true);
      });
      const before = await text(page, ".cm-content");
      const from = await page.locator(".cm-key").first().boundingBox();
      await page.mouse.move(from.x + 4, from.y + 6);
      await page.mouse.down();
      await page.mouse.move(from.x + 60, from.y + 30, { steps: 30 });
      await page.mouse.up();
      const dragged = await page.evaluate(() => window.dragged);
      assert.match(dragged, /^PORT=\*{8}\nTOKEN=\*{8}\n?$/);
      assert.equal(await text(page, ".cm-content"), before);
    });
  });

  test("are no business of the schema that is shown after them", async () => {
    await onPage(async (page) => {
      await put(page, Object.entries(FILES).map(([name, text]) => ({ name, text })));
      await checked(page);
      for (const name of [".env.production", "env.schema.json"]) await page.click(`.file:has-text("${name}")`);
      await page.locator(".cm-content").focus();
      await page.keyboard.press("Control+a");
      const dragged = await page.evaluate(() => {
        const line = document.querySelector("#editor").shadowRoot.querySelector(".cm-line");
        const dataTransfer = new DataTransfer();
        line.dispatchEvent(new DragEvent("dragstart", { dataTransfer, bubbles: true, composed: true }));
        return dataTransfer.getData("text/plain");
      });
      assert.equal(dragged, FILES["env.schema.json"]);
    });
  });
});

describe("what goes wrong", () => {
  test("long work says so and can be stopped; then the rest goes on", async () => {
    await onPage(async (page) => {
      await put(page, Object.entries(FILES).map(([name, text]) => ({ name, text })));
      await checked(page);
      const large = Array.from({ length: 900_000 }, (_, at) => `LINE_${at}="some \${PORT} value of a line that goes on and on"\n`).join("");
      await put(page, [{ name: ".env.production", text: large }]);
      await page.waitForSelector("#notices progress");
      assert.deepEqual(await axe(page), []);
      await page.click("#notices button:has-text('Stop')");
      await page.waitForSelector("#notices:has-text('The check was stopped')");
      assert.doesNotMatch(await text(page, "#verdict"), /May ship/, "no verdict of an older text stands there");
      assert.equal(await page.locator(".file").count(), 3, "what was put in is kept");
      await page.keyboard.press("Control+z");
      await checked(page);
      assert.equal(await text(page, "#verdict h1"), "production must not ship");
    });
  });

  /** Whatever is called that is read once `window.goOn` is called, as from a disk that is slow or answers no more. */
  const slowly = (page, wanted) =>
    page.evaluate((wanted) => {
      const waits = () => new Promise((resolve) => (window.goOn = resolve));
      const read = Blob.prototype.arrayBuffer;
      File.prototype.arrayBuffer = async function () {
        if (this.name === wanted) await waits();
        return read.call(this);
      };
      const entryOf = DataTransferItem.prototype.webkitGetAsEntry;
      DataTransferItem.prototype.webkitGetAsEntry = function () {
        const entry = entryOf.call(this);
        if (entry?.name !== wanted) return entry;
        const reader = entry.createReader();
        let opened;
        entry.createReader = () => ({ readEntries: (...given) => void (opened ??= waits()).then(() => reader.readEntries(...given)) });
        return entry;
      };
    }, wanted);
  const isReading = (page) => page.waitForFunction(() => document.querySelector("#verdict h1")?.innerText === "Reading…");

  test("while something is read, no verdict on what was there before stands for it, on the page or in what is saved; and it can be stopped", async () => {
    const fine = Object.entries({ ...FILES, ".env.production": "PORT=81\n" }).map(([name, text]) => ({ name, text }));
    const may = "staging and production may ship";
    await onPage(async (page, { seen }) => {
      const [give, headline] = [(text) => page.setInputFiles("#pick-files", { name: ".env.production", mimeType: "text/plain", buffer: Buffer.from(text) }), () => text(page, "#verdict h1")];
      await put(page, fine);
      await checked(page);
      assert.equal(await headline(), may);
      await slowly(page, ".env.production");
      await give("PORT=81\n");
      // At once, though the verdict stands a moment longer, so that nothing flickers.
      let downloads = 0;
      page.on("download", () => downloads++);
      for (const format of ["JSON", "SARIF", "Markdown", "one page", "Print"]) {
        await page.click("#export");
        await page.click(`#exports button:has-text('${format}')`);
        assert.match(await text(page, "#toasts"), /Not saved: what was put in is still being read/);
      }
      await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
      assert.equal(await headline(), "Reading…", "on paper nobody sees what follows");
      assert.doesNotMatch((await text(page, "#review")) + (await page.title()), /may ship/i);
      assert.match(await text(page, ".card >> nth=0"), /Not checked[^]*waits for what is being read/);
      assert.equal(await text(page, "#said"), "Reading…");
      assert.deepEqual(await axe(page), []);
      await page.click("#notices button:has-text('Stop')");
      assert.equal(await headline(), may);
      assert.match(await text(page, "#toasts"), /nothing of it was added/);
      // What was stopped neither comes after all nor holds up what is put in next.
      const stopped = await page.evaluateHandle(() => window.goOn);
      await give("PORT=http\n");
      await isReading(page);
      await stopped.evaluate((goOn) => goOn());
      // From now on, until it was read and checked, the verdict of before must not come back.
      await page.evaluate(() => {
        window.said = [];
        new MutationObserver(() => window.said.push(document.querySelector("#verdict h1").innerText)).observe(document.querySelector("#verdict"), { childList: true });
      });
      await page.evaluate(() => window.goOn());
      await page.waitForFunction(() => document.querySelector("#verdict h1").innerText === "production must not ship");
      assert.ok(!(await page.evaluate(() => window.said)).includes(may));
      await checked(page);
      assert.equal(downloads, 0);
      assert.deepEqual(seen.console, []);
    });
  });

  test("a folder on a slow disk is being read from the moment it falls: on the empty page, over files and over a report", async () => {
    const into = write("slow", FILES);
    await onPage(async (page) => {
      await slowly(page, "slow");
      await drop(page, [into]);
      await page.waitForSelector("#trouble:has-text('Reading what was put in')");
      assert.equal(await text(page, "#said"), "Reading…");
      assert.deepEqual(await axe(page), []);
      await page.evaluate(() => window.goOn());
      await page.waitForFunction(() => document.querySelector("#verdict h1")?.innerText === "production must not ship");
      await checked(page);
      const report = await exported(page);
      await drop(page, [into]);
      await isReading(page);
      await page.click("#promise");
      await page.click("dialog button:has-text('Forget')");
      await page.waitForSelector("#start:not([hidden])");
      await page.evaluate(() => window.goOn());
      await put(page, [{ name: "report.json", text: report.replaceAll(/"errors": \d+/g, '"errors": 0').replaceAll('"severity": "error"', '"severity": "warning"') }]);
      assert.equal(await text(page, "#verdict h1"), "staging and production may ship");
      await drop(page, [into]);
      await isReading(page);
      assert.doesNotMatch(await text(page, "#review"), /may ship/i);
      await page.click("#notices button:has-text('Stop')");
      assert.equal(await text(page, "#verdict h1"), "staging and production may ship");
    });
  });

  test("a report that is opened meanwhile is not overtaken by the check of what stood there before", async () => {
    await onPage(async (page) => {
      await put(page, Object.entries(FILES).map(([name, text]) => ({ name, text })));
      await checked(page);
      const report = (await exported(page)).replaceAll("production", "elsewhere");
      const large = Array.from({ length: 300_000 }, (_, at) => `LINE_${at}="some \${PORT} value"\n`).join("");
      await put(page, [{ name: ".env.production", text: large }]);
      await put(page, [{ name: "report.json", text: report }]);
      await page.waitForTimeout(3000);
      assert.match(await text(page, "#verdict h1"), /elsewhere/);
      assert.match(await text(page, "#verdict .fine"), /^From report\.json/);
      assert.equal(await page.evaluate(() => document.body.dataset.status), "checked");
    });
  });

  test("a report that is opened while the full core is loaded for a check is not overtaken either", async () => {
    await onPage(async (page) => {
      await put(page, Object.entries(FILES).map(([name, text]) => ({ name, text })));
      await checked(page);
      const report = (await exported(page)).replaceAll("production", "elsewhere");
      let load;
      await page.route("**/envgate-full.js", async (route) => {
        await new Promise((resolve) => (load = resolve));
        await route.continue();
      });
      await put(page, [{ name: "env.schema.json", text: BEYOND }]);
      for (let at = 0; at < 100 && !load; at++) await page.waitForTimeout(20);
      await put(page, [{ name: "report.json", text: report }]);
      load();
      await page.waitForTimeout(2000);
      assert.match(await text(page, "#verdict h1"), /elsewhere/);
      assert.equal(await page.evaluate(() => document.body.dataset.status), "checked");
    }, FULL);
  });

  test("a full core that never comes can be waited for no longer, and the rest goes on", async () => {
    await onPage(async (page) => {
      await put(page, Object.entries(FILES).map(([name, text]) => ({ name, text })));
      await checked(page);
      const report = (await exported(page)).replaceAll("production", "elsewhere");
      await page.route("**/envgate-full.js", () => {});
      await put(page, [{ name: "env.schema.json", text: BEYOND }]);
      await page.click("#notices button:has-text('Stop')");
      await page.waitForSelector("#notices:has-text('The check was stopped')");
      await put(page, [{ name: "env.schema.json", text: SCHEMA }]);
      await checked(page);
      assert.equal(await text(page, "#verdict h1"), "production must not ship");
      // A report with what could not be read beside it has nothing to do with a check that was stopped.
      await put(page, [{ name: "env.schema.json", text: BEYOND }]);
      await put(page, [{ name: "report.json", text: report }, { name: "half.json", text: report.slice(0, 200) }]);
      assert.match(await text(page, "#verdict h1"), /elsewhere must not ship/);
      await page.waitForTimeout(300);
      assert.equal(await page.evaluate(() => document.body.dataset.status), "checked");
    }, FULL);
  });

  test("a core that traps is told, started afresh, and what was put in is kept", async () => {
    await onPage(async (page) => {
      await put(page, Object.entries(FILES).map(([name, text]) => ({ name, text })));
      await checked(page);
      // More memory than there is makes the WebAssembly trap.
      await page.evaluate(() => {
        const post = Worker.prototype.postMessage;
        Worker.prototype.postMessage = function (message, ...rest) {
          if (message.kind === "review") {
            Worker.prototype.postMessage = post;
            message.job.files.find(({ bytes }) => bytes).bytes = { length: 4_000_000_000 };
            return post.call(this, message);
          }
          return post.call(this, message, ...rest);
        };
      });
      await put(page, [{ name: ".env.staging", text: "PORT=82\n" }]);
      await page.waitForSelector("#notices:has-text('a bug in envgate')");
      assert.equal(await page.locator(".file").count(), 3);
      assert.deepEqual(await axe(page), []);
      await page.click('.file:has-text(".env.staging")');
      await page.locator(".cm-content").focus();
      await page.keyboard.press("Control+End");
      await page.keyboard.type("# mended");
      await checked(page);
      await page.waitForFunction(() => /production must not ship/.test(document.querySelector("#verdict h1").innerText));
    });
  });

  test("our own worker can't make a request either", async (t) => {
    const heard = [];
    const { createServer } = await import("node:http");
    const other = createServer((request, response) => (heard.push(request.url), response.setHeader("access-control-allow-origin", "*").end()));
    await new Promise((resolve) => other.listen(0, "127.0.0.1", resolve));
    t.after(() => other.close());
    const target = `http://127.0.0.1:${other.address().port}/`;
    for (const url of [site.url, new URL("../dist/envgate-review.html", import.meta.url).href]) {
      const context = await site.browser.newContext();
      t.after(() => context.close());
      const page = await context.newPage();
      await page.goto(url);
      await loaded(page);
      // The one that fetched the core is being ended; the one that holds it stays.
      while (page.workers().length > 1) await page.waitForTimeout(20);
      const [worker] = page.workers();
      assert.ok(worker.url().startsWith("blob:"));
      const outcome = await worker.evaluate(async (target) => {
        const tried = [];
        tried.push(await fetch(target).then(() => "went out", () => "refused"));
        try {
          const request = new XMLHttpRequest();
          request.open("GET", target, false);
          request.send();
          tried.push("went out");
        } catch {
          tried.push("refused");
        }
        try {
          importScripts(target);
          tried.push("went out");
        } catch {
          tried.push("refused");
        }
        tried.push(await new Promise((resolve) => {
          try {
            const socket = new WebSocket(target.replace("http", "ws"));
            socket.onopen = () => resolve("went out");
            socket.onerror = () => resolve("refused");
          } catch {
            resolve("refused");
          }
        }));
        return tried;
      }, target);
      assert.deepEqual(outcome, ["refused", "refused", "refused", "refused"]);
    }
    assert.deepEqual(heard, []);
  });
});
