/** A compiled schema, and every question that it answers. The engine is an argument, because each entry of the package has another one and shares the rest. */
import { EnvError, RefusedError, type Reason } from "./errors.js";
import { COMPILE_OPTIONS, fileList, instant, isPlain, isVariable, optionalText, options as known, pick, type NamedText, type Picked, type Text, type Variables } from "./inputs.js";
import type { CheckOptions, CompileOptions, EnvironmentName, EnvironmentOptions, EnvironmentSpec, Evidence, Format, KeyName, Named, Phase, Registered, RegisteredIn } from "./options.js";
import type { Core, Engine } from "./engine/core.js";
import type { Report, Severity } from "./report.js";
import { type Request as RequestInput, writeCheck, writeSchema } from "./request.js";
import { isInexact, isTyped, type Read, rounded, type Typed, typedOf, withInexact, withText } from "./inexact.js";
import { inPart, namesOf, type Parted, routed } from "./route.js";
import { declaresItself, differs, onlyKey, type SchemaInput, schemaText } from "./schema.js";
import { shown } from "./shown.js";
import { jsonSchema, type StandardResult, type StandardSchema, standardResult } from "./standard.js";

interface Compiled {
  readonly schema: number;
  readonly environments: readonly EnvironmentSpec[];
  readonly environmentKey: string | null;
  readonly keys: readonly KeyName[];
  /** Whether the schema says something about keys that it does not name. */
  readonly patterns: boolean;
}

/** What everybody is handed: a list that a caller sorts would give values to other keys than theirs. */
function frozen<T>(value: T): T {
  if (typeof value === "object" && value !== null) Object.values(Object.freeze(value)).forEach(frozen);
  return value;
}

/** A copy of a text: the gate may have to compile it again, and the caller may change the bytes meanwhile. `slice` of a Buffer would not copy. */
function kept({ name, text }: NamedText): NamedText {
  return { name, text: typeof text === "string" ? text : new Uint8Array(text) };
}

/** A compiled schema in an instance of the WebAssembly. */
interface Held {
  readonly engine: Engine;
  compiled: Compiled;
  /** The number of the instance that it is in; -1 after it was released. */
  generation: number;
}

function release(held: Held): void {
  if (held.generation === held.engine.generation) held.engine.run((core) => core.release(held.compiled.schema));
  held.generation = -1;
}

/** Releases the schemas of gates that are gone and were never disposed of. */
const forgotten = typeof FinalizationRegistry === "undefined" ? undefined : /* @__PURE__ */ new FinalizationRegistry(release);

declare global {
  // Declared as in the newest library of TypeScript, for projects with an older one.
  interface SymbolConstructor {
    readonly dispose: unique symbol;
  }
}

/** A compiled schema. Use it as often as you like. */
export class Gate implements StandardSchema<Variables, Registered> {
  readonly #engine: Engine;
  readonly #source: NamedText;
  readonly #beside: NamedText[];
  readonly #held: Held;
  /** For `using`. */
  declare readonly [Symbol.dispose]: () => void;

  /** @internal Use `compile`. */
  constructor(engine: Engine, schema: SchemaInput, given: CompileOptions | undefined) {
    const options = known(given, COMPILE_OPTIONS);
    optionalText(options.name, "name");
    this.#engine = engine;
    this.#source = kept({ name: options.name ?? "env.schema.json", text: schemaText(schema) });
    this.#beside = fileList(options.beside).map(kept);
    this.#held = { engine, compiled: engine.run((core) => this.#compile(core)), generation: engine.generation };
    forgotten?.register(this, this.#held);
    // Not a method, because bundlers do not drop an unused class with a computed name, nor what it refers to.
    Object.defineProperty(this, Symbol.dispose, { value: () => this.dispose() });
  }

  /** The environments in promotion order. */
  get environments(): readonly EnvironmentSpec[] {
    return this.#held.compiled.environments;
  }

  /** The declared keys, in the order of the schema. */
  get keys(): readonly KeyName[] {
    return this.#held.compiled.keys;
  }

  /**
   * Checks files, variables or both.
   * @returns report.v1, as `envgate check --format json` writes it
   * @throws {RefusedError} when there is nothing to check, or something can't be checked: never a silent pass
   */
  check(options: CheckOptions): Report {
    return this.#report(asked(options));
  }

  #report(options: CheckOptions): Report {
    const request = this.#request(options);
    return answer<Report>(this.#run((core, schema) => core.check(schema, writeCheck(core, request))));
  }

  /** The report of {@link check} as text: what `envgate check --format json`, `sarif` or `markdown` writes. */
  render(format: Format, options: CheckOptions): string {
    const request = this.#request(asked(options));
    const number = FORMATS.indexOf(format);
    if (number < 0) throw new TypeError(`a format is one of ${FORMATS.join(", ")}`);
    const text = this.#run((core, schema) => core.render(schema, number, writeCheck(core, request)));
    refuse(text);
    return text;
  }

  /** Whether {@link check} would report nothing at `failOn` or above. It writes no report, so it is faster. */
  passes(options: CheckOptions & { readonly failOn?: Severity | undefined }): boolean {
    const request = this.#request(asked(options, true));
    const failOn = SEVERITIES.indexOf(options.failOn === undefined ? "error" : options.failOn);
    if (failOn < 0) throw new TypeError(`\`failOn\` is one of ${SEVERITIES.join(", ")}`);
    const verdict = this.#run((core, schema) => core.verdict(schema, failOn, writeCheck(core, request)));
    // Only the check says why something can't be checked.
    if (verdict === 2) this.#report(options);
    return verdict === 0;
  }

  /**
   * The variables as values of their declared types, with the defaults of the environment.
   * @throws {EnvError} with every problem at once
   * @throws {RefusedError} when it can't be checked
   */
  assertEnv<Name extends EnvironmentName>(env: Variables, options: EnvironmentOptions & { readonly environment: Name }): RegisteredIn<Name>;
  assertEnv(env: Variables, options?: EnvironmentOptions): Registered;
  assertEnv(env: Variables, options: EnvironmentOptions = {}): unknown {
    const result = this.#typed(env, options);
    if (isTyped(result)) return result.values;
    throw new EnvError(result);
  }

  /** Like {@link assertEnv}, but returns the problems instead of throwing them. */
  safeAssertEnv(env: Variables, options: EnvironmentOptions = {}): { readonly ok: true; readonly env: Registered } | { readonly ok: false; readonly error: EnvError } {
    const result = this.#typed(env, options);
    return isTyped(result) ? { ok: true, env: result.values as Registered } : { ok: false, error: new EnvError(result) };
  }

  /**
   * One key as a Standard Schema, for libraries that assemble an environment key by key. It leaves out what the schema says about several keys at once. If the key differs between environments,
   * `environment` is required.
   */
  field<Name extends EnvironmentName, Key extends keyof RegisteredIn<Name> & string>(key: Key, given: EnvironmentOptions & { readonly environment: Name }): StandardSchema<string | undefined, RegisteredIn<Name>[Key]>;
  field<Key extends KeyName>(key: Key, given?: EnvironmentOptions): StandardSchema<string | undefined, Registered[Key]>;
  field(key: string, given?: EnvironmentOptions): StandardSchema<string | undefined, unknown> {
    const options = known(given, ENVIRONMENT_OPTIONS);
    // Not quoted, because it may be a value, or an object of values, in place of a key.
    if (!this.keys.includes(key)) throw new TypeError("the schema declares no key of that name");
    if (!declaresItself(this.#document(), key)) throw new TypeError(`${shown(key)} is declared by "allOf" or "$ref" of the schema: \`field\` needs it under the schema's own "properties"`);
    const environments = options.environment === undefined ? this.environments.map(({ name }) => name) : [options.environment];
    const unclear = (): TypeError => new TypeError(`what ${shown(key)} must be differs between environments: say which with \`environment\` (${namesOf(this.environments)})`);
    if (environments.length > 1 && differs(this.#document(), key)) throw unclear();
    const schema = onlyKey(this.#document(), key, this.#besideTexts());
    let alone: Gate | undefined;
    return {
      "~standard": {
        version: 1,
        vendor: "envgate",
        validate: (value) => {
          if (value !== undefined && typeof value !== "string") return { issues: [{ message: `${shown(key)} must be a string, as environment variables are` }] };
          if (value !== undefined && !isVariable(value)) return { issues: [{ message: `${shown(key)} is nothing that an environment variable can hold` }] };
          // Named so, it keeps its name where it is bundled.
          alone ??= new (this.constructor as typeof Gate)(this.#engine, schema, { name: this.#source.name, beside: this.#besideTexts() });
          const only = alone;
          const [answer, ...others] = environments.map((environment) => onlyResult(only.#typed({ [key]: value }, { environment, phase: options.phase, now: options.now }), key));
          // Environments can also differ without any word in the schema: a placeholder, for example, is tolerated in the first one.
          if (others.some((other) => JSON.stringify(other.issues) !== JSON.stringify(answer?.issues))) throw unclear();
          return answer as StandardResult<unknown>;
        },
        jsonSchema: jsonSchema(() => this.#document(), key),
      },
    };
  }

  get "~standard"(): StandardSchema<Variables, Registered>["~standard"] {
    return {
      version: 1,
      vendor: "envgate",
      validate: (value) => {
        try {
          return standardResult(this.#typed(value as Variables, {})) as never;
        } catch (error) {
          // A value that is not a set of variables is an issue. A check that is impossible is not an issue, but an error that is thrown.
          if (!(error instanceof TypeError) || error instanceof RefusedError) throw error;
          return { issues: [{ message: error.message }] };
        }
      },
      jsonSchema: jsonSchema(() => this.#document()),
    };
  }

  /** Releases the compiled schema. Using the gate again compiles it again. */
  dispose(): void {
    release(this.#held);
  }

  #run<T>(work: (core: Core, schema: number) => T): T {
    return this.#engine.run((core) => {
      const held = this.#held;
      if (held.generation !== this.#engine.generation) {
        held.compiled = this.#compile(core);
        held.generation = this.#engine.generation;
      }
      return work(core, held.compiled.schema);
    });
  }

  #compile(core: Core): Compiled {
    return frozen(answer<Compiled>(core.compile(writeSchema(core, { ...this.#source, beside: this.#beside }))));
  }

  #document(): Record<string, unknown> {
    const { text } = this.#source;
    return JSON.parse(typeof text === "string" ? text : new TextDecoder().decode(text)) as Record<string, unknown>;
  }

  #typed(env: Variables, given: EnvironmentOptions): Typed | Report {
    // One by one, because a copy of the object would lack inherited members.
    const { environment, phase, now } = known(given, ENVIRONMENT_OPTIONS);
    const picked = this.#pick(env);
    const request = this.#request({ env, environment, phase, now }, picked);
    const read = (request: RequestInput) => answer<Read | Report>(this.#run((core, schema) => core.typed(schema, writeCheck(core, request))));
    const result = read(request);
    if (!isTyped(result)) return result;
    const { keys } = this;
    const fits = (key: string, text: string | undefined) => text === undefined || isTyped(read(this.#request({ env: withText(env, key, text), environment, phase, now })));
    const inexact = keys.filter((key, at) => {
      const one = result.values[at];
      // What is text has no number in it.
      return typeof one === "object" && (isInexact(one[0], picked.texts[at]) || !fits(key, rounded(one[0], picked.texts[at])));
    });
    if (inexact.length === 0) return typedOf(result, keys, picked.texts);
    return withInexact(answer<Report>(this.#run((core, schema) => core.check(schema, writeCheck(core, request)))), inexact);
  }

  #besideTexts(): { [path: string]: Text } {
    return Object.fromEntries(this.#beside.map(({ name, text }) => [name, text]));
  }

  #pick(env: Variables): Picked {
    const { keys, patterns } = this.#held.compiled;
    return pick(env, keys, patterns);
  }

  #request(options: CheckOptions, picked = options.env === undefined ? undefined : this.#pick(options.env)): RequestInput {
    optionalText(options.environment, "environment");
    optionalText(options.dialect, "dialect");
    const files = fileList(options.files).map(inPart);
    if (files.length === 0 && picked === undefined) throw new TypeError("there is nothing to check: give `files`, `env` or both");
    if (options.phase !== undefined && !PHASES.includes(options.phase)) throw new TypeError(`\`phase\` is one of ${PHASES.join(", ")}`);
    // To the core, an empty name means that none was given.
    if (options.dialect === "") throw new TypeError("`dialect` is empty: leave it out, and the schema says what reads the files");
    const dialect = options.dialect ?? "";
    const routes = routed(files, options, this.#held.compiled);
    const { all, at } = this.#inOrder(files, fileList(options.beside));
    const environments = routes.map(({ name, places }) => ({ name, files: places.map(({ file }) => at[file] ?? 0), dialect, ...picked }));
    const add = (file: Named): number => all.push(...fileList([file])) - 1;
    const request: RequestInput = { now: instant(options.now, "now"), files: all, environments };
    const parts = routes.flatMap(({ name, places }) => places.map(({ file, part }) => ({ file: at[file] ?? 0, environment: name, part })));
    if (parts.some(({ part }) => part !== "")) request.parts = parts;
    if (options.phase !== undefined) request.phase = options.phase;
    // In the order in which the native program reads them, because reports are sorted by it.
    if (options.example !== undefined) request.example = add(options.example);
    if (options.waivers !== undefined) request.waivers = add(options.waivers);
    if (options.baseline !== undefined) request.baseline = add(options.baseline);
    if (options.evidence !== undefined) {
      if (!Array.isArray(options.evidence)) throw new TypeError("`evidence` is a list of { name, text }");
      request.evidence = options.evidence.map((given: Evidence) => {
        const one = known(given, EVIDENCE_OPTIONS);
        if (one.assumeUtc !== undefined && typeof one.assumeUtc !== "boolean") throw new TypeError("`assumeUtc` is true or false");
        return {
          file: add(one),
          ...words("evidence", { kind: one.kind, environment: one.environment }),
          ...(one.exportedAt !== undefined && { exportedAt: instant(one.exportedAt, "exportedAt") }),
          ...(one.assumeUtc === true && { assumeUtc: true }),
        };
      });
    }
    if (options.ledger !== undefined) request.ledger = add(options.ledger);
    if (options.evidenceNames !== undefined) request.names = words("evidenceNames", options.evidenceNames);
    return request;
  }

  /** All files in the order in which the program reads them, by which reports are sorted: each once, followed by those it refers to; and the indices of the given ones among them. */
  #inOrder(files: readonly Parted[], beside: NamedText[]): { all: NamedText[]; at: number[] } {
    const all: NamedText[] = [];
    const at = files.map(({ name, text }) => {
      const known = all.findIndex((other) => other.name === name && other.text === text);
      if (known >= 0) return known;
      const index = all.push({ name, text }) - 1;
      const wanted = beside.length > 0 ? this.#engine.run((core) => referred(core, { name, text })) : [];
      for (const path of wanted) {
        const found = beside.findIndex((one) => one.name === path);
        if (found >= 0) all.push(...beside.splice(found, 1));
      }
      return index;
    });
    all.push(...beside);
    return { all, at };
  }
}

/** What is known of one key. */
function onlyResult(result: Typed | Report, key: string): StandardResult<unknown> {
  if (isTyped(result)) return { value: result.values[key] };
  return { issues: result.diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => ({ message: shown(message) })) };
}

/** The options of a check, which must name something to check. */
function asked<Asked extends CheckOptions & { readonly failOn?: unknown }>(options: Asked, isVerdict = false): Asked {
  if (typeof options !== "object" || options === null) throw new TypeError("an object of options is needed: { files } or { env }");
  const { failOn } = known(options, CHECK_OPTIONS);
  if (failOn !== undefined && !isVerdict) throw new TypeError("`failOn` is an option of `passes`: a report has every problem, whatever its severity");
  return options;
}

const ENVIRONMENT_OPTIONS = /* @__PURE__ */ new Set(["environment", "phase", "now"]);
const CHECK_OPTIONS = /* @__PURE__ */ new Set([
  "files", "beside", "env", "environment", "phase", "now", "dialect", "example", "evidence", "evidenceNames", "ledger", "waivers", "baseline", "failOn",
]);
const EVIDENCE_OPTIONS = /* @__PURE__ */ new Set(["name", "text", "kind", "environment", "exportedAt", "assumeUtc"]);
const FORMATS: readonly Format[] = ["json", "sarif", "markdown"];
const PHASES: readonly Phase[] = ["build", "deploy", "run"];
const SEVERITIES: readonly Severity[] = ["hint", "info", "warning", "error"];

/** Names and texts for a request, which keeps them apart by NULs. */
function words(what: string, given: { readonly [name: string]: string | undefined }): Record<string, string> {
  if (!isPlain(given)) throw new TypeError(`\`${what}\` is an object of texts`);
  const taken: Record<string, string> = Object.create(null);
  for (const [name, text] of Object.entries(given)) {
    if (text === undefined) continue;
    if (typeof text !== "string" || `${name}${text}`.includes("\0")) throw new TypeError(`\`${what}\` holds what is no text`);
    taken[name] = text;
  }
  return taken;
}

/** @internal The files that one refers to: those of the `$ref`s of a schema, the `env_file` of a service. */
export function referred(core: Core, file: NamedText): string[] {
  return answer<string[]>(core.references(writeSchema(core, file)));
}

/** The answer of the core, unless it is a refusal. */
export function answer<T>(text: string): T {
  refuse(text);
  return JSON.parse(text) as T;
}

function refuse(text: string): void {
  if (text.startsWith('{"errors":')) throw new RefusedError((JSON.parse(text) as { errors: Reason[] }).errors);
}
