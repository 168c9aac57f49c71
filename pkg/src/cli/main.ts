// `npx envgate`: the commands of the native program, as WebAssembly. Same flags, same text, same exit codes, because it is the same
// code; what it needs of the world is in host.ts.
import { readFileSync } from "node:fs";
import { brotliDecompressSync } from "node:zlib";
import { initSync } from "../../gen/cli.js";
import { setArguments } from "./host.js";

setArguments(process.argv.slice(2));
initSync({ module: brotliDecompressSync(readFileSync(new URL("./cli.wasm.br", import.meta.url))) });
