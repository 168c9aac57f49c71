/** Reads files, for deploy tooling in Node, Bun and Deno. Never prints or sets anything. */
import { readFileSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { compile, type CompileOptions, type EnvironmentName, type Gate, type Named, RefusedError } from "envgate";
import { compile as compileFull, references as referencesOfCarrier } from "envgate/full";
import { findSchema, isFile, isFolder, isThere } from "./find.js";
import { COMPILE_OPTIONS, options as known, tag } from "./inputs.js";
import { isCarrier, partOf } from "./parts.js";
import { referred } from "./referred.js";
import { shown } from "./shown.js";

export * from "envgate";

/** Other files that a check takes into account. */
const BESIDE = { waivers: "env.waivers.json", baseline: "env.baseline.json", ledger: "env.rotation.json" };

export interface LoadedFiles {
  /** The compiled schema. */
  readonly gate: Gate;
  /** The environment, by the name that the schema gives it. */
  readonly environment: EnvironmentName;
  /** The files of the environment that exist, low to high precedence, for `gate.check`. */
  readonly files: readonly Named[];
  /** Files from which those take further variables, such as the `env_file` of a service. */
  readonly beside?: readonly Named[];
  /** The project's `.env.example`, if it has one. */
  readonly example?: Named;
  /** The files beside the schema: `env.waivers.json`, `env.baseline.json`, `env.rotation.json`. */
  readonly waivers?: Named;
  readonly baseline?: Named;
  readonly ledger?: Named;
}

/** A `URL` of a file, by what it has: a project without the types of Node or of browsers has no such class. */
export interface FileUrl {
  readonly href: string;
  readonly protocol: string;
  readonly pathname: string;
}

export interface LoadOptions {
  /** Where to look for the schema: here, then in the folders above. Default: the current folder. */
  readonly folder?: string | FileUrl | undefined;
  /** The path or the URL of the schema, instead of looking for it. */
  readonly schema?: string | FileUrl | undefined;
  /** The environment, by name or alias. Optional if the schema has only one. */
  readonly environment?: EnvironmentName | undefined;
  /** The `compile` to use. Default: that of `envgate`, and of `envgate/full` where the schema or a file needs it. */
  readonly compile?: typeof compile | undefined;
}

/**
 * Reads the schema and the files that it names for an environment.
 * @throws {Error} when there is no schema, the environment is unknown, or none of its files exists: never returns an empty list, or one that lacks an existing file
 */
export function loadFiles(options: LoadOptions = {}): LoadedFiles {
  known(options, LOAD_OPTIONS);
  const path = schemaPath(options);
  let gate = loadSchema(path, {}, options.compile);
  const names = gate.environments.map(({ name }) => name).join(", ");
  const wanted = options.environment;
  const spec = wanted === undefined && gate.environments.length === 1 ? gate.environments[0] : gate.environments.find(({ name, aliases }) => name === wanted || (wanted !== undefined && aliases.includes(wanted)));
  if (spec === undefined) throw new TypeError(shown(wanted === undefined ? `say which \`environment\`: ${names}` : `the schema has no environment ${JSON.stringify(wanted)}; it has ${names}`));
  const folder = dirname(path);
  const at = (name: string): string => resolve(folder, name);
  const texts = new Map<string, Uint8Array>();
  // Each file is read once, even if two parts of it are needed.
  const file = (name: string, of = name): Named => ({ name, text: texts.get(of) ?? remember(texts, of, readFileSync(at(of))) });
  const files = spec.files.flatMap((name) => {
    // As on the command line: what follows a `#` is a part, unless there is a file of that name.
    const of = isThere(at(name)) ? name : partOf(name)?.file;
    return of !== undefined && isThere(at(of)) ? [file(name, of)] : [];
  });
  if (files.length === 0) throw new Error(shown(`none of the files of ${spec.name} exists in ${folder}: ${spec.files.join(", ")}`));
  // What the compact engine does not read.
  if (options.compile === undefined && files.some(({ name }) => isCarrier(partOf(name)?.file ?? name))) gate = loadSchema(path, {}, compileFull);
  const given = new Map(files.map(({ name, text }) => [partOf(name)?.file ?? name, text]));
  const beside: Named[] = [];
  // A file that another takes variables from may itself take some from others.
  const asked = [...given];
  // Paths in an included file may start from another folder.
  const folders = new Set<string>();
  for (const [name, text] of asked) {
    const names = isCarrier(name) ? [name, ...[...folders].map((folder) => folder + basename(name))] : [];
    const taken = names.flatMap((name) => referencesOfCarrier({ name, text }));
    for (const folder of taken.filter((name) => name.endsWith("/") && isFolder(at(name)))) folders.add(folder);
    for (const other of taken.filter((name) => !name.endsWith("/") && !given.has(name) && isThere(at(name)))) {
      const named = file(other);
      beside.push(named);
      given.set(other, named.text);
      asked.push([other, named.text]);
    }
  }
  const example = EXAMPLES.find((name) => isFile(at(name)));
  const others = Object.entries(BESIDE).filter(([, name]) => isThere(at(name)));
  return {
    gate, environment: spec.name, files,
    ...(beside.length > 0 && { beside }),
    ...(example !== undefined && { example: file(example) }),
    ...Object.fromEntries(others.map(([word, name]) => [word, file(name)])),
  };
}

/** Names of examples: the same as the program takes (`src/cli/models.rs`), so that all compare values with those of the same file. */
const EXAMPLES = [
  ".env.example", ".env.sample", ".env.template", ".env.dist",
  "env.example", "env.sample", "env.template", "env.dist",
  "example.env", "sample.env", ".example.env",
  ".env-example", ".env-sample", ".env-template", ".env_example",
];

const LOAD_OPTIONS = /* @__PURE__ */ new Set(["folder", "schema", "environment", "compile"]);

function schemaPath({ folder = ".", schema }: LoadOptions): string {
  if (schema !== undefined) return pathOf(schema, "`schema`");
  const start = pathOf(folder, "`folder`");
  // A misspelt folder has no schema, and one further up may belong to something else.
  if (!isFolder(start)) throw new Error(shown(`${JSON.stringify(start)} is not a folder`));
  return findSchema(resolve(start));
}

/** A path that is given as such, or as a URL: `new URL("./env.schema.json", import.meta.url)`. */
function pathOf(given: string | FileUrl, what: string): string {
  // A number would be read as a file descriptor, such as standard input.
  if (typeof given !== "string" && tag(given) !== "URL") throw new TypeError(`${what} is a path: a text, or a URL of a file`);
  return typeof given === "string" ? given : fileURLToPath(given.href);
}

function remember<T>(known: Map<string, T>, name: string, value: T): T {
  known.set(name, value);
  return value;
}

/** Reads and compiles a schema, with the files beside it that it refers to. `by` is the `compile` to use; without it, that of `envgate/full` where the schema needs it. */
export function loadSchema(schema: string | FileUrl, options: CompileOptions = {}, by?: typeof compile): Gate {
  const path = pathOf(schema, "`schema`");
  if (by !== undefined && typeof by !== "function") throw new TypeError("`compile` is the function of that name, of envgate or envgate/full");
  const text = readFileSync(path);
  const all = { name: basename(path), beside: referred(path, text), ...known(options, COMPILE_OPTIONS) };
  if (by !== undefined) return by(text, all);
  try {
    return compile(text, all);
  } catch (error) {
    if (!(error instanceof RefusedError && error.needsFull)) throw error;
    return compileFull(text, all);
  }
}
