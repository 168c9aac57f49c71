// For Node running the installed package: the module from the file beside the script. Reading it takes a tenth of the time of unpacking it from a script.
import { readFileSync } from "node:fs";
import { Engine } from "./core.js";

/** The size of the file in bytes, and the import that makes a bundler include the module as text if it bundles this entry. Both are set by build.mjs. */
declare const MODULE_LENGTH: number;
declare const taken: () => typeof import("../../gen/text.js");

export const engine = /* @__PURE__ */ new Engine(() => read() ?? unpacked());

/** Checks the size, since a file of that name may belong to another package or version. */
function read(): Uint8Array<ArrayBuffer> | undefined {
  try {
    const bytes = readFileSync(new URL("./core.wasm", import.meta.url));
    return bytes.length === MODULE_LENGTH ? bytes : undefined;
  } catch {
    return undefined;
  }
}

function unpacked(): Uint8Array<ArrayBuffer> {
  try {
    return process.getBuiltinModule("node:zlib").inflateRawSync(Buffer.from(taken().TEXT, "base64"));
  } catch (cause) {
    throw new Error("core.wasm is not beside the script of envgate: leave envgate external, or import envgate/inline, which has the WebAssembly inside", { cause });
  }
}
