// Node, warm: microseconds a call. Candidates take turns in slices of about two milliseconds, so that what else the machine does
// hits all of them; the fifth percentile of the slices is what the code needs, the median what it got.
import { env, envText, fromObject, fromText, wrongEnv, wrongText } from "./candidates.mjs";
import { quantile, table } from "./table.mjs";

const SLICES = Number(process.env.SLICES ?? 120);
const SLICE = 2e6;
const WARM_UP = 4e8;
const now = () => Number(process.hrtime.bigint());

await run("Node, warm: variables in, verdict out", fromObject, env, wrongEnv, "t3-env");
await run("Node, warm: text of a .env file in, verdict out", fromText, envText, wrongText, "dotenv + Ajv");

async function run(title, candidates, right, wrong, base) {
  const entries = [];
  for (const [name, make] of Object.entries(candidates)) {
    const check = await make();
    if (check(right) !== true || check(wrong) !== false) throw new Error(`${name} gives a wrong verdict`);
    const end = now() + WARM_UP;
    let calls = 0;
    while (now() < end) for (let i = 0; i < 20; i++, calls++) check(right);
    entries.push({ name, check, calls: Math.max(3, Math.round((calls * SLICE) / WARM_UP)), times: [] });
  }
  for (let slice = 0; slice < SLICES; slice++) {
    for (const { check, calls, times } of entries) {
      for (let i = 0; i < calls >> 3; i++) check(right);
      const start = now();
      for (let i = 0; i < calls; i++) check(right);
      times.push((now() - start) / calls / 1e3);
    }
  }
  const best = new Map(entries.map(({ name, times }) => [name, quantile(times, 0.05)]));
  const rows = entries
    .sort((a, b) => best.get(a.name) - best.get(b.name))
    .map(({ name, times }) => [name, best.get(name).toFixed(2), quantile(times, 0.5).toFixed(2), `${(best.get(base) / best.get(name)).toFixed(2)}x`]);
  table(title, ["", "µs, p5", "µs, median", `speed of ${base}`], rows);
}
