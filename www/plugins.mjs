// What the build puts into the page beside its own source: the WebAssembly, the worker, the examples, and the policy.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { deflateRawSync } from "node:zlib";
import zopfli from "@gfx/zopfli";
import { build } from "vite";

const root = resolve(import.meta.dirname, "..");
const wasmFolder = resolve(process.env.ENVGATE_WASM ?? join(root, "target/wasm"));
const examplesFolder = join(root, "schemas/examples");

export const sha = (algorithm, text) => `${algorithm}-${createHash(algorithm).update(text).digest("base64")}`;

/** What a string literal can't hold as it is. */
const SPECIAL = [0, 10, 13, 34, 92];

/**
 * Bytes as the inside of a string literal, a character a byte. Base64 is a third larger, and a quarter larger when compressed, because brotli
 * then sees no bytes. The five that need an escape change places with rare ones, which the first five characters name; src/engine/worker.ts
 * takes it back.
 */
export function literal(bytes) {
  const count = new Array(256).fill(0);
  for (const byte of bytes) count[byte]++;
  const rare = [...count.keys()].filter((byte) => byte < 127 && byte !== 60 && !SPECIAL.includes(byte)).sort((a, b) => count[a] - count[b]);
  const map = [...count.keys()];
  for (const [at, special] of SPECIAL.entries()) [map[special], map[rare[at]]] = [rare[at], special];
  const escapes = { 0: "\\0", 10: "\\n", 13: "\\r", 34: '\\"', 92: "\\\\" };
  let text = String.fromCharCode(...rare.slice(0, SPECIAL.length));
  for (const [at, byte] of bytes.entries()) {
    const code = map[byte];
    // A digit behind \0 would be another escape.
    text += code === 0 && /\d/.test(String.fromCharCode(map[bytes[at + 1]] ?? 65)) ? "\\x00" : (escapes[code] ?? String.fromCharCode(code));
  }
  return text;
}

/** As small as DEFLATE can make it, which the browser undoes: zopfli looks longer than zlib does, and finds a twentieth more. */
const packed = (bytes) => zopfli.deflateAsync(bytes, { numiterations: 5 });

/** Of the values of seven bits: what the text of an element can't hold as it is (NUL, CR, `<`), and as many more as there is room for, since each so written saves a bit. */
const HELD_BACK = [0, 13, 36, 60, 92, 96, 127];

/**
 * What the single file carries: compressed, as the text of an element that no browser runs, seven bits a character. A value that can't stand there becomes a character of two bytes, and that
 * takes the next eight bits along: there is room for so many. So the text is an eighth and a little longer than the bytes, where base64 is a third longer. src/packed.ts takes it back.
 */
export async function carried(id, bytes) {
  const packedBytes = await packed(bytes);
  let [text, bits, count, at] = ["", 0, 0, 0];
  // Zeros follow the end, and the length says where it was.
  const take = (width) => {
    for (; count < width; count += 8) bits = ((bits & 0xff) << 8) | (packedBytes[at++] ?? 0);
    count -= width;
    return (bits >> count) & (2 ** width - 1);
  };
  while (at < packedBytes.length || (at === packedBytes.length && count > 0)) {
    const value = take(7);
    const held = HELD_BACK.indexOf(value);
    text += String.fromCharCode(held < 0 ? value : 0x80 + (held << 8) + take(8));
  }
  return `<script type="text/plain" id="${id}" data-length="${packedBytes.length}">${text}</script>`;
}

/** What `envgate review` serves beside the page, and what one may add to the single file by hand. */
export const fullPacked = () => (fullBytes ??= deflateRawSync(wasm("full"), { level: 9, memLevel: 9 }));
let fullBytes;

export const wasm = (name) => readFileSync(join(wasmFolder, name, "envgate_bg.wasm"));
const CORE = "envgate-core.js";
const FULL = "envgate-full.js";
const VIRTUAL = ["core", "worker", "scripts", "examples", "docs"].map((name) => `virtual:${name}`);

/** The modules that src/virtual.d.ts declares. */
export function parts({ single }) {
  // As functions, so that what only some ask for is not made before they do.
  const made = (name, value) => `export const ${name} = () => (${JSON.stringify(value)});`;
  const modules = {
    "virtual:core": () => readFileSync(join(wasmFolder, "core/envgate.js"), "utf8"),
    "virtual:examples": () => made("examples", examples()),
    "virtual:docs": () => made("docs", docs()),
    "virtual:scripts": () =>
      `export const fullDigest = "${createHash("sha256").update(fullPacked()).digest("hex")}";\n` +
      (single ? "export const core = null;\nexport const full = null;" : `export const core = ${reference("core", CORE)};\nexport const full = ${reference("full", FULL)};`),
    "virtual:worker": async () => `export const source = ${JSON.stringify(await bundled("src/engine/worker.ts", single))};`,
  };
  const written = {};
  const script = (name) => () => (written[name] ??= `globalThis.envgateWasm="${literal(wasm(name))}";\n`);
  const scripts = { core: script("core"), full: script("full") };
  const reference = (name, path) => JSON.stringify({ path, digest: createHash("sha256").update(wasm(name)).digest("hex") });
  return {
    name: "envgate-parts",
    resolveId: (id) => (VIRTUAL.includes(id) ? `\0${id}` : undefined),
    load: (id) => modules[id.slice(1)]?.(),
    buildStart() {
      if (api("core") !== api("full")) throw new Error("the compact and the full WebAssembly have other functions: run `make wasm`");
      // Beside the page and not in it, so that the page stands there before they have come.
      if (single) return;
      this.emitFile({ type: "asset", fileName: CORE, source: scripts.core() });
      this.emitFile({ type: "asset", fileName: FULL, source: scripts.full() });
    },
  };
}

/** The functions of a build, without what is said of them. */
const api = (name) => readFileSync(join(wasmFolder, name, "envgate.js"), "utf8").replace(/\/\*[^]*?\*\//g, "");

/** One classic script: the worker, which as a module would not start from a blob on file://, and what starts the single file. */
export async function bundled(entry, single) {
  const { output } = (
    await build({
      configFile: false,
      logLevel: "warn",
      mode: single ? "single" : "production",
      plugins: [parts({ single: true })].map(({ name, resolveId, load }) => ({ name, resolveId, load })),
      build: { write: false, target: "es2022", minify: true, lib: { entry: join(import.meta.dirname, entry), formats: ["iife"], name: "envgate" } },
    })
  )[0];
  return output[0].code;
}

/** What is said of every rule, by its code. Its examples, which are tests as well and are half of it, are for `envgate explain`. */
function docs() {
  const folder = join(root, "src/check/rules");
  const files = readdirSync(folder).filter((file) => file.endsWith(".md"));
  return Object.fromEntries(files.map((file) => [file.slice(0, -3).replaceAll("_", "-"), prose(readFileSync(join(folder, file), "utf8"))]));
}

export function prose(text) {
  const said = text.replace(/^# .*\n/, "").replace(/(?:^Good[^\n]*:\n\n)?^```[^]*?^```\n?/gm, "");
  // What led to an example.
  return said.replace(/:\n(?=\s*(?:\n|$))/g, ".\n").replace(/\n{3,}/g, "\n\n").trim();
}

/** One set of each system, and the clean one as its old version. */
const EXAMPLES = [
  ["web-backend", "broken-secrets", "Three environments, secrets that are weak or shared"],
  ["convex-saas", "broken-keys", "Next.js with test and live keys, PEM and JSON values"],
  ["ora", "broken-mail", "Docker Compose, half a mail configuration"],
  ["episodes", "broken-production", "python-dotenv, a development file that went to production"],
  ["template-cli", "broken-budgets", "npm dotenv, budgets and an audit trail"],
  ["billing", "broken-age", "Secrets by their age: overdue, due soon, and not known"],
];

function examples() {
  return EXAMPLES.map(([name, set]) => {
    const folder = join(examplesFolder, name);
    const text = readFileSync(join(folder, "env.schema.json"), "utf8");
    const read = (set, file) => {
      try {
        return readFileSync(join(folder, set, file), "utf8");
      } catch {
        return undefined;
      }
    };
    const entries = readdirSync(join(folder, set), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const names = entries.map((entry) => relative(join(folder, set), join(entry.parentPath, entry.name)));
    const files = names.sort().map((file) => {
      const [now, before] = [read(set, file), read("clean", file)];
      return { name: file, text: now, ...(before !== undefined && before !== now && file.startsWith(".env") && !file.includes("example") ? { before } : {}) };
    });
    return { name, title: JSON.parse(text).title, files: [{ name: "env.schema.json", text }, ...files] };
  });
}

/** What stands there first stands in the page itself, so that it is seen before the first script has come. */
export function exampleList() {
  const escape = (text) => text.replace(/[&<>"]/g, (mark) => `&#${mark.charCodeAt(0)};`);
  return examples().map(({ title }, at) => {
    const [name, , about] = EXAMPLES[at];
    return `          <li><button type="button" data-example="${name}"><b>${escape(title)}</b><span>${escape(about)}</span></button></li>`;
  }).join("\n");
}

/** What the browser is told to refuse. */
const policy = (script, style, types) =>
  [
    "default-src 'none'",
    `script-src ${script} 'wasm-unsafe-eval'`,
    `style-src ${style}`,
    "img-src data:",
    "connect-src 'none'",
    "worker-src blob:",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    `trusted-types ${types}`,
  ].join("; ");

export const HOSTED = policy("'self'", "'self'", "default");
/** By hash: the script that unpacks, the one that it unpacks, and the style. */
export const single = (scripts, style) => policy(scripts.map((script) => `'${sha("sha256", script)}'`).join(" "), `'${sha("sha256", style)}'`, "default unpack");
