// Node, cold: from the start of the process to the first verdict, of the package as it is built (pkg/dist, `make npm`) beside its peers, and of its commands. With an
// argument, one such process; without, all of them in turns, over a bare `node -e 0`. The minimum is what the code needs; the machine adds to the rest. Where it has
// other work to do, the processor time (of all threads of the process) is the better measure.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { entries, env, peers } from "./candidates.mjs";
import { quantile, table } from "./table.mjs";

const ROUNDS = Number(process.env.ROUNDS ?? 20);
const cli = fileURLToPath(new URL("../../pkg/dist/cli.js", import.meta.url));
const candidates = { ...peers, ...entries };

const [name] = process.argv.slice(2);
if (name === undefined) all();
else {
  const passed = name === "harness" || (await candidates[name]())(env);
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  console.log((userCPUTime + systemCPUTime) / 1e3);
  process.exit(passed ? 0 : 1);
}

function all() {
  const script = fileURLToPath(import.meta.url);
  const bare = ["-e", "const { userCPUTime, systemCPUTime } = process.resourceUsage(); console.log((userCPUTime + systemCPUTime) / 1e3)"];
  const check = [cli, "check", "--now", "2026-11-20T00:00:00Z", "--format", "concise"];
  const runs = { "node -e 0": bare, harness: [script, "harness"] };
  for (const name of Object.keys(candidates)) runs[name] = [script, name];
  runs["node pkg/dist/cli.js check"] = check;
  const times = Object.fromEntries(Object.keys(runs).map((name) => [name, []]));
  const used = Object.fromEntries(Object.keys(runs).map((name) => [name, []]));
  for (let round = -1; round < ROUNDS; round++) {
    for (const [name, args] of Object.entries(runs)) {
      const start = process.hrtime.bigint();
      const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: fileURLToPath(new URL("../data", import.meta.url)), encoding: "utf8" });
      if (status !== 0) throw new Error(`${name} ends with ${status}: ${stderr}`);
      // The first round fills the caches.
      if (round < 0) continue;
      times[name].push(Number(process.hrtime.bigint() - start) / 1e6);
      used[name].push(Number.parseFloat(stdout) || Number.NaN);
    }
  }
  const least = (sample) => Math.min(...sample);
  const [nothing, harness, own] = [least(times["node -e 0"]), least(times.harness), least(used.harness)];
  const rows = Object.keys(runs)
    .sort((a, b) => least(times[a]) - least(times[b]))
    .map((name) => {
      const net = name in candidates ? [`+${(least(times[name]) - harness).toFixed(1)}`, `+${(least(used[name]) - own).toFixed(1)}`] : ["", ""];
      return [name, least(times[name]).toFixed(1), quantile(times[name], 0.5).toFixed(1), `+${(least(times[name]) - nothing).toFixed(1)}`, ...net];
    });
  table("Node, cold: process start to first verdict, ms", ["", "min", "median", "min over bare", "net of the harness", "processor, net"], rows);
}
