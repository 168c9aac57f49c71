// Holds the hand-written types of the report to schemas/report.v1.schema.json: types are generated from the schema, and the compiler has to
// find them identical, readonly and optional members and all. That it would notice a difference is tried with schemas that differ a little.
//
//   node test/types/report.mjs       in pkg/, after a build
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");
const schema = JSON.parse(readFileSync(join(root, "../schemas/report.v1.schema.json"), "utf8"));
/** The members of report.ts that are named, by the name of the definition that they stand for. */
const NAMES = { environment: "EnvironmentReport", variable: "VariableReport", age: "Age", evidence: "AgeEvidence", diagnostic: "Diagnostic", position: "Place", related: "Related", fix: "Fix", edit: "Edit" };

assert.deepEqual(Object.keys(schema.$defs).sort(), Object.keys(NAMES).sort(), "every definition has a type");
assert.equal(compare(schema), "");
for (const differ of [
  (one) => delete one.$defs.age.properties.settle,
  (one) => one.$defs.variable.required.pop(),
  (one) => (one.$defs.diagnostic.properties.help.type = "string"),
  (one) => one.$defs.age.properties.verdict.enum.push("fresh"),
  (one) => (one.properties.hidden.properties.more = { type: "integer" }),
]) {
  const other = structuredClone(schema);
  differ(other);
  assert.match(compare(other), /error TS2344/, differ.toString());
}

/** What the compiler has to say. */
function compare(schema) {
  const folder = join(root, "gen/types");
  mkdirSync(folder, { recursive: true });
  const generated = Object.entries(schema.$defs).map(([name, node]) => `export type ${NAMES[name]} = ${type(node)};`);
  writeFileSync(join(folder, "schema.ts"), [...generated, `export type Report = ${type(schema)};`].join("\n"));
  const checks = [...Object.values(NAMES), "Report"].map((name) => `export type ${name} = Same<Written.${name}, Generated.${name}>;`);
  const same = `type Same<A, B extends Equal<A, B> extends true ? unknown : never> = [A, B];
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;`;
  writeFileSync(join(folder, "same.ts"), `import type * as Written from "../../dist/index.js";\nimport type * as Generated from "./schema.js";\n${same}\n${checks.join("\n")}\n`);
  const options = ["--noEmit", "--strict", "--exactOptionalPropertyTypes", "--module", "nodenext", "--target", "es2022", "--lib", "es2022,dom,esnext.disposable", "--ignoreConfig"];
  const { stdout, stderr, status } = spawnSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), ...options, join(folder, "same.ts")], { encoding: "utf8" });
  assert.equal(status === 0, stdout === "", stderr);
  return stdout;
}

/** The type of what a schema allows. Words that no type can say are left out. */
function type(node) {
  if (node.$ref !== undefined) return NAMES[node.$ref.replace("#/$defs/", "")] ?? assert.fail(`${node.$ref} has no name`);
  if ("const" in node) return JSON.stringify(node.const);
  if (node.enum) return node.enum.map((one) => JSON.stringify(one)).join(" | ");
  if (node.anyOf) return node.anyOf.map(type).join(" | ");
  return [node.type].flat().map((name) => {
    if (name === "array") return `readonly (${type(node.items)})[]`;
    if (name === "object") return object(node);
    return name === "integer" ? "number" : name;
  }).join(" | ");
}

function object({ properties, required = [], additionalProperties }) {
  assert.equal(additionalProperties, false);
  const members = Object.entries(properties).map(([name, node]) => `readonly ${name}${required.includes(name) ? "" : "?"}: ${type(node)};`);
  return `{ ${members.join(" ")} }`;
}
