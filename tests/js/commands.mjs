// The commands of the npm package beside the native program: every example, and the commands that need the engine, with the same bytes on both
// streams and the same exit code.
//
//   node tests/js/commands.mjs --binary target/debug/envgate --npx pkg/dist/cli.js
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { isDeepStrictEqual, parseArgs } from "node:util";
import { EXAMPLES, evidenceOf, folders, NOW, run, setsOf } from "./examples.mjs";

const { values: options } = parseArgs({ options: { binary: { type: "string" }, npx: { type: "string" } } });
const [native, npx] = [resolve(options.binary), resolve(options.npx)];

const commands = folders(EXAMPLES).flatMap((system) => {
  const home = join(EXAMPLES, system);
  const checks = setsOf(system).flatMap((set) =>
    ["human", "concise", "json"].map((format) => ({ cwd: join(home, set), args: ["check", "--now", NOW, "--format", format, ...evidenceOf(home, set)] })),
  );
  return [{ cwd: home, args: ["schema", "check"] }, ...checks];
});
if (commands.length < 50) throw new Error(`there are only ${commands.length} commands in ${EXAMPLES}`);

const differing = [];
// What the native program alone has is handed to it, as is all that goes in and comes out.
const leaks = ["leaks", "--tokens-only", "--no-such-flag"];
const [expected, handed, alone] = await Promise.all([
  run(native, leaks, EXAMPLES),
  run(process.execPath, [npx, ...leaks], EXAMPLES, [dirname(npx), dirname(native)].join(delimiter)),
  run(process.execPath, [npx, ...leaks], EXAMPLES, dirname(npx)),
]);
if (!isDeepStrictEqual(expected, handed)) differing.push(`${leaks.join(" ")}\n${handed.stderr}`);
if (alone.exitCode !== 2 || !alone.stderr.includes("is a command of the native program")) differing.push(`without the native program: ${alone.stderr}`);
for (const words of [["check", "--evidence-git"], ["baseline", "--leaks"]]) {
  const { exitCode, stderr } = await run(process.execPath, [npx, ...words], EXAMPLES, dirname(npx));
  if (exitCode !== 2 || !stderr.includes(`\`${words[1]}\` is an option of the native program`)) differing.push(`without the native program: ${words.join(" ")}\n${stderr}`);
}
// A terminal that does not know its size, as those of some containers, is one all the same.
if (existsSync("/usr/bin/script")) {
  const inTerminal = (program) => run("/usr/bin/script", ["-qec", `stty cols 0; TERM=xterm ${program} chekc`, "/dev/null"], EXAMPLES);
  const [expected, got] = await Promise.all([native, `${process.execPath} ${npx}`].map(inTerminal));
  if (!expected.stdout.includes("\u001b[") || !isDeepStrictEqual(expected, got)) differing.push(`in a terminal without a size: ${JSON.stringify([expected, got])}`);
}
const queue = commands.values();
const worker = async () => {
  for (const { cwd, args } of queue) {
    const [expected, got] = await Promise.all([run(native, args, cwd), run(process.execPath, [npx, ...args], cwd)]);
    if (!isDeepStrictEqual(expected, got)) differing.push(`${cwd.slice(EXAMPLES.length + 1)}: ${args.join(" ")}\n  ends with ${expected.exitCode} and ${got.exitCode}\n${got.stderr.slice(0, 400)}`);
  }
};
await Promise.all(Array.from({ length: availableParallelism() }, worker));
if (differing.length > 0) {
  console.error(differing.join("\n"));
  console.error(`commands: ${differing.length} of ${commands.length} differ from the native program`);
  process.exit(1);
}
console.log(`commands: ${commands.length} of the npm package, byte for byte as the native program`);
