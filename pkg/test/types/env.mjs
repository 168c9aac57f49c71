// What `envgate types` writes, held against the package by the compiler: `assertEnv` returns exactly the keys and types of the schema, and each wrong use is an
// error of its own. Then the same uses are run: what the types say is what the values are.
//
//   node test/types/env.mjs       in pkg/, after a build
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const root = join(import.meta.dirname, "../..");
const folder = join(root, "gen/env-types");
rmSync(folder, { recursive: true, force: true });
mkdirSync(join(folder, "node_modules"), { recursive: true });
symlinkSync(root, join(folder, "node_modules/envgate"), "dir");

const schema = {
  environments: { development: { aliases: ["dev"] }, production: { aliases: ["prod"] } },
  required: ["PORT", "MODE"],
  properties: {
    PORT: { type: "integer", format: "port" },
    RATIO: { type: "number", default: 0.5 },
    DEBUG: { type: "boolean", allowedIn: ["development"] },
    MODE: { enum: ["a", "b"] },
    HOSTS: { type: "array", items: { type: "string" } },
    SIZES: { type: "array", items: { type: "integer" }, default: [1] },
    LIMITS: { type: "object" },
    DATABASE_URL: { type: "string", secret: true, requiredIn: ["production"] },
    OLD: { type: "string", deprecated: true },
    "with-dash": { type: "string" },
  },
};
writeFileSync(join(folder, "env.schema.json"), JSON.stringify(schema, null, 2));
writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
const written = spawnSync(process.execPath, [join(root, "dist/cli.js"), "types", "--process-env", "--output", "env.d.ts"], { cwd: folder, encoding: "utf8" });
assert.equal(written.status, 0, written.stderr);

const HEAD = `import { assertEnv, compile, type EnvironmentName } from "envgate";
import { loadFiles } from "envgate/node";
import { readFileSync } from "node:fs";
const gate = compile(readFileSync("env.schema.json", "utf8"));
declare const all: Record<string, string>;
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const is = <A, B extends Equal<A, B> extends true ? unknown : never>(): [A, B] | undefined => undefined;
const env = gate.assertEnv(all);
const production = gate.assertEnv(all, { environment: "production" });
const development = gate.assertEnv(all, { environment: "development" });
`;
/** The type of each variable: in any environment, in production, in development. */
const TYPES = {
  PORT: ["number", "number", "number"],
  RATIO: ["number", "number", "number"],
  DEBUG: ["boolean | undefined", "undefined", "boolean | undefined"],
  MODE: ['"a" | "b"', '"a" | "b"', '"a" | "b"'],
  HOSTS: ["string[] | undefined", "string[] | undefined", "string[] | undefined"],
  SIZES: ["number[]", "number[]", "number[]"],
  LIMITS: ["{ readonly [key: string]: unknown } | undefined", "{ readonly [key: string]: unknown } | undefined", "{ readonly [key: string]: unknown } | undefined"],
  DATABASE_URL: ["string | undefined", "string", "string | undefined"],
  OLD: ["string | undefined", "string | undefined", "string | undefined"],
  "with-dash": ["string | undefined", "string | undefined", "string | undefined"],
};
const NAMES = ["env", "production", "development"];
const exact = NAMES.flatMap((name, index) => [
  `is<keyof typeof ${name}, ${Object.keys(TYPES).map((key) => JSON.stringify(key)).join(" | ")}>();`,
  ...Object.entries(TYPES).map(([key, types]) => `is<(typeof ${name})[${JSON.stringify(key)}], ${types[index]}>();`),
]);
const right = [
  ...exact,
  "const port: number = assertEnv(all, gate).PORT; port.toFixed();",
  'const url: string = assertEnv(all, gate, { environment: "production" }).DATABASE_URL; url.length;',
  "const sent: string | undefined = process.env.PORT; sent?.length;",
  'is<EnvironmentName, "development" | "dev" | "production" | "prod">();',
  'const short: string = gate.assertEnv(all, { environment: "prod" }).DATABASE_URL; short.length;',
  'declare const stage: EnvironmentName; gate.check({ env: all, environment: stage }); const { gate: loaded, ...inputs } = loadFiles({ environment: stage }); loaded.check(inputs); for (const { name } of gate.environments) gate.check({ env: all, environment: name }); gate.field("PORT", { environment: "dev" }); loadFiles({ environment: "prod" });',
  'type Output<S extends { "~standard": { types?: { output: unknown } | undefined } }> = NonNullable<S["~standard"]["types"]>["output"];',
  'const one = gate.field("PORT"); is<Output<typeof one>, number>(); const url1 = gate.field("DATABASE_URL"); is<Output<typeof url1>, string | undefined>();',
  'const url2 = gate.field("DATABASE_URL", { environment: "prod" }); is<Output<typeof url2>, string>(); const mode = gate.field("MODE", { environment: stage, phase: "run" }); is<Output<typeof mode>, "a" | "b">(); gate.keys.map((key) => gate.field(key, { environment: "prod" }));',
  'const result = gate.safeAssertEnv(all); if (result.ok) result.env.MODE satisfies "a" | "b"; else result.error.diagnostics.length;',
];
const wrong = [
  ["env.PROT;", "TS2339"],
  ["env.PORT = 1;", "TS2540"],
  ["env.SIZES.push(\"2\");", "TS2345"],
  ["const port: string = env.PORT;", "TS2322"],
  ['env.MODE === "c";', "TS2367"],
  ["env.DATABASE_URL.length;", "TS18048"],
  ["production.DEBUG.valueOf();", "TS18048"],
  ["const secret: number = production.DATABASE_URL;", "TS2322"],
  ["gate.assertEnv(1);", "TS2345"],
  ["gate.assertEnv(all, { environments: \"production\" });", "TS2769"],
  ['gate.assertEnv(all, { environment: "prodution" });', "TS2769"],
  ['assertEnv(all, gate, { environment: "prodution" });', "TS2769"],
  ['gate.safeAssertEnv(all, { environment: "prodution" });', "TS2820"],
  ['gate.check({ env: all, environment: "prodution" });', "TS2820"],
  ['loadFiles({ environment: "prodution" });', "TS2820"],
  ['gate.field("PROT");', "TS2345"],
  ['gate.field("PROT", { environment: "prod" });', "TS2769"],
  ['gate.field("PORT", { environment: "prodution" });', "TS2769"],
  ["compile(1);", "TS2345"],
  ["process.env.PROT.length;", "TS18048"],
];

const said = compiler({ "right.ts": right, ...Object.fromEntries(wrong.map(([use], index) => [`wrong-${index}.ts`, [use]])) });
assert.deepEqual(
  said.map(({ file, code }) => [file, code]),
  wrong.map(([, code], index) => [`wrong-${index}.ts`, code]),
  said.map(({ line }) => line).join("\n"),
);

// Before the types are written, any name is one.
const unwritten = compiler({ "unwritten.ts": ['declare const stage: string; gate.assertEnv(all, { environment: stage }); const name: EnvironmentName = stage; name.length; const some: unknown = env.PORT; some; gate.field("PROT"); gate.field("PROT", { environment: stage });'] }, []);
assert.deepEqual(unwritten.map(({ line }) => line), []);

// As the types say, so are the values.
const { compile, isEnvError } = await import(pathToFileURL(join(root, "dist/index.js")).href);
const gate = compile(readFileSync(join(folder, "env.schema.json"), "utf8"));
const values = { PORT: "80", MODE: "a", DEBUG: "yes", HOSTS: "a,b", LIMITS: '{"a":1}', DATABASE_URL: "x", "with-dash": "y" };
assert.deepEqual({ ...gate.assertEnv(values, { environment: "development" }) }, { PORT: 80, RATIO: 0.5, DEBUG: true, MODE: "a", HOSTS: ["a", "b"], SIZES: [1], LIMITS: { a: 1 }, DATABASE_URL: "x", "with-dash": "y" });
assert.throws(() => gate.assertEnv(values, { environment: "production" }), (error) => isEnvError(error) && /DEBUG/.test(error.message));
console.log(`types: ${right.length} right uses compile, ${wrong.length} wrong ones don't`);

/** What the compiler has to say of programs, in their order. */
function compiler(programs, written = ["env.d.ts"]) {
  const names = Object.keys(programs);
  for (const name of names) writeFileSync(join(folder, name), `${HEAD}${programs[name].join("\n")}\nexport {};\n`);
  const options = ["--noEmit", "--strict", "--exactOptionalPropertyTypes", "--module", "nodenext", "--target", "es2022", "--lib", "es2022,dom,esnext.disposable", "--types", "node", "--typeRoots", join(root, "node_modules/@types"), "--ignoreConfig"];
  const { stdout, stderr, status } = spawnSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), ...options, ...names, ...written], { cwd: folder, encoding: "utf8" });
  assert.equal(status === 0, stdout === "", stderr);
  const lines = stdout.split("\n").filter((line) => /^\S/.test(line));
  const parts = lines.map((line) => ({ line, ...line.match(/^(?<file>[^(]+)\(.*?error (?<code>TS\d+)/)?.groups }));
  return parts.sort((a, b) => names.indexOf(a.file) - names.indexOf(b.file));
}
