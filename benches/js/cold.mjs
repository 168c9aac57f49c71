// Node, cold: from the start of the process to the first verdict. With an argument, one such process; without, all of them in turns,
// over a bare `node -e 0`. The minimum is what the code needs; the machine adds to the rest.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { env, fromObject } from "./candidates.mjs";
import { quantile, table } from "./table.mjs";

const ROUNDS = Number(process.env.ROUNDS ?? 20);
const [name] = process.argv.slice(2);
if (name === undefined) all();
else if (name !== "harness") process.exit((await fromObject[name]())(env) ? 0 : 1);

function all() {
  const script = fileURLToPath(import.meta.url);
  const runs = { "node -e 0": ["-e", "0"], harness: [script, "harness"] };
  for (const name of Object.keys(fromObject)) runs[name] = [script, name];
  const times = Object.fromEntries(Object.keys(runs).map((name) => [name, []]));
  for (let round = -1; round < ROUNDS; round++) {
    for (const [name, args] of Object.entries(runs)) {
      const start = process.hrtime.bigint();
      const { status, stderr } = spawnSync(process.execPath, args);
      if (status !== 0) throw new Error(`${name} ends with ${status}: ${stderr}`);
      // The first round fills the caches.
      if (round >= 0) times[name].push(Number(process.hrtime.bigint() - start) / 1e6);
    }
  }
  const [bare, harness] = ["node -e 0", "harness"].map((name) => Math.min(...times[name]));
  const rows = Object.entries(times)
    .map(([name, sample]) => [name, Math.min(...sample), quantile(sample, 0.5)])
    .sort((a, b) => a[1] - b[1])
    .map(([name, min, median]) => {
      const net = name in fromObject ? `+${(min - harness).toFixed(1)}` : "";
      return [name, min.toFixed(1), median.toFixed(1), `+${(min - bare).toFixed(1)}`, net];
    });
  table("Node, cold: process start to first verdict, ms", ["", "min", "median", "min over bare", "net of the harness"], rows);
}
