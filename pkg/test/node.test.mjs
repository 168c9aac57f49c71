// `envgate/node`: what stands beside the schema is taken along, and nothing is passed over.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { loadFiles } from "envgate/node";

const SCHEMA = {
  environments: { staging: { files: [".env.staging"] }, production: { aliases: ["prod"], files: [".env", ".env.production"] } },
  properties: { PORT: { type: "integer" } },
};

function folder(t, files) {
  const path = mkdtempSync(join(tmpdir(), "envgate-"));
  t.after(() => rmSync(path, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), typeof text === "string" ? text : JSON.stringify(text));
  return path;
}

test("the files of an environment, low to high, with example and waivers", (t) => {
  const waiver = { rule: "schema-type", key: "PORT", environment: "production", until: "2026-12-31", owner: "web", reason: "comes with the move" };
  const path = folder(t, { "env.schema.json": SCHEMA, ".env.production": "PORT=x\n", ".env": "PORT=1\n", ".env.example": "PORT=8000\n", "env.waivers.json": { version: 1, waivers: [waiver] } });
  const { gate, ...inputs } = loadFiles({ folder: path, environment: "prod" });
  assert.equal(inputs.environment, "production");
  assert.deepEqual(inputs.files.map(({ name }) => name), [".env", ".env.production"]);
  assert.deepEqual([inputs.example.name, inputs.waivers.name, inputs.baseline, inputs.ledger], [".env.example", "env.waivers.json", undefined, undefined]);
  const report = gate.check({ ...inputs, now: "2026-11-20T00:00:00Z" });
  assert.deepEqual([report.hidden.waived, report.environments[0].errors], [1, 0]);
});

test("no schema, no environment of that name, no file: an error that says so", (t) => {
  const path = folder(t, { "env.schema.json": SCHEMA });
  assert.throws(() => loadFiles({ folder: path }), /say which `environment`: staging, production/);
  assert.throws(() => loadFiles({ folder: path, environment: "prodution" }), /it has staging, production/);
  assert.throws(() => loadFiles({ folder: path, environment: "staging" }), /none of the files of staging exists/);
  assert.throws(() => loadFiles({ folder: folder(t, {}) }), /no env\.schema\.json/);
});

test("a part of a file is refused, not left out: what is named and not looked at would pass", (t) => {
  const schema = { ...SCHEMA, environments: { production: { files: [".env", "compose.yaml#api"] } } };
  const path = folder(t, { "env.schema.json": schema, ".env": "PORT=1\n", "compose.yaml": "services: { api: { environment: { PORT: x } } }\n" });
  assert.throws(() => loadFiles({ folder: path }), /production has parts of files, .*npx envgate check.*: compose\.yaml#api/);
});
