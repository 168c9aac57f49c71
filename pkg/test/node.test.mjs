// `envgate/node`: what stands beside the schema is taken along, and nothing is passed over.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { compile as compileFull, references as referencesOfCarrier } from "envgate/full";
import { compile, loadFiles, loadSchema, RefusedError } from "envgate/node";

const CLI = join(dirname(fileURLToPath(import.meta.resolve("envgate"))), "cli.js");
const NOW = "2026-11-20T00:00:00Z";

const SCHEMA = {
  environments: { staging: { files: [".env.staging"] }, production: { aliases: ["prod"], files: [".env", ".env.production"] } },
  properties: { PORT: { type: "integer" } },
};

function folder(t, files) {
  const path = mkdtempSync(join(tmpdir(), "envgate-"));
  t.after(() => rmSync(path, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), typeof text === "string" ? text : JSON.stringify(text));
  }
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

test("what stands in place of a file and can't be read as one is not taken for absent", (t) => {
  const compose = "services: { web: { environment: { PORT: 1 }, env_file: [{ path: web.env, required: false }] } }\n";
  const links = { ".env.production": {}, "env.waivers.json": {}, "env.rotation.json": {}, "sub/env.schema.json": { folder: "sub" }, "web.env": { environment: "staging" } };
  for (const [name, { folder: below = ".", environment = "production" }] of Object.entries(links)) {
    const path = folder(t, { "env.schema.json": { ...SCHEMA, environments: { ...SCHEMA.environments, staging: { files: ["compose.yaml#web"] } } }, ".env": "PORT=1\n", "compose.yaml": compose, "sub/x": "" });
    const load = () => loadFiles({ folder: join(path, below), environment });
    assert.equal(load().files.length, 1);
    symlinkSync("nowhere", join(path, name));
    assert.throws(load, /is no file that can be read/, name);
    rmSync(join(path, name));
    mkdirSync(join(path, name));
    assert.throws(load, /is no file that can be read/, name);
  }
});

test("a variable that is no text is not checked as the text that Node makes of it, nor handed on as that", { skip: process.platform !== "linux" }, (t) => {
  const path = folder(t, { "env.schema.json": { properties: { NAME: { pattern: "^.$" }, PORT: { type: "integer" } } } });
  // Node itself can't set such a variable.
  const run = (setting, ...words) => {
    const { status, stdout, stderr } = spawnSync("sh", ["-c", `${setting}; exec "$0" "$@"`, process.execPath, CLI, ...words], { cwd: path, env: { PATH: process.env.PATH, PORT: "1" }, encoding: "latin1" });
    return { status, text: stdout + stderr };
  };
  const bytes = "export NAME=$(printf '\\377')";
  assert.match(run(bytes, "check", "--process-env").text, /error\[not-utf8\]: NAME holds bytes that are not UTF-8/);
  assert.equal(run(bytes, "run", "--no-files", "--", "true").status, 1);
  const other = run("export OTHER=$(printf 'a\\377')", "run", "--no-files", "--", "true");
  assert.deepEqual([other.status, /not UTF-8, and Node would hand on others/.test(other.text)], [2, true]);
  // Where that is what it is, it is a text.
  const itself = run("export NAME=$(printf '\\357\\277\\275')", "run", "--no-files", "--", "sh", "-c", 'printf %s "$NAME"');
  assert.deepEqual([itself.status, itself.text], [0, "\xef\xbf\xbd"]);
});

test("options that are none, and a folder that is misspelt, whose schema would be that of another", (t) => {
  const path = folder(t, { "env.schema.json": SCHEMA, ".env.staging": "PORT=1\n" });
  const refused = (work, message) => assert.throws(work, (error) => error instanceof TypeError && message.test(error.message));
  refused(() => loadFiles({ folder: path, enviroment: "staging" }), /no option "enviroment"/);
  refused(() => loadFiles(null), /options are a plain object/);
  refused(() => loadFiles({ folder: 5, environment: "staging" }), /`folder` is a path/);
  for (const schema of [0, null, {}, new URL("https://example.com/env.schema.json")]) refused(() => loadFiles({ schema, environment: "staging" }), /`schema` is a path|must be of scheme file/);
  refused(() => loadFiles({ folder: path, environment: "staging", compile: {} }), /`compile` is the function/);
  refused(() => loadSchema(join(path, "env.schema.json"), "production"), /options are a plain object/);
  refused(() => loadSchema(join(path, "env.schema.json"), { nmae: "x" }), /no option "nmae"/);
  assert.throws(() => loadFiles({ folder: join(path, "wbe"), environment: "staging" }), /is not a folder/);
});

const COMPOSE = `services:
  web:
    environment: { PORT: http }
  api:
    environment: { PORT: 80, MODE: a }
    env_file: [api.env, { path: absent.env, required: false }]
`;

/** What the commands say of the same folder. */
const told = (path) => JSON.parse(spawnSync(process.execPath, [CLI, "check", "--now", NOW, "--format", "json"], { cwd: path, encoding: "utf8" }).stdout);

test("parts of files and what they take further variables from, as the commands read them", (t) => {
  const files = (...names) => ({ ...SCHEMA, environments: { production: { files: names } } });
  const path = folder(t, { "env.schema.json": files(".env", "compose.yaml#api"), ".env": "PORT=1\n", "compose.yaml": COMPOSE, "api.env": "PORT=x\nTOKEN=1\n", "other.env": "PORT=y\n" });
  const checked = () => {
    const { gate, ...inputs } = loadFiles({ folder: path });
    return { inputs, report: gate.check({ ...inputs, now: NOW }) };
  };
  const { inputs, report } = checked();
  assert.deepEqual([inputs.files, inputs.beside].map((all) => all.map(({ name }) => name)), [[".env", "compose.yaml#api"], ["api.env"]]);
  assert.deepEqual(report, told(path));
  assert.ok(report.environments[0].variables.some(({ key, file }) => key === "TOKEN" && file === "api.env"));
  for (const names of [["compose.yaml#web"], ["compose.yaml#api"], ["compose.yaml#web", ".env", "compose.yaml#api"], ["compose.yaml#api", ".env", "compose.yaml#web"], ["compose.yaml#web", ".env", "compose.yaml#web"], ["compose.yaml#api", "compose.yaml#web", ".env", "compose.yaml#api"], ["compose.yaml"]]) {
    writeFileSync(join(path, "env.schema.json"), JSON.stringify(files(...names)));
    assert.deepEqual(checked().report, told(path), names.join(" "));
  }
  writeFileSync(join(path, "env.schema.json"), JSON.stringify(files("compose.yaml#db")));
  assert.throws(() => assert.equal(checked().report.environments[0].errors, 0));
});

test("a part is one by the name of the file and by the schema, and never is all of the file", () => {
  const schema = { ...SCHEMA, environments: { web: { files: ["deploy/compose.yaml#web"] }, api: { files: ["deploy/compose.yaml#api", ".env#1"] } } };
  const gate = compileFull(schema);
  const beside = { "deploy/api.env": "TOKEN=1\n" };
  const errors = (options) => gate.check({ now: NOW, beside, ...options }).environments.map(({ name, errors }) => [name, errors]);
  assert.deepEqual(errors({ files: { "deploy/compose.yaml": COMPOSE } }), [["web", 1], ["api", 0]]);
  assert.deepEqual(errors({ files: { "deploy/compose.yaml#api": COMPOSE } }), [["api", 0]]);
  assert.deepEqual(errors({ files: { "compose.yaml#web": COMPOSE }, environment: "api" }), [["api", 1]]);
  assert.deepEqual(errors({ files: { ".env#1": "PORT=x\n" } }), [["api", 1]]);
  assert.throws(() => gate.check({ files: { "deploy/compose.yaml#api": COMPOSE } }), /takes variables from deploy\/api\.env, which was not given/);
  assert.throws(() => compile(schema).check({ files: { "deploy/compose.yaml": COMPOSE } }), (error) => error instanceof RefusedError && error.needsFull && /take `compile` of "envgate\/full"/.test(error.message));
  assert.deepEqual(referencesOfCarrier({ name: "deploy/compose.yaml", text: COMPOSE }), ["deploy/absent.env", "deploy/api.env"]);
});

test("files that a Compose file includes are read with what they take variables from", (t) => {
  const path = folder(t, {
    "env.schema.json": { ...SCHEMA, environments: { production: { files: ["deploy/compose.yaml"] } }, additionalProperties: true },
    "deploy/compose.yaml": "include:\n  - ../db/compose.yaml\n  - { path: ../api/compose.yaml, project_directory: project }\n",
    "db/compose.yaml": "services: { db: { env_file: ../deploy/project/own.env } }\n",
    "api/compose.yaml": "services: { api: { env_file: own.env } }\n",
    "deploy/project/own.env": "PORT=x\n",
  });
  const { gate, ...inputs } = loadFiles({ folder: path });
  assert.deepEqual(inputs.beside.map(({ name }) => name), ["api/compose.yaml", "db/compose.yaml", "deploy/project/own.env"]);
  assert.deepEqual(gate.check(inputs).diagnostics.map(({ code, file }) => [code, file]), [["schema-type", "deploy/project/own.env"]]);
  const { beside, ...rest } = inputs;
  assert.throws(() => gate.check({ ...rest, beside: beside.slice(0, 2) }), /takes variables from deploy\/project\/own\.env, which was not given/);
});

test("a schema of any name, with what it refers to in folders below, and with words for which the engine is needed", (t) => {
  const path = folder(t, {
    "app.schema.json": { ...SCHEMA, properties: { PORT: { $ref: "parts/port.json#/$defs/port" } } },
    "parts/port.json": { $defs: { port: { $ref: "deeper.json#/$defs/port" } } },
    "parts/deeper.json": { $defs: { port: { type: "integer" } } },
    "wrong.schema.json": { properties: { PORT: { type: "integr" } } },
    "deep.schema.json": { properties: { LIMITS: { type: "object", required: ["a"] } } },
    ".env.staging": "PORT=x\n", ".env": "LIMITS={}\n",
  });
  const { gate, ...inputs } = loadFiles({ schema: join(path, "app.schema.json"), environment: "staging" });
  assert.deepEqual(gate.check(inputs).diagnostics.map(({ code }) => code), ["schema-type"]);
  assert.throws(() => loadSchema(join(path, "wrong.schema.json")), /^RefusedError: wrong\.schema\.json:1:\d+: there is no type/);
  assert.throws(() => compile(join(path, "app.schema.json")), /path of a schema, not its text/);
  // As a module says where something beside it is.
  const url = (name) => new URL(name, pathToFileURL(`${path}/`));
  assert.deepEqual(loadSchema(url("app.schema.json")).keys, ["PORT"]);
  assert.deepEqual(loadFiles({ schema: url("app.schema.json"), environment: "staging" }).files, inputs.files);
  assert.throws(() => loadFiles({ folder: url("."), environment: "staging" }), /env\.schema\.json/);
  const { gate: deep, ...given } = loadFiles({ schema: join(path, "deep.schema.json") });
  assert.equal(deep.passes(given), false);
});

// As in Jest, which loads no ES module by require(), and whose simulated document has no encoders; and as in Yarn's Plug'n'Play under Node 20,
// where what is loaded so finds no other module.
test("where require() takes no ES modules, there is a copy for it", () => {
  const code = `
    delete globalThis.TextEncoder; delete globalThis.TextDecoder;
    const { loadFiles, compile, isEnvError } = require("envgate/node");
    const full = require("envgate/full");
    if (compile !== require("envgate").compile) throw new Error("two copies");
    const said = [compile, full.compile].map((each) => {
      try { each({ required: ["NAME"], properties: { NAME: {} } }).assertEnv({ OTHER: "x" }); } catch (error) { return isEnvError(error); }
    });
    console.log(String(said), typeof loadFiles);`;
  const lost = `
    const extensions = require("node:module")._extensions, load = extensions[".js"];
    extensions[".js"] = (module, path) => {
      if (path.endsWith(".js")) throw Object.assign(new Error(path), { code: "ERR_MODULE_NOT_FOUND" });
      load(module, path);
    };`;
  for (const [flags, start] of [[["--no-experimental-require-module"], ""], [[], lost]]) {
    const run = spawnSync(process.execPath, [...flags, "--input-type=commonjs", "-e", start + code], { encoding: "utf8", cwd: import.meta.dirname });
    assert.equal(run.stdout, "true,true function\n", run.stderr);
  }
});

test("a file that a schema refers to may have any name", (t) => {
  const path = folder(t, {
    "env.schema.json": { environments: { production: { files: [".env"] } }, properties: { PORT: { $ref: "__proto__#/$defs/port" } } },
    "./__proto__": { $defs: { port: { $ref: "__proto__#/$defs/number" }, number: { type: "integer" } } },
    ".env": "PORT=x\n",
  });
  const { gate, ...inputs } = loadFiles({ folder: path });
  assert.equal(gate.passes(inputs), false);
});

test("the path that the documentation gives editors is in the package", () => {
  const path = join(dirname(CLI), "../env.schema.v1.json");
  assert.equal(fileURLToPath(import.meta.resolve("envgate/env.schema.v1.json")), path);
  assert.equal(JSON.parse(readFileSync(path, "utf8")).$id, "urn:envgate:schema:1");
});
