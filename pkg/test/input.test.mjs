// What may be handed in by mistake: a message, and never a silent pass.
import assert from "node:assert/strict";
import { test } from "node:test";
import vm from "node:vm";
import { assertEnv, compile, EnvError, isEnvError, parse, RefusedError } from "envgate";

// Nothing is required, so that what is not looked at would pass.
const lenient = compile({ properties: { PORT: { type: "integer" } } });
// Keys that it does not name are asked for, too.
const open = compile({ properties: { PORT: { type: "integer" } }, patternProperties: { "_PORT$": { type: "integer" } } });
const strict = compile({ required: ["PORT"], properties: { PORT: { type: "integer" } } });
const lenientOf = (files) => compile({ environments: { production: { files } }, properties: { PORT: { type: "integer" } } });
const refused = (work, message) => assert.throws(work, (error) => error instanceof TypeError && message.test(error.message));
const revoked = () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};

test("no environment: a promise that nobody awaits, bytes, collections, what has no members", () => {
  refused(() => lenient.assertEnv(Promise.resolve({ PORT: "1" })), /await it/);
  refused(() => lenient.assertEnv(new Uint8Array(3)), /not text or bytes/);
  for (const env of [new Map([["PORT", "x"]]), new Set(), new WeakMap(), new Date(), /x/, new URLSearchParams("PORT=x"), new Headers(), new String("PORT=x"), {}, { [Symbol("PORT")]: "x" }, revoked(), () => {}, Symbol("x"), 5n]) {
    refused(() => lenient.assertEnv(env), /./);
  }
});

test("no variables: values that are no strings, inherited ones, getters that throw", () => {
  for (const [value, kind] of [[80, "a number"], [80n, "a bigint"], [true, "a boolean"], [null, "null"], [new String("80"), "an object"], [Symbol("x"), "a symbol"]]) {
    for (const gate of [lenient, open]) refused(() => gate.assertEnv({ PORT: value, HOST: "y" }), new RegExp(`PORT is ${kind}`));
  }
  const inheriting = Object.assign(Object.create({ PORT: "x" }), { HOST: "y" });
  const made = new Proxy({ HOST: "y" }, { get: (_, key) => (key === "PORT" ? "x" : undefined), getOwnPropertyDescriptor: () => undefined });
  for (const gate of [lenient, strict, open]) for (const env of [inheriting, made, new (class { HOST = "y"; get PORT() { return "x"; } })()]) refused(() => gate.assertEnv(env), /inherits PORT/);
  const thrower = { get PORT() { throw new Error("by itself"); } };
  assert.throws(() => strict.assertEnv(thrower), /by itself/);
});

test("environments of every sort of object", () => {
  const env = { PORT: "80" };
  const many = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`KEY_${index}`, "x"]));
  for (const one of [Object.freeze({ ...env }), new Proxy(env, {}), Object.assign(Object.create(null), env), Object.defineProperty({}, "PORT", { value: "80" }), { ...env, OTHER: "\ud800" }, { ...many, ...env }]) {
    assert.deepEqual(strict.assertEnv(one), { PORT: 80 });
    if (one.OTHER === undefined) assert.deepEqual(open.assertEnv(one), { PORT: 80 });
  }
  process.env.ENVGATE_TEST_PORT = "81";
  assert.equal(compile({ required: ["ENVGATE_TEST_PORT"], properties: { ENVGATE_TEST_PORT: { type: "integer" } } }).assertEnv(process.env).ENVGATE_TEST_PORT, 81);
  const closed = compile({ properties: { PORT: {} }, additionalProperties: false });
  assert.equal(closed.passes({ env: { ...many, ...env } }), true);
});

test("what has the variables elsewhere is none, and what is not there", () => {
  const deno = { get() {}, set() {}, toObject() {} };
  for (const gate of [lenient, strict, open]) {
    refused(() => gate.assertEnv(deno), /Deno\.env\.toObject\(\)/);
    for (const env of [process, globalThis.process, { env: { PORT: "x" }, url: "file:///a" }]) refused(() => gate.assertEnv(env), /has it as its `env`/);
    refused(() => gate.assertEnv(undefined), /an object of environment variables is needed/);
    assert.match(gate["~standard"].validate(undefined).issues[0].message, /an object of environment variables is needed/);
  }
  // A variable of that name is one like all others.
  assert.deepEqual({ ...strict.assertEnv({ PORT: "80", env: { A: "b" }, toObject() {} }) }, { PORT: 80 });
  assert.deepEqual({ ...lenient.assertEnv({ env: "production" }) }, {});
});

test("what `additionalProperties` asks is asked of variables that nobody declares, and of no others", () => {
  const gate = compile({ properties: { PORT: {} }, additionalProperties: { minLength: 5 } });
  const wrong = (env) => gate["~standard"].validate(env).issues?.map(({ message }) => message.split(" ")[0]) ?? [];
  assert.deepEqual([{ PORT: "80", NOTE: "short" }, { NOTE: "short" }, { PORT: "80", NOTE: "a" }, { NOTE: "a" }].map(wrong), [[], [], ["NOTE"], ["NOTE"]]);
});

test("a schema that asks nothing is no pass", () => {
  const unchecked = (error) => error instanceof RefusedError && /declares no variables: nothing was checked/.test(error.message);
  for (const schema of [{}, { properties: {} }, { environments: { production: {} } }]) {
    const gate = compile(schema);
    assert.throws(() => gate.check({ files: { ".env": "A=1\n" }, environment: gate.environments[0].name }), unchecked);
    assert.throws(() => gate.assertEnv({ A: "1" }), unchecked);
  }
});

test("files in which there is nothing are no pass, and each of their environments is named", () => {
  const gate = compile({ environments: { staging: { files: [".env.staging"] }, production: { files: [".env"] } }, properties: { PORT: { type: "integer" } } });
  const empty = { ".env.staging": "# nothing yet\n", ".env": "" };
  const named = (error) => error instanceof RefusedError && error.reasons.map(({ message }) => message.split(" ")[0]).join() === "staging,production";
  assert.throws(() => gate.check({ files: empty }), named);
  assert.throws(() => gate.passes({ files: empty }), named);
});

test("no schema: a promise, a module, collections, what JSON leaves out", () => {
  refused(() => compile(Promise.resolve({ required: ["PORT"] })), /await it/);
  refused(() => compile({ default: { required: ["PORT"] } }), /default export/);
  for (const schema of [new Map([["required", ["PORT"]]]), new Set(), new ArrayBuffer(4), new DataView(new ArrayBuffer(4)), new Uint16Array(1), revoked(), () => {}, Symbol("x")]) {
    refused(() => compile(schema), /./);
  }
  refused(() => compile({ properties: { PORT: undefined } }), /"PORT" is undefined/);
  for (const port of [() => {}, Symbol("x"), new Map(), Promise.resolve({}), /^\d+$/, new Error("x"), new WeakMap()]) refused(() => compile({ properties: { PORT: port } }), /"PORT" is a/);
  refused(() => compile({ properties: { PORT: { minimum: Number.NaN } } }), /"minimum" is no number/);
  refused(() => compile({ properties: { PORT: { minimum: 1n } } }), /JSON/);
  refused(() => compile({ properties: { PORT: { pattern: /x/ } } }), /"pattern" is an object of class RegExp/);
  refused(() => compile(Object.create({ required: ["PORT"] })), /inherits members/);
  refused(() => compile({ properties: { PORT: Object.create({ type: "integer" }) } }), /"PORT" is an object that inherits members/);
  refused(() => compile({ properties: { PORT: new (class { get type() { return "integer"; } })() } }), /"PORT" is an object of class/);
  refused(() => compile(new (class { get required() { return ["PORT"]; } })()), /it is an object of class/);
  const circle = { properties: { PORT: {} } };
  circle.properties.PORT.not = circle;
  refused(() => compile(circle), /refers to itself/);
  let deep = {};
  for (let depth = 0; depth < 50_000; depth++) deep = { not: deep };
  refused(() => compile(deep), /nested too deeply/);
  // As good as absent, and what JSON knows itself.
  assert.deepEqual(compile({ properties: { PORT: { type: "integer", default: undefined } } }).keys, ["PORT"]);
  assert.deepEqual(compile({ toJSON: () => ({ properties: { PORT: {} } }) }).keys, ["PORT"]);
});

test("options that are none: misspelt, of another kind, or no object at all", () => {
  const env = { PORT: "80" };
  for (const options of ["production", 5, null, ["production"], new Map([["environment", "production"]]), Promise.resolve({}), new Date()]) refused(() => strict.assertEnv(env, options), /options are a plain object/);
  assert.deepEqual(strict.assertEnv(env, Object.create(null)), { PORT: 80 });
  refused(() => strict.assertEnv(env, { enviroment: "production" }), /no option "enviroment"/);
  refused(() => strict.check({ env, enviroment: "production" }), /no option "enviroment"/);
  refused(() => strict.passes({ env, failon: "hint" }), /no option "failon"/);
  for (const work of [() => strict.check({ env, failOn: "hint" }), () => strict.render("json", { env, failOn: "hint" })]) refused(work, /`failOn` is an option of `passes`/);
  refused(() => compile({}, { file: "x" }), /no option "file"/);
  refused(() => strict.check({ env, evidence: [{ name: "a.json", text: "{}", enviroment: "production" }] }), /no option "enviroment"/);
  refused(() => strict.field("PORT", { stage: "x" }), /no option "stage"/);
  for (const environment of [5, Symbol("x"), {}, null]) refused(() => strict.assertEnv(env, { environment }), /`environment` is a text/);
  for (const environment of ["", "\ud800", "a\0b", "__proto__"]) assert.throws(() => strict.assertEnv(env, { environment }), RefusedError);
  refused(() => strict.check({ files: { ".env": "PORT=1\n" }, dialect: "" }), /`dialect` is empty/);
  refused(() => strict.passes({ env, failOn: null }), /`failOn` is one of/);
  for (const dialect of [5, Symbol("x"), {}]) refused(() => strict.check({ files: { ".env": "PORT=1\n" }, dialect }), /`dialect` is a text/);
  for (const now of [null, true, [], {}, 10n, "yesterday", Number.NaN, new Date("no"), 1e20]) refused(() => strict.assertEnv(env, { now }), /no instant/);
  refused(() => compile({}, { name: 5 }), /`name` is a text/);
  for (const options of [null, [], new Map()]) refused(() => parse("A=1", "dotenv", options), /options are a plain object/);
  refused(() => parse("A=1", "dotenv", { evn: {} }), /no option "evn"/);
  refused(() => parse("A=1", "dotenv", { env: null }), /an object of environment variables/);
  for (const key of [Symbol("x"), "kB7vQ2xR9mT4", { PORT: "kB7vQ2xR9mT4" }, ["kB7vQ2xR9mT4"]]) refused(() => strict.field(key), /^the schema declares no key of that name$/);
  for (const assumeUtc of [null, "true", 1]) refused(() => strict.check({ env, evidence: [{ name: "a.json", text: "{}", assumeUtc }] }), /`assumeUtc` is true or false/);
});

test("members that a library gives every object are no answer", () => {
  for (const [name, value] of [["values", () => {}], ["errors", 0]]) Object.defineProperty(Object.prototype, name, { value, configurable: true, writable: true });
  try {
    for (const gate of [lenient, strict]) assert.throws(() => gate.assertEnv({ PORT: "x" }), EnvError);
    assert.equal(strict["~standard"].validate({ PORT: "x" }).issues.length, 1);
    assert.equal(strict.field("PORT")["~standard"].validate("x").issues.length, 1);
  } finally {
    delete Object.prototype.values;
    delete Object.prototype.errors;
  }
});

test("no files", () => {
  const holes = Object.assign(new Array(2), { 1: { name: ".env", text: "PORT=1\n" } });
  for (const files of [5, "PORT=1", new Map(), { ".env": null }, { ".env": new ArrayBuffer(3) }, { ".env": "PORT=\ud800" }, ["PORT=1"], [null], [{ text: "PORT=1" }], holes]) {
    refused(() => lenient.check({ files }), /./);
    refused(() => lenient.passes({ files }), /./);
  }
  // With variables beside them, the rest would be checked without the files.
  const file = { ".env": "PORT=x\n" };
  for (const files of [Promise.resolve(file), Object.create(file), new Map(Object.entries(file)).entries(), new (class Loaded { get [".env"]() { return "PORT=x\n"; } })()]) {
    refused(() => lenient.check({ files, env: { HOST: "y" } }), /`files` is a plain object or a list, not /);
  }
});

test("files of one environment in two folders are not laid over each other unseen", () => {
  const gate = compile({ environments: { development: { files: [".env", "web/.env"] }, production: { files: [".env.production"] } }, properties: { PORT: { type: "integer" } } });
  const both = { "a/.env": "PORT=x\n", "b/.env": "PORT=1\n" };
  refused(() => gate.check({ files: both }), /a\/\.env and b\/\.env are both files of development/);
  refused(() => lenientOf([".env"]).passes({ files: both }), /both files of production/);
  assert.equal(gate.check({ files: both, environment: "development" }).environments[0].errors, 0);
  // The folders of the schema, and those of different environments, are no others.
  for (const files of [{ ".env": "PORT=1\n", "web/.env": "PORT=2\n" }, { "./.env": "PORT=1\n", "web/.env": "PORT=2\n" }, { "x/.env": "PORT=1\n", "x/web/.env": "PORT=2\n" }, { "a/.env": "PORT=1\n", "b/.env.production": "PORT=2\n" }]) assert.equal(gate.passes({ files }), true);
});

test("a Standard Schema answers with issues where the value is at fault", () => {
  const { validate } = strict["~standard"];
  for (const value of [null, 5, "PORT=80", [], new Map(), { PORT: 80 }, { PORT: "\ud800" }, { PORT: "8\0" }, Promise.resolve({})]) assert.ok(validate(value).issues.length > 0);
  const field = strict.field("PORT")["~standard"];
  for (const value of [null, 5, {}, [], Symbol("x"), "\ud800", "8\0", ""]) assert.ok(field.validate(value).issues.length > 0);
  const two = compile({ environments: { a: { files: [".env"] }, b: { files: [".env.b"] } } });
  assert.ok(two["~standard"].validate({ PORT: "80" }).issues.length > 0);
});

test("whether it is an EnvError is answered for anything", () => {
  const throws = new Proxy({}, { get() { throw new Error("no"); } });
  for (const given of [revoked(), throws, null, undefined, 5, () => {}]) assert.equal(isEnvError(given), false);
  assert.throws(() => assertEnv({ PORT: "80" }), TypeError);
});

test("what comes from another realm is what it is there", () => {
  const gate = compile({ required: ["NAME"], properties: { NAME: { type: "string" } } });
  const there = (code) => vm.runInNewContext(code);
  assert.equal(gate.passes({ files: { ".env": there("new Uint8Array([78, 65, 77, 69, 61, 120])") } }), true);
  assert.equal(gate.passes({ env: there("({ NAME: 'x' })"), now: there("new Date()") }), true);
  assert.throws(() => gate.assertEnv(there("new Map([['NAME', 'x']])")), /not a Map or Set/);
  assert.throws(() => compile(there("({ properties: new Map() })")), /a Map or Set/);
  assert.throws(() => gate.check({ files: { ".env": there("new Uint16Array(2)") } }), TypeError);
});

test("names that act on a terminal, or are commands to what runs a job, act in no message", () => {
  const keys = ["A\u001b[2J", "B\n::error::x", "##vso[task.complete]", "C\u202eD", "__proto__", "constructor"];
  const each = keys.map((key) => `${JSON.stringify(key)}: { "type": "integer" }`);
  const gate = compile(`{ "environments": { "a\\u001b##[b]": {} }, "required": ${JSON.stringify(keys)}, "properties": { ${each} } }`);
  const wrong = JSON.parse(`{ ${keys.map((key) => `${JSON.stringify(key)}: "x"`)} }`);
  const said = [];
  for (const env of [{}, wrong, JSON.parse(`{ ${keys.map((key) => `${JSON.stringify(key)}: 1`)} }`)]) {
    try {
      gate.assertEnv(env);
    } catch (error) {
      said.push(error.message);
    }
    for (const { message } of gate["~standard"].validate(env).issues ?? []) said.push(message);
  }
  for (const key of keys) for (const value of ["x", 1, "\0"]) said.push(...gate.field(key)["~standard"].validate(value).issues.map(({ message }) => message));
  assert.ok(said.length > 3);
  for (const text of said) assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u202e]|##[a-z]*\[|^\s*::/m, JSON.stringify(text));
  assert.match(said[0], /6 problems/);
});

test("a fraction that JavaScript rounds to what the schema refuses is refused", () => {
  const schema = { properties: { RATIO: { type: "number", exclusiveMaximum: 5 }, SHARE: { type: "number", exclusiveMinimum: 0 }, ANY: { type: "number" }, LIST: { type: "array", items: { type: "number", exclusiveMaximum: 5 } } } };
  const gate = compile(schema);
  assert.deepEqual({ ...gate.assertEnv({ RATIO: "4.5", SHARE: "1e-300", ANY: "0.1000000000000000055511151231257827" }) }, { RATIO: 4.5, SHARE: 1e-300, ANY: 0.1 });
  assert.deepEqual(gate.assertEnv({ LIST: "0.1000000000000000055511151231257827,4" }).LIST, [0.1, 4]);
  for (const [key, value] of [["RATIO", "4.9999999999999999999"], ["SHARE", "1e-400"], ["LIST", "1.5,4.9999999999999999999"]]) {
    assert.throws(() => gate.assertEnv({ [key]: value }), (error) => isEnvError(error) && error.message.includes(`${key} has a number that JavaScript can't hold exactly`) && !error.message.includes(value));
  }
});

test("so is one in JSON, of which the full build reads no more digits", async () => {
  const full = await import("envgate/full");
  const gate = full.compile({ properties: { LIMITS: { type: "object", properties: { ratio: { exclusiveMaximum: 5 } } } } });
  const text = '{"0.12345678901234567": 1, "ratio": 4.5}';
  assert.equal(gate.assertEnv({ LIMITS: text }).LIMITS.ratio, 4.5);
  assert.throws(() => gate.assertEnv({ LIMITS: text.replace("4.5", "4.9999999999999999999") }), isEnvError);
});
