// The shipped examples as cases: what the native program says of each set, and the same inputs for the WebAssembly.
import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";

/** The instant at which the examples are checked. */
export const NOW = "2026-11-20T00:00:00Z";

/** The folder of the shipped examples. */
export const EXAMPLES = resolve(import.meta.dirname, "../../schemas/examples");

/**
 * @typedef {object} Case
 * @property {string} name `<system>/<set>`
 * @property {{ name: string, text: Uint8Array }} schema
 * @property {import("../../pkg/src/request.js").Request} request
 * @property {string} report what the native program wrote
 * @property {number} exitCode
 */

/** Every set of every system, checked by the native program. @returns {Promise<Case[]>} */
export async function cases(binary) {
  const sets = folders(EXAMPLES).flatMap((system) => setsOf(system).map((set) => ({ system, set })));
  if (sets.length === 0) throw new Error(`there is no example in ${EXAMPLES}`);
  const queue = sets.entries();
  const result = [];
  const worker = async () => {
    for (const [index, { system, set }] of queue) result[index] = await oneCase(resolve(binary), system, set);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return result;
}

async function oneCase(binary, system, set) {
  const home = join(EXAMPLES, system);
  const { stdout, stderr, exitCode } = await run(binary, ["check", "--format", "json", "--now", NOW, ...evidenceOf(home, set)], join(home, set));
  // With 2 there may still be a report, of a file that is not UTF-8 for one.
  if (stdout === "") throw new Error(`${system}/${set}: the native program gives no report, and ends with ${exitCode}:\n${stderr}`);
  const report = JSON.parse(stdout);

  // Which files there are is for the shells to find out; the report says what the native one found, as seen from the schema.
  const files = [];
  const index = (name) => {
    let at = files.findIndex((file) => file.name === name);
    if (at < 0) at = files.push({ name, text: readFileSync(join(home, name)) }) - 1;
    return at;
  };
  const environments = report.environments.map(({ name, files }) => ({ name, files: files.map(index) }));
  const found = (name) => (existsSync(join(home, name)) ? index(name) : undefined);
  const example = found(`${set}/.env.example`);
  const evidence = exportsOf(home, set).map((name) => ({ file: index(`${set}/evidence/${name}`) }));
  const ledger = found(`${set}/env.rotation.json`) ?? found("env.rotation.json");
  return {
    name: `${system}/${set}`,
    schema: { name: "env.schema.json", text: readFileSync(join(home, "env.schema.json")) },
    request: { now: Date.parse(NOW), files, environments, example, evidence, ledger },
    report: stdout,
    exitCode,
  };
}

export const folders = (path) =>
  readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => entry.name).sort();

/** The sets of files that a system has. */
export const setsOf = (system) => folders(join(EXAMPLES, system)).filter((set) => set !== "expected");

/** The exports of secret managers that are beside a set, as arguments. */
export const evidenceOf = (home, set) => exportsOf(home, set).flatMap((name) => ["--evidence", `evidence/${name}`]);

function exportsOf(home, set) {
  const folder = join(home, set, "evidence");
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}

/** What a program says, and how it ends; of our variables it sees one. */
export function run(program, args, cwd, path = process.env.PATH) {
  return new Promise((resolve, reject) => {
    execFile(program, args, { cwd, maxBuffer: 64 << 20, env: { PATH: path } }, (error, stdout, stderr) => {
      if (error && typeof error.code !== "number") reject(error);
      else resolve({ stdout, stderr, exitCode: error ? error.code : 0 });
    });
  });
}
