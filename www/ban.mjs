// The lint ban: no code of the page names a way out of it or a place to keep things. The source is read as a syntax tree, and so is what was
// built, CodeMirror with it: `node ban.mjs` looks at the one, `node ban.mjs dist` at the other.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSync } from "vite";

/** Names that stand for the network, for storage, for code from text and for markup from text. */
const BANNED = new Set([
  "fetch", "XMLHttpRequest", "WebSocket", "WebSocketStream", "WebTransport", "EventSource", "RTCPeerConnection", "webkitRTCPeerConnection", "RTCDataChannel",
  "sendBeacon", "fetchLater", "importScripts", "serviceWorker", "SharedWorker", "BroadcastChannel", "PaymentRequest", "Notification", "registerProtocolHandler",
  "localStorage", "sessionStorage", "indexedDB", "caches", "cookie", "cookieStore", "showSaveFilePicker", "pushState", "replaceState", "storage",
  "eval", "Function", "innerHTML", "outerHTML", "insertAdjacentHTML", "setHTMLUnsafe", "srcdoc", "DOMParser", "parseFromString", "createContextualFragment", "write", "writeln",
  "console", "debugger",
]);

/** Uses that are none of these: a name of our own, or one that the platform shares. */
const ALLOWED = {
  "src/main.ts": new Set(["write"]),
  "src/inputs.ts": new Set(["write"]),
  "src/packed.ts": new Set(["write"]),
  // A worker of its own reads the core beside the page, from the address that is known.
  "src/engine/worker.ts": new Set(["open", "importScripts"]),
  "src/views/start.ts": new Set(["open"]),
  // Of the program that serves the page, and only by its policy.
  "src/served.ts": new Set(["fetch"]),
};

/** CodeMirror says in the console that an extension failed, wasm-bindgen that it was called in an old way; `write` is a phase of CodeMirror's measuring. */
const BUILT = new Set(["console", "write"]);

const problems = [];

/** How often what is allowed in one place is called, by its name. Not how often it stands there: what is said of a rule may name it. */
const calls = { fetch: 0, importScripts: 0 };

function look(file, text, allowed, lang) {
  const { program, errors } = parseSync(file, text, { lang });
  if (errors.length > 0) throw new Error(`${file}: ${errors[0].message}`);
  const at = (node) => `${file}:${text.slice(0, node.start).split("\n").length}`;
  const ban = (node, what) => problems.push(`${at(node)}: ${what}`);
  const visit = (node, parent, key) => {
    if (Array.isArray(node)) return node.forEach((one) => visit(one, parent, key));
    if (typeof node?.type !== "string") return;
    if (node.type.startsWith("TS") && node.type !== "TSNonNullExpression" && node.type !== "TSAsExpression" && node.type !== "TSSatisfiesExpression") return;
    if (node.type === "Identifier" && BANNED.has(node.name) && !allowed?.has(node.name)) {
      const named = (parent.type === "Property" && key === "key" && !parent.computed) || parent.type === "MethodDefinition" || parent.type === "PropertyDefinition";
      const compared = parent.type === "BinaryExpression" && parent.operator === "instanceof";
      if (!named && !compared) ban(node, node.name);
    }
    if (node.type === "Literal" && typeof node.value === "string" && parent.type === "MemberExpression" && BANNED.has(node.value)) ban(node, node.value);
    // The worker is a script in a string; in the single file the same one is compressed.
    if (node.type === "Literal" && typeof node.value === "string" && /postMessage/.test(node.value)) look(`${file}, worker`, node.value, allowed, "js");
    if (node.type === "TemplateLiteral" && node.quasis.length === 1 && /postMessage/.test(node.quasis[0].value.cooked)) look(`${file}, worker`, node.quasis[0].value.cooked, allowed, "js");
    if (node.type === "CallExpression" && Object.hasOwn(calls, node.callee.name ?? "")) calls[node.callee.name]++;
    if (node.type === "ImportExpression") ban(node, "import()");
    // Going elsewhere takes the text along.
    if (node.type === "AssignmentExpression" && /(^|\.)(location|href|hash)$/.test(text.slice(node.left.start, node.left.end))) ban(node, "an address is assigned");
    if (node.type === "CallExpression" && /(^|\.)(open|assign|navigate)$/.test(text.slice(node.callee.start, node.callee.end)) && /location|navigation|window|^open$/.test(text.slice(node.callee.start, node.callee.end)) && !allowed?.has("open")) ban(node, "a way to another page");
    for (const [key, value] of Object.entries(node)) if (value && typeof value === "object") visit(value, node, key);
  };
  visit(program, { type: "" }, "");
}

const read = (file) => readFileSync(join(import.meta.dirname, file), "utf8");
if (process.argv[2] === "dist") {
  for (const entry of readdirSync(join(import.meta.dirname, "dist/hosted"), { recursive: true })) {
    if (!entry.endsWith(".js")) continue;
    const text = read(`dist/hosted/${entry}`);
    look(`dist/hosted/${entry}`, text, new Set([...BUILT, "importScripts"]), "js");
  }
  if (calls.importScripts !== 1 || calls.fetch !== 0) problems.push("dist/hosted: importScripts is called in other places than one");
  // The single file has two scripts: one that unpacks the other, which stands beside it to be read.
  const page = read("dist/envgate-review.html");
  const scripts = [/<script>([^]*)<\/script>/.exec(page)[1], read("dist/envgate-review.js")];
  for (const [at, script] of scripts.entries()) {
    look(`dist/envgate-review.html, script ${at + 1}`, script, new Set([...BUILT, "fetch"]), "js");
    if (!page.includes(`sha256-${createHash("sha256").update(script).digest("base64")}`)) problems.push(`dist/envgate-review.html: script ${at + 1} is not the one that the policy names`);
  }
  // The file is what `envgate review` serves, so it can ask that program; once, in src/served.ts.
  if (calls.fetch !== 1) problems.push("dist/envgate-review.html: fetch is called in other places than one");
} else {
  for (const entry of readdirSync(join(import.meta.dirname, "src"), { recursive: true })) {
    if (!entry.endsWith(".ts") || entry.endsWith(".d.ts")) continue;
    const file = `src/${entry}`;
    look(file, read(file), ALLOWED[file], "ts");
  }
}
if (problems.length > 0) {
  console.error(`The page may not use these:\n${problems.join("\n")}`);
  process.exit(1);
}
