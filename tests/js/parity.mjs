// Native, compact and full WebAssembly, in Node and in headless Chromium: the same report for every example, byte for byte.
//
//   node tests/js/parity.mjs --binary target/debug/envgate --wasm target/wasm [--no-browser]
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { evaluateInChromium } from "./chromium.mjs";
import { cases } from "./examples.mjs";
import { runCases } from "./parity-run.mjs";

const { values: options } = parseArgs({
  options: { binary: { type: "string" }, wasm: { type: "string" }, "no-browser": { type: "boolean" } },
});
const BUILDS = ["core", "full"];
const PAGE = `(async () => {
  const { runCases } = await import("/parity-run.mjs");
  const bytes = (_, value) => (value?.bytes === undefined ? value : Uint8Array.from(value.bytes, (char) => char.charCodeAt()));
  const cases = JSON.parse(await (await fetch("/cases.json")).text(), bytes);
  const outcome = {};
  for (const build of ${JSON.stringify(BUILDS)}) {
    const wasm = await (await fetch("/" + build + "/envgate_bg.wasm")).arrayBuffer();
    outcome[build] = await runCases("/" + build + "/envgate.js", wasm, cases);
  }
  return outcome;
})()`;
const wasm = resolve(options.wasm);
const all = await cases(options.binary);

const runs = [];
for (const build of BUILDS) {
  const folder = join(wasm, build);
  const outcome = await runCases(pathToFileURL(join(folder, "envgate.js")).href, readFileSync(join(folder, "envgate_bg.wasm")), all);
  runs.push({ build, where: `${build} in Node ${process.versions.node}`, outcome });
}
if (!options["no-browser"]) {
  const { product, value } = await evaluateInChromium(served(), PAGE);
  for (const build of BUILDS) runs.push({ build, where: `${build} in ${product}`, outcome: value[build] });
}

let differences = 0;
for (const { build, where, outcome } of runs) {
  let same = 0;
  let left = 0;
  for (const [index, expected] of all.entries()) {
    const problem = compare(build, expected, outcome[index]);
    if (problem) {
      differences++;
      console.error(`parity: ${expected.name}: ${where}: ${problem}`);
    } else if (outcome[index].needsFull) {
      left++;
    } else {
      same++;
    }
  }
  const rest = left > 0 ? `; ${left} are left to the full build` : "";
  console.log(`parity: ${where}: ${same} of ${all.length} sets give the report of the native program, byte for byte${rest}`);
  // A build that leaves everything to the other would be equal to it.
  if (same < all.length / 2) differences++;
}
const clean = all.filter(({ exitCode }) => exitCode === 0).length;
console.log(`parity: ${all.length} sets (${clean} clean, ${all.length - clean} broken), ${runs.length} runs, ${differences} differences`);
process.exit(differences > 0 ? 1 : 0);

function compare(build, { report, exitCode }, actual) {
  if (!actual) return "no answer";
  if (actual.needsFull) return build === "core" ? undefined : "the full build asks for the full build";
  if (actual.refused) return `the schema is refused: ${actual.refused}`;
  if (actual.report !== report) return `another report at byte ${firstDifference(report, actual.report)}`;
  if (actual.again !== report) return "another report from the same compiled schema at the second call";
  if (actual.verdict !== exitCode) return `verdict ${actual.verdict}, but the native program ends with ${exitCode}`;
}

function firstDifference(a, b) {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  const near = (text) => JSON.stringify(text.slice(Math.max(0, at - 60), at + 60));
  return `${at}\n  native ${near(a)}\n  wasm   ${near(b)}`;
}

/** What the page fetches; bytes travel as latin-1 in the JSON. */
function served() {
  const files = new Map();
  for (const name of ["engine.mjs", "parity-run.mjs"]) files.set(name, readFileSync(join(import.meta.dirname, name)));
  files.set("pkg/src/request.js", readFileSync(join(import.meta.dirname, "../../pkg/src/request.js")));
  for (const build of BUILDS) {
    for (const name of ["envgate.js", "envgate_bg.wasm"]) files.set(`${build}/${name}`, readFileSync(join(wasm, build, name)));
  }
  const latin1 = (_, value) => (value?.type === "Buffer" ? { bytes: Buffer.from(value.data).toString("latin1") } : value);
  files.set("cases.json", JSON.stringify(all.map(({ schema, request }) => ({ schema, request })), latin1));
  return files;
}
