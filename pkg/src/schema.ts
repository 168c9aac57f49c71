/** From a schema as a program hands it in to its text; and the schema of a single key. */
import { isBytes, isCollection, isPlain, isPromise, type NoOther, tag, type Text, wellFormed } from "./inputs.js";
import { shown } from "./shown.js";

/** A schema: the text of an `env.schema.json`, or what it parses to. */
export type SchemaInput = string | Uint8Array | { readonly [keyword: string]: unknown } | NoOther;

/** The text of a schema that is handed in as text, as bytes or as an object. */
export function schemaText(schema: SchemaInput): Text {
  if (typeof schema === "string" && /^[^\n{]+\.json$/i.test(schema)) throw new TypeError('this is the path of a schema, not its text: read the file, or take `loadSchema` of "envgate/node"');
  if (typeof schema === "string" || isBytes(schema)) return wellFormed(schema, "the schema");
  if (typeof schema !== "object" || schema === null || Array.isArray(schema)) throw new TypeError("a schema is the text of an env.schema.json, or the object that it parses to");
  if (isPromise(schema)) throw new TypeError("a schema is needed, not a promise of one: await it");
  const members = Object.keys(schema);
  // `import * as schema` of a JSON file. Taken as a schema, it would declare a default and ask for nothing.
  if (members.length === 1 && members[0] === "default") throw new TypeError("this is a module, not a schema: hand in its default export");
  // The result of a failed import. Left out, it would be a key of which nothing is asked.
  const missing = Object.entries((schema as { properties?: object }).properties ?? {}).find(([, value]) => value === undefined);
  if (missing !== undefined) throw new TypeError(`the schema of ${JSON.stringify(missing[0])} is undefined`);
  let text: string | undefined;
  try {
    text = JSON.stringify(schema, onlyJson, 2);
  } catch (error) {
    if (error instanceof NoJson) throw new TypeError(`the schema can't be written as JSON: ${error.message}`);
    if (error instanceof RangeError) throw new TypeError("the schema can't be written as JSON: it is nested too deeply");
    if (!(error instanceof TypeError)) throw error;
  }
  if (text === undefined) throw new TypeError("the schema can't be written as JSON: it refers to itself, or holds what JSON has no words for");
  return wellFormed(text, "the schema");
}

class NoJson extends Error {}

/** Whether an object inherits members, which JSON leaves out: `Object.create(schema)` would ask for nothing. */
function inherits(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  for (const name in value) if (!Object.prototype.hasOwnProperty.call(value, name) && !(name in Object.prototype)) return true;
  return false;
}

/** Whether an object holds something that is in no member: JSON writes `{}` for a RegExp, or for what has nothing but getters, and that schema would ask for nothing. */
function isOpaque(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Object.keys(value).length > 0) return false;
  return tag(value) === "Object" ? !isPlain(value) : !/^(Array|String|Number|Boolean|Module)$/.test(tag(value));
}

/** Refuses what JSON would leave out or change, because the schema would then ask for less than it says. An undefined member counts as absent. */
function onlyJson(name: string, value: unknown): unknown {
  const wrong = (what: string) => new NoJson(`${name === "" ? "it" : JSON.stringify(name)} is ${what}`);
  if (typeof value === "function" || typeof value === "symbol") throw wrong(`a ${typeof value}`);
  if (typeof value === "number" && !Number.isFinite(value)) throw wrong("no number");
  if (isCollection(value)) throw wrong("a Map or Set");
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) throw wrong("bytes");
  if (isPromise(value)) throw wrong("a promise");
  if (inherits(value)) throw wrong("an object that inherits members");
  if (isOpaque(value)) throw wrong(`an object of class ${tag(value)}`);
  return value;
}

/** Whether the schema declares a key under its own `properties`, and not only through `allOf` or `$ref`. */
export function declaresItself(document: Record<string, unknown>, key: string): boolean {
  return Object.prototype.hasOwnProperty.call(document.properties ?? {}, key);
}

/** Whether the schema asks different things of a key in different environments. */
export function differs(document: Record<string, unknown>, key: string): boolean {
  const property = (document.properties as Record<string, unknown> | undefined)?.[key];
  return typeof property === "object" && property !== null && ["requiredIn", "allowedIn", "in"].some((word) => word in property);
}

/** The schema of one of its keys: what the document says about it under `properties`, under patterns, and in what `allOf` and `$ref` put together. */
export function onlyKey(document: Record<string, unknown>, key: string, beside: { readonly [path: string]: Text }): Record<string, unknown> {
  const { $schema, $defs, environments, environmentKey, dialects, rotation, rules } = document;
  const kept = { $schema, $defs, environments, dialects, rotation, rules, ...(environmentKey === key && { environmentKey }) };
  const own = Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined));
  return { ...own, ...aboutKey(document, key, { document, beside }, 0) };
}

interface Documents {
  /** The document that contains it, for references without a path. */
  readonly document: Record<string, unknown>;
  readonly beside: { readonly [path: string]: Text };
}

function aboutKey(schema: Record<string, unknown>, key: string, documents: Documents, depth: number): Record<string, unknown> {
  const { required, properties, patternProperties, allOf, $ref } = schema;
  const inner = (Array.isArray(allOf) ? (allOf as unknown[]) : []).filter(isObject).map((one) => aboutKey(one, key, documents, depth + 1));
  // A reference that leads back to itself was refused when the schema was compiled.
  if (typeof $ref === "string" && depth < DEEPEST) inner.push(aboutTarget($ref, key, documents, depth + 1));
  const about = inner.filter((one) => Object.keys(one).length > 0);
  return {
    ...(Array.isArray(required) && required.includes(key) && { required: [key] }),
    ...(isObject(properties) && Object.hasOwn(properties, key) && { properties: { [key]: properties[key] } }),
    ...(isObject(patternProperties) && { patternProperties }),
    ...(about.length > 0 && { allOf: about }),
  };
}

/** The maximum depth, which no real schema reaches. */
const DEEPEST = 16;

function aboutTarget(reference: string, key: string, { document, beside }: Documents, depth: number): Record<string, unknown> {
  const [path = "", pointer = ""] = reference.split("#");
  const text = Object.hasOwn(beside, path) ? beside[path] : undefined;
  const other: unknown = path === "" ? document : text === undefined ? undefined : JSON.parse(typeof text === "string" ? text : new TextDecoder().decode(text));
  let at = pointer === "" || pointer.startsWith("/") ? other : undefined;
  for (const step of pointer.split("/").slice(1)) at = isObject(at) ? at[step.replaceAll("~1", "/").replaceAll("~0", "~")] : undefined;
  const about = isObject(at) && isObject(other) ? aboutKey(at, key, { document: other, beside }, depth) : undefined;
  // Moved to this document, a reference within another file would lead elsewhere.
  if (about === undefined || (path !== "" && JSON.stringify(about).includes('"$ref"'))) throw new TypeError(`${shown(JSON.stringify(reference))} says something about ${shown(key)}, too: \`field\` needs it under the schema's own "properties"`);
  return about;
}

function isObject(given: unknown): given is Record<string, unknown> {
  return typeof given === "object" && given !== null && !Array.isArray(given);
}
