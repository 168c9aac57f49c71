// A report as JSON in pieces: to read 25,000 diagnostics at once would keep the page from drawing, and to read them in the worker would mean to copy every one
// of them as an object. The core writes one member a line, so that the places to cut can be found without reading: no text in it has a line end.

const BEGIN = '\n  "diagnostics": [\n    {';
const END = "\n    }\n  ],";
const BETWEEN = "\n    },\n    {";
/** Characters in a piece: as many as are parsed in a few milliseconds. */
const LONG = 500_000;

/** All but the diagnostics, and lists of those; all in one piece where there is nothing to cut. */
export function pieces(json: string): { head: string; diagnostics: string[] } {
  const begin = json.indexOf(BEGIN);
  const end = json.indexOf(END, begin);
  if (begin < 0 || end < 0) return { head: json, diagnostics: [] };
  // The entries, without the brackets.
  let at = begin + BEGIN.length - 1;
  const last = end + END.length - "\n  ],".length;
  const head = json.slice(0, at) + json.slice(last);
  const diagnostics: string[] = [];
  while (at < last) {
    const cut = at + LONG < last ? json.indexOf(BETWEEN, at + LONG) : -1;
    const to = cut < 0 || cut >= last ? last : cut + "\n    }".length;
    diagnostics.push(`[${json.slice(at, to)}]`);
    // The next piece begins after the comma.
    at = to + 1;
  }
  return { head, diagnostics };
}
