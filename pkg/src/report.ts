/**
 * `report.v1`, as `envgate check --format json` writes it too. Written by hand; a test holds it to `schemas/report.v1.schema.json`. No member
 * ever holds a value of a variable.
 */
export interface Report {
  readonly version: 1;
  readonly tool: { readonly name: "envgate"; readonly version: string };
  /** The time of the check, in RFC 3339. */
  readonly checkedAt: string;
  /** Whether all that was asked for was checked. If not, the report is no pass, whatever else it says: a file is not UTF-8. What else can't be checked, this package refuses. */
  readonly complete: boolean;
  readonly environments: readonly EnvironmentReport[];
  /** The other environments of the schema, in its order. The report says nothing about them. */
  readonly unchecked: readonly string[];
  /** Sorted by location; those about something missing come last. At most 10,000. */
  readonly diagnostics: readonly Diagnostic[];
  /** How many diagnostics are not in the list, and why. */
  readonly hidden: { readonly suppressed: number; readonly waived: number; readonly baseline: number; readonly omitted: number };
}

export interface EnvironmentReport {
  readonly name: string;
  /** Low to high precedence. */
  readonly files: readonly string[];
  readonly errors: number;
  readonly warnings: number;
  readonly variables: readonly VariableReport[];
}

export type State = "ok" | "invalid" | "missing" | "defaulted" | "forbidden" | "unknown" | "external";

export interface VariableReport {
  readonly key: string;
  readonly state: State;
  readonly secret: boolean;
  readonly file: string | null;
  /** From 1. */
  readonly line: number | null;
  /** Only for secrets with a policy. */
  readonly age: Age | null;
}

/** How old a secret is, as far as is known. `from` and `to` are the earliest and the latest time at which it can have been created, in RFC 3339. */
export interface Age {
  readonly verdict: "expired" | "overdue" | "conflict" | "unknown" | "due-soon" | "current" | "unregulated";
  /** When it must be replaced at the latest. */
  readonly due: string | null;
  readonly warn: string | null;
  readonly from: string | null;
  readonly to: string | null;
  readonly expires: string | null;
  /** The class of its policy. */
  readonly class: string | null;
  readonly owner: string | null;
  readonly runbook: string | null;
  /** The evidence, best first. */
  readonly evidence: readonly Evidence[];
  /** What would settle an unknown age. */
  readonly settle: string | null;
}

/** One piece of evidence for the age of a secret. */
export interface Evidence {
  readonly rank: "issuer" | "value" | "store" | "ledger" | "record" | "copy" | "git" | "comment";
  readonly source: string;
  readonly field: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly expires: string | null;
  readonly file: string | null;
  readonly line: number | null;
}

export type Severity = "error" | "warning" | "info" | "hint";

export interface Diagnostic {
  /** The rule, such as `missing-required`. */
  readonly code: string;
  readonly severity: Severity;
  readonly environment: string | null;
  readonly key: string | null;
  /** One sentence without a full stop. */
  readonly message: string;
  readonly file: string | null;
  readonly start: Place | null;
  readonly end: Place | null;
  /** Other places that explain it. */
  readonly related: readonly Related[];
  /** A JSON Pointer into the schema. */
  readonly schemaPointer: string | null;
  /** What to do. */
  readonly help: string | null;
  readonly fix: Fix | null;
}

export interface Place {
  /** From 1. */
  readonly line: number;
  /** From 1, in Unicode scalar values. */
  readonly column: number;
  /** In bytes, from 0. */
  readonly offset: number;
}

export interface Related {
  readonly message: string;
  readonly file: string;
  readonly start: Place;
  readonly end: Place;
}

export interface Fix {
  readonly title: string;
  readonly applicability: "safe" | "unsafe";
  readonly edits: readonly Edit[];
}

export interface Edit {
  readonly start: Place;
  readonly end: Place;
  readonly text: string;
}
