// The same job for everybody: 30 variables, 21 patterns, 6 enums, 3 lengths. Each candidate is made from the one schema, and loads
// only what it needs, so that a cold start is its own.
import { readFileSync } from "node:fs";
import { packValues } from "../../pkg/src/request.js";

const data = (name) => readFileSync(new URL(`../data/${name}`, import.meta.url));
export const schemaText = data("env.schema.json").toString();
export const envText = data(".env").toString();
export const env = Object.fromEntries(envText.trim().split("\n").map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]));
/** What every candidate must refuse. */
export const wrongEnv = { ...env, PORT: "abc" };
export const wrongText = envText.replace(/^PORT=.*/m, "PORT=abc");

const NOW = Date.parse("2026-11-20T00:00:00Z");
/** The part of the schema that is plain JSON Schema. */
const jsonSchema = () => {
  const { required, properties } = JSON.parse(schemaText);
  return { type: "object", required, properties };
};
const properties = () => Object.entries(jsonSchema().properties);

async function envgate(build) {
  const wasm = process.env.ENVGATE_WASM ?? new URL("../../target/wasm", import.meta.url).pathname;
  const { open } = await import("../../tests/js/engine.mjs");
  const engine = await open(`${wasm}/${build}/envgate.js`, readFileSync(`${wasm}/${build}/envgate_bg.wasm`));
  const { schema, keys, errors } = engine.compile({ name: "env.schema.json", text: schemaText });
  if (errors) throw new Error(JSON.stringify(errors));
  return { engine, schema, keys };
}

/** The package as it is built (pkg/dist, `make npm`), as its users call it. */
const gate = (entry, call) => async () => {
  const { compile } = await import(new URL(`../../pkg/dist/${entry}.js`, import.meta.url));
  const compiled = compile(schemaText);
  return (given) => call(compiled, given);
};
const passes = (compiled, env, files) => compiled.passes({ env, files, now: NOW });
const check = (compiled, env, files) => compiled.check({ env, files, now: NOW }).environments[0].errors === 0;
const assertEnv = (compiled, env) => compiled.safeAssertEnv(env, { now: NOW }).ok;

const object = (build) => async () => {
  const { engine, schema, keys } = await envgate(build);
  return (variables) => {
    const values = packValues(keys.map((key) => variables[key]));
    return engine.verdict(schema, { now: NOW, environments: [{ name: "production", values }] }) === 0;
  };
};
const text = (build) => async () => {
  const { engine, schema } = await envgate(build);
  const environments = [{ name: "production", files: [0] }];
  return (text) => engine.verdict(schema, { now: NOW, files: [{ name: ".env", text }], environments }) === 0;
};

async function ajv() {
  const { Ajv2020 } = await import("ajv/dist/2020.js");
  const validate = new Ajv2020({ allErrors: true }).compile(jsonSchema());
  return (env) => validate(env);
}

async function zodShape() {
  const z = await import("zod");
  const shape = {};
  for (const [key, { enum: options, pattern, minLength, maxLength }] of properties()) {
    let type = options ? z.enum(options) : z.string();
    if (pattern) type = type.regex(new RegExp(pattern));
    if (minLength) type = type.min(minLength);
    if (maxLength) type = type.max(maxLength);
    shape[key] = type;
  }
  return { z, shape };
}

async function zod() {
  const { z, shape } = await zodShape();
  const schema = z.object(shape);
  return (env) => schema.safeParse(env).success;
}

async function t3env() {
  const [{ createEnv }, { shape }] = await Promise.all([import("@t3-oss/env-core"), zodShape()]);
  const onValidationError = () => {
    throw new Error("invalid");
  };
  return (env) => {
    try {
      createEnv({ server: shape, runtimeEnv: env, onValidationError });
      return true;
    } catch {
      return false;
    }
  };
}

async function valibot() {
  const v = await import("valibot");
  const shape = {};
  for (const [key, { enum: options, pattern, minLength, maxLength }] of properties()) {
    const actions = [];
    if (pattern) actions.push(v.regex(new RegExp(pattern)));
    if (minLength) actions.push(v.minLength(minLength));
    if (maxLength) actions.push(v.maxLength(maxLength));
    shape[key] = options ? v.picklist(options) : v.pipe(v.string(), ...actions);
  }
  const schema = v.object(shape);
  return (env) => v.safeParse(schema, env).success;
}

async function envalid() {
  const { cleanEnv, makeValidator, str } = await import("envalid");
  const specs = {};
  for (const [key, { enum: choices, pattern, minLength = 0, maxLength = Infinity }] of properties()) {
    const regex = pattern && new RegExp(pattern);
    specs[key] = choices
      ? str({ choices })
      : makeValidator((value) => {
          if (regex?.test(value) === false || value.length < minLength || value.length > maxLength) throw new Error("invalid");
          return value;
        })();
  }
  return (env) => {
    let valid = true;
    cleanEnv(env, specs, { reporter: ({ errors }) => (valid = Object.keys(errors).length === 0) });
    return valid;
  };
}

async function envSchema() {
  const { envSchema } = await import("env-schema");
  const schema = jsonSchema();
  return (data) => {
    try {
      envSchema({ schema, data, dotenv: false });
      return true;
    } catch {
      return false;
    }
  };
}

const parsed = (library, make) => async () => {
  const [parse, validate] = await Promise.all([library(), make()]);
  return (text) => validate(parse(text));
};
const dotenv = async () => (await import("dotenv")).default.parse;
const nodeParse = async () => (await import("node:util")).parseEnv;

/** Variables in an object, verdict out. */
export const peers = { Ajv: ajv, zod, "t3-env": t3env, valibot, envalid, "env-schema": envSchema };

/** The entries of the package, likewise. */
export const entries = { envgate: gate("index", passes), "envgate/inline": gate("inline", passes), "envgate/full": gate("full", passes) };

/** The same with what the package adds to the WebAssembly, and what it gives with a verdict. */
export const fromObject = {
  "WebAssembly alone": object("core"),
  "WebAssembly alone, full": object("full"),
  "envgate, passes": gate("index", passes),
  "envgate, assertEnv": gate("index", assertEnv),
  "envgate, check": gate("index", check),
  ...peers,
};

/** The text of a .env file in, verdict out. */
export const fromText = {
  "WebAssembly alone": text("core"),
  "envgate, passes": gate("index", (compiled, text) => passes(compiled, undefined, { ".env": text })),
  "envgate, check": gate("index", (compiled, text) => check(compiled, undefined, { ".env": text })),
  "dotenv + Ajv": parsed(dotenv, ajv),
  "dotenv + zod": parsed(dotenv, zod),
  "util.parseEnv + Ajv": parsed(nodeParse, ajv),
};
