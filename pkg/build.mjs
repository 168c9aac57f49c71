// Builds dist/ from src/ and from the WebAssembly in target/wasm (`make wasm`). Nothing that is generated here is committed.
//
//   node build.mjs [--wasm ../target/wasm]
import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { brotliCompressSync, constants, deflateRawSync } from "node:zlib";
import { build } from "esbuild";

process.chdir(import.meta.dirname);
const { values: options } = parseArgs({ options: { wasm: { type: "string", default: "../target/wasm" } } });

for (const folder of ["dist", "gen"]) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
}
const wasm = Object.fromEntries(["core", "cli"].map((name) => [name, readFileSync(join(options.wasm, name, "envgate_bg.wasm"))]));
for (const [name, module] of [["glue", "core"], ["glue-full", "cli"]]) {
  writeFileSync(`gen/${name}.js`, glue(module));
  writeFileSync(`gen/${name}.d.ts`, 'import type { Core, Module } from "../src/engine/core.js";\nexport declare function instantiate(module: Module): Core;\n');
}
writeFileSync("gen/cli.js", readFileSync(join(options.wasm, "cli", "envgate.js"), "utf8").replaceAll(/from ["']\.\/host\.js["']/g, 'from "../src/cli/host.js"'));
writeFileSync("gen/cli.d.ts", "export declare function initSync(options: { module: BufferSource }): unknown;\n");
writeFileSync("gen/text.d.ts", "export declare const TEXT: string;\nexport declare const LENGTH: number;\n");
writeFileSync("dist/text.js", inline(wasm.core));
writeFileSync("dist/core.wasm", wasm.core);
const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_SIZE_HINT]: wasm.cli.length };
writeFileSync("dist/full.wasm.br", brotliCompressSync(wasm.cli, { params }));

// Not minified: bundlers need the notes of what is pure, which go with the white space, and a stack trace shows the line that threw.
const common = {
  bundle: true, format: "esm", platform: "neutral", target: "es2022", logLevel: "warning", legalComments: "none",
  external: ["*.wasm", "*.wasm?module", "node:*", "vite"], mainFields: ["module", "main"],
};
// The glue of the commands names the one module that it imports from thrice.
const logOverride = { "duplicate-object-key": "silent" };
// What the entries have in common is there once; they differ in where the module comes from.
const entry = (name, source, kind) =>
  build({
    ...common, entryPoints: [`src/${source}.ts`], outfile: `dist/${name}.js`, plugins: [replaced(/engine\/inline\.js$/, `src/engine/${kind}.ts`), shared()],
    define: { MODULE_LENGTH: String(wasm.core.length) }, logOverride,
  });
await Promise.all([
  build({ ...common, entryPoints: ["src/shared.ts"], outfile: "dist/shared.js" }),
  entry("index", "index", "beside"),
  entry("inline", "index", "inline"),
  entry("workerd", "index", "workerd"),
  entry("edge-light", "index", "edge-light"),
  entry("slim", "slim", "slim"),
  entry("full", "full", "full"),
  ...["node", "vite", "eslint"].map((name) =>
    build({ ...common, entryPoints: [`src/${name}.ts`], outfile: `dist/${name}.js`, platform: "node", external: [...common.external, "envgate", "./node.js"] })),
  build({ ...common, entryPoints: ["src/cli/main.ts"], outfile: "dist/cli.js", platform: "node", banner: { js: "#!/usr/bin/env node" }, logOverride }),
]);
// A bundler that takes the entry for Node along, as Bun's does, finds no file beside what it writes. In an ES module there is no `require`, but these bundlers resolve it.
writeFileSync("dist/index.js", readFileSync("dist/index.js", "utf8").replace(/\btaken\(\)/, 'require("./text.js")'));
chmodSync("dist/cli.js", 0o755);
const copied = ["index", "full", "node"];
for (const name of ["index", "inline", "slim", "full", "node", "vite", "eslint"]) {
  // One copy of everything: Node has loaded ES modules by `require` since 20.19, and an EnvError is the same class for both. Jest does not, but says so as Node did before; nor does
  // Yarn's Plug'n'Play under Node 20, which finds no module that is asked for from one that was loaded so.
  const one = `module.exports = require("./${name}.js");`;
  const copy = `try {\n  ${one}\n} catch (error) {\n  if (error.code !== "ERR_REQUIRE_ESM" && error.code !== "ERR_MODULE_NOT_FOUND") throw error;\n  module.exports = require("./require/${name}.cjs");\n}`;
  const all = copied.includes(name) ? copy : one;
  const plugin = `Object.defineProperty(exports, "__esModule", { value: true });\nexports.default = require("./${name}.js").default;`;
  writeFileSync(`dist/${name}.cjs`, `"use strict";\n${name === "vite" || name === "eslint" ? plugin : all}\n`);
}
const inFolder = (one) => one.onResolve({ filter: /^\.\/shared\.js$/ }, () => ({ path: "./shared.cjs", external: true }));
await Promise.all(["shared", ...copied].map((name) =>
  build({
    ...common, entryPoints: [`dist/${name}.js`], outfile: `dist/require/${name}.cjs`, format: "cjs", platform: "node", minify: true,
    plugins: [{ name: "in the folder", setup: inFolder }], external: [...common.external, "envgate", "./text.js"], logOverride,
    // The files with the WebAssembly stay where they are, one folder up; and the document that Jest simulates has no encoders.
    define: { "import.meta.url": "ENTRY" }, banner: { js: `const { TextEncoder, TextDecoder } = require("node:util"), ENTRY = require("node:url").pathToFileURL(require("node:path").join(__dirname, "..", "${name}.js")).href;` },
  })));
execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "."], { stdio: "inherit" });
rmSync("dist/cli", { recursive: true, force: true });
for (const file of readdirSync("dist", { recursive: true }).filter((file) => file.endsWith(".d.ts"))) {
  const text = readFileSync(join("dist", file), "utf8");
  writeFileSync(join("dist", file.replace(/\.d\.ts$/, ".d.cts")), text.replace(/((?:from|import)\s*\(?\s*"\.{1,2}\/[^"]+)\.js"/g, '$1.cjs"'));
}
for (const name of ["LICENSE-MIT", "LICENSE-APACHE", "schemas/env.schema.v1.json"]) copyFileSync(join("..", name), basename(name));

/**
 * What wasm-bindgen made, as a function that makes an instance: its own keeps the one instance in a variable of the module, and there
 * would be no way to get rid of it after a trap. Of the module of the commands, only the library is used: its `main` is not run, and nothing of the host is
 * there for it.
 */
function glue(name) {
  const text = readFileSync(join(options.wasm, name, "envgate.js"), "utf8");
  if (name === "core" && /^import /m.test(text)) throw new Error("the WebAssembly imports something");
  const none = name === "core" ? "" : 'const none = new Proxy({}, { get: () => () => { throw new Error("envgate/full has no host"); } });\n';
  const body = none + text.replace(/^export \{[^}]*\};?$/gm, "").replace(/^export /gm, "")
    .replace(/^import \{([^}]*)\} from .*$/gm, (_, names) => `const {${names.replaceAll(" as ", ": ")}} = none;`)
    .replace(/^import \* as (\w+) from .*$/gm, "const $1 = none;")
    .replace(/^\s*wasm\.__wbindgen_start\(\);$/m, "")
    // The edge runtime of Next.js runs programs in a realm of their own, and hands in modules of another.
    .replace("module instanceof WebAssembly.Module", 'Object.prototype.toString.call(module) === "[object WebAssembly.Module]"');
  const names = [...text.matchAll(/^export function (\w+)/gm)].map((match) => match[1]);
  return `export function instantiate(module) {\n${body}\nconst { memory } = initSync({ module });\nreturn { memory, ${names.join(", ")} };\n}\n`;
}

function inline(bytes) {
  const text = deflateRawSync(bytes, { level: 9, memLevel: 9 }).toString("base64");
  return `export const LENGTH = ${bytes.length};\nexport const TEXT = "${text}";\n`;
}

function replaced(filter, path) {
  return { name: `replaced by ${path}`, setup: (one) => one.onResolve({ filter }, () => ({ path: join(import.meta.dirname, path) })) };
}

/** What is in dist/shared.js, and the text with the module, is not in the entry. */
function shared() {
  const outside = (filter, path) => (one) => one.onResolve({ filter }, () => ({ path, external: true, sideEffects: false }));
  return { name: "shared", setup: (one) => [outside(/\/(gate|errors|inputs|request|core)\.js$/, "./shared.js"), outside(/\/text\.js$/, "./text.js")].forEach((each) => each(one)) };
}
