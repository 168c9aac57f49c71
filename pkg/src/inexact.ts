/** Numbers that JavaScript can't hold: a check knows them digit by digit, and a program would get others. */
import type { Diagnostic, Report } from "./report.js";

/** @internal The values of an environment, as the core has read them. */
export interface Typed {
  readonly values: { readonly [key: string]: unknown };
}

/** Whether a value is another number than the text that it was read from, or has one in it: in a list, or anywhere in JSON. */
export function isInexact(value: unknown, text: unknown): boolean {
  if (typeof value === "number") return !Number.isSafeInteger(value) && isOther(value, text);
  return typeof value === "object" && value !== null && Object.values(value).some((item) => isInexact(item, text));
}

/** Of an integer above 2^53 every digit is meant if it was written out; a fraction is rounded by its nature. */
function isOther(value: number, text: unknown): boolean {
  if (!Number.isFinite(value)) return true;
  if (!Number.isInteger(value)) return false;
  // Any of the numbers in the text: which of them this one was is not known.
  const numbers = String(text).replace(/"(?:[^"\\]|\\.)*"/gs, "").match(/\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g) ?? [];
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
