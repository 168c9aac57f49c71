// The module with the engine for all of JSON Schema is large, so the package contains it once, in a file, for this entry and for the commands. It is the same
// module; here its exports are used and its `main` is not.
import { instantiate } from "../../gen/glue-full.js";
import { Engine } from "./core.js";
import type { Module } from "./module.js";

let given: Module | undefined;

/** Gives the WebAssembly where there are no files: `full.wasm.br` of this package, unpacked, as bytes or compiled. To be called once, before anything else. */
export function initSync(module: Module): void {
  given = module;
}

/** @internal */
export const engine = /* @__PURE__ */ new Engine(() => given ?? unpacked(), instantiate);

function unpacked(): Module {
  // Not imported, so that what is bundled for elsewhere and given its module by initSync() needs neither.
  const host = (globalThis as { process?: { getBuiltinModule?: (name: string) => unknown } }).process;
  const fs = host?.getBuiltinModule?.("node:fs") as typeof import("node:fs") | undefined;
  const zlib = host?.getBuiltinModule?.("node:zlib") as typeof import("node:zlib") | undefined;
  if (fs === undefined || zlib === undefined) {
    throw new Error("envgate/full takes its WebAssembly from a file, in Node, Bun and Deno; elsewhere call initSync() first, with full.wasm.br of this package, unpacked");
  }
  try {
    return zlib.brotliDecompressSync(fs.readFileSync(new URL("./full.wasm.br", import.meta.url)));
  } catch (cause) {
    throw new Error("full.wasm.br is not beside the script of envgate: leave envgate external where you bundle, put that file of the package beside the bundle, or call initSync()", { cause });
  }
}
