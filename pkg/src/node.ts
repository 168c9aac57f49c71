/** What reads files: for deploy tooling in Node, Bun and Deno. Never prints or sets anything. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { compile, type CompileOptions, type EnvironmentName, type Gate, type Named } from "envgate";
import { findSchema, isFile, SCHEMA } from "./find.js";

export * from "envgate";

/** What else a check takes into account. */
const BESIDE = { waivers: "env.waivers.json", baseline: "env.baseline.json", ledger: "env.rotation.json" };

export interface LoadedFiles {
  /** The compiled schema. */
  readonly gate: Gate;
  /** The environment, by the name that the schema gives it. */
  readonly environment: string;
  /** The files of the environment that exist, low to high precedence, for `gate.check`. */
  readonly files: readonly Named[];
  /** The project's `.env.example`, if it has one. */
  readonly example?: Named;
  /** What stands beside the schema: `env.waivers.json`, `env.baseline.json`, `env.rotation.json`. */
  readonly waivers?: Named;
  readonly baseline?: Named;
  readonly ledger?: Named;
}

export interface LoadOptions {
  /** Where to look for the schema: here, then in the folders above. Default: the current folder. */
  readonly folder?: string;
  /** The schema's path, if it is not to be looked for. */
  readonly schema?: string;
  /** The environment, by name or alias. May be left out where the schema has one. */
  readonly environment?: EnvironmentName;
  /** The `compile` of `envgate/full`, for a schema that needs the engine. */
  readonly compile?: typeof compile;
}

/**
 * Reads the schema and the files that it names for an environment.
 * @throws {Error} when there is no schema, the environment is unknown, a file is to be read in part (`compose.yaml#api`), or none exists: never an empty
 * list, nor one that lacks a file that is there
 */
export function loadFiles(options: LoadOptions = {}): LoadedFiles {
  const path = options.schema ?? findSchema(resolve(options.folder ?? "."));
  const gate = loadSchema(path, {}, options.compile);
  const names = gate.environments.map(({ name }) => name).join(", ");
  const wanted = options.environment;
  const spec = wanted === undefined && gate.environments.length === 1 ? gate.environments[0] : gate.environments.find(({ name, aliases }) => name === wanted || aliases.includes(wanted ?? ""));
  if (spec === undefined) throw new TypeError(wanted === undefined ? `say which \`environment\`: ${names}` : `the schema has no environment ${JSON.stringify(wanted)}; it has ${names}`);
  const folder = dirname(path);
  const file = (name: string): Named => ({ name, text: readFileSync(join(folder, name)) });
  const parts = spec.files.filter((name) => !isFile(join(folder, name)) && isFile(join(folder, name.replace(/#.*/s, ""))));
  // Left out, they would be files that nobody checked.
  if (parts.length > 0) throw new Error(`${spec.name} has parts of files, which only the commands read (npx envgate check): ${parts.join(", ")}`);
  const files = spec.files.filter((name) => isFile(join(folder, name))).map(file);
  if (files.length === 0) throw new Error(`none of the files of ${spec.name} exists in ${folder}: ${spec.files.join(", ")}`);
  const example = [".env.example", ".env.sample", ".env.template", ".env.dist"].find((name) => isFile(join(folder, name)));
  const beside = Object.entries(BESIDE).filter(([, name]) => isFile(join(folder, name)));
  return { gate, environment: spec.name, files, ...(example !== undefined && { example: file(example) }), ...Object.fromEntries(beside.map(([word, name]) => [word, file(name)])) };
}

/** Reads and compiles a schema, with the files beside it that it refers to; `by` is the `compile` of `envgate/full` where it needs the engine. */
export function loadSchema(path: string, options: CompileOptions = {}, by: typeof compile = compile): Gate {
  const folder = dirname(path);
  const beside = Object.fromEntries(jsonFiles(folder).map((name) => [name, readFileSync(join(folder, name))]));
  delete beside[relative(folder, path)];
  const text = readFileSync(path);
  return by(text, { name: SCHEMA, ...(text.includes("$ref") && { beside }), ...options });
}

function jsonFiles(folder: string): string[] {
  return readdirSync(folder).filter((name) => name.endsWith(".json") && isFile(join(folder, name)));
}
