// The package in a project that tells TypeScript of no platform, checks declarations of others too, and takes `undefined` for what it is.
import { assertEnv, type CheckOptions, compile, type EnvironmentOptions, type Gate, isEnvError, parse, type Registered, RefusedError, rules } from "envgate";
import { compile as compileFull } from "envgate/full";
import { init, initSync } from "envgate/slim";

declare const maybe: string | undefined;
declare const all: { readonly [key: string]: string | undefined };
export const gate: Gate = compile({ properties: { PORT: { type: "integer" } } });
export const options: EnvironmentOptions = { environment: maybe, phase: maybe === undefined ? undefined : "run", now: undefined };
export const check: CheckOptions = { env: all, environment: maybe, example: undefined, files: undefined, waivers: undefined };
export const env: Registered = gate.assertEnv(all, options);
export const once: Registered = assertEnv(all, gate);
export const count: number = gate.check({ ...check, files: [{ name: "compose.yaml#web", text: "" }], beside: { "web.env": new Uint8Array(1) } }).diagnostics.length;
export const entries: readonly unknown[] = [compileFull, init, initSync, parse("A=1", "dotenv", { env: all }), rules()];
export const told = (error: unknown): string => (isEnvError(error) ? error.report.checkedAt : error instanceof RefusedError && error.needsFull ? (error.reasons[0]?.message ?? "") : "");
for (const { name } of gate.environments) gate.check({ env: all, environment: name });
// What `wrangler types` writes is an interface.
declare const bindings: Bindings;
interface Bindings {
  PORT: string;
  STORE: { get(key: string): Promise<string> };
}
export const bound: Registered = gate.assertEnv(bindings);
gate.passes({ env: bindings });
// @ts-expect-error a misspelt option
gate.assertEnv(all, { enviroment: "production" });

// What is refused at run time is refused here.
declare const record: Record<string, unknown>;
declare const described: { $schema: string; properties: { PORT: { type: "integer" } } };
declare const typed: Described;
interface Described {
  properties?: Record<string, object>;
}
for (const schema of [record, described, typed, "{}"]) compile(schema);
// @ts-expect-error
compile(new Map());
// @ts-expect-error
compile(Promise.resolve({}));
// @ts-expect-error
compile(() => ({}));
// @ts-expect-error
compile([]);
// @ts-expect-error
gate.assertEnv(new Map());
// @ts-expect-error
gate.assertEnv(all, new Map());
// @ts-expect-error
gate.assertEnv(Promise.resolve(all));
// @ts-expect-error
gate.assertEnv(["PORT=80"]);
// @ts-expect-error
gate.assertEnv("PORT=80");
// @ts-expect-error
gate.passes({ env: all, failOn: null });
