// No module is embedded: init() or initSync() provides it.
import { Engine } from "./core.js";
import type { Fetched, Module, Url } from "./module.js";

let given: Module | undefined;

/** Gives the WebAssembly: `core.wasm` of this package, as bytes or compiled. To be called once, before anything else. */
export function initSync(module: Module): void {
  given = module;
}

/** The same from where it can be fetched, or from a response. */
export async function init(source: Url | string | Fetched | Promise<Fetched> | Module): Promise<void> {
  const found = await source;
  if (typeof found !== "string" && !(found instanceof URL) && !(typeof Response !== "undefined" && found instanceof Response)) {
    given = found as Module;
    return;
  }
  const response = found instanceof Response ? found : await fetch(found);
  if (!response.ok) throw new Error(`the WebAssembly can't be fetched: ${response.status} ${response.statusText}`);
  given = await WebAssembly.compile(await response.arrayBuffer());
}

/** @internal */
export const engine = /* @__PURE__ */ new Engine(() => {
  if (given === undefined) throw new Error("envgate/slim has no WebAssembly yet: call init() or initSync() first");
  return given;
});
