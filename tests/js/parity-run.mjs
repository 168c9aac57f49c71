// The half of the parity test that runs in Node and in the browser alike.
import { open } from "./engine.mjs";

/**
 * What one build says of every case: the report, the verdict, and the report once more from the same compiled schema.
 * @returns {Promise<{ report?: string, again?: string, verdict?: number, refused?: string, needsFull?: boolean }[]>}
 */
export async function runCases(glue, wasm, cases) {
  const engine = await open(glue, wasm);
  return cases.map(({ schema, request }) => {
    const compiled = engine.compile(schema);
    if (compiled.errors) {
      // The compact build refuses what only the engine can evaluate, and says so; it never gives another verdict.
      return needsFull(JSON.stringify(compiled)) ? { needsFull: true } : { refused: JSON.stringify(compiled.errors) };
    }
    // So it does with exports of secret managers, and with carriers other than .env files and JSON objects.
    if (needsFull(engine.check(compiled.schema, request))) {
      engine.release(compiled.schema);
      return { needsFull: true };
    }
    const result = {
      report: engine.check(compiled.schema, request),
      verdict: engine.verdict(compiled.schema, request),
      again: engine.check(compiled.schema, request),
    };
    engine.release(compiled.schema);
    return result;
  });
}

/** Whether an answer is nothing but that. */
function needsFull(text) {
  const { errors } = JSON.parse(text);
  return errors?.every(({ message }) => message.includes("needs the full build")) ?? false;
}
