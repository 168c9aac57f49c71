// After a call, the memory of the WebAssembly holds no value: not one, and no eight bytes of one.
//
//   node tests/js/memory.mjs --wasm target/wasm
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { open } from "./engine.mjs";
import { NOW } from "./examples.mjs";
import { writeCheck } from "../../pkg/src/request.js";

const { values: options } = parseArgs({ options: { wasm: { type: "string" } } });

/** Long enough to be no coincidence, short enough to be found when only a part is left. */
const PIECE = 8;
/** Where the stack begins, which grows down; and the part of it that is wiped, without the frames of the call itself. What is left there is mostly overwritten by the next function, so it would rarely be found as a piece. */
const [TOP, WIPED, FRAMES] = [1 << 20, 14 << 10, 2 << 10];
const CALLS = 20;

// Values of every kind that is looked at closely. What is looked for are their random parts only: a piece that reaches into the
// fixed text beside them, as in `x.exampl`, may well stand in the module itself. ALL_OF and BAD_* don't meet the schema, so that
// the words of diagnostics are written beside them.
const parts = [];
const part = (text) => (parts.push(text), text);
const random = (length) => part(randomBytes(length).toString("base64url").slice(0, length));
const values = {
  PLAIN: random(40),
  PATTERN: `sk_live_${random(32)}`,
  KEY: part(randomBytes(32).toString("base64")),
  HEX: part(randomBytes(32).toString("hex")),
  URL: `postgres://${random(12)}:${random(24)}@${part(randomBytes(8).toString("hex"))}.example:5432/${random(12)}`,
  LIST: [random(12), random(12), random(12)].join(","),
  JSON: JSON.stringify({ token: random(24), list: [random(12), 1, null] }),
  NUMBER: part(`1${String(randomBytes(8).readBigUInt64BE()).slice(0, 15)}`),
  NOT_ASCII: `ключ-${random(24)}-é😀`,
  ENUM: random(24),
  ALL_OF: random(24),
  BAD_PATTERN: random(40),
  BAD_TYPE: random(40),
  BAD_LENGTH: random(400),
  BAD_URL: random(40),
  BAD_JSON: `{"token": "${random(24)}"`,
  UNDECLARED: random(40),
};
const string = { type: "string" };
const schema = {
  name: "env.schema.json",
  text: JSON.stringify({
    environments: { production: { files: [".env"] }, staging: { files: [".env.staging"] } },
    properties: {
      PLAIN: { ...string, secret: true, minLength: 8 },
      PATTERN: { ...string, pattern: "^sk_(live|test)_[A-Za-z0-9_-]{32}$", secret: true },
      KEY: { ...string, secret: true, minBits: 256, encoding: "base64" },
      HEX: { ...string, secret: true, minBits: 512, encoding: "hex" },
      URL: { ...string, format: "uri" },
      LIST: { type: "array", separator: ",", items: { ...string, minLength: 20 } },
      JSON: { type: "object" },
      NUMBER: { type: "integer", maximum: 1000 },
      NOT_ASCII: { ...string, maxLength: 4 },
      ENUM: { enum: ["one", "two"] },
      ALL_OF: { allOf: [{ ...string, minLength: 100 }, { not: { pattern: "^a+$" } }] },
      BAD_PATTERN: { ...string, pattern: "^[0-9]+(\\.[0-9]+)*$" },
      BAD_TYPE: { type: "boolean" },
      BAD_LENGTH: { ...string, maxLength: 10 },
      BAD_URL: { ...string, format: "uri" },
      BAD_JSON: { type: "object" },
    },
    additionalProperties: false,
  }),
};

const pieces = new Set();
for (const part of parts) {
  for (let at = 0; at + PIECE <= part.length; at++) pieces.add(part.slice(at, at + PIECE));
}

const quote = (value) => (/["\\$`\n]/.test(value) ? `'${value}'` : `"${value}"`);
const text = Object.entries(values).map(([key, value]) => `${key}=${quote(value)}`).join("\n");
const torn = [
  text,
  `# was ${values.PLAIN}`,
  `no separator ${values.KEY}`,
  `export COPY="\${PLAIN}\${URL}-$UNSET"`,
  `LOOP=\${LOOP}${values.HEX}`,
  `-----BEGIN PRIVATE KEY-----\n${values.KEY}\n-----END PRIVATE KEY-----`,
  `OPEN="${values.PATTERN}`,
].join("\n");
const file = (text) => ({ files: [{ name: ".env", text }], environments: [{ name: "production", files: [0] }] });

/** Every way in. */
const requests = {
  text: file(text),
  "text with every kind of mistake": file(torn),
  "bytes that are not UTF-8": file(Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(torn), Buffer.from([0xc3])])),
  "an object": { environments: [{ name: "production", variables: values }] },
  "an object over text": { ...file(torn), environments: [{ name: "production", files: [0], variables: values }] },
  "two environments that share values": {
    files: [{ name: ".env", text }, { name: ".env.staging", text: torn }],
    environments: [{ name: "production", files: [0] }, { name: "staging", files: [1] }],
    example: 1,
  },
  "a large file": file(`${torn}\n`.repeat(200)),
  "an unknown environment": { ...file(text), environments: [{ name: values.PLAIN, files: [0] }] },
  "an unknown dialect": { ...file(text), environments: [{ name: "production", dialect: values.PLAIN, files: [0] }] },
  "a value with a NUL": { environments: [{ name: "production", variables: { ...values, PLAIN: `${values.PLAIN}\0${values.KEY}` } }] },
};

let failures = 0;
for (const build of ["core", "full"]) {
  const folder = join(resolve(options.wasm), build);
  const engine = await open(pathToFileURL(join(folder, "envgate.js")).href, readFileSync(join(folder, "envgate_bg.wasm")));
  const { memory, core } = engine;
  const expectNone = (after) => {
    const found = leftovers(memory);
    if (found > 0) {
      failures++;
      console.error(`memory: ${build}: ${found} pieces of values are left after ${after}`);
    }
  };

  const expectWiped = (after) => {
    if (!new Uint8Array(memory.buffer, TOP - WIPED, WIPED - FRAMES).some((byte) => byte !== 0)) return;
    failures++;
    console.error(`memory: ${build}: the stack is not wiped after ${after}`);
  };

  expectNone("loading it, so the test is wrong");
  const { schema: handle, errors } = engine.compile(schema);
  if (errors) throw new Error(`the schema is refused: ${JSON.stringify(errors)}`);

  // What the test looks for, it finds while it is there.
  writeCheck(engine, { now: Date.parse(NOW), ...requests.text });
  const present = leftovers(memory);
  if (present < pieces.size / 2) throw new Error(`only ${present} of ${pieces.size} pieces are found in a buffer that holds all`);
  core.buffer(0);
  expectNone("a buffer that was given up");

  for (const [name, request] of Object.entries(requests)) {
    const full = { now: Date.parse(NOW), ...request };
    engine.check(handle, full);
    expectNone(`check of ${name}`);
    expectWiped(`check of ${name}`);
    engine.verdict(handle, full);
    expectNone(`verdict on ${name}`);
    expectWiped(`verdict on ${name}`);
    core.mask(handle, writeCheck(engine, full));
    expectNone(`mask of ${name}`);
    expectWiped(`mask of ${name}`);
    core.compare(handle, writeCheck(engine, full));
    expectNone(`compare of ${name}`);
    expectWiped(`compare of ${name}`);
    const length = writeCheck(engine, full);
    core.check(handle, length - 1);
    expectNone(`check of ${name}, cut`);
    engine.check(handle + 1, full);
    expectNone(`check of ${name} by a schema that is not there`);
  }
  for (let call = 0; call < CALLS; call++) for (const request of Object.values(requests)) engine.check(handle, { now: Date.parse(NOW), ...request });
  expectNone(`${CALLS} rounds`);
  engine.release(handle);
  expectNone("release");
  console.log(
    `memory: ${build}: ${Object.keys(requests).length} kinds of request, ${pieces.size} pieces of ${PIECE} bytes looked for` +
      ` in ${memory.buffer.byteLength >> 10} KiB (${present} found before the call)`,
  );
}
console.log(`memory: ${failures} failures`);
process.exit(failures > 0 ? 1 : 0);

/** How many pieces of values stand in the memory. */
function leftovers(memory) {
  const found = new Set();
  // Most of memory is zero, and no value has a zero in it.
  for (const [run] of Buffer.from(memory.buffer).toString("latin1").matchAll(/[^\0]{8,}/g)) {
    for (let at = 0; at + PIECE <= run.length; at++) {
      const piece = run.slice(at, at + PIECE);
      if (pieces.has(piece)) found.add(piece);
    }
  }
  return found.size;
}
