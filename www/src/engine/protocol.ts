// What the page and its worker say to each other, and the wire format that the core writes.
//
// The worker owns the WebAssembly and every copy of a text that is being checked; the page gets reports, spans and comparisons, none of
// which holds a value. Long lists come in parts, so that no single message keeps the page from drawing.

import type { Seven } from "../packed.ts";

/** A file as the worker knows it; `bytes` is left out when this version was sent before. */
export interface WireFile {
  id: number;
  version: number;
  name: string;
  bytes?: Uint8Array;
  /** Whether it is opened in an editor, which wants to know what may be seen of it. */
  editable: boolean;
}

export interface WireEnvironment {
  name: string;
  /** Ids of files, low to high precedence. */
  files: number[];
  /** Of files that it does not take whole: a service, a container. */
  parts: Part[];
}

export interface Part {
  file: number;
  part: string;
}

/** One review: everything is said each time, so that the worker has no state but a cache of texts and of compiled schemas. */
export interface Job {
  /** The schema to check with; `null` checks with none, for masks and for how files are written. */
  schema: WireFile | null;
  /** Files that the schema refers to. */
  beside: WireFile[];
  files: WireFile[];
  environments: WireEnvironment[];
  /** The environments with the old versions of their files, where there are any. */
  before: WireEnvironment[];
  /** Files that others may take variables from. */
  attached: number[];
  /** Files of no environment yet, whose keys may be seen all the same. */
  unrouted: number[];
  /** The reference file. */
  example: number | null;
  /** env.rotation.json. */
  ledger: number | null;
  waivers: number | null;
  baseline: number | null;
  /** Exports of secret managers. */
  evidence: number[];
  /** The phase for which is checked; `null` for all of them. */
  phase: Phase | null;
  now: number;
}

export const PHASES = ["build", "deploy", "run"] as const;
export type Phase = (typeof PHASES)[number];

/** The WebAssembly: as it is, or compressed, as text or as bytes. */
export type Wasm = { bytes: Uint8Array<ArrayBuffer> } | Seven | { deflated: Uint8Array<ArrayBuffer> };

export type ToWorker =
  | { kind: "open"; wasm: Wasm }
  /** Of a worker that does nothing else: the WebAssembly in a script beside the page. */
  | { kind: "load"; url: string }
  | { kind: "compile"; id: number; schema: WireFile; beside: WireFile[] }
  | { kind: "review"; id: number; job: Job }
  /** What a review leaves to be known: equal values, and how the old versions stood. */
  | { kind: "compare"; id: number; job: Job }
  | { kind: "report"; id: number; job: Job; format: ReportFormat }
  | { kind: "rules"; id: number }
  /** Files that are in the review no more. */
  | { kind: "forget"; files: number[] };

/** A question without its number. */
export type Question = ToWorker extends infer Message ? (Message extends { id: number } ? Omit<Message, "id"> : never) : never;

export type FromWorker =
  | { kind: "opened"; version: string }
  | { kind: "unable"; reason: string }
  | { kind: "loaded"; bytes: Uint8Array<ArrayBuffer> }
  | { kind: "compiled"; id: number; answer: Compiled | Refusal }
  | { kind: "masked"; id: number; masks: { file: number; version: number; pieces: Uint32Array }[] }
  /** The report as JSON: all of it but its diagnostics, then those, some at a time. */
  | { kind: "head"; id: number; json: string }
  | { kind: "diagnostics"; id: number; json: string }
  | { kind: "compared"; id: number; same: Comparison[]; old: Old | null }
  | { kind: "done"; id: number; milliseconds: number }
  | { kind: "refused"; id: number; refusal: Refusal }
  | { kind: "text"; id: number; text: string }
  | { kind: "rules"; id: number; rules: Rule[] }
  | { kind: "failed"; id: number; reason: string };

export interface Compiled {
  title: string | null;
  environments: { name: string; aliases: string[]; title: string | null; files: string[] }[];
  keys: string[];
  /** What the schema says of a key, for people. */
  about: Record<string, About>;
  /** Files beside the schema that it refers to. */
  references: string[];
  /** Whether some keys are required only in some phases. */
  phased: boolean;
}

export interface About {
  category?: string;
  description?: string;
  owner?: string;
  runbook?: string;
}

export interface Refusal {
  errors: { message: string; file: string | null; start: Position | null; end: Position | null; help: string | null }[];
  /** The compact core can't do that, and the full one can. */
  needsFull?: boolean;
}

/** The numbers by which the core knows them. */
export const enum ReportFormat {
  Json,
  Sarif,
  Markdown,
}

export type Severity = "error" | "warning" | "info" | "hint";
export const STATES = ["ok", "invalid", "missing", "defaulted", "forbidden", "unknown", "external"] as const;
export type State = (typeof STATES)[number];

export interface Position {
  line: number;
  column: number;
  offset: number;
}

/** `report.v1`, as schemas/report.v1.schema.json describes it. */
export interface Report {
  version: number;
  tool: { name: string; version: string };
  checkedAt: string;
  /** Whether all that was asked for was checked; a report from before this was told leaves it open. */
  complete?: boolean;
  environments: Environment[];
  /** The other environments of the schema. */
  unchecked?: string[];
  diagnostics: Diagnostic[];
  hidden: { suppressed: number; waived: number; baseline: number; omitted: number };
}

export interface Environment {
  name: string;
  files: string[];
  errors: number;
  warnings: number;
  variables: Variable[];
}

export interface Variable {
  key: string;
  state: State;
  secret: boolean;
  file: string | null;
  line: number | null;
  age: Age | null;
}

/** How old a value is. It came to be between `from` and `to`, as far as they are known. */
export interface Age {
  verdict: string;
  due: string | null;
  /** From when on it is due soon. */
  warn: string | null;
  from: string | null;
  to: string | null;
  expires: string | null;
  class: string | null;
  owner: string | null;
  runbook: string | null;
  evidence: { rank: string; source: string; field: string; file: string | null; line: number | null }[];
  /** What would settle an unknown age. */
  settle: string | null;
}

export interface Diagnostic {
  code: string;
  severity: Severity;
  environment: string | null;
  key: string | null;
  message: string;
  file: string | null;
  start: Position | null;
  end: Position | null;
  schemaPointer: string | null;
  related: { message: string; file: string; start: Position; end: Position }[];
  help: string | null;
  fix: Fix | null;
}

export interface Fix {
  title: string;
  applicability: "safe" | "unsafe";
  edits: { start: Position; end: Position; text: string }[];
}

export interface Comparison {
  key: string;
  sameAs: (number | null)[];
  longerThan: (number | null)[];
}

export interface Rule {
  code: string;
  severity: Severity;
  summary: string;
}

/** The environments whose old files are known: the old and the new values of each key, one behind the other, and what was wrong then. */
export interface Old {
  keys: Comparison[];
  diagnostics: Diagnostic[];
}

/** What became of them. */
export interface Changes {
  environments: { name: string; keys: Change[]; broken: Diagnostic[]; mended: Diagnostic[]; unchanged: number }[];
}

export interface Change {
  key: string;
  what: "added" | "removed" | "longer" | "shorter" | "changed" | "unknown";
}
