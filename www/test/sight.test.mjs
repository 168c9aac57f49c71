// What a reviewer sees who has ten seconds: with few files and with many, with names of any length and direction, on any screen.
import assert from "node:assert/strict";
import { test } from "node:test";
import { FULL, good } from "./fixtures.mjs";
import { axe, checked, example, exported, onSite, put, text } from "./harness.mjs";

const { onPage } = onSite();

const TWO = { staging: { files: [".env.staging"] }, production: { files: [".env.production", ".env.production.local"] } };
const schema = (more, environments = TWO) => ({ name: "env.schema.json", text: JSON.stringify({ environments, ...more }) });
const PORT = { required: ["PORT"], properties: { PORT: { type: "integer" } } };
const given = async (page, ...files) => {
  await put(page, files);
  await checked(page);
};

test("a card says how many keys the schema does not declare, for its verdict is not about them", async () => {
  await onPage(async (page) => {
    await given(page, schema(PORT), { name: ".env.staging", text: "PORT=80\nFOO=1\nBAR=2\n" }, { name: ".env.production", text: "PORT=81\n" });
    assert.equal(await text(page, "#verdict h1"), "staging and production may ship");
    assert.match(await text(page, ".card:has-text('staging')"), /3 variables in 1 file, 2 not declared/);
    assert.match(await text(page, ".card:has-text('production')"), /1 variable in 1 file$/);
    await page.click("#tab-matrix");
    assert.match(await text(page, "tr:has-text('FOO')"), /not declared/);
  });
});

test("a key that is missing is told in the file that lacks it, and no fault of the schema", async () => {
  await onPage(async (page) => {
    await given(page, schema(PORT), { name: ".env.staging", text: "PORT=80\n" }, { name: ".env.production.local", text: "B=1\n" }, { name: ".env.production", text: "A=1\n" });
    const badge = (name) => page.locator(`.file:has(.file-name:text-is("${name}")) .count`);
    assert.match(await badge(".env.production").innerText(), /^1\s*error$/);
    assert.equal(await badge("env.schema.json").count(), 0);
    assert.equal(await badge(".env.production.local").count(), 0, "nobody else has that file");
    await page.click('.file:has(.file-name:text-is(".env.production"))');
    assert.match(await text(page, "#inspector"), /Line 1: no problems\.[^]*PORT is required in production and missing from \.env\.production/);
    await page.click('.file:has(.file-name:text-is(".env.staging"))');
    assert.doesNotMatch(await text(page, "#inspector"), /missing/);
    // The problem itself leads to where the schema asks for the key.
    await page.click("#problems .problem");
    assert.match(await text(page, ".pane-head"), /env\.schema\.json/);
    assert.deepEqual(await axe(page), []);
  });
});

test("two hundred keys in eight environments fit a wide screen", async () => {
  await onPage(async (page) => {
    const names = ["development", "test", "preview", "qa", "staging", "sandbox", "production-eu", "production-us"];
    const keys = Array.from({ length: 200 }, (_, at) => `SERVICE_${at}_TIMEOUT`);
    const described = { properties: Object.fromEntries(keys.map((key) => [key, { type: "integer", description: `What ${key} is for` }])) };
    await given(page, schema(described, Object.fromEntries(names.map((name) => [name, { files: [`.env.${name}`] }]))), ...names.map((name) => ({ name: `.env.${name}`, text: keys.map((key) => `${key}=1\n`).join("") })));
    await page.click("#tab-matrix");
    assert.equal(await page.evaluate(() => (({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)(document.querySelector("#view-matrix .scroll"))), 0);
  }, { width: 1440, height: 900 });
});

test("the problems are in sight below twenty files", async () => {
  await onPage(async (page) => {
    const files = Array.from({ length: 20 }, (_, at) => `.env.part${at}`);
    await given(page, schema({ properties: { PART_19: { type: "integer" } } }, { development: { files } }), ...files.map((name, at) => ({ name, text: `PART_${at}=x\n` })));
    const [problem] = await page.locator("#problems li").all();
    assert.ok((await problem.boundingBox()).y < 800, "above the fold");
    await page.click('.file:has-text(".env.part19")');
    assert.equal(await page.locator(".file[aria-current]").innerText().then((said) => said.split("\n")[0]), ".env.part19");
    const inView = () => page.evaluate(() => {
      const [list, file] = [document.querySelector("#files"), document.querySelector(".file[aria-current]")].map((one) => one.getBoundingClientRect());
      return file.top >= list.top - 1 && file.bottom <= list.bottom + 1;
    });
    assert.ok(await inView(), "the list stays where it was when a file of it is opened");
    assert.deepEqual(await axe(page), []);
  }, { width: 1280, height: 800 });
});

test("a file that is opened by its problem is in sight in the list of files", async () => {
  await onPage(async (page) => {
    const files = Array.from({ length: 20 }, (_, at) => `.env.part${at}`);
    await given(page, schema({ properties: { PART_0: { type: "integer" }, PART_19: { type: "integer" } } }, { development: { files } }), ...files.map((name, at) => ({ name, text: `PART_${at}=x\n` })));
    for (const name of [".env.part19", ".env.part0"]) {
      await page.click(`.problem:has-text("${name}:")`);
      await page.waitForFunction((name) => {
        const [list, file] = [document.querySelector("#files"), document.querySelector(".file[aria-current]")];
        const [outer, inner] = [list.getBoundingClientRect(), file.getBoundingClientRect()];
        return file.innerText.startsWith(name) && inner.top >= outer.top - 1 && inner.bottom <= outer.bottom + 1;
      }, name);
    }
  }, { width: 1280, height: 800 });
});

test("a key of a hundred and fifty letters leaves the environments in sight", async () => {
  const key = "CONFIGURATION__".repeat(10);
  await onPage(async (page) => {
    await given(page, schema({ properties: { [key]: { type: "integer" } } }), { name: ".env.staging", text: `${key}=x\n` }, { name: ".env.production", text: `${key}=1\n` });
    for (const width of [390, 820, 1440]) {
      await page.setViewportSize({ width, height: 900 });
      await page.click("#tab-matrix");
      const { x, width: wide } = await page.locator(".matrix .cell").last().boundingBox();
      assert.ok(x + wide <= width, `${width}: the last environment ends at ${x + wide}`);
    }
  });
});

test("two hundred and fifty environments, and more files than the core takes, are drawn in parts", async () => {
  const names = Array.from({ length: 300 }, (_, at) => `tenant-${at}`);
  const keys = Array.from({ length: 40 }, (_, at) => `KEY_${at}`);
  const files = names.map((name) => ({ name: `.env.${name}`, text: keys.map((key) => `${key}=80\n`).join("") }));
  await onPage(async (page) => {
    await given(page, ...files);
    assert.match(await text(page, "#notices"), /no schema yet.*the first 256 was checked; 44 were left out/s);
    const some = Object.fromEntries(names.slice(0, 250).map((name) => [name, { files: [`.env.${name}`] }]));
    await given(page, schema({ properties: Object.fromEntries(keys.map((key) => [key, { type: "integer" }])) }, some));
    assert.equal(await text(page, "#verdict h1"), "All 250 environments may ship; 50 files were not checked");
    assert.match(await text(page, "#notices"), /45 more files were not checked/);
    await page.click("#tab-matrix");
    await page.waitForSelector(".matrix");
    // It took five seconds when every cell named all others; `make bench` has the times.
    const titles = await page.locator(".matrix [title]").evaluateAll((all) => all.map(({ title }) => title.length));
    assert.ok(Math.max(...titles) < 100, "no cell names all others");
    assert.match(await page.locator(".matrix .same").first().getAttribute("title"), /^the same value as tenant-1, tenant-2, tenant-3 and 246 more$/);
    assert.ok((await page.locator(".matrix .cell").count()) <= 2000);
    await page.click('#view-matrix [data-focus="more"]');
    assert.ok((await page.locator(".matrix .cell").count()) > 2000);
  });
});

test("of two hundred files without a schema, what to do about it and the files are in sight", async () => {
  await onPage(async (page) => {
    await put(page, Array.from({ length: 200 }, (_, at) => ({ name: `.env.part-${at}`, text: at === 150 ? "PORT\n" : "PORT=80\n" })));
    await checked(page);
    for (const seen of ["#notices", "#tabs", "#files"]) assert.ok((await page.locator(seen).boundingBox()).y < 800, seen);
    // What is wrong comes first.
    assert.match(await page.locator(".card").first().innerText(), /part-150[^]*Must not ship/);
    assert.match(await page.locator(".card").nth(1).innerText(), /1 variable in 1 file$/);
    assert.deepEqual(await axe(page), []);
  });
});

test("a name that turns the direction of writing does not look like another, nor turns the words behind it; one that is too long is counted", async () => {
  await onPage(async (page) => {
    await put(page, [...good, { name: "\u202evne.noitcudorp", text: "PORT=1\n" }]);
    await checked(page);
    assert.equal(await text(page, "#verdict h1"), "staging and production may ship; \ufffdvne.noitcudorp was not checked");
    assert.doesNotMatch(await page.evaluate(() => document.title + document.body.innerText), /\u202e/);
    await page.click('.file:has-text("vne.noitcudorp")');
    await page.click('[data-focus="remove"]');
    await put(page, [{ name: `.env.${"n".repeat(200)}`, text: "PORT=1\n" }]);
    await checked(page);
    assert.equal(await text(page, "#verdict h1"), "staging and production may ship; 1 file was not checked");
  });
});

test("characters that are not seen, or turn what is around them, are seen: in names, in what is heard of them, and in a schema", async () => {
  const twice = { name: "env.schema.json", text: '{"environments":{"production":{"files":[".env.production"]},"pro\u200bduction":{"files":[".env.production"]}},\n"properties":{"PORT":{"type":"integer"},"P\u2060ORT":{"description":"\u202eno\u2066"}},"required":["P\u2060ORT"]}' };
  await onPage(async (page) => {
    await given(page, twice, good[2]);
    assert.deepEqual(await page.locator(".card-name").allInnerTexts(), ["production", "pro\ufffdduction"]);
    await page.click("#tab-matrix");
    const heard = await page.locator("#view-matrix [aria-label*=ORT]").evaluateAll((all) => all.map((one) => one.getAttribute("aria-label")));
    assert.ok(heard.some((label) => label.startsWith("P\ufffdORT in pro\ufffdduction: missing")), heard.join());
    await page.click("#tab-files");
    await page.click(".file:has-text('env.schema.json')");
    await page.waitForFunction(() => document.querySelector("#pane-head h2").innerText === "env.schema.json");
    assert.deepEqual(await page.locator(".cm-acting").allInnerTexts(), ["U+200B", "U+2060", "U+202E", "U+2066", "U+2060"]);
    assert.doesNotMatch(await page.evaluate(() => document.querySelector("#editor").shadowRoot.querySelector(".cm-content").textContent), /[\u200b\u2060\u202e\u2066]/);
    assert.deepEqual(await axe(page), []);
  });
});

test("a name that is written from right to left keeps its line number behind it", async () => {
  await onPage(async (page) => {
    await given(page, schema(PORT, { staging: { files: [".env.إنتاج"] } }), { name: ".env.إنتاج", text: "PORT=80a\n" });
    const [file, number] = await page.evaluate(() => {
      const where = document.querySelector(".problem .where");
      const name = where.querySelector("bdi");
      const line = document.createRange();
      line.setStart(name.nextSibling, 1);
      line.setEnd(name.nextSibling, 2);
      return [name, line].map((one) => one.getBoundingClientRect().right);
    });
    assert.ok(number > file, `the number ends at ${number}, the name at ${file}`);
  });
});

test("twelve environments with long names fit any screen", async () => {
  const names = Array.from({ length: 12 }, (_, at) => `production-asia-pacific-southeast-${at}`);
  await onPage(async (page) => {
    await given(page, schema(PORT, Object.fromEntries(names.map((name) => [name, { files: [`.env.${name}`] }]))), ...names.map((name) => ({ name: `.env.${name}`, text: "PORT=80\n" })));
    for (const width of [320, 390, 820, 1440]) {
      await page.setViewportSize({ width, height: 900 });
      for (const view of ["files", "matrix", "rotation", "changes"]) {
        await page.click(`#tab-${view}`);
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0, `${view} at ${width}`);
      }
    }
  });
});

test("of six environments, those that count most are in sight beside the key, and no name is broken within a word", async () => {
  const names = ["development", "test", "preview", "staging", "production-eu", "production-us"];
  await onPage(async (page) => {
    const keys = Object.fromEntries(["POSTGRES_WEBHOOK_SIGNING_SECRET", "STRIPE_API_KEY"].map((key) => [key, { type: "string", secret: true }]));
    await given(page, schema({ properties: keys }, Object.fromEntries(names.map((name) => [name, { files: [".env", `.env.${name}`] }]))), { name: ".env", text: "STRIPE_API_KEY=x\n" }, ...names.map((name) => ({ name: `.env.${name}`, text: "POSTGRES_WEBHOOK_SIGNING_SECRET=x\n" })));
    assert.match(await text(page, '.file:has(.file-name:text-is(".env"))'), /every environment/);
    for (const width of [360, 820, 1440]) {
      await page.setViewportSize({ width, height: 900 });
      await page.click("#tab-files");
      await page.click("#tab-matrix");
      const box = (selector) => page.locator(selector).first().boundingBox();
      const [key, last] = [await box(".matrix tbody th"), await box('.matrix thead th:has-text("production-us")')];
      assert.ok(key.x >= 0 && key.x + key.width <= last.x + 1 && last.x + last.width <= width, `${width}: the key ends at ${key.x + key.width}, production-us is from ${last.x} to ${last.x + last.width}`);
      const lines = await page.locator('.matrix thead th:has-text("development")').evaluate((cell) => {
        const range = document.createRange();
        range.selectNodeContents(cell);
        return range.getClientRects().length;
      });
      assert.equal(lines, 1, `development at ${width}`);
      const isCut = await page.evaluate(() => {
        const [key, ...columns] = [...document.querySelectorAll(".matrix thead th")].map((one) => one.getBoundingClientRect());
        return columns.some(({ left, right }) => left < key.right - 1 && right > key.right + 1);
      });
      assert.equal(isCut, false, `no environment stands half behind the key at ${width}`);
    }
  });
});

test("an old version is that of the file of its name, and not of one whose name ends alike", async () => {
  await onPage(async (page) => {
    await given(page, schema(PORT, { staging: { files: ["web.env"] }, production: { files: [".env.production"] } }), { name: "web.env", text: "PORT=80\n" }, { name: ".env.production", text: "PORT=81\n" });
    await put(page, [{ name: ".env", text: "PORT=80\n" }], "#pick-before");
    assert.match(await text(page, "dialog"), /There is no \.env here to compare it with/);
  });
});

test("a file that was renamed is compared with what it was called before", async () => {
  await onPage(async (page) => {
    await given(page, schema(PORT), { name: ".env.staging", text: "PORT=80\n" }, { name: ".env.production", text: "PORT=81\nA=1\n" });
    await put(page, [{ name: ".env.prod", text: "PORT=1\n" }], "#pick-before");
    assert.match(await text(page, "dialog"), /no \.env\.prod here[^]*renamed/);
    await page.keyboard.press("Escape");
    await page.click('.file:has-text(".env.production")');
    const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.click('[data-focus="before"]')]);
    await chooser.setFiles({ name: ".env.prod", mimeType: "text/plain", buffer: Buffer.from("PORT=1\nB=1\n") });
    await page.waitForFunction(() => /1 added|added/.test(document.querySelector("#view-changes").innerText));
    assert.match(await text(page, "#view-changes"), /production\s+3 keys changed[^]*A\s+\+\s*added[^]*B\s+−\s*removed/);
    // What was asked for beside one file is forgotten when old versions are chosen for all.
    const [again] = await Promise.all([page.waitForEvent("filechooser"), page.click('[data-focus="pick-before"]')]);
    await again.setFiles({ name: ".env.prod", mimeType: "text/plain", buffer: Buffer.from("PORT=2\n") });
    await page.waitForSelector("dialog");
    assert.match(await text(page, "dialog"), /no \.env\.prod here/);
  });
});

test("a line far below is reached at once, from the matrix and where a file is opened, and stands in sight", async () => {
  const keys = Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`KEY_${at}`, { type: "integer", description: "words ".repeat(at % 40) }]));
  const wide = { environments: { production: { files: [".env.production"] } }, properties: { ...keys, LAST: { type: "integer", minimum: 3 } }, required: ["LAST"] };
  const lines = Object.keys(keys).map((key, at) => `${key}=${at < 290 ? 1 : "x"}`);
  await onPage(async (page) => {
    await put(page, [{ name: "env.schema.json", text: JSON.stringify(wide, null, 2) }, { name: ".env.production", text: lines.join("\n") }]);
    await checked(page);
    const isInSight = (wanted) =>
      page.waitForFunction((wanted) => {
        const { shadowRoot } = document.querySelector("#editor");
        const line = shadowRoot.querySelector(".cm-activeLine");
        if (!line?.textContent.includes(wanted)) return false;
        const [inner, outer] = [line, shadowRoot.querySelector(".cm-scroller")].map((one) => one.getBoundingClientRect());
        return inner.top > outer.top && inner.bottom < outer.bottom;
      }, wanted);
    await isInSight("KEY_290");
    await page.click("#tab-matrix");
    await page.fill("input[type=search]", "LAST");
    await page.click('.cell:has-text("missing")');
    await isInSight('"LAST"');
  });
});

test("a problem leads to the other places that it is about, and back", async () => {
  await onPage(async (page) => {
    await given(page, { name: "env.schema.json", text: JSON.stringify({ environments: TWO, ...PORT }, null, 2) }, { name: ".env.production", text: "PORT=http\n" }, { name: ".env.staging", text: "PORT=80\n" });
    assert.match(await text(page, "#inspector"), /PORT must be an integer[^]*asked for here: env\.schema\.json:\d+/);
    await page.click("#inspector button:has-text('env.schema.json')");
    await page.waitForFunction(() => document.querySelector("#editor").shadowRoot.querySelector(".cm-activeLine")?.textContent.includes('"type"'));
    await page.click("#inspector .back:has-text('.env.production:1')");
    await page.waitForFunction(() => document.querySelector("#editor").shadowRoot.querySelector(".cm-activeLine")?.textContent.startsWith("PORT="));
    assert.match(await text(page, "#inspector"), /PORT must be an integer/);
    assert.equal(await page.locator("#inspector .back").count(), 0);
    assert.deepEqual(await axe(page), []);
  });
});

test("a fix changes the text that was checked, and no other; of a report it is told, for there is no text to change", async () => {
  const one = { name: "env.schema.json", text: JSON.stringify({ environments: { production: { files: [".env.production"] } }, properties: { PORT: { type: "integer" }, NOTE: {}, TOKEN: {} } }) };
  await onPage(async (page) => {
    await given(page, one, { name: ".env.production", text: "PORT=80\nNOTE=a\nNOTE=a\n" });
    const report = await exported(page);
    const lines = () => page.locator(".cm-content").evaluate((content) => content.innerText.split("\n").map((line) => line.split("=")[0]).filter(Boolean));
    const mend = "#inspector button:has-text('remove the line')";
    await page.click(".problem:has-text('NOTE')");
    await page.waitForSelector(mend);
    await page.waitForFunction(() => document.activeElement.id === "editor");
    // While a changed text waits to be checked, what would be mended is another one.
    await page.evaluate(async () => {
      document.execCommand("insertText", false, "X");
      await null;
      [...document.querySelectorAll("#inspector button")].find(({ innerText }) => innerText === "remove the line").click();
    });
    assert.match(await text(page, "#toasts"), /Not done: the text was changed/);
    await checked(page);
    assert.equal((await lines()).length, 3);
    await page.locator(".cm-content").press("Control+z");
    await page.waitForSelector(mend);
    await checked(page);
    await page.click(".problem:has-text('NOTE')");
    await page.click(mend);
    await checked(page);
    assert.equal((await lines()).length, 2);
    assert.match(await text(page, "#toasts"), /Done: remove the line/);
    await page.locator(".cm-content").press("Control+z");
    await checked(page);
    assert.equal((await lines()).length, 3);
    await put(page, [{ name: "report.json", text: report }]);
    await page.click(".problem:has-text('NOTE')");
    assert.match(await text(page, "#inspector"), /To remove the line, run envgate fix/);
    assert.equal(await page.locator(mend).count(), 0);
  });
});

test("a fix of the ends of lines, which are not in the text of the editor, changes them, and can be undone", async () => {
  await onPage(async (page) => {
    await given(page, good[0], { name: ".env.staging", text: "PORT=80\nNOTE=a\n" }, { name: ".env.production", text: "PORT=81\r\nNOTE=b\r\n" });
    const problem = page.locator(".problem:has-text('end with CRLF')");
    await problem.click();
    await page.click("#inspector button:has-text('end lines with LF')");
    await problem.waitFor({ state: "detached" });
    assert.match(await text(page, "#toasts"), /Done: end lines with LF/);
    await page.click("#toasts button:has-text('Undo')");
    await problem.waitFor();
  });
});

test("beside the ages, their drawing is in sight on a tablet and on paper; what would settle an age is read without scrolling", async () => {
  await onPage(async (page) => {
    await example(page, "billing");
    await page.click("#tab-rotation");
    const beyond = () => page.locator("#view-rotation .scroll").evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth);
    assert.equal(await beyond(), 0);
    await page.setViewportSize({ width: 700, height: 1000 });
    for (const sentence of await page.locator("tr.settle p").all()) {
      const { x, width } = await sentence.boundingBox();
      assert.ok(x + width <= 700);
    }
    await page.emulateMedia({ media: "print" });
    await page.setViewportSize({ width: 718, height: 1000 });
    assert.equal(await beyond(), 0);
  }, { width: 820, ...FULL });
});
