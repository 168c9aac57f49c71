// Merges diagnostics for people: a problem in a file that several environments share has to be fixed only once. `report.v1` has an entry for each
// environment. The native program merges them in src/report/merged.rs; the page can't ask it, since a report from CI comes without the files.
import type { Diagnostic } from "./engine/protocol.ts";

/** Diagnostics that differ in nothing but their environment. */
export interface Merged {
  /** The first of them. */
  diagnostic: Diagnostic;
  /** The environments of all of them. */
  environments: string[];
}

/** What each list was merged to: it may have ten thousand entries, and every view asks again. */
const done = new WeakMap<Diagnostic[], Merged[]>();

/** How many entries back the same diagnostic is looked for. */
const NEAR = 64;

export function merged(diagnostics: Diagnostic[]): Merged[] {
  const known = done.get(diagnostics);
  if (known) return known;
  const all: Merged[] = [];
  for (const diagnostic of diagnostics) {
    const environments = diagnostic.environment === null ? [] : [diagnostic.environment];
    const same = sameBefore(all, diagnostic);
    if (same) same.environments.push(...environments);
    else all.push({ diagnostic, environments });
  }
  done.set(diagnostics, all);
  return all;
}

/** A report is sorted by place, so the same diagnostics are near each other. */
function sameBefore(all: Merged[], diagnostic: Diagnostic): Merged | undefined {
  for (let at = all.length - 1; at >= Math.max(0, all.length - NEAR); at--) {
    const one = all[at]!;
    if (!isAtPlaceOf(one.diagnostic, diagnostic)) return undefined;
    if (isSame(one.diagnostic, diagnostic)) return one;
  }
  return undefined;
}

const isAtPlaceOf = (one: Diagnostic, other: Diagnostic): boolean => one.file === other.file && one.start?.line === other.start?.line && one.start?.column === other.start?.column;

/** Whether two diagnostics differ in nothing but their environment. */
export const isSame = (one: Diagnostic, other: Diagnostic | undefined): boolean =>
  other !== undefined &&
  (one === other ||
    (isAtPlaceOf(one, other) && one.end?.line === other.end?.line && one.end?.column === other.end?.column && one.code === other.code && one.severity === other.severity && one.key === other.key && one.message === other.message && one.help === other.help && one.schemaPointer === other.schemaPointer));
