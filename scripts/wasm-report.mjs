// Prints what a WebAssembly file weighs, and fails when it is over its limit or imports anything. The aim is what it should weigh; the limit
// is what it weighs today and a little more, so that it can only get nearer.
//
//   node scripts/wasm-report.mjs NAME=FILE:AIM:LIMIT…      in bytes after brotli -q 11
import { readFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const number = (bytes) => bytes.toLocaleString("en-US").padStart(11);
let failed = false;
const fail = (text) => {
  console.error(`wasm: ${text}`);
  failed = true;
};

console.log(`${"wasm".padEnd(6)}${"raw".padStart(11)}${"gzip -9".padStart(11)}${"brotli 11".padStart(11)}${"aim".padStart(11)}${"limit".padStart(11)}  sha256`);
for (const argument of process.argv.slice(2)) {
  const [, name, file, aim, limit] = /^([^=]+)=(.+):(\d+):(\d+)$/.exec(argument) ?? [];
  if (!name) throw new Error(`expected NAME=FILE:AIM:LIMIT, got ${argument}`);
  const bytes = readFileSync(file);
  const brotli = brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  }).length;
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 16);
  console.log(
    `${name.padEnd(6)}${number(bytes.length)}${number(gzipSync(bytes, { level: 9 }).length)}${number(brotli)}${number(+aim)}${number(+limit)}  ${hash}`,
  );
  if (brotli > +limit) fail(`${name} has ${brotli} bytes after brotli, ${brotli - limit} over its limit`);
  else if (brotli > +aim) console.log(`${name} is ${brotli - aim} bytes over its aim`);
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(bytes));
  if (imports.length > 0) {
    fail(`${name} imports ${imports.map(({ module, name }) => `${module}.${name}`).join(", ")}; it must import nothing`);
  }
  const path = /\/(?:home|root|Users)\/[\w./-]*/.exec(bytes.toString("latin1"));
  if (path) fail(`${name} holds a path of the machine that built it: ${path[0]}`);
}
process.exit(failed ? 1 : 0);
