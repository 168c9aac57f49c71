// Workers refuse to compile bytes at run time: the module itself is imported.
import wasm from "./core.wasm";
import { Engine } from "./core.js";

export const engine = /* @__PURE__ */ new Engine(() => wasm);
