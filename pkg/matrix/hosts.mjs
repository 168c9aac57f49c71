// The packages of others that take a Standard Schema; the answers as JSON.
import { sValidator } from "@hono/standard-validator";
import { createEnv } from "@t3-oss/env-core";
import { Hono } from "hono";
import { gate } from "./program.mjs";

const thrown = (work) => {
  try {
    return work();
  } catch (error) {
    return error.issues ?? error.message;
  }
};
const onValidationError = (issues) => {
  throw Object.assign(new Error("invalid"), { issues: issues.map(({ path }) => path.join(".")) });
};
const server = { PORT: gate.field("PORT"), MODE: gate.field("MODE") };
const t3 = (runtimeEnv) => thrown(() => createEnv({ server, runtimeEnv, onValidationError }));
const whole = (runtimeEnv) => thrown(() => createEnv({ server: {}, createFinalSchema: () => gate, runtimeEnv, onValidationError }));

const app = new Hono().post("/", sValidator("json", gate), (context) => context.json(context.req.valid("json")));
const post = async (body) => {
  const response = await app.request("/", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  return [response.status, response.ok ? await response.json() : null];
};

console.log(
  JSON.stringify({
    t3: { ...t3({ PORT: "80", MODE: "b" }) },
    t3Refused: t3({ PORT: "no", MODE: "c" }),
    t3Whole: { ...whole({ PORT: "80" }) },
    t3WholeRefused: whole({ MODE: "c" }).sort?.(),
    hono: await post({ PORT: "80" }),
    honoRefused: await post({ PORT: "no" }),
  }),
);
