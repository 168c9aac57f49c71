// What a report tells people, each thing once: what several environments find in a file that they share is mended once. The native program
// does the same (src/report/told.rs); `report.v1` has an entry for each environment.
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

export function told(diagnostics: Diagnostic[]): Told[] {
  const known = made.get(diagnostics);
  if (known) return known;
  const all = new Map<string, Told>();
  for (const diagnostic of diagnostics) {
    const name = nameOf(diagnostic);
    const one = all.get(name);
    const environments = diagnostic.environment === null ? [] : [diagnostic.environment];
    if (one) one.environments.push(...environments);
    else all.set(name, { diagnostic, environments });
  }
  const list = [...all.values()];
  made.set(diagnostics, list);
  return list;
}

/** Whether one diagnostic is told with another. */
export const isToldWith = (one: Diagnostic, other: Diagnostic | undefined): boolean => other !== undefined && (one === other || nameOf(one) === nameOf(other));

const nameOf = ({ code, severity, message, key, file, start, end, help, schemaPointer }: Diagnostic): string =>
  [code, severity, key, file, start?.line, start?.column, end?.line, end?.column, schemaPointer, message, help].join("\n");
