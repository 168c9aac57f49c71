/** Brings what callers hand in into the one form that a request takes, and refuses anything else with a TypeError. */
import { type PackedValues, packValues } from "./request.js";
import { shown } from "./shown.js";

/** The content of a file: text, or its bytes. */
export type Text = string | Uint8Array;

/** Files by name, or in the order of their precedence. */
export type Files = { readonly [name: string]: Text } | readonly { readonly name: string; readonly text: Text }[];

/** Variables as a program has them: `process.env`, `import.meta.env`, the bindings of a worker. */
export type Variables = { readonly [key: string]: unknown } | NoOther;

/** Any object, since one whose type is an interface has no index signature, except for those that are refused: promises, functions, lists, Maps and Sets. */
export type NoOther = object & { readonly then?: never; readonly call?: never; readonly forEach?: never };

/** @internal The same, to look into. */
export type Members = { readonly [key: string]: unknown };

export interface NamedText {
  name: string;
  text: Text;
}

export function fileList(files: Files | undefined): NamedText[] {
  if (files === undefined) return [];
  if (typeof files !== "object" || files === null) throw new TypeError("`files` is an object of texts by file name, or a list of { name, text }");
  if (isCollection(files)) throw new TypeError("`files` is a plain object or a list, not a Map or Set: Object.fromEntries(map) makes one");
  if (isPromise(files)) throw new TypeError("`files` is a plain object or a list, not a promise of one: await it");
  // In an iterator, or in an object whose class has getters, no file would be found, and the rest would be checked without them.
  if (!Array.isArray(files) && !isPlain(files)) throw new TypeError("`files` is a plain object or a list, not an object of a class of its own, which may have its members elsewhere");
  // A hole in a list becomes a file without a name.
  const list = Array.isArray(files) ? Array.from(files as readonly NamedText[]) : Object.entries(files).map(([name, text]) => ({ name, text }));
  return list.map((file: NamedText) => {
    const { name, text } = file ?? {};
    if (typeof name !== "string" || name === "") throw new TypeError("a file of `files` has no name");
    return { name, text: wellFormed(text, `the file ${name}`) };
  });
}

/** Refuses lone surrogates: UTF-8 has no place for them, so something else would be checked than what is there. */
export function wellFormed(text: unknown, what: string): Text {
  if (isBytes(text)) return text;
  if (typeof text !== "string") throw new TypeError(`${shown(what)} is no text: a string or a Uint8Array is needed`);
  if (!isWellFormed(text)) throw new TypeError(`${shown(what)} holds half a character (a lone surrogate), which can't be written to any file`);
  return text;
}

/** Whether a text has no lone surrogates. Engines since 2023 have a method for that, which is many times faster. */
const isWellFormed: (text: string) => boolean =
  "isWellFormed" in String.prototype ? (text) => (text as string & { isWellFormed(): boolean }).isWellFormed() : (text) => !/\p{Surrogate}/u.test(text);

/** @internal Variables as a request takes them, and the texts of the declared ones, which are not read from the caller's object again. */
export type Picked = ({ readonly variables: Record<string, string> } | { readonly values: PackedValues }) & { readonly texts: readonly (string | undefined)[] };

/** @internal The variables to check: the declared ones, or all that are strings if the schema also constrains others (`isOpen`). */
export function pick(env: unknown, keys: readonly string[], isOpen: boolean): Picked {
  if (isOpen) {
    const variables = variableList(env, keys);
    return { variables, texts: keys.map((key) => variables[key]) };
  }
  const source = object(env);
  const values = declared(source, keys);
  const packed = packValues(values);
  if (packed.absent.length === keys.length && Object.keys(source).length > 0) {
    refuseHolder(source);
    return { variables: seen({}), texts: values };
  }
  if (values.some((value) => value?.includes("\0"))) throw new TypeError(HOLDS_NUL);
  if (!isWellFormed(packed.text)) throw new TypeError(HOLDS_HALF);
  return { values: packed, texts: values };
}

/** The values of the declared keys. Refuses values that are not strings, and inherited ones: the program would see those, but a copy of the variables would lack them. */
function declared(source: Members, keys: readonly string[]): (string | undefined)[] {
  const wrong: string[] = [];
  const inherited: string[] = [];
  const values = keys.map((key) => {
    const value = source[key];
    if (value === undefined) return undefined;
    if (!Object.hasOwn(source, key)) {
      // Every object has a `constructor`, which nobody sets.
      if (!(key in Object.prototype)) inherited.push(key);
      return undefined;
    }
    if (typeof value === "string") return value;
    wrong.push(`${key} is ${value === null ? "null" : typeof value === "object" ? "an object" : `a ${typeof value}`}`);
    return undefined;
  });
  if (wrong.length > 0) throw new TypeError(`environment variables are strings: ${shown(wrong.join(", "))}`);
  if (inherited.length > 0) throw new TypeError(`an environment has its variables itself, and this one inherits ${shown(inherited.join(", "))}, or makes it up when asked: hand in a plain object`);
  return values;
}

/** All variables that are strings. Others, such as the bindings of a worker, are left out unless the schema declares them (`keys`), and then refused. */
export function variableList(env: unknown, keys: readonly string[] = []): Record<string, string> {
  const source = object(env);
  const taken: Record<string, string> = Object.create(null);
  let count = 0;
  for (const key of Object.keys(source)) {
    const value = source[key];
    if (typeof value !== "string") continue;
    if (!isWellFormed(value) || !isWellFormed(key)) throw new TypeError(HOLDS_HALF);
    if (value.includes("\0") || key.includes("\0")) throw new TypeError(HOLDS_NUL);
    taken[key] = value;
    count++;
  }
  const values = declared(source, keys);
  if (values.every((value) => value === undefined)) refuseHolder(source);
  // A declared variable may not be enumerable.
  for (const [index, key] of keys.entries()) {
    const value = values[index];
    if (value === undefined || Object.hasOwn(taken, key)) continue;
    if (!isVariable(value)) throw new TypeError(value.includes("\0") ? HOLDS_NUL : HOLDS_HALF);
    taken[key] = value;
    count++;
  }
  return count === 0 && Object.keys(source).length > 0 ? seen(taken) : taken;
}

/**
 * Variables that were looked at. Without any, a stand-in takes their place: the core refuses to check an environment that sets nothing, because
 * nobody may have read it, but this one was read, and only lacks the keys that the schema declares.
 */
export function seen(variables: Record<string, string>): Record<string, string> {
  return Object.keys(variables).length > 0 ? variables : { [PRESENT]: "1" };
}

/** The name of that stand-in, which no schema declares. */
const PRESENT = "ENVGATE_PRESENT";

/** Whether a process can have a variable of that value. */
export function isVariable(value: string): boolean {
  return isWellFormed(value) && !value.includes("\0");
}

function object(env: unknown): Members {
  if (typeof env !== "object" || env === null || Array.isArray(env)) throw new TypeError(NO_VARIABLES);
  if (isCollection(env)) throw new TypeError("a plain object of environment variables is needed, not a Map or Set: Object.fromEntries(map) makes one");
  if (isPromise(env)) throw new TypeError("an object of environment variables is needed, not a promise of one: await it");
  if (ArrayBuffer.isView(env) || tag(env) === "String") throw new TypeError("an object of environment variables is needed, not text or bytes: parse() reads the text of a file");
  return env as Members;
}

/** Refuses what has the variables elsewhere, asked where no declared one is found: there are none in it, and it would pass if none is required. */
function refuseHolder(source: Members): void {
  const { env, toObject } = source;
  if (typeof toObject === "function") throw new TypeError("an object of environment variables is needed, and this one makes it: Deno.env.toObject()");
  if (typeof env === "object" && env !== null) throw new TypeError("an object of environment variables is needed, and this one has it as its `env`: process.env, import.meta.env");
}

const NO_VARIABLES = "an object of environment variables is needed, such as process.env";
const HOLDS_HALF = "a variable holds half a character (a lone surrogate), which no process can have";
const HOLDS_NUL = "a variable holds a NUL, which no process can have";

/** Whether something has to be awaited. */
export function isPromise(given: unknown): boolean {
  return typeof given === "object" && given !== null && typeof (given as { then?: unknown }).then === "function";
}

/** An optional text. */
export function optionalText(given: unknown, what: string): void {
  if (given !== undefined && typeof given !== "string") throw new TypeError(`\`${what}\` is a text`);
}

/** The options of `compile`, which `loadSchema` takes, too. */
export const COMPILE_OPTIONS: ReadonlySet<string> = /* @__PURE__ */ new Set(["name", "beside"]);

/** Options, of which each must be known: a misspelt one would be ignored. */
export function options<T extends object>(given: T | undefined, known: ReadonlySet<string>): T {
  if (given === undefined) return {} as T;
  // What is something else has no options in it: those of a Map, or of a promise, would be ignored.
  if (typeof given !== "object" || given === null || tag(given) !== "Object") throw new TypeError("options are a plain object, such as { environment: \"production\" }");
  for (const name in given) if (!known.has(name)) throw new TypeError(`there is no option ${JSON.stringify(name)}: there are ${[...known].join(", ")}`);
  return given;
}

/** The name of a built-in class, also of objects from another realm, as all of Node's are under jsdom: there, `instanceof` says no. */
export function tag(given: unknown): string {
  return Object.prototype.toString.call(given).slice(8, -1);
}

export function isCollection(given: unknown): boolean {
  return /^(Map|Set)$/.test(tag(given));
}

export function isBytes(given: unknown): given is Uint8Array {
  return ArrayBuffer.isView(given) && tag(given) === "Uint8Array";
}

/** An object that has all of its members itself: that of a literal, of JSON, of a module. Of another realm, the prototype is another object, but has none either. */
export function isPlain(given: unknown): boolean {
  if (typeof given !== "object" || given === null || Array.isArray(given) || isCollection(given)) return false;
  const prototype: unknown = Object.getPrototypeOf(given);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Milliseconds since 1970. */
export function instant(now: Date | number | string | undefined, what: string): number {
  const milliseconds = now === undefined ? Date.now() : typeof now === "string" ? Date.parse(now) : typeof now === "number" || tag(now) === "Date" ? Number(now) : Number.NaN;
  if (!Number.isSafeInteger(Math.trunc(milliseconds))) throw new TypeError(`\`${what}\` is no instant: a Date, milliseconds since 1970, or a text such as 2026-11-20T00:00:00Z`);
  return Math.trunc(milliseconds);
}
