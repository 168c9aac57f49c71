// `npx envgate`: the commands of the native program, as WebAssembly. Same flags, same text, same exit codes, because it is the same
// code; what it needs of the world is in host.ts. One module for all of them and for envgate/full, with the engine for all of JSON Schema in it: one without it
// would start a few milliseconds sooner, and make the package a third larger.
import { readFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { brotliDecompressSync } from "node:zlib";
import { initSync } from "../../gen/cli.js";
import { startBeside } from "./beside.js";
import { Beside, setArguments } from "./host.js";
import { handOver, ofNativeAlone } from "./native.js";

const words = process.argv.slice(2);
try {
  const what = ofNativeAlone(words);
  if (what !== undefined) {
    handOver(words, what);
  } else {
    setArguments(words);
    startSooner();
    initSync({ module: brotliDecompressSync(readFileSync(new URL("./full.wasm.br", import.meta.url))) });
  }
} catch (error) {
  if (!(error instanceof Beside)) throw error;
  startBeside(error.path, error.words);
}

/**
 * Most commands use a small part of the module, once. So a function is validated when it is compiled, which is when it is first called, and what is called often
 * is compiled once more only when that is worth it, as later versions of V8 do by themselves. This process is ours; a library has no business with such flags, which
 * is why the rest of the package has none. An engine that does not know a flag says so aloud, so only those that were tried are told.
 */
function startSooner(): void {
  const major = Number.parseInt(process.versions.node, 10);
  if (process.versions.bun !== undefined || process.versions.deno !== undefined || major > 26) return;
  setFlagsFromString("--wasm-lazy-validation");
  if (major < 22) setFlagsFromString("--wasm-tiering-budget=13000000");
}
