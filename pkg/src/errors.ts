/** What the package throws: an {@link EnvError} for an environment that does not pass, a {@link RefusedError} if it could not be checked. */
import type { Diagnostic, Place, Report } from "./report.js";
import { shown } from "./shown.js";

/** The same symbol in every realm and every copy of this package. */
const BRAND = /* @__PURE__ */ Symbol.for("envgate.EnvError");

/** The environment does not meet the schema. Carries all problems of severity error at once, and no values. */
export class EnvError extends Error {
  declare readonly name: "EnvError";
  /** Those of severity error. */
  declare readonly diagnostics: readonly Diagnostic[];
  /** The whole report. */
  declare readonly report: Report;

  constructor(report: Report) {
    const diagnostics = report.diagnostics.filter(({ severity }) => severity === "error");
    const where = shown(report.environments.map(({ name }) => name).join(", "));
    const count = `${diagnostics.length} problem${diagnostics.length === 1 ? "" : "s"}`;
    super(`${count} in the environment variables (${where}):\n${diagnostics.map(line).join("\n")}`);
    unlisted(this, { name: "EnvError", diagnostics, report, [BRAND]: true });
  }
}

/** Members that are not enumerable, so that a host does not print them with an uncaught error: the message is enough, and the report has hundreds of lines. */
function unlisted(error: Error, members: Record<PropertyKey, unknown>): void {
  for (const name of Reflect.ownKeys(members)) Object.defineProperty(error, name, { value: members[name], configurable: true });
  // The stack begins with the name that the error had when it was made.
  Error.captureStackTrace?.(error, error.constructor);
}

function line({ code, message, help }: Diagnostic): string {
  return `  ${shown(message)} [${code}]${help === null ? "" : `\n      ${shown(help)}`}`;
}

/** Whether it is an {@link EnvError}, including one from another realm, another copy of this package or a worker. */
export function isEnvError(error: unknown): error is EnvError {
  if (typeof error !== "object" || error === null) return false;
  try {
    const { [BRAND]: brand, name, diagnostics, report } = error as { [BRAND]?: unknown; name?: unknown; diagnostics?: unknown; report?: { version?: unknown } };
    // An error that a worker did not catch arrives as a copy without symbols.
    return brand === true || (name === "EnvError" && Array.isArray(diagnostics) && report?.version === 1);
  } catch {
    // A proxy that was revoked, or whose handler throws.
    return false;
  }
}

/** One reason why the check could not be done. */
export interface Reason {
  readonly message: string;
  readonly file: string | null;
  readonly start: Place | null;
  readonly end: Place | null;
  readonly help: string | null;
}

/** The check could not be done: the schema is wrong, an environment is unknown, there is nothing to check. Never a pass. */
export class RefusedError extends TypeError {
  declare readonly name: "RefusedError";
  /** Every reason, with its location if it has one. */
  declare readonly reasons: readonly Reason[];
  /** Whether only `envgate/full` can do it. */
  declare readonly needsFull: boolean;

  constructor(given: readonly Reason[]) {
    const reasons = given.map((one) => (wantsFull(one) ? { ...one, help: FULL } : one));
    super(reasons.map(reason).join("\n"));
    unlisted(this, { name: "RefusedError", reasons, needsFull: given.some(wantsFull) });
  }
}

/** What to do if only the full build can do it. The core can't say so, because it does not know what its builds are called in this package. */
const FULL = 'take `compile` of "envgate/full"';

function wantsFull({ message }: Reason): boolean {
  return message.includes(" needs the full build");
}

function reason({ message, file, start, help }: Reason): string {
  const place = file === null || start === null ? "" : `${file}:${start.line}:${start.column}: `;
  return shown(`${place}${message}${help === null ? "" : ` (${help})`}`);
}
