// Runs a function in a page of headless Chromium, over the DevTools protocol and a pipe: no driver, no port, no package.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** How long a page may take, in milliseconds. */
const PATIENCE = 120_000;

/**
 * Serves `files` (a path without its leading slash to a body) on the loopback interface, opens an empty page there, and gives
 * what the promise of `expression` comes to, with the version of the browser.
 * @param {Map<string, string | Uint8Array>} files
 * @param {string} expression
 */
export async function evaluateInChromium(files, expression) {
  const server = await serve(files);
  const profile = mkdtempSync(join(tmpdir(), "envgate-chromium-"));
  const browser = launch(profile);
  try {
    const work = async () => {
      const devtools = connect(browser);
      const { product } = await devtools.send("Browser.getVersion");
      const { targetId } = await devtools.send("Target.createTarget", { url: "about:blank" });
      const { sessionId } = await devtools.send("Target.attachToTarget", { targetId, flatten: true });
      await devtools.send("Page.enable", {}, sessionId);
      const loaded = devtools.once("Page.loadEventFired");
      await devtools.send("Page.navigate", { url: `http://127.0.0.1:${server.address().port}/` }, sessionId);
      await loaded;
      const { result, exceptionDetails } = await devtools.send(
        "Runtime.evaluate",
        { expression, awaitPromise: true, returnByValue: true },
        sessionId,
      );
      if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
      return { product, value: result.value };
    };
    return await Promise.race([work(), failure(browser)]);
  } finally {
    const gone = new Promise((resolve) => (browser.exitCode ?? browser.signalCode) === null ? browser.once("exit", resolve) : resolve());
    browser.kill("SIGKILL");
    await gone;
    server.closeAllConnections();
    server.close();
    await remove(profile);
  }
}

/** Helpers of the browser may write to the profile for a moment after it is gone: a folder that was emptied is not empty then. */
async function remove(profile) {
  for (let left = 50; ; left--) {
    try {
      return rmSync(profile, { recursive: true, force: true });
    } catch (error) {
      if (left === 0 || error.code !== "ENOTEMPTY") throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

const TYPES = { html: "text/html", mjs: "text/javascript", js: "text/javascript", wasm: "application/wasm", json: "application/json" };

function serve(files) {
  const server = createServer(({ url }, response) => {
    const path = url === "/" ? "index.html" : url.slice(1);
    const body = path === "index.html" ? "<!doctype html><title>envgate</title>" : files.get(path);
    if (body === undefined) return response.writeHead(404).end();
    response.writeHead(200, { "content-type": TYPES[path.split(".").pop()] ?? "application/octet-stream" }).end(body);
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

function launch(profile) {
  const names = [process.env.CHROME, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
  const program = names.find((name) => name && spawnSync(name, ["--version"]).status === 0);
  if (!program) throw new Error("there is no Chromium; run scripts/setup.sh browser");
  const flags = [
    "--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    // A container has a small /dev/shm, and root, under whom the sandbox refuses to run. What runs here is ours.
    "--disable-dev-shm-usage", "--no-sandbox",
    `--user-data-dir=${profile}`, "--remote-debugging-pipe",
  ];
  return spawn(program, flags, { stdio: ["ignore", "ignore", "pipe", "pipe", "pipe"] });
}

/** Rejects when the browser ends or takes too long. */
function failure(browser) {
  let log = "";
  browser.stderr.on("data", (data) => (log = (log + data).slice(-4000)));
  return new Promise((_, reject) => {
    browser.once("error", reject);
    browser.once("exit", (code, signal) => reject(new Error(`the browser ended with ${code ?? signal}\n${log}`)));
    setTimeout(() => reject(new Error(`the browser took more than ${PATIENCE / 1000} s\n${log}`)), PATIENCE).unref();
  });
}

/** The protocol: JSON messages, each followed by a NUL, out on descriptor 3 and in on 4. */
function connect(browser) {
  const [, , , output, input] = browser.stdio;
  const waiting = new Map();
  const listeners = new Map();
  let last = 0;
  let chunks = [];
  const receive = ({ id, method, result, error, params }) => {
    if (id === undefined) return listeners.get(method)?.(params);
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (error) reject(new Error(error.message));
    else resolve(result);
  };
  input.on("data", (data) => {
    for (let end; (end = data.indexOf(0)) >= 0; data = data.subarray(end + 1)) {
      chunks.push(data.subarray(0, end));
      receive(JSON.parse(Buffer.concat(chunks).toString()));
      chunks = [];
    }
    chunks.push(data);
  });
  return {
    send: (method, params = {}, sessionId) =>
      new Promise((resolve, reject) => {
        waiting.set(++last, { resolve, reject });
        output.write(`${JSON.stringify({ id: last, method, params, sessionId })}\0`);
      }),
    once: (method) => new Promise((resolve) => listeners.set(method, resolve)),
  };
}
