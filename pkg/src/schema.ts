/** From a schema as a program hands it in to its text; and the schema of a single key. */
import { isBytes, isCollection, isPromise, tag, type Text, wellFormed } from "./inputs.js";

/** A schema: the text of an `env.schema.json`, or what it parses to. */
export type SchemaInput = string | Uint8Array | { readonly [keyword: string]: unknown } | NoOther;

/** Objects of any interface, but those that are refused: promises, functions, lists, Maps and Sets. */
type NoOther = object & { readonly then?: never; readonly call?: never; readonly forEach?: never };

/** The text of a schema that is handed in as text, as bytes or as an object. */
export function schemaText(schema: SchemaInput): Text {
  if (typeof schema === "string" && /^[^\n{]+\.json$/i.test(schema)) throw new TypeError('this is the path of a schema, not its text: read the file, or take `loadSchema` of "envgate/node"');
  if (typeof schema === "string" || isBytes(schema)) return wellFormed(schema, "the schema");
  if (typeof schema !== "object" || schema === null || Array.isArray(schema)) throw new TypeError("a schema is the text of an env.schema.json, or the object that it parses to");
  if (isPromise(schema)) throw new TypeError("a schema is needed, not a promise of one: await it");
  const members = Object.keys(schema);
  // `import * as schema` of a JSON file. As a schema it would say that there is a default, and ask for nothing.
  if (members.length === 1 && members[0] === "default") throw new TypeError("this is a module, not a schema: hand in its default export");
  // An import that went wrong: left out, it would be a key that nothing is asked of.
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

/** Whether an object has members of another, which JSON leaves out: `Object.create(schema)` would ask for nothing. */
function inherits(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  for (const name in value) if (!Object.prototype.hasOwnProperty.call(value, name) && !(name in Object.prototype)) return true;
  return false;
}

/** Whether what it holds is in no member: JSON writes `{}` for a RegExp, which as the schema of a key asks for nothing. */
function isOpaque(value: unknown): boolean {
  return typeof value === "object" && value !== null && !/^(Object|Array|String|Number|Boolean|Module)$/.test(tag(value)) && Object.keys(value).length === 0;
}

/** Refuses what JSON would leave out or change, so that the schema asked for less than it says. A member that is undefined is as good as absent. */
function onlyJson(name: string, value: unknown): unknown {
  const wrong = (what: string) => new NoJson(`${name === "" ? "it" : JSON.stringify(name)} is ${what}`);
  if (typeof value === "function" || typeof value === "symbol") throw wrong(`a ${typeof value}`);
  if (typeof value === "number" && !Number.isFinite(value)) throw wrong("no number");
  if (isCollection(value)) throw wrong("a Map or Set");
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) throw wrong("bytes");
  if (isPromise(value)) throw wrong("a promise");
  if (isOpaque(value)) throw wrong(`an object of class ${tag(value)}`);
  if (inherits(value)) throw wrong("an object that inherits members");
  return value;
}

/** Whether a key stands under the schema's own `properties`, and not only under those of what it is put together from. */
export function declaresItself(document: Record<string, unknown>, key: string): boolean {
  return Object.prototype.hasOwnProperty.call(document.properties ?? {}, key);
}

/** Whether the schema asks different things of a key in different environments. */
export function differs(document: Record<string, unknown>, key: string): boolean {
  const property = (document.properties as Record<string, unknown> | undefined)?.[key];
  return typeof property === "object" && property !== null && ["requiredIn", "allowedIn", "in"].some((word) => word in property);
}

/** The schema of one of its keys. */
export function onlyKey(document: Record<string, unknown>, key: string): Record<string, unknown> {
  const { $schema, $defs, environments, dialects, rotation, rules, required, properties } = document;
  const kept = { $schema, $defs, environments, dialects, rotation, rules };
  const own = Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined));
  const isRequired = Array.isArray(required) && required.includes(key);
  return { ...own, ...(isRequired && { required: [key] }), properties: { [key]: (properties as Record<string, unknown>)[key] } };
}
