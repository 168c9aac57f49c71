// Standard Schema, of the whole environment and of one key.
import assert from "node:assert/strict";
import { test } from "node:test";
import { compile } from "envgate";

const gate = compile({
  required: ["PORT"],
  properties: { PORT: { type: "integer", minimum: 1, secret: true }, MODE: { enum: ["a", "b"], default: "a" } },
});

test("the whole environment", () => {
  const { version, vendor, validate } = gate["~standard"];
  assert.deepEqual([version, vendor], [1, "envgate"]);
  assert.deepEqual(validate({ PORT: "80" }), { value: { PORT: 80, MODE: "a" } });
  assert.deepEqual(validate({ PORT: "x", MODE: "c" }).issues.map(({ path: [key] }) => key).sort(), ["MODE", "PORT"]);
  assert.ok(validate("no").issues);
});

test("one key", () => {
  const { validate } = gate.field("PORT")["~standard"];
  assert.deepEqual(validate("80"), { value: 80 });
  assert.equal(validate("0").issues.length, 1);
  assert.equal(validate(undefined).issues.length, 1);
  assert.deepEqual(gate.field("MODE")["~standard"].validate("b"), { value: "b" });
  assert.deepEqual(gate.field("MODE")["~standard"].validate(undefined), { value: "a" });
  assert.throws(() => gate.field("PROT"), TypeError);
});

test("one key that is another in each environment is of none by itself", () => {
  const environments = { development: { files: [".env"] }, production: { files: [".env.production"] } };
  const two = compile({ environments, properties: { TOKEN: { requiredIn: ["production"] }, PORT: { type: "integer" } } });
  assert.throws(() => two.field("TOKEN"), /what TOKEN must be differs between environments: say which with `environment` \(development, production\)/);
  assert.equal(two.field("TOKEN", { environment: "production" })["~standard"].validate(undefined).issues.length, 1);
  assert.deepEqual(two.field("PORT")["~standard"].validate("80"), { value: 80 });
});

test("a value is no key's own verdict where environments disagree about it", () => {
  const environments = { development: { files: [".env"] }, production: { files: [".env.production"] } };
  const unclear = (schema, value) => assert.throws(() => compile({ environments, ...schema }).field("A")["~standard"].validate(value), /what A must be differs between environments/);
  const inProduction = { in: { production: { minLength: 10 } } };
  unclear({ properties: { A: { $ref: "#/$defs/a" } }, $defs: { a: { ...inProduction } } }, "x");
  unclear({ properties: { A: { $ref: "#/$defs/a" } }, $defs: { a: { requiredIn: ["production"] } } }, undefined);
  unclear({ properties: { A: {} }, allOf: [{ properties: { A: inProduction } }] }, "x");
  unclear({ environments: { ...environments, development: { files: [".env"], rules: { "schema-length": "off" } } }, properties: { A: { minLength: 10 } } }, "x");
  unclear({ properties: { A: { secret: true } } }, "changeme");
  assert.deepEqual(compile({ environments, properties: { A: { secret: true } } }).field("A")["~standard"].validate("vX8mQz2LrT9w"), { value: "vX8mQz2LrT9w" });
});

test("keys that only a part of the schema declares are of the whole, and no field by themselves", () => {
  const parts = compile({ allOf: [{ properties: { LEVEL: { type: "integer" } } }], properties: { PORT: {} } });
  assert.deepEqual(parts["~standard"].validate({ LEVEL: "3" }), { value: { LEVEL: 3 } });
  assert.equal(parts["~standard"].validate({ LEVEL: "x" }).issues.length, 1);
  assert.throws(() => parts.field("LEVEL"), /LEVEL is declared by "allOf" or "\$ref" of the schema/);
  const input = parts["~standard"].jsonSchema.input({ target: "draft-2020-12" });
  assert.deepEqual(input.allOf, [{ properties: { LEVEL: { type: "string" } } }]);
});

test("one key is all that the schema says about it, wherever it says so", () => {
  const issues = (schema, options = {}) => compile({ properties: { A: {}, B: {} }, ...schema }, options).field("A")["~standard"].validate("x").issues?.length ?? 0;
  assert.equal(issues({ patternProperties: { "^A": { minLength: 5 } } }), 1);
  assert.equal(issues({ allOf: [{ required: ["B"], properties: { A: { minLength: 5 }, B: { minLength: 5 } } }] }), 1);
  assert.equal(issues({ $defs: { base: { properties: { A: { $ref: "#/$defs/long" } } }, long: { minLength: 5 } }, allOf: [{ $ref: "#/$defs/base" }] }), 1);
  const base = (about) => ({ beside: { "base.json": JSON.stringify(about) } });
  const shared = { allOf: [{ $ref: "base.json" }] };
  assert.equal(issues(shared, base({ required: ["B"], properties: { B: {} } })), 0);
  assert.equal(issues(shared, base({ properties: { A: { minLength: 5 }, B: { $ref: "#/$defs/b" } }, $defs: { b: {} } })), 1);
  assert.throws(() => issues(shared, base({ properties: { A: { $ref: "#/$defs/a" } }, $defs: { a: { minLength: 5 } } })), /"base.json" says something about A, too/);
  // An anchor is refused, as it is not looked up here.
  assert.throws(() => issues({ $defs: { long: { $anchor: "long", properties: { A: { minLength: 5 } } } }, allOf: [{ $ref: "#long" }] }), /"#long" says something about A, too/);
  const named = compile({ environments: { a: { files: [".env"] }, b: { files: [".b"] } }, environmentKey: "A", properties: { A: {} } });
  assert.equal(named.field("A", { environment: "a" })["~standard"].validate("b").issues.length, 1);
});

test("as JSON Schema", () => {
  const { input, output } = gate["~standard"].jsonSchema;
  const out = output({ target: "draft-2020-12" });
  assert.deepEqual(out.properties.PORT, { type: "integer", minimum: 1 });
  assert.deepEqual(input({ target: "draft-07" }).properties.PORT, { type: "string" });
  assert.throws(() => input({ target: "openapi-3.0" }), /draft-2020-12/);
  const plain = compile({ properties: { ANY: true, NONE: false } });
  const schemaOf = (key) => plain.field(key)["~standard"].jsonSchema.output({ target: "draft-07" });
  assert.deepEqual([schemaOf("ANY").not, schemaOf("NONE").not], [undefined, {}]);
});
