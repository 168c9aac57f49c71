// `npx envgate`: the commands of the native program, as WebAssembly. Same flags, same text, same exit codes, because it is the same
// code; what it needs of the world is in host.ts. The engine for all of JSON Schema is large, so it is in a second module, which is loaded when
// a command turns out to need it.
import { readFileSync } from "node:fs";
import { brotliDecompressSync } from "node:zlib";
import { initSync } from "../../gen/cli.js";
import { initSync as initFull } from "../../gen/cli-full.js";
import { HandedOver, setArguments } from "./host.js";

const module = (name: string): BufferSource => brotliDecompressSync(readFileSync(new URL(name, import.meta.url)));

setArguments(process.argv.slice(2));
try {
  initSync({ module: module("./cli.wasm.br") });
} catch (error) {
  if (!(error instanceof HandedOver)) throw error;
  initFull({ module: module("./cli-full.wasm.br") });
}
