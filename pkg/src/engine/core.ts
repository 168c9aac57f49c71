/**
 * One instance of the WebAssembly, made when it is first needed and again after a trap.
 *
 * A trap leaves an instance in an unknown state, and so does the end of the caller's stack, so it is dropped: the call that met it fails with an
 * error that says so, and the next one starts with a new instance. What was compiled in the old one is compiled again from its text (`Gate` in gate.ts).
 */
import { instantiate } from "../../gen/glue.js";
import type { Module } from "./module.js";

export type { Module };

/** The exports of src/wasm.rs. */
export interface Core {
  readonly memory: WebAssembly.Memory;
  buffer(length: number): number;
  compile(length: number): string;
  references(length: number): string;
  release(schema: number): void;
  check(schema: number, length: number): string;
  render(schema: number, format: number, length: number): string;
  verdict(schema: number, failOn: number, length: number): number;
  typed(schema: number, length: number): string;
  parse(length: number): string;
  rules(): string;
  version(): string;
}

export class Engine {
  readonly #load: () => Module;
  readonly #instantiate: (module: Module) => Core;
  #core: Core | undefined;
  /** The number of this instance: handles of an earlier one are no longer valid. */
  generation = 0;

  /** @param make the glue of wasm-bindgen for a module other than the compact one */
  constructor(load: () => Module, make: (module: Module) => Core = instantiate) {
    this.#load = load;
    this.#instantiate = make;
  }

  /** Lets `work` use the instance. */
  run<T>(work: (core: Core) => T): T {
    if (this.#core === undefined) {
      if (typeof WebAssembly === "undefined") throw new Error("envgate needs WebAssembly, which is missing or switched off here (--jitless, lockdown mode)");
      this.#core = this.#instantiate(this.#load());
      this.generation++;
    }
    try {
      return work(this.#core);
    } catch (error) {
      // Compared by name, because the module may be from another realm, whose error classes are different objects.
      const { name } = error as Error;
      const isTrap = name === "RuntimeError";
      // "Maximum call stack size exceeded"; Firefox has another name for it.
      if (isTrap || name === "RangeError" || name === "InternalError") this.#core = undefined;
      if (!isTrap) throw error;
      // The message of a trap may contain an address, but nothing of the input.
      throw new Error("envgate met a bug of its own, and nothing can be said about the input; the next call starts anew", { cause: error });
    }
  }
}
