// Writes requests into the memory of the WebAssembly, in the layout that src/wasm/request.rs describes.
//
// One pass and one buffer: text goes straight from the JavaScript string into the buffer, which the module wipes when
// it has read it. The caller hands over two of what wasm-bindgen made: `buffer` and `memory`.

const PHASES = [undefined, "build", "deploy", "run"];
const ENCODER = /* @__PURE__ */ new TextEncoder();

/** Strings above this are encoded on their own, because room is made for three bytes a code unit. */
const LONG = 1 << 16;

/** Up to this many code units are written one by one, which is faster than calling the encoder. */
const FEW = 32;

/**
 * A schema, and the files beside it that it refers to.
 * @param {Engine} engine
 * @param {File & { utf16?: boolean, beside?: File[] }} schema
 * @returns {number} the length to call `compile` or `references` with
 */
export function writeSchema(engine, { name, text, utf16 = false, beside = [] }) {
  const files = [{ name, text }, ...beside].map(({ name, text }) => ({ name, text: short(text) }));
  let room = 8;
  for (const { name, text } of files) room += 8 + most(name) + most(text);

  const writer = new Writer(engine, room);
  writer.number(utf16 ? 1 : 0);
  const [schema, ...others] = files;
  writer.file(schema);
  writer.number(others.length);
  for (const file of others) writer.file(file);
  return writer.length;
}

/**
 * Environments to check. A file is named by its index in `files`. Variables from no file are either all in `variables`, where one that is
 * undefined is not set, or the `values` of the schema's keys, as {@link packValues} gives them.
 * @param {Engine} engine
 * @param {Request} request
 * @returns {number} the length to call `check` or `verdict` with
 */
export function writeCheck(engine, { now, phase, utf16 = false, example, files = [], environments, evidence = [], ledger, names, waivers, baseline, parts = [] }) {
  const phaseNumber = PHASES.indexOf(phase);
  if (phaseNumber < 0) throw new RangeError(`a phase is one of ${PHASES.slice(1).join(", ")}`);

  const extras = evidence.map(({ file, ...words }) => ({ kind: 1, file, words: lines(words) }));
  if (ledger !== undefined) extras.push({ kind: 2, file: ledger, words: "" });
  if (names) extras.push({ kind: 3, words: lines(names) });
  if (waivers !== undefined) extras.push({ kind: 4, file: waivers, words: "" });
  if (baseline !== undefined) extras.push({ kind: 5, file: baseline, words: "" });
  for (const { file, ...words } of parts) extras.push({ kind: 6, file, words: lines(words) });

  let room = 32;
  for (const { words } of extras) room += 12 + most(words);
  const inputs = files.map(({ name, text }) => ({ name, text: short(text) }));
  for (const { name, text } of inputs) room += 8 + most(name) + most(text);
  const given = [];
  for (const { name, dialect = "", files = [], variables, values } of environments) {
    const packed = values ?? (variables && packPairs(variables));
    const text = packed && short(packed.text);
    given.push(packed && { ...packed, text });
    room += 24 + most(name) + most(dialect) + 4 * files.length;
    if (packed) room += 4 * (packed.absent?.length ?? 0) + most(text);
  }

  const writer = new Writer(engine, room);
  writer.number(utf16 ? 1 : 0);
  writer.number(phaseNumber);
  writer.instant(now);
  writer.number(example === undefined ? 0 : example + 1);
  writer.number(inputs.length);
  for (const file of inputs) writer.file(file);
  writer.number(environments.length);
  for (let i = 0; i < environments.length; i++) {
    const { name, dialect = "", files = [] } = environments[i];
    writer.field(name);
    writer.field(dialect);
    writer.list(files);
    writer.variables(given[i]);
  }
  writer.number(extras.length);
  for (const { kind, file, words } of extras) {
    writer.number(kind);
    writer.number(file === undefined ? 0 : file + 1);
    writer.field(words);
  }
  return writer.length;
}

/**
 * A text that a loader is to read, and the variables that are there before.
 * @param {Engine} engine
 * @param {{ dialect: string, text: string | Uint8Array, variables?: Record<string, string> }} request
 * @returns {number} the length to call `parse` with
 */
export function writeParse(engine, { dialect, text, variables = {} }) {
  const packed = packPairs(variables);
  const [long, before] = [short(text), short(packed.text)];
  const writer = new Writer(engine, 20 + most(dialect) + most(long) + most(before));
  writer.field(dialect);
  writer.field(long);
  writer.variables({ ...packed, text: before });
  return writer.length;
}

/**
 * The values of the schema's keys, in its order: without the keys, which the module has, they are half the work.
 * @param {(string | undefined)[]} values undefined for a key that is not set
 * @returns {PackedValues}
 */
export function packValues(values) {
  const absent = [];
  // One string, because one crossing of sixty words is many times quicker than sixty crossings.
  let text = "";
  for (let i = 0; i < values.length; i++) {
    if (values[i] === undefined) absent.push(i);
    else text += `${values[i]}\0`;
  }
  return { absent, text };
}

/** Variables with their keys. */
function packPairs(variables) {
  const count = Object.values(variables).filter((value) => value !== undefined).length;
  return { count, text: lines(variables) };
}

/** Names and texts, each followed by a NUL. */
const lines = (words) =>
  Object.entries(words).map(([name, text]) => (text === undefined ? "" : `${name}\0${text}\0`)).join("");

/** The most bytes that a string can come to in UTF-8. */
const most = (text) => (typeof text === "string" ? 3 * text.length : text.length);
const short = (text) => (typeof text === "string" && text.length > LONG ? ENCODER.encode(text) : text);

/** Views of the whole memory, kept until it grows or another instance is used: making them takes longer than writing thirty values. */
let views = { bytes: new Uint8Array(), view: new DataView(new ArrayBuffer()) };

function viewsOf({ buffer }) {
  if (views.bytes.buffer !== buffer) views = { bytes: new Uint8Array(buffer), view: new DataView(buffer) };
  return views;
}

class Writer {
  constructor({ buffer, memory }, room) {
    this.start = this.at = buffer(room) >>> 0;
    // Only now: making room may have moved the memory.
    const { bytes, view } = viewsOf(memory);
    this.bytes = bytes;
    this.view = view;
  }

  /** How many bytes were written. */
  get length() {
    return this.at - this.start;
  }

  number(value) {
    this.view.setUint32(this.at, value, true);
    this.at += 4;
  }

  instant(milliseconds) {
    if (!Number.isSafeInteger(milliseconds)) throw new RangeError("an instant is a whole number of milliseconds");
    // As two halves, because 64 bits at once would take a BigInt for every check.
    this.number(milliseconds % 2 ** 32);
    this.number(Math.floor(milliseconds / 2 ** 32));
  }

  list(numbers) {
    this.number(numbers.length);
    for (const number of numbers) this.number(number);
  }

  variables(packed) {
    this.number(packed === undefined ? 0 : packed.absent ? 2 : 1);
    if (packed?.absent) this.list(packed.absent);
    else if (packed) this.number(packed.count);
    if (packed) this.field(packed.text);
  }

  file({ name, text }) {
    this.field(name);
    this.field(text);
  }

  /** Writes a text if it is ASCII. Returns whether it is. */
  ascii(text, start) {
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      if (unit > 0x7f) return false;
      this.bytes[start + i] = unit;
    }
    return true;
  }

  field(text) {
    const start = this.at + 4;
    let length = text.length;
    if (typeof text !== "string") this.bytes.set(text, start);
    else if (length > FEW || !this.ascii(text, start)) length = ENCODER.encodeInto(text, this.bytes.subarray(start)).written;
    this.number(length);
    this.at = start + length;
  }
}

/**
 * @typedef {{ buffer(length: number): number, memory: WebAssembly.Memory }} Engine
 * @typedef {{ name: string, text: string | Uint8Array }} File
 * @typedef {object} Request
 * @property {number} now milliseconds since 1970, as Date.now() gives them
 * @property {"build" | "deploy" | "run"} [phase]
 * @property {boolean} [utf16] columns in UTF-16 code units, as editors count
 * @property {number} [example] the .env.example, an index into `files`
 * @property {File[]} [files]
 * @property {Environment[]} environments
 * @property {Export[]} [evidence] exports of secret managers
 * @property {number} [ledger] the env.rotation.json, an index into `files`
 * @property {Record<string, string>} [names] which key a name in an export stands for
 * @property {number} [waivers] the env.waivers.json, an index into `files`
 * @property {number} [baseline] the env.baseline.json, likewise
 * @property {Part[]} [parts] files of which an environment takes one part: a service, a container
 * @typedef {object} Export
 * @property {number} file an index into `files`
 * @property {string} [kind] what it is, if its shape is not to decide
 * @property {string} [environment] which one it is about, if it doesn't say
 * @property {number} [exportedAt] when it was made, in milliseconds since 1970
 * @property {boolean} [assumeUtc] take times without an offset for UTC
 * @typedef {object} Part
 * @property {number} file an index into `files`
 * @property {string} environment
 * @property {string} part
 * @typedef {object} Environment
 * @property {string} name
 * @property {string} [dialect]
 * @property {number[]} [files] indices, low to high precedence
 * @property {Record<string, string | undefined>} [variables]
 * @property {PackedValues} [values]
 * @typedef {{ absent: number[], text: string }} PackedValues
 */
