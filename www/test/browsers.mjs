// The page in the engines of Firefox and Safari, as far as they are installed: by WebDriver, since Playwright drives builds of its own only. Not part of
// `make test`; on Debian `apt-get install firefox-esr webkit2gtk-driver xvfb` brings both, and WebKit wants a display.
//
//   node --experimental-websocket www/test/browsers.mjs
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { binary, review as served, serve, SINGLE } from "./harness.mjs";

const FIREFOX = process.env.FIREFOX ?? "/usr/bin/firefox-esr";
const WEBKIT = process.env.WEBKIT_DRIVER ?? "/usr/bin/WebKitWebDriver";
const MINIBROWSER = process.env.MINIBROWSER ?? ["4.1", "4.0"].map((version) => `/usr/lib/x86_64-linux-gnu/webkit2gtk-${version}/MiniBrowser`).find(existsSync);

/** Firefox speaks WebDriver BiDi itself. */
async function firefox() {
  const profile = mkdtempSync(join(tmpdir(), "envgate-firefox-"));
  const child = spawn(FIREFOX, ["--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", "0"], { stdio: ["ignore", "ignore", "pipe"] });
  const address = await new Promise((resolve) => child.stderr.on("data", (text) => /ws:\/\/\S+/.test(text) && resolve(/ws:\/\/\S+/.exec(text)[0])));
  const socket = new WebSocket(`${address}/session`);
  await new Promise((resolve, reject) => Object.assign(socket, { onopen: resolve, onerror: reject }));
  const waiting = new Map();
  let last = 0;
  socket.onmessage = ({ data }) => {
    const { id, result, error, message } = JSON.parse(data);
    const { resolve, reject } = waiting.get(id) ?? {};
    if (error) reject?.(new Error(`${error}: ${message}`));
    else resolve?.(result);
  };
  const ask = (method, params = {}) => new Promise((resolve, reject) => (waiting.set(++last, { resolve, reject }), socket.send(JSON.stringify({ id: last, method, params }))));
  const { capabilities } = await ask("session.new", { capabilities: {} });
  const { contexts: [{ context }] } = await ask("browsingContext.getTree");
  return {
    name: `${capabilities.browserName} ${capabilities.browserVersion}`,
    goto: async (url) => {
      await ask("browsingContext.navigate", { context, url, wait: "complete" });
      // Another process shows it, perhaps, and that one has the focus no more.
      await ask("browsingContext.activate", { context });
    },
    evaluate: async (body) => {
      const { result, exceptionDetails } = await ask("script.evaluate", { expression: `(async () => JSON.stringify(await (async () => { ${body} })() ?? null))()`, target: { context }, awaitPromise: true });
      if (!result) throw new Error(exceptionDetails.text);
      return JSON.parse(result.value);
    },
    press: (actions) => ask("input.performActions", { context, actions: [{ type: "key", id: "keys", actions }] }),
    back: () => ask("browsingContext.traverseHistory", { context, delta: -1 }),
    close: async () => {
      child.kill();
      await new Promise((resolve) => child.on("close", resolve));
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

/** WebKit by its driver, over HTTP. */
async function webkit() {
  const port = 20_000 + (process.pid % 10_000);
  const display = process.env.DISPLAY ? null : spawn("Xvfb", [":97", "-screen", "0", "1280x900x24"], { stdio: "ignore" });
  const driver = spawn(WEBKIT, [`--port=${port}`], { stdio: "ignore", env: { ...process.env, DISPLAY: process.env.DISPLAY ?? ":97", GDK_BACKEND: "x11", WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: "1" } });
  await wait(2000);
  const ask = async (method, path, body) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { method, ...(body ? { body: JSON.stringify(body) } : {}) });
    const { value } = await response.json();
    if (value?.error) throw new Error(`${value.error}: ${value.message}`);
    return value;
  };
  const { sessionId, capabilities } = await ask("POST", "/session", { capabilities: { alwaysMatch: { "webkitgtk:browserOptions": { binary: MINIBROWSER, args: ["--automation"] } } } });
  const session = `/session/${sessionId}`;
  return {
    name: `WebKit ${capabilities.browserVersion}`,
    goto: (url) => ask("POST", `${session}/url`, { url }),
    evaluate: async (body) => {
      const script = `const done = arguments[0]; (async () => { ${body} })().then((value) => done(JSON.stringify(value ?? null)), (error) => done(JSON.stringify(String(error))));`;
      return JSON.parse(await ask("POST", `${session}/execute/async`, { script, args: [] }));
    },
    press: (actions) => ask("POST", `${session}/actions`, { actions: [{ type: "key", id: "keys", actions }] }),
    back: () => ask("POST", `${session}/back`, {}),
    close: async () => {
      await ask("DELETE", session);
      driver.kill();
      display?.kill();
    },
  };
}

const [CONTROL, F9] = ["\uE009", "\uE039"];
const down = (value) => ({ type: "keyDown", value });
const up = (value) => ({ type: "keyUp", value });
const keys = (text) => [...text].flatMap((value) => [down(value), up(value)]);
const withControl = (value) => [down(CONTROL), ...keys(value), up(CONTROL)];

async function until(browser, condition) {
  for (const end = Date.now() + 60_000; Date.now() < end; await wait(150)) if (await browser.evaluate(`return !!(${condition})`)) return;
  throw new Error(`never: ${condition}`);
}

const EDITOR = 'document.querySelector("#editor").shadowRoot';
const checked = 'document.body.dataset.status === "checked"';

async function review(browser, url) {
  await browser.goto(url);
  await until(browser, "document.body.dataset.engine");
  await browser.evaluate(`document.querySelector('[data-example="web-backend"]').click()`);
  await until(browser, checked);
  assert.equal(await browser.evaluate('return document.querySelector("#verdict h1").innerText'), "staging and production must not ship");
  assert.match(await browser.evaluate(`return ${EDITOR}.querySelector(".cm-content").innerText`), /^ENVIRONMENT=•{8}\n/, "values are hidden");
  assert.equal(await browser.evaluate(`return getComputedStyle(${EDITOR}.querySelector(".cm-mask")).cursor`), "pointer", "the editor has its style");
  for (const view of ["matrix", "rotation", "changes", "files"]) {
    await browser.evaluate(`document.querySelector("#tab-${view}").click()`);
    await until(browser, `document.querySelector("#view-${view}").innerText.length > 100`);
  }
  await browser.evaluate('document.querySelector("#problems .problem").click()');
  await until(browser, 'document.activeElement.id === "editor"');
  await browser.press(keys("never-seen-text"));
  await until(browser, checked);
  const isShown = `${EDITOR}.textContent.includes("never-seen-text")`;
  const isHidden = async (what) => assert.equal(await browser.evaluate(`return ${isShown}`), false, what);
  await isHidden("what is typed is hidden");
  // A driver may come back before the page has heard of a key.
  await browser.press([down(F9)]);
  await until(browser, isShown);
  await browser.press([up(F9)]);
  await until(browser, `!${isShown}`);
  for (const event of ["blur", "beforeprint"]) {
    await browser.evaluate('document.querySelector("#reveal").click()');
    await until(browser, isShown);
    await browser.evaluate(`dispatchEvent(new Event("${event}"))`);
    await isHidden(`all values, on ${event}`);
  }
  // Whoever listens behind the editor reads what it put on the clipboard.
  await browser.evaluate('addEventListener("copy", ({ clipboardData }) => (window.copied = clipboardData.getData("text/plain")))');
  await browser.press([...withControl("a"), ...withControl("c")]);
  await until(browser, "window.copied");
  assert.match(await browser.evaluate("return window.copied"), /^ENVIRONMENT=\*{8}\n/, "copies are masks");
  assert.equal(await browser.evaluate('return fetch("https://example.com/").then(() => "went out", () => "refused")'), "refused");
  // Gone with the page, though a browser may keep a page to go back to. What was written asks before it goes, which nobody could answer here.
  await browser.evaluate('addEventListener("beforeunload", (event) => event.stopImmediatePropagation(), { capture: true })');
  await browser.goto("about:blank");
  await browser.back();
  await until(browser, 'document.querySelector("#start:not([hidden])")');
  assert.equal(await browser.evaluate('return document.querySelectorAll(".file").length'), 0, "going back begins afresh");
  if (!url.startsWith("http")) return;
  await browser.goto(`${url}?again`);
  await until(browser, "document.body.dataset.engine");
  await browser.evaluate(`document.querySelector('[data-example="convex-saas"]').click()`);
  await until(browser, checked);
}

const server = await serve();
for (const [needed, start] of [[[FIREFOX], firefox], [[WEBKIT, MINIBROWSER], webkit]]) {
  if (!needed.every((path) => path && existsSync(path))) {
    console.log(`not tried: ${start.name} is not installed`);
    continue;
  }
  const browser = await start();
  try {
    for (const url of [server.url, SINGLE]) await review(browser, url);
    if (existsSync(binary)) {
      const program = await served("schemas/examples/billing", "broken-age", "--evidence", "broken-age/evidence/secrets.json");
      await browser.goto(program.url);
      await until(browser, checked);
      assert.match(await browser.evaluate('return document.querySelector("#verdict h1").innerText'), /must not ship/, "as `envgate review` serves it");
      await browser.goto("about:blank");
      assert.equal(await program.ended, 0, "the program ends with the page");
    }
    const types = await browser.evaluate("return typeof trustedTypes");
    console.log(`${browser.name}: hosted, single file from disk, full core${existsSync(binary) ? ", envgate review" : ""}; ${types === "undefined" ? "it has no Trusted Types" : "Trusted Types are enforced"}`);
  } finally {
    await browser.close();
  }
}
server.close();
