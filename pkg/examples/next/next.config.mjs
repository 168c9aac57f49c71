// The gate of a build: Next.js has read its env files into process.env by the time it asks for its configuration, and a configuration that throws ends the build
// (or the start of the development server) before anything is compiled.
import { isEnvError, loadSchema } from "envgate/node";

const gate = loadSchema("env.schema.json");
try {
  // Keys of the phase `run` are asked for where the program starts, in instrumentation.js.
  gate.assertEnv(process.env, { environment: process.env.NODE_ENV, phase: "build" });
} catch (error) {
  if (!isEnvError(error)) throw error;
  // Every problem at once, and no stack: it says nothing about a missing variable.
  console.error(error.message);
  process.exit(1);
}

export default {};
