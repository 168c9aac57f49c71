// Two versions of the same environments: what became of each key, and what is newly wrong. Works on comparisons and reports, never on
// values.
import type { Change, Changes, Comparison, Diagnostic } from "./protocol.ts";

/**
 * @param names the environments, in the order of `keys`: for each, the old version and then the new one
 */
export function changes(names: string[], keys: Comparison[], before: Diagnostic[], after: Diagnostic[]): Changes {
  const environments = names.map((name, at) => {
    const changed: Change[] = [];
    let unchanged = 0;
    for (const { key, sameAs, longerThan } of keys) {
      const what = change([sameAs[2 * at]!, sameAs[2 * at + 1]!], [longerThan[2 * at]!, longerThan[2 * at + 1]!]);
      if (what === "same") unchanged++;
      else if (what !== "absent") changed.push({ key, what });
    }
    const here = (list: Diagnostic[]) => list.filter(({ environment }) => environment === name);
    return { name, keys: changed, broken: without(here(after), here(before)), mended: without(here(before), here(after)), unchanged };
  });
  return { environments };
}

function change([was, is]: (number | null)[], [shorter, longer]: (number | null)[]): Change["what"] | "same" | "absent" {
  if (was === null && is === null) return "absent";
  if (was === null || was === undefined) return "added";
  if (is === null || is === undefined) return "removed";
  if (was < 0 || is < 0) return "unknown";
  if (was === is) return "same";
  return longer! > shorter! ? "longer" : longer! < shorter! ? "shorter" : "changed";
}

/** Those for which the other version has none of the same kind. Lines move, so a place tells nothing. */
function without(list: Diagnostic[], others: Diagnostic[]): Diagnostic[] {
  const name = ({ code, key, message }: Diagnostic) => `${code}\n${key ?? message}`;
  const known = new Set(others.map(name));
  return list.filter((one) => !known.has(name(one)));
}
