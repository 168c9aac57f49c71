// The meta-schema as editors use it: with the language service of Visual Studio Code, which Monaco, Zed and Neovim have, too. It follows JSON Schema less strictly than the
// engine does: what stands beside `$ref`, for one, it drops.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import service from "vscode-json-languageservice";

const schemas = join(import.meta.dirname, "../../schemas");
const META = "file:///env.schema.v1.json";
const editor = service.getLanguageService({
  schemaRequestService: async (uri) => {
    assert.equal(uri, META, "nothing else is loaded");
    return readFileSync(join(schemas, "env.schema.v1.json"), "utf8");
  },
});
// As somebody who has named the meta-schema in the settings of the editor.
editor.configure({ validate: true, schemas: [{ uri: META, fileMatch: ["*"] }] });

const opened = (text) => {
  const document = service.TextDocument.create("file:///env.schema.json", "json", 1, text);
  return [document, editor.parseJSONDocument(document)];
};
const marks = async (text) => (await editor.doValidation(...opened(text))).map(({ range, message }) => `${range.start.line + 1}:${range.start.character + 1} ${message}`);

/** The text without its `|`, and where that was. */
function pointed(text) {
  const at = text.indexOf("|");
  const [document, json] = opened(text.replace("|", ""));
  return [document, document.positionAt(at), json];
}
const offered = async (text) => (await editor.doComplete(...pointed(text))).items.map((item) => item.label);
const explained = async (text) => (await editor.doHover(...pointed(text)))?.contents.join("\n");

const systems = readdirSync(join(schemas, "examples"), { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => entry.name);
assert.ok(systems.length >= 5);
for (const system of systems) {
  test(`nothing is marked in the schema of ${system}`, async () => {
    // By its URN the editor would look for the meta-schema elsewhere.
    const text = readFileSync(join(schemas, "examples", system, "env.schema.json"), "utf8").replace('"urn:envgate:schema:1"', `"${META}"`);
    assert.ok(text.includes(META));
    assert.deepEqual(await marks(text), []);
  });
}

test("a misspelt word is marked wherever it stands", async () => {
  const text = `{
    "enviroments": {},
    "environments": { "dev": { "fils": [] } },
    "rules": { "weak-kee": "error" },
    "rotation": { "db": { "maxage": "P90D" } },
    "properties": { "A": { "patern": "x", "in": { "dev": { "minbits": 1 } }, "secret": { "maxAge": "3 months" } } }
  }`;
  const found = await marks(text);
  for (const word of ["enviroments", "fils", "weak-kee", "maxage", "patern", "minbits"]) assert.equal(found.filter((mark) => mark.includes(word)).length, 1, `${word}: ${found.join("\n")}`);
  assert.ok(found.some((mark) => mark.includes("P90D")), found.join("\n"));
  assert.equal(found.length, 7);
});

test("words and values are offered where they may stand", async () => {
  for (const [text, ...some] of [
    ["{ | }", "environments", "properties", "required", "rotation", "together"],
    ['{ "properties": { "A": { | } } }', "type", "minBits", "requiredIn", "secret", "in"],
    ['{ "properties": { "A": { "in": { "dev": { | } } } } }', "pattern", "minBits"],
    ['{ "properties": { "A": { "secret": { | } } } }', "maxAge", "warnBefore", "evidence"],
    ['{ "properties": { "A": { "format": | } } }', '"uri"', '"email"'],
    ['{ "environments": { "dev": { | } } }', "files", "extends", "rules"],
    ['{ "dialects": [ | ] }', '"dotenv"', '"docker-compose"'],
    ['{ "rules": { "weak-key": | } }', '"off"', '"error"'],
  ]) {
    const all = await offered(text);
    for (const word of some) assert.ok(all.includes(word), `${word} in ${text}: ${all.join(" ")}`);
  }
  assert.ok(!(await offered('{ "properties": { "A": { "in": { "dev": { | } } } } }')).includes("requiredIn"), "not below `in`");
});

test("a word is explained as itself, not as what its value is", async () => {
  assert.match(await explained('{ "properties": { "A": { "minB|its": 128 } } }'), /How many bits of key material/);
  assert.match(await explained('{ "properties": { "A": { "secret": { "max|Age": "P90D" } } } }'), /oldest a value may be/);
  assert.match(await explained('{ "ru|les": {} }'), /severity of each rule/);
  assert.match(await explained('{ "environments": { "dev": { "ru|les": {} } } }'), /in this environment/);
});
