// For Node running the installed package: the module from the file beside the script. Reading it takes a tenth of the time of unpacking it from a script.
import { readFileSync } from "node:fs";
import { Engine } from "./core.js";

/** The bytes that the file has, and how a bundler that takes this entry along is told to take the text with the module as well: set by build.mjs. */
declare const MODULE_LENGTH: number;
declare const taken: () => typeof import("../../gen/text.js");

export const engine = /* @__PURE__ */ new Engine(() => read() ?? unpacked());

/** A file of that name may also be another's, or of another version. */
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
