import type { Diagnostic, Place, Report } from "./report.js";

/** Known in every realm and in every copy of this package. */
const BRAND = /* @__PURE__ */ Symbol.for("envgate.EnvError");

/** The environment is not as the schema asks: all diagnostics of severity error at once, and no value in any of them. */
export class EnvError extends Error {
  declare readonly name: "EnvError";
  /** Those of severity error. */
  declare readonly diagnostics: readonly Diagnostic[];
  /** All that was found. */
  declare readonly report: Report;

  constructor(report: Report) {
    const diagnostics = report.diagnostics.filter(({ severity }) => severity === "error");
    const where = report.environments.map(({ name }) => name).join(", ");
    const count = `${diagnostics.length} problem${diagnostics.length === 1 ? "" : "s"}`;
    super(`${count} in the environment variables (${where}):\n${diagnostics.map(line).join("\n")}`);
    unlisted(this, { name: "EnvError", diagnostics, report, [BRAND]: true });
  }
}

/** Members that a host leaves out when it prints an error that nobody caught: the message says it all, and the report is hundreds of lines. */
function unlisted(error: Error, members: Record<PropertyKey, unknown>): void {
  for (const name of Reflect.ownKeys(members)) Object.defineProperty(error, name, { value: members[name], configurable: true });
  // The stack begins with the name that the error had when it was made.
  Error.captureStackTrace?.(error, error.constructor);
}

function line({ code, message, help }: Diagnostic): string {
  return `  ${message} [${code}]${help === null ? "" : `\n      ${help}`}`;
}

/** Whether it is an {@link EnvError}, also one of another realm or of another copy of this package. */
export function isEnvError(error: unknown): error is EnvError {
  if (typeof error !== "object" || error === null) return false;
  try {
    return (error as { [BRAND]?: unknown })[BRAND] === true;
  } catch {
    // A proxy that has been revoked, or that throws by itself.
    return false;
  }
}

/** One reason why there is no answer. */
export interface Reason {
  readonly message: string;
  readonly file: string | null;
  readonly start: Place | null;
  readonly end: Place | null;
  readonly help: string | null;
}

/** What was asked for could not be done: the schema is wrong, an environment is unknown, there is nothing to check. Never a pass. */
export class RefusedError extends TypeError {
  declare readonly name: "RefusedError";
  /** Every reason, with its place where it has one. */
  declare readonly reasons: readonly Reason[];
  /** Whether the compact engine was too small for it: `envgate/full` has the other. */
  declare readonly needsFull: boolean;

  constructor(given: readonly Reason[]) {
    const reasons = given.map((one) => (wantsFull(one) ? { ...one, help: FULL } : one));
    super(reasons.map(reason).join("\n"));
    unlisted(this, { name: "RefusedError", reasons, needsFull: given.some(wantsFull) });
  }
}

/** The core can't know how its builds are called here. */
const FULL = 'take `compile` of "envgate/full"';

function wantsFull({ message }: Reason): boolean {
  return message.includes(" needs the full build");
}

function reason({ message, file, start, help }: Reason): string {
  const place = file === null || start === null ? "" : `${file}:${start.line}:${start.column}: `;
  return `${place}${message}${help === null ? "" : ` (${help})`}`;
}
