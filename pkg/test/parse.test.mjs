// `parse` against what real loaders were recorded to do (tests/dialects/recorded.json, which scripts/npm.sh puts beside this file).
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { parse, RefusedError } from "envgate";

const { header, cases } = JSON.parse(readFileSync(new URL("recorded.json", import.meta.url), "utf8"));
const env = header.fixed_process_environment;

// The loader, its dialect, and whether it hands a map on that says nothing of what was there before.
for (const [loader, dialect, isMap] of [["dotenv-17", "dotenv", false], ["node-22", "node", false], ["python-dotenv", "python-dotenv", false], ["compose", "docker-compose", true]]) {
  test(`${dialect} as ${loader} was recorded`, () => {
    let compared = 0;
    for (const { id, input, results } of cases) {
      const recorded = results[loader];
      // Known differences are listed in tests/dialects/loaders.rs.
      if (typeof input !== "string" || recorded === undefined || id === "digit-key") continue;
      const parsed = parse(input, dialect, { env });
      if (parsed.incomplete) continue;
      compared++;
      assert.equal(!parsed.rejected, recorded.ok, `${id}: ${JSON.stringify(parsed.diagnostics)}`);
      if (!recorded.ok) continue;
      const expected = Object.entries(recorded.vars).filter(([key]) => !(key in parsed.unknown));
      const got = Object.entries(parsed.variables).filter(([key, value]) => isMap || env[key] !== value);
      assert.deepEqual(new Map(got.sort()), new Map(expected.sort()), id);
    }
    assert.ok(compared > 100, `${compared} cases`);
  });
}

test("what can't be told is named, and what a loader stumbles over has a place", () => {
  assert.deepEqual(parse('A=1\nB="${A}2"\n', "dotenv-expand").variables, { A: "1", B: "12" });
  const { variables, unknown } = parse("A=$(date)\nB=2\n", "dotenvx");
  assert.deepEqual([{ ...variables }, unknown], [{ B: "2" }, { A: "command" }]);
  const broken = parse("A=1\nno assignment\n", "docker-compose");
  assert.equal(broken.rejected, true);
  assert.deepEqual(broken.variables, {});
  assert.ok(broken.diagnostics.some(({ code, start }) => code === "malformed-line" && start.line === 2));
  assert.deepEqual(parse("").variables, {});
});

test("nothing is taken from the process, and a dialect that there is not is refused with the one that was meant", () => {
  process.env.OF_THE_TEST = "1";
  assert.deepEqual(parse("A=${OF_THE_TEST}\n", "dotenv-expand").variables, { A: "" });
  // What every login sets has some value, which only the process tells.
  const ofLogin = parse("A=${PATH}\n", "dotenv-expand");
  assert.deepEqual([{ ...ofLogin.variables }, ofLogin.unknown], [{}, { A: "external" }]);
  assert.deepEqual(parse("A=${PATH}\n", "dotenv-expand", { env: { PATH: "/bin" } }).variables, { A: "/bin" });
  // An environment that has no variables was looked at, too.
  const ofNone = parse("A=${PATH}\n", "dotenv-expand", { env: {} });
  assert.deepEqual([{ ...ofNone.variables }, { ...ofNone.unknown }], [{ A: "" }, {}]);
  assert.throws(() => parse("A=1", "dotnev"), (error) => error instanceof RefusedError && /did you mean dotenv\?/.test(error.message));
  for (const wrong of [undefined, null, 7, {}, "\ud800"]) assert.throws(() => parse(wrong), TypeError);
  assert.throws(() => parse("A=1", 7), TypeError);
  assert.throws(() => parse("A=1", "dotenv", { env: new Map() }), TypeError);
});
