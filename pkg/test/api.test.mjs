// The package as it is installed: dist/, through its own name.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { inspect } from "node:util";
import { Worker } from "node:worker_threads";
import { assertEnv, compile, EnvError, isEnvError, RefusedError, rules, version } from "envgate";

const schema = {
  environments: { development: { files: [".env"] }, production: { aliases: ["prod"], files: [".env.production"] } },
  environmentKey: "ENVIRONMENT",
  required: ["PORT"],
  properties: {
    ENVIRONMENT: { enum: ["development", "production"] },
    PORT: { type: "integer", minimum: 1 },
    DEBUG: { type: "boolean", default: false, allowedIn: ["development"] },
    HOSTS: { type: "array", default: ["localhost"] },
    TOKEN: { type: "string", secret: true, minLength: 20, requiredIn: ["production"], phases: ["run"] },
  },
  additionalProperties: false,
};
const gate = compile(schema);
const NOW = "2026-11-20T00:00:00Z";
const SECRET = ["hunter2", "mahogany", "otter"].join("-");

test("typed values, defaults and all", () => {
  const env = gate.assertEnv({ PORT: "8000", HOSTS: "a, b", HOME: "/root" }, { environment: "development" });
  assert.deepEqual(env, { PORT: 8000, DEBUG: false, HOSTS: ["a", "b"] });
});

test("a schema stays what it was when it was compiled", () => {
  const bytes = new TextEncoder().encode(JSON.stringify({ environments: { a: { files: [".env"] } }, required: ["A"], properties: { A: {}, B: {} } }));
  const kept = compile(bytes);
  const other = new TextEncoder().encode(JSON.stringify({ environments: { a: { files: [".env"] } }, properties: { A: {}, B: {} } }));
  // What `readFileSync` returns, whose `slice` is the same bytes.
  const buffer = Buffer.from(bytes);
  const read = compile(buffer);
  const parts = Buffer.from(JSON.stringify({ $defs: { number: { type: "integer" } } }));
  const referring = compile({ properties: { B: { $ref: "parts.json#/$defs/number" } } }, { beside: { "parts.json": parts } });
  bytes.fill(32).set(other);
  buffer.fill(32).set(other);
  parts.fill(32).write(JSON.stringify({ $defs: { number: {} } }));
  for (const each of [kept, read, referring]) {
    each.dispose();
    assert.throws(() => each.assertEnv({ B: "x" }), EnvError);
  }
});

test("what a gate hands out can't be changed: values would go to other keys than theirs", () => {
  const own = compile({ environments: { a: { files: [".env"] } }, properties: { PORT: { type: "integer" }, HOST: { type: "string" } } });
  for (const work of [() => own.keys.sort(), () => own.environments.pop(), () => own.environments[0].files.push(".b"), () => (own.environments[0].name = "b")]) assert.throws(work, TypeError);
  assert.deepEqual([...own.keys].sort(), ["HOST", "PORT"]);
  assert.deepEqual({ ...own.assertEnv({ PORT: "80", HOST: "x" }) }, { PORT: 80, HOST: "x" });
  // By the name that it has in the documentation.
  assert.match(inspect(own), /^Gate /);
});

test("every problem at once, and no value in any of them", () => {
  let error;
  try {
    gate.assertEnv({ PORT: "hunter2", TOKEN: SECRET.slice(0, 12), ENVIRONMENT: "prod-hunter2" }, { environment: "production" });
  } catch (caught) {
    error = caught;
  }
  assert.ok(error instanceof EnvError && isEnvError(error));
  assert.ok(error.diagnostics.length >= 3);
  const { code, key } = error.diagnostics.find(({ code }) => code === "schema-length");
  assert.deepEqual({ code, key }, { code: "schema-length", key: "TOKEN" });
  for (const text of [error.message, error.stack, JSON.stringify(error), JSON.stringify(error.report)]) assert.ok(!text.includes("hunter2"), text);
  assert.ok(error.message.includes("[schema-type]"));
  // What a host prints of an error that nobody caught, or hands to a logger: the message, and not the report behind it.
  const printed = inspect(error, { depth: 9 });
  assert.match(printed, /^EnvError: \d+ problems[^]*\[schema-type\]/);
  assert.match(error.stack, /^EnvError: /);
  assert.doesNotMatch(printed, /hunter2|diagnostics/);
  for (const copy of [structuredClone(error), { ...error }, error.cause]) assert.doesNotMatch(inspect(copy, { showHidden: true, depth: 9 }), /hunter2/);
});

test("an EnvError of another realm is one", () => {
  const alien = { [Symbol.for("envgate.EnvError")]: true };
  assert.ok(isEnvError(alien) && !isEnvError(new Error("no")) && !isEnvError(null) && !isEnvError("EnvError"));
});

test("the environment by alias, by its key, or an error", () => {
  assert.throws(() => gate.assertEnv({ PORT: "1" }, { environment: "prod" }), EnvError);
  assert.equal(gate.assertEnv({ PORT: "1", ENVIRONMENT: "development" }).PORT, 1);
  assert.throws(() => gate.assertEnv({ PORT: "1" }), /not clear which environment.*development, production/);
  assert.throws(() => gate.assertEnv({ PORT: "1" }, { environment: "produktion" }), RefusedError);
});

test("phases", () => {
  const env = { PORT: "1" };
  assert.throws(() => gate.assertEnv(env, { environment: "production", phase: "run" }), /TOKEN is required/);
  assert.equal(gate.assertEnv(env, { environment: "production", phase: "build" }).PORT, 1);
  assert.throws(() => gate.assertEnv(env, { environment: "production", phase: "runtime" }), TypeError);
});

test("files go to the environments that name them", () => {
  const report = gate.check({ files: { "config/.env": "PORT=1\n", ".env.production": `PORT=x\nTOKEN=${SECRET}\n` }, now: NOW });
  assert.deepEqual(report.environments.map(({ name, errors }) => [name, errors]), [["development", 0], ["production", 1]]);
  assert.equal(report.checkedAt, NOW);
  assert.throws(() => gate.check({ files: { ".env.stage": "PORT=1\n" } }), /not clear which environment \.env\.stage belongs to/);
  assert.equal(gate.check({ files: { ".env.stage": "PORT=1\n" }, environment: "development", now: NOW }).diagnostics.length, 0);
  assert.equal(gate.passes({ files: { ".env": "PORT=1\n" } }), true);
  assert.equal(gate.passes({ files: { ".env": "PORT=0\n" } }), false);
});

test("never a silent pass", () => {
  const lenient = compile({ properties: { PORT: { type: "integer", default: 1 } } });
  for (const options of [{}, { files: {} }, { files: [] }, undefined, null, { env: {} }, { files: { ".env": "" } }, { files: { ".env": "# nothing\n" } }]) {
    assert.throws(() => lenient.check(options), TypeError, JSON.stringify(options));
    assert.throws(() => lenient.passes(options ?? {}), TypeError, JSON.stringify(options));
  }
  assert.deepEqual(lenient.assertEnv({ HOME: "/root" }), { PORT: 1 });
  assert.equal(gate.passes({ files: { ".env": Uint8Array.of(0x41, 0x3d, 0xff) } }), false);
});

test("what is no environment is refused", () => {
  const options = { environment: "development" };
  for (const env of [null, undefined, "PORT=1", 7, [], new Map([["PORT", "1"]]), new Set(), { PORT: 1 }, { PORT: null }, { PORT: ["1"] }, { PORT: "\ud800" }, { PORT: "1\0" }]) {
    assert.throws(() => gate.assertEnv(env, options), TypeError);
  }
  // Bindings of other kinds, as workers have them, are nobody's business unless declared.
  assert.equal(gate.assertEnv({ PORT: "1", KV: { get() {} } }, options).PORT, 1);
  assert.equal(gate.assertEnv(Object.freeze({ PORT: "1" }), options).PORT, 1);
});

test("keys that mean something to JavaScript", () => {
  const odd = compile('{ "properties": { "__proto__": { "type": "integer" }, "constructor": { "type": "string" } }, "required": ["__proto__"] }');
  assert.throws(() => odd.assertEnv({}), /__proto__/);
  const env = odd.assertEnv(JSON.parse('{ "__proto__": "5", "constructor": "x" }'));
  assert.deepEqual(Object.entries(env), [["__proto__", 5], ["constructor", "x"]]);
  assert.equal(Object.getPrototypeOf(env), Object.prototype);
});

test("a number that JavaScript would change is refused, since the program would get another", () => {
  const numbers = compile({ properties: { ID: { type: "integer" }, IDS: { type: "array", items: { type: "integer" } }, RATIO: { type: "number" }, NOTE: { type: "string" }, MAP: { type: "object" } } });
  for (const env of [{ ID: "9007199254740993" }, { ID: "-1234567890123456789" }, { ID: "1".repeat(400) }, { IDS: "1,9007199254740993" }, { RATIO: "1e400" }, { MAP: '{ "a": [{ "id": 9007199254740993 }], "b": 9007199254740992 }' }]) {
    assert.throws(() => numbers.assertEnv(env), (error) => {
      const [key] = Object.keys(env);
      assert.ok(isEnvError(error));
      assert.deepEqual(error.diagnostics.map(({ code, key }) => [code, key]), [["schema-type", key]]);
      assert.equal(error.report.environments[0].errors, 1);
      assert.doesNotMatch(JSON.stringify(error.report) + error.message, /900719|123456|1111|e400/);
      return true;
    });
    assert.equal(numbers["~standard"].validate(env).issues.length, 1);
    assert.equal(numbers.field(Object.keys(env)[0])["~standard"].validate(Object.values(env)[0]).issues.length, 1);
  }
  const exact = { ID: "100000000000000000000", IDS: "9007199254740992, 7", RATIO: "1e300", NOTE: "9007199254740993" };
  assert.deepEqual(numbers.assertEnv(exact), { ID: 1e20, IDS: [2 ** 53, 7], RATIO: 1e300, NOTE: exact.NOTE });
  assert.deepEqual(numbers.assertEnv({ MAP: '{ "id": 9007199254740992, "text": "9007199254740993 \\" 9007199254740993" }' }).MAP, { id: 2 ** 53, text: '9007199254740993 " 9007199254740993' });
  // The text is looked at once, not for each of its numbers.
  assert.equal(numbers.assertEnv({ IDS: Array(50_000).fill("9007199254740992").join(",") }).IDS.length, 50_000);
  assert.equal(numbers.assertEnv({ RATIO: "0.12345678901234567890" }).RATIO, 0.12345678901234568);
});

test("options that are inherited count", () => {
  assert.throws(() => gate.assertEnv({ PORT: "1" }, Object.create({ environment: "nowhere" })), RefusedError);
  assert.equal(gate.assertEnv({ PORT: "1" }, Object.create({ environment: "development" })).PORT, 1);
});

test("a wrong schema is refused with every mistake and its place", () => {
  const text = '{\n  "properties": { "A": { "type": "integr" }, "B": { "minLenght": 3 } }\n}';
  assert.throws(() => compile(text), (error) => {
    assert.ok(error instanceof RefusedError && error.reasons.length === 2);
    assert.match(error.message, /env\.schema\.json:2:\d+: .*\n.*did you mean/);
    return true;
  });
  const circle = { properties: {} };
  circle.self = circle;
  for (const schema of [circle, null, [], 7, undefined]) assert.throws(() => compile(schema), TypeError);
});

test("a gate survives being disposed of, and others have their own schema", () => {
  const other = compile({ properties: { PORT: { const: "1" } } });
  other.dispose();
  other.dispose();
  assert.throws(() => other.assertEnv({ PORT: "2" }), EnvError);
  assert.equal(other.assertEnv({ PORT: "1" }).PORT, "1");
  assert.equal(assertEnv({ PORT: "1" }, other).PORT, "1");
  assert.equal(assertEnv({ PORT: "1" }, { properties: { PORT: { type: "integer" } } }).PORT, 1);
});

test("rules and version", async () => {
  const { default: manifest } = await import("envgate/package.json", { with: { type: "json" } });
  assert.equal(version(), manifest.version);
  assert.ok(rules().some(({ code, summary }) => code === "missing-required" && summary !== ""));
  const { rules: documented } = await import("envgate/full");
  assert.ok(documented().every(({ docs }) => docs.includes("\n")));
});

test("require gives the same classes", async () => {
  const { createRequire } = await import("node:module");
  assert.equal(createRequire(import.meta.url)("envgate").EnvError, EnvError);
});

test("waivers and a baseline hide what they name, and are told when they are wrong", () => {
  const files = { ".env.production": "PORT=x\n" };
  const before = gate.check({ files, now: NOW });
  const waived = { rule: "schema-type", key: "PORT", environment: "production", until: "2026-12-31", owner: "web", reason: "comes with the move" };
  const waivers = { name: "env.waivers.json", text: JSON.stringify({ version: 1, waivers: [waived] }) };
  const after = gate.check({ files, now: NOW, waivers });
  assert.deepEqual([after.hidden.waived, after.diagnostics.length], [1, before.diagnostics.length - 1]);
  assert.equal(gate.check({ files, now: "2027-01-01T00:00:00Z", waivers }).hidden.waived, 0);
  assert.throws(() => gate.check({ files, now: NOW, waivers: { name: "env.waivers.json", text: "{" } }), RefusedError);
  assert.throws(() => gate.check({ files, now: NOW, baseline: { name: "env.baseline.json", text: "[]" } }), RefusedError);
  assert.throws(() => gate.check({ files, now: NOW, waivers: { name: "env.waivers.json" } }), TypeError);
});

test("the age of secrets: what is known is in the report, and evidence is read or refused, never passed over", () => {
  const aging = compile({ properties: { API_KEY: { type: "string", secret: { maxAge: "P90D" } } } });
  const options = { files: { ".env": "API_KEY=nothing-to-see-here\n" }, now: NOW };
  const [{ age }] = aging.check(options).environments[0].variables;
  assert.deepEqual([age.verdict, age.from, age.evidence], ["unknown", null, []]);
  const refused = (more, kind = RefusedError) => assert.throws(() => aging.check({ ...options, ...more }), kind);
  const one = { name: "export.json", text: "{}" };
  refused({ evidence: [one] });
  refused({ evidence: [{ ...one, environment: "nowhere" }] });
  refused({ evidence: [{ ...one, exportedAt: "yesterday" }] }, TypeError);
  refused({ evidence: one }, TypeError);
  refused({ evidenceNames: { "a\0b": "API_KEY" } }, TypeError);
  refused({ ledger: { name: "env.rotation.json", text: "{" } });
});

test("a report in other formats", () => {
  const options = { files: { ".env.production": "PORT=x\n" }, now: NOW };
  assert.deepEqual(JSON.parse(gate.render("json", options)), gate.check(options));
  assert.ok(JSON.parse(gate.render("sarif", options)).runs[0].results.some(({ ruleId }) => ruleId === "schema-type"));
  assert.match(gate.render("markdown", options), /^<!-- envgate -->/);
  assert.throws(() => gate.render("xml", options), TypeError);
});

test("a gate that nobody disposes of is released with the object", async () => {
  const code = `
    import { compile } from "envgate";
    const schema = JSON.stringify({ properties: Object.fromEntries(Array.from({ length: 60 }, (_, at) => ["KEY" + at, { type: "string", pattern: "^(a|b)*c" + at + "$" }])) });
    const grown = async () => {
      for (let round = 0; round < 20; round++) {
        for (let count = 0; count < 50; count++) compile(schema);
        gc();
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      return process.memoryUsage().external;
    };
    const [first, second] = [await grown(), await grown()];
    console.log(second - first < 4e6);`;
  const run = spawnSync(process.execPath, ["--expose-gc", "--input-type=module", "-e", code], { encoding: "utf8", cwd: import.meta.dirname });
  assert.equal(run.stdout, "true\n", run.stderr);
});

test("an EnvError that a worker did not catch is one", async () => {
  const code = `import { compile } from ${JSON.stringify(import.meta.resolve("envgate"))}; compile({ required: ["PORT"], properties: { PORT: {} } }).assertEnv({ OTHER: "hunter2" });`;
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`));
  const error = await new Promise((resolve) => worker.on("error", resolve));
  assert.ok(isEnvError(error));
  assert.equal(error.diagnostics[0].code, "missing-required");
  assert.equal(isEnvError(Object.assign(new Error("x"), { name: "EnvError", diagnostics: [] })), false);
});
