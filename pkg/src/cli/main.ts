// `npx envgate`: the commands of the native program, as WebAssembly. Same flags, same text, same exit codes, because it is the same
// code; what it needs of the world is in host.ts. One module for all of them and for envgate/full, with the engine for all of JSON Schema in it: one without it
// would start a few milliseconds sooner, and make the package a third larger.
import { readFileSync } from "node:fs";
import { brotliDecompressSync } from "node:zlib";
import { initSync } from "../../gen/cli.js";
import { startBeside } from "./beside.js";
import { Beside, setArguments } from "./host.js";

setArguments(process.argv.slice(2));
try {
  initSync({ module: brotliDecompressSync(readFileSync(new URL("./full.wasm.br", import.meta.url))) });
} catch (error) {
  if (!(error instanceof Beside)) throw error;
  startBeside(error.words);
}
