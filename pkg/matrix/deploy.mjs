// A deploy script: `node deploy.mjs FOLDER ENVIRONMENT` goes on only if the environment is as the schema asks. Its schema needs the engine.
import { compile } from "envgate/full";
import { loadFiles } from "envgate/node";

const [folder, environment] = process.argv.slice(2);
const { gate, ...inputs } = loadFiles({ folder, environment, compile });
const { environments, diagnostics } = gate.check({ ...inputs, phase: "deploy", now: "2026-11-20T00:00:00Z" });
for (const { code, severity, message } of diagnostics) if (severity === "error") console.error(`${message} [${code}]`);
if (environments.some(({ errors }) => errors > 0)) process.exit(1);
console.log("deploying");
