/** Standard Schema 1.1 (standardschema.dev): its types, copied as the specification allows, and our side of it. */
import { isTyped } from "./inexact.js";
import type { Report } from "./report.js";
import { shown } from "./shown.js";

export interface StandardSchema<Input = unknown, Output = Input> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => StandardResult<Output>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
    readonly jsonSchema: {
      readonly input: (options: JsonSchemaOptions) => Record<string, unknown>;
      readonly output: (options: JsonSchemaOptions) => Record<string, unknown>;
    };
  };
}

export type StandardResult<Output> = { readonly value: Output; readonly issues?: undefined } | { readonly issues: readonly StandardIssue[] };

export interface StandardIssue {
  readonly message: string;
  readonly path?: readonly PropertyKey[] | undefined;
}

export interface JsonSchemaOptions {
  readonly target: "draft-2020-12" | "draft-07" | "openapi-3.0" | ({} & string);
  readonly libraryOptions?: Record<string, unknown> | undefined;
}

export function standardResult(result: { values: unknown } | Report): StandardResult<unknown> {
  if (isTyped(result)) return { value: result.values };
  const errors = result.diagnostics.filter(({ severity }) => severity === "error");
  return { issues: errors.map(({ message, key }) => ({ message: shown(message), ...(key !== null && { path: [key] }) })) };
}

/** The keywords that envgate adds to JSON Schema, which readers of plain JSON Schema don't know. */
const OWN = new Set([
  "environments", "environmentKey", "dialects", "rotation", "rules", "together", "exclusive",
  "secret", "requiredIn", "allowedIn", "phases", "in", "minBits", "encoding", "separator", "distinctAcross", "replacedBy", "owner", "runbook", "category",
]);

/** The schema as plain JSON Schema: of the strings that go in, or of the values that come out. */
export function jsonSchema(document: () => Record<string, unknown>, key?: string): StandardSchema["~standard"]["jsonSchema"] {
  const plain = (output: boolean) => ({ target }: JsonSchemaOptions) => {
    if (target !== "draft-2020-12" && target !== "draft-07") throw new Error(`envgate writes JSON Schema of draft-2020-12 and draft-07, not ${target}`);
    const root = document();
    const own = key === undefined ? root : (root.properties as Record<string, Record<string, unknown> | boolean>)[key];
    // `true` allows anything, and `false` nothing.
    const { $schema, ...rest } = typeof own === "object" ? own : ({ ...(own === false && { not: {} }) } as Record<string, unknown>);
    const schema = strip(rest) as Record<string, unknown>;
    if (key !== undefined && root.$defs !== undefined) schema.$defs = definitions(root.$defs as object);
    if (!output) asStrings(schema, key === undefined);
    const name = target === "draft-07" ? "http://json-schema.org/draft-07/schema#" : "https://json-schema.org/draft/2020-12/schema";
    return { $schema: name, ...(target === "draft-07" ? (renamed(schema) as Record<string, unknown>) : schema) };
  };
  return { input: plain(false), output: plain(true) };
}

/** A schema without envgate's keywords. Names of keys and definitions are kept, whatever they are. */
function strip(node: unknown): unknown {
  if (Array.isArray(node)) return node.map((item) => strip(item));
  if (typeof node !== "object" || node === null) return node;
  const kept: Record<string, unknown> = {};
  for (const [word, value] of Object.entries(node)) {
    if (LITERAL.has(word)) kept[word] = value;
    else if (NAMED.has(word) && typeof value === "object" && value !== null) kept[word] = definitions(value);
    else if (!OWN.has(word)) kept[word] = strip(value);
  }
  return kept;
}

/** Schemas by name. */
function definitions(named: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(named).map(([name, schema]) => [name, strip(schema)]));
}

const LITERAL = new Set(["enum", "const", "default", "examples", "required", "dependentRequired"]);
const NAMED = new Set(["properties", "patternProperties", "$defs", "dependentSchemas"]);

/** The schema of what goes in, which are strings: of a key that is read as another type, nothing more is left. */
function asStrings(schema: Record<string, unknown>, set: boolean): void {
  if (!set) {
    const type = schema.type;
    if (type !== undefined && type !== "string") {
      for (const word of Object.keys(schema)) if (!["title", "description", "deprecated", "$defs"].includes(word)) delete schema[word];
      schema.type = "string";
    }
    return;
  }
  for (const property of Object.values((schema.properties ?? {}) as Record<string, unknown>)) {
    if (typeof property === "object" && property !== null) asStrings(property as Record<string, unknown>, false);
  }
  for (const part of Array.isArray(schema.allOf) ? schema.allOf : []) {
    if (typeof part === "object" && part !== null) asStrings(part as Record<string, unknown>, true);
  }
}

/** The same in the keywords of draft 7. */
function renamed(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(renamed);
  if (typeof node !== "object" || node === null) return typeof node === "string" ? node.replace(/^#\/\$defs\//, "#/definitions/") : node;
  const entries = Object.entries(node).map(([word, value]) => {
    if (word === "$defs") return ["definitions", renamed(value)];
    if (word === "prefixItems") return ["items", renamed(value)];
    if (word === "dependentRequired") return ["dependencies", value];
    return [word, renamed(value)];
  });
  return Object.fromEntries(entries);
}
