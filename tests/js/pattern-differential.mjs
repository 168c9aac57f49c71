// Judges our verdicts on patterns: each line of the file is { source, texts, verdicts } or { source, refused }.
// Called by tests/pattern.rs.
import { readFileSync } from "node:fs";

const lines = readFileSync(process.argv[2], "utf8").split("\n").filter(Boolean);
const wrong = [];
let texts = 0;
let matches = 0;
let refused = 0;

// RegExpBuiltinExec of ECMA-262 tries code points one after the other. V8 searches code units, and finds an empty match
// between the halves of a surrogate pair (`/xy|\B/u` in "b😀a"); tried from each place, it goes by the standard.
function matchesAnywhere(source, text) {
  const regexp = new RegExp(source, "uy");
  for (let index = 0; index <= text.length; index += text.codePointAt(index) > 0xffff ? 2 : 1) {
    regexp.lastIndex = index;
    if (regexp.test(text)) return true;
  }
  return false;
}

for (const line of lines) {
  const ours = JSON.parse(line);
  let regexp = null;
  try {
    regexp = new RegExp(ours.source, "u");
  } catch {
    // No pattern.
  }
  if (ours.refused !== undefined) {
    refused += 1;
    if (ours.refused === "wrong" && regexp !== null) wrong.push(`refused, V8 accepts: /${ours.source}/u`);
    continue;
  }
  if (regexp === null) {
    wrong.push(`accepted, V8 refuses: /${ours.source}/u`);
    continue;
  }
  ours.texts.forEach((text, index) => {
    texts += 1;
    const verdict = regexp.test(text);
    matches += Number(verdict);
    if (verdict !== ours.verdicts[index] && matchesAnywhere(ours.source, text) !== ours.verdicts[index]) {
      wrong.push(`V8 says ${verdict}: /${ours.source}/u on ${JSON.stringify(text)}`);
    }
  });
}

console.log(`${lines.length} patterns (${refused} refused), ${texts} texts (${matches} match), ${wrong.length} differences`);
for (const difference of wrong.sort((a, b) => a.length - b.length).slice(0, 20)) console.log(difference);
process.exitCode = wrong.length > 0 || texts === 0 ? 1 : 0;
