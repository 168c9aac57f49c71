// What the page knows: one state, which is changed in one place and from which everything is drawn.
//
// It is stored nowhere, neither in the browser nor in the URL, and is gone when the tab is closed.
import type { Named } from "./folders.ts";
import type { Changes, Comparison, Compiled, Diagnostic, Phase, Refusal, Report, Severity } from "./engine/protocol.ts";

export type Role =
  | "schema"
  /** A file that the schema refers to. */
  | "beside"
  | "env"
  /** .env.example: its values are placeholders. */
  | "example"
  | "ledger"
  | "waivers"
  | "baseline"
  /** An export of a secret manager, of which only dates are read. */
  | "evidence"
  /** Unknown. */
  | "other";

export interface InputFile {
  readonly id: number;
  /** The name in reports, relative to the folder of the schema. */
  name: string;
  /** Its name when it was added, with the folders above it if it was in any. */
  origin: string;
  role: Role;
  /** The bytes as they were read, until somebody edits the file. */
  bytes: Uint8Array<ArrayBuffer>;
  /** Counts up with every change, so that no version is sent twice, and no answer is taken to be about a newer text. */
  version: number;
  /** Whether it was pasted, so that it may exist nowhere else. */
  pasted: boolean;
  /** The environment that the reviewer chose for it, if its name does not tell. */
  chosen: string | null;
  /** The parts of it that belong there, if not all of it does. */
  parts: string[];
  /** Its old version, to compare with. */
  before: InputFile | null;
  /** Why it is not opened in an editor. */
  unreadable: Unreadable | null;
  /** Why it could not be used, as a sentence. The reviewer wanted it checked, so the verdict is not "yes" until it is removed. */
  trouble: string | null;
}

export type Unreadable = "binary" | "not-utf8" | "large" | "may-hold-values" | "not-taken";

export type View = "files" | "matrix" | "rotation" | "changes";

export type Status =
  /** There is nothing to review. */
  | { is: "empty" }
  /** Slow once it takes so long that the last result must no longer be shown in its place. */
  | { is: "checking"; slow: boolean }
  | { is: "checked"; milliseconds: number }
  | { is: "cancelled" }
  /** The schema has mistakes, or what was asked for can't be checked. */
  | { is: "refused"; refusal: Refusal }
  /** The browser won't run the core, or it trapped. */
  | { is: "broken"; message: string; help: string };

/** One report that was opened. */
export interface Imported {
  /** The file that it is from. */
  file: string;
  /** Where the file has reports for several schemas. */
  schema: string | null;
  complete: boolean;
  report: Report | null;
}

export interface State {
  files: InputFile[];
  /** The names of other schemas that were added together with the one under review, and all files that were added with them. */
  others: { schemas: string[]; given: Named[] } | null;
  /** What the last valid version of the schema says. */
  compiled: Compiled | null;
  status: Status;
  /** Whether something is being read. Slow once it takes so long that the last verdict must no longer be shown in its place. */
  reading: { slow: boolean } | null;
  report: Report | null;
  /** A report that was opened in place of files. Files beside it could not be read. */
  imported: { reports: Imported[]; shown: Imported } | null;
  /** The version of the program that serves the page, if one does. */
  program: string | null;
  /** The phase to check; all phases if there is none. */
  phase: Phase | null;
  /** Whether there is a schema behind the report. */
  withSchema: boolean;
  /** What was not taken into account, as sentences. */
  leftOut: string[];
  /** Why the verdict is not "yes", although everything was checked. */
  doubt: string | null;
  same: Comparison[];
  changes: Changes | null;
  /** Whether these two belong to an older report, and are being computed for the new one. */
  comparing: boolean;
  view: View;
  /** The file in the editor. */
  open: number | null;
  /** Whether all values are shown. */
  revealed: boolean;
}

export const state: State = {
  files: [],
  others: null,
  compiled: null,
  status: { is: "empty" },
  reading: null,
  report: null,
  imported: null,
  program: null,
  phase: null,
  withSchema: false,
  leftOut: [],
  doubt: null,
  same: [],
  changes: null,
  comparing: false,
  view: "files",
  open: null,
  revealed: false,
};

type Listener = (changed: ReadonlySet<keyof State>) => void;
const listeners: Listener[] = [];
let changed = new Set<keyof State>();
let scheduled = false;

/** Tells who draws. All changes of one turn are drawn once. */
export function set(change: Partial<State>): void {
  Object.assign(state, change);
  for (const key of Object.keys(change)) changed.add(key as keyof State);
  if (scheduled) return;
  scheduled = true;
  queueMicrotask(() => {
    scheduled = false;
    const now = changed;
    changed = new Set();
    for (const listener of listeners) listener(now);
  });
}

export const listen = (listener: Listener): unknown => listeners.push(listener);

let last = 0;
export function newFile(name: string, role: Role, bytes: Uint8Array<ArrayBuffer>, unreadable: Unreadable | null = null): InputFile {
  return { id: ++last, name, origin: name, role, bytes, version: 1, pasted: false, chosen: null, parts: [], before: null, unreadable, trouble: null };
}

export const notTaken = (name: string, role: Role, trouble: string): InputFile => ({ ...newFile(name, role, new Uint8Array(), "not-taken"), trouble });

export const fileOf = (id: number | null): InputFile | undefined => state.files.find((file) => file.id === id);
export const fileNamed = (name: string | null): InputFile | undefined => state.files.find((file) => file.name === name);
export const schemaFile = (): InputFile | undefined => state.files.find(({ role }) => role === "schema");

/** The phase for which is checked: a schema that speaks of none has the same verdict for all. */
export const phaseOf = ({ phase, compiled }: State): Phase | null => (compiled?.phased ? phase : null);

/** Whether what was put in last takes so long that no verdict on what was there before may stand there. */
export const isLate = ({ status, reading }: State): boolean => reading?.slow === true || (status.is === "checking" && status.slow);

/** The worst first. */
export const SEVERITIES: readonly Severity[] = ["error", "warning", "info", "hint"];

/** The number of each severity. */
export function counts(diagnostics: Iterable<Diagnostic>): Record<Severity, number> {
  const count = { error: 0, warning: 0, info: 0, hint: 0 };
  for (const { severity } of diagnostics) count[severity]++;
  return count;
}

/** How many errors a report tells of, by what it counts or by what it lists: the two differ in one that somebody has edited. */
export const errorsOf = ({ environments, diagnostics }: Report): number => Math.max(environments.reduce((sum, { errors }) => sum + errors, 0), counts(diagnostics).error);

/** What each report lists of errors, by environment; `null` for those of none that it has. */
const listedErrors = new WeakMap<Report, Map<string | null, number>>();

/** Counted once for a report, which may list ten thousand and is drawn again for every turn of the page. */
export function errorsListed(report: Report): ReadonlyMap<string | null, number> {
  let listed = listedErrors.get(report);
  if (listed) return listed;
  listed = new Map();
  const names = new Set(report.environments.map(({ name }) => name));
  for (const { severity, environment } of report.diagnostics) {
    const of = environment !== null && names.has(environment) ? environment : null;
    if (severity === "error") listed.set(of, (listed.get(of) ?? 0) + 1);
  }
  listedErrors.set(report, listed);
  return listed;
}

/** Always the same, so that nobody takes it for news. */
const NONE: Diagnostic[] = [];

/** The diagnostics of each file, as they stand in it. Made once for a report. */
let grouped: { of: Diagnostic[]; length: number; byFile: Map<string, Diagnostic[]> } | undefined;
export function diagnosticsOf(file: string): Diagnostic[] {
  const of = state.report?.diagnostics ?? [];
  if (grouped?.of !== of || grouped.length !== of.length) {
    const byFile = new Map<string, Diagnostic[]>();
    for (const diagnostic of of) {
      const name = diagnostic.file ?? "";
      const list = byFile.get(name);
      if (list) list.push(diagnostic);
      else byFile.set(name, [diagnostic]);
    }
    grouped = { of, length: of.length, byFile };
  }
  return grouped.byFile.get(file) ?? NONE;
}
