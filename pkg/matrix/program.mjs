// What every runtime and every bundle runs: prints one line, the same everywhere.
import { compile, isEnvError } from "envgate";

export const gate = compile({
  required: ["PORT"],
  properties: { PORT: { type: "integer", minimum: 1 }, MODE: { enum: ["a", "b"], default: "a" } },
  additionalProperties: false,
});

export function answer(env) {
  try {
    return JSON.stringify(gate.assertEnv(env));
  } catch (error) {
    if (!isEnvError(error)) throw error;
    return error.diagnostics.map(({ code, key }) => `${code} ${key}`).sort().join(", ");
  }
}
