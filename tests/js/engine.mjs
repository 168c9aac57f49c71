// Loads one build of the WebAssembly, in Node and in browsers alike, and gives it plain functions.
import { writeCheck, writeSchema } from "../../pkg/src/request.js";

/**
 * @param {string} glue where envgate.js is
 * @param {BufferSource} bytes envgate_bg.wasm
 */
export async function open(glue, bytes) {
  const core = await import(glue);
  const { memory } = core.initSync({ module: bytes });
  const engine = { buffer: core.buffer, memory };
  return {
    core,
    ...engine,
    /** The parsed answer of `compile`. */
    compile: (schema) => JSON.parse(core.compile(writeSchema(engine, schema))),
    /** The text of the report. */
    check: (schema, request) => core.check(schema, writeCheck(engine, request)),
    /** 0, 1 or 2, as an exit code. */
    verdict: (schema, request, failOn = 3) => core.verdict(schema, failOn, writeCheck(engine, request)),
    release: (schema) => core.release(schema),
  };
}
