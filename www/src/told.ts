// What a report tells people, each thing once: a problem in a file that several environments share is fixed once. The native program
// does the same (src/report/merged.rs); `report.v1` has an entry for each environment. It is done here, since a report from CI comes as it is, with no
// files from which the core could tell it.
import type { Diagnostic } from "./engine/protocol.ts";

/** Diagnostics that differ in nothing but their environment. */
export interface Told {
  /** The first of them. */
  diagnostic: Diagnostic;
  /** The environments of all. */
  environments: string[];
}

/** Made once for a list, of which there may be ten thousand entries. */
const made = new WeakMap<Diagnostic[], Told[]>();

/** So far back a diagnostic is looked for that stands at the same place. */
const NEAR = 64;

export function told(diagnostics: Diagnostic[]): Told[] {
  const known = made.get(diagnostics);
  if (known) return known;
  const all: Told[] = [];
  for (const diagnostic of diagnostics) {
    const environments = diagnostic.environment === null ? [] : [diagnostic.environment];
    const same = sameBefore(all, diagnostic);
    if (same) same.environments.push(...environments);
    else all.push({ diagnostic, environments });
  }
  made.set(diagnostics, all);
  return all;
}

/** A report is sorted by place, so what is the same stands together. */
function sameBefore(all: Told[], diagnostic: Diagnostic): Told | undefined {
  for (let at = all.length - 1; at >= Math.max(0, all.length - NEAR); at--) {
    const one = all[at]!;
    if (!isAtPlaceOf(one.diagnostic, diagnostic)) return undefined;
    if (isToldWith(one.diagnostic, diagnostic)) return one;
  }
  return undefined;
}

const isAtPlaceOf = (one: Diagnostic, other: Diagnostic): boolean => one.file === other.file && one.start?.line === other.start?.line && one.start?.column === other.start?.column;

/** Whether one diagnostic is told with another. */
export const isToldWith = (one: Diagnostic, other: Diagnostic | undefined): boolean =>
  other !== undefined &&
  (one === other ||
    (isAtPlaceOf(one, other) && one.end?.line === other.end?.line && one.end?.column === other.end?.column && one.code === other.code && one.severity === other.severity && one.key === other.key && one.message === other.message && one.help === other.help && one.schemaPointer === other.schemaPointer));
