// The schema is imported, not read: `output: "standalone"` takes along only what is imported.
import { compile, isEnvError } from "envgate";
import schema from "./env.schema.json";

try {
  compile(schema).assertEnv(process.env, { environment: process.env.NODE_ENV, phase: "run" });
} catch (error) {
  if (!isEnvError(error)) throw error;
  console.error(error.message);
  process.exit(1);
}
