/** The functions of the package, bound to an engine. The build makes a copy for the engine of each entry; what the entries share (`shared.ts`) exists once. */
import { engine } from "./engine/inline.js";
import { answer, Gate, referred } from "./gate.js";
import type { CompileOptions, EnvironmentName, EnvironmentOptions, Named, Registered, RegisteredIn } from "./options.js";
import type { SchemaInput } from "./schema.js";
import { fileList, options as known, seen, variableList, wellFormed, type Text, type Variables } from "./inputs.js";
import type { Diagnostic, Severity } from "./report.js";
import { writeParse } from "./request.js";

/**
 * Compiles a schema.
 * @throws {RefusedError} that lists every mistake in it, with its location
 */
export function compile(schema: SchemaInput, options?: CompileOptions): Gate {
  return new Gate(engine, schema, options);
}

/**
 * The files that a file refers to, as paths relative to its own: those in the `$ref`s of a schema, and those from which a Compose or systemd file takes further variables
 * (which `envgate/full` reads). A name that ends in `/` is a folder from which the paths in included files start.
 */
export function references(file: Named): readonly string[] {
  const [known] = fileList([file]) as [Named];
  return engine.run((core) => referred(core, known));
}

/** {@link Gate.assertEnv} for a schema that is used only once. */
export function assertEnv<Name extends EnvironmentName>(env: Variables, schema: SchemaInput | Gate, options: EnvironmentOptions & { readonly environment: Name }): RegisteredIn<Name>;
export function assertEnv(env: Variables, schema: SchemaInput | Gate, options?: EnvironmentOptions): Registered;
export function assertEnv(env: Variables, schema: SchemaInput | Gate, options: EnvironmentOptions = {}): unknown {
  if (schema instanceof Gate) return schema.assertEnv(env, options);
  const gate = compile(schema);
  try {
    return gate.assertEnv(env, options);
  } finally {
    gate.dispose();
  }
}

/** How a loader reads a text. */
export interface Parsed {
  /** The name of the dialect, even if another of its names was given. */
  readonly dialect: string;
  /** The variables that the loader adds or changes; none if it fails. */
  readonly variables: { readonly [key: string]: string };
  /** The keys whose value can't be known, and why: a command would have to run, a reference cycle, a limit, a value stored elsewhere or set by a login (`HOME`), bytes that are not UTF-8. */
  readonly unknown: { readonly [key: string]: "command" | "cycle" | "too-large" | "external" | "not-utf-8" };
  /** Whether the loader fails, and with it the program that uses it. */
  readonly rejected: boolean;
  /** From some place on, only running the text could tell what it does, so anything here may be different. */
  readonly incomplete: boolean;
  /** What the loader can't read, with its location. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads a text as the loader of a dialect does: `parse(text, "docker-compose")`. Runs nothing, sets nothing.
 * @param options.env the variables that are already set. Default: not known, and not those of `process.env`; `{}` says that there are none
 * @throws {RefusedError} for an unknown dialect
 */
export function parse(text: Text, dialect = "dotenv", options: { readonly env?: Variables | undefined } = {}): Parsed {
  if (typeof dialect !== "string") throw new TypeError("a dialect is a name, such as dotenv or docker-compose");
  const { env } = known(options, PARSE_OPTIONS);
  const request = { dialect, text: wellFormed(text, "the text"), variables: env === undefined ? {} : seen(variableList(env)) };
  const { faulty, ...loaded } = answer<Omit<Parsed, "diagnostics"> & { faulty: boolean }>(engine.run((core) => core.parse(writeParse(core, request))));
  if (!faulty) return { ...loaded, diagnostics: [] };
  // A schema that asks nothing is refused by the check; this one asks only that there is no bad line.
  const gate = compile({ rules: { "malformed-line": "error" } });
  try {
    return { ...loaded, diagnostics: gate.check({ files: { ".env": text }, env: request.variables, dialect }).diagnostics };
  } finally {
    gate.dispose();
  }
}

const PARSE_OPTIONS = /* @__PURE__ */ new Set(["env"]);

export interface Rule {
  readonly code: string;
  readonly severity: Severity;
  readonly summary: string;
  /** Markdown, as `envgate explain` prints it; the module of `envgate/full` has it, the compact one is without. */
  readonly docs?: string;
}

/** Every rule. */
export function rules(): readonly Rule[] {
  return JSON.parse(engine.run((core) => core.rules())) as Rule[];
}

/** The version of the engine, which is that of the package. */
export function version(): string {
  return engine.run((core) => core.version());
}
