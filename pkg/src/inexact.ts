/** Numbers that JavaScript can't represent: a check compares them digit by digit, but a program would get a different number. */
import type { Variables } from "./inputs.js";
import type { Diagnostic, Report } from "./report.js";

/** @internal What the core has read of the declared keys, in their order: nothing, the text as it was given, or in an array what that text is read as. */
export interface Read {
  readonly values: readonly (0 | 1 | readonly [unknown])[];
}

/** @internal The values of an environment. */
export interface Typed {
  readonly values: { readonly [key: string]: unknown };
}

/** Puts texts in the places of those that are as they were given. */
export function typedOf({ values: read }: Read, keys: readonly string[], texts: readonly (string | undefined)[]): Typed {
  const values: { [key: string]: unknown } = {};
  for (let i = 0; i < keys.length; i++) {
    const one = read[i];
    if (one === undefined || one === 0) continue;
    const key = keys[i] as string;
    const value = one === 1 ? texts[i] : one[0];
    // Assigned to, `__proto__` would not become a member, and one of a prototype that is frozen could not be replaced.
    if (key in values) Object.defineProperty(values, key, { value, writable: true, enumerable: true, configurable: true });
    else values[key] = value;
  }
  return { values };
}

/** @internal Whether it passed. Asked of the object itself, since libraries that extend `Object.prototype` give every object a member of that name. */
export function isTyped<Passed extends { readonly values: unknown }>(result: Passed | Report): result is Passed {
  return Object.hasOwn(result, "values");
}

/** Whether a value is another number than the text that it was read from, or has one in it: in a list, or anywhere in JSON. */
export function isInexact(value: unknown, text: unknown): boolean {
  let loses: boolean | undefined;
  const isOther = (number: number): boolean => !Number.isSafeInteger(number) && (!Number.isFinite(number) || (Number.isInteger(number) && (loses ??= losesDigits(String(text)))));
  const holdsOther = (value: unknown): boolean => (typeof value === "number" ? isOther(value) : typeof value === "object" && value !== null && Object.values(value).some(holdsOther));
  return holdsOther(value);
}

/** The text with the numbers that a program would get, if that differs. What a schema allows may so become what it does not: `4.9999999999999999999` is 5, and `1e-400` is 0. */
export function rounded(value: unknown, text: unknown): string | undefined {
  if (typeof text !== "string" || !holdsNumber(value)) return undefined;
  const got = text.replace(/"(?:[^"\\]|\\.)*"|(?<![\w.])\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/gs, (found) => (!found.startsWith('"') && /\d{16}|[eE]/.test(found.replace(".", "")) ? String(Number(found)) : found));
  return got === text ? undefined : got;
}

/** Whether a value is a number, or has one in it. */
function holdsNumber(value: unknown): boolean {
  return typeof value === "number" || (typeof value === "object" && value !== null && Object.values(value).some(holdsNumber));
}

/** The environment with another text of one variable. */
export function withText(env: Variables, key: string, text: string): Variables {
  return Object.defineProperties({}, { ...Object.getOwnPropertyDescriptors(env), [key]: { value: text, enumerable: true } }) as Variables;
}

/** Of an integer above 2^53 every digit is meant if it was written out; a fraction is rounded by its nature. Which of the numbers in the text a value was is not known, so it is any of them. */
function losesDigits(text: string): boolean {
  const numbers = text.replace(/"(?:[^"\\]|\\.)*"/gs, "").match(/\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g) ?? [];
  return numbers.some((digits) => /^\d{16,}$/.test(digits) && BigInt(digits) !== BigInt(Number(digits)));
}

/** The report with what the core has no reason to refuse. */
export function withInexact(report: Report, keys: readonly string[]): Report {
  const environments = report.environments.map((one) => ({
    ...one,
    errors: one.errors + keys.length,
    variables: one.variables.map((variable) => (keys.includes(variable.key) ? { ...variable, state: "invalid" as const } : variable)),
  }));
  const lost = keys.map((key): Diagnostic => ({
    code: "schema-type", severity: "error", environment: environments[0]?.name ?? null, key,
    message: `${key} has a number that JavaScript can't hold exactly`,
    file: null, start: null, end: null, schemaPointer: null, related: [],
    help: "declare it as a string with a pattern, such as \"^[0-9]+$\": BigInt() makes an exact number of it", fix: null,
  }));
  return { ...report, environments, diagnostics: [...report.diagnostics, ...lost] };
}
