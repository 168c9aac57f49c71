/** What callers hand in, and the names that `envgate types` declares for a project. */
import type { Files, Text, Variables } from "./inputs.js";

export type Phase = "build" | "deploy" | "run";

export interface CompileOptions {
  /** The name of the schema in reports. Default: `env.schema.json`. */
  readonly name?: string | undefined;
  /** The files beside it that its `$ref`s name, by path. */
  readonly beside?: { readonly [path: string]: Text } | undefined;
}

export interface EnvironmentOptions {
  /** The environment, by name or alias. Default: the only one, or the one that the schema's `environmentKey` names in the variables. */
  readonly environment?: EnvironmentName | undefined;
  /** The phase that the gate runs in. Without it, keys of all phases are required. */
  readonly phase?: Phase | undefined;
  /** The current time for this check. Default: the clock's. */
  readonly now?: Date | number | string | undefined;
}

export interface CheckOptions extends EnvironmentOptions {
  /**
   * Env files, and other files with variables (which `envgate/full` reads). Without `environment`, each belongs to the environments whose `files` in the schema name
   * it. `compose.yaml#web` is one part of `compose.yaml`, whether you write so here or in the schema.
   */
  readonly files?: Files | undefined;
  /** Files from which those take further variables, such as the `env_file` of a service; `references(file)` lists them. */
  readonly beside?: Files | undefined;
  /** Variables that come from no file. They override those of files where the loader allows it. */
  readonly env?: Variables | undefined;
  /** Read the files as this loader does, whatever the schema says. */
  readonly dialect?: string | undefined;
  /** The project's `.env.example`: its values are placeholders. */
  readonly example?: Named | undefined;
  /** Exports of secret managers, which say when secrets were created. Only `envgate/full` reads them; the compact build refuses them. */
  readonly evidence?: readonly Evidence[] | undefined;
  /** The key that a name in an export stands for, where the names differ. */
  readonly evidenceNames?: { readonly [name: string]: string } | undefined;
  /** The ledger of rotations, `env.rotation.json`. */
  readonly ledger?: Named | undefined;
  /** Problems that are waived until a date, `env.waivers.json`. */
  readonly waivers?: Named | undefined;
  /** Known problems, `env.baseline.json`. */
  readonly baseline?: Named | undefined;
}

/** A file. */
export interface Named {
  readonly name: string;
  readonly text: Text;
}

/** An export of a secret manager. */
export interface Evidence extends Named {
  /** Its kind, such as `vercel` or `github`. Default: recognised from its fields. */
  readonly kind?: string | undefined;
  /** The environment that it is about, if the export does not say. */
  readonly environment?: EnvironmentName | undefined;
  /** When it was made, if the export does not say. */
  readonly exportedAt?: Date | number | string | undefined;
  /** Treat times without an offset as UTC. */
  readonly assumeUtc?: boolean | undefined;
}

/** How a report is written. */
export type Format = "json" | "sarif" | "markdown";

/** Extended by the file that `envgate types` writes: `interface Register { env: {…}; environments: {…} }`. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type
export interface Register {}

export type Registered = Register extends { env: infer Env } ? Env : { readonly [key: string]: unknown };
export type RegisteredIn<Name> = Register extends { environments: infer Environments } ? (Name extends keyof Environments ? Environments[Name] : Registered) : Registered;

/** The names and aliases of the environments, if `envgate types` has declared them; otherwise any string. */
export type EnvironmentName = Register extends { environments: infer Environments } ? keyof Environments & string : string;

/** The declared keys, if `envgate types` has declared them; otherwise any string. */
export type KeyName = keyof Registered & string;

/** An environment as the schema declares it. */
export interface EnvironmentSpec {
  readonly name: EnvironmentName;
  readonly aliases: readonly EnvironmentName[];
  readonly title: string | null;
  /** Low to high precedence. */
  readonly files: readonly string[];
}
