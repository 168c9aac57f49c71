// The parts of a WebAssembly file: its sections, the bodies of its functions, and their instructions. Shared by what changes such files here.

/** The sections in their order: `id`, `body`, and of a custom one `name` and `content`. */
export function sections(bytes) {
  const found = [];
  for (let at = 8; at < bytes.length; ) {
    const id = bytes[at];
    const [size, start] = number(bytes, at + 1);
    const body = bytes.subarray(start, start + size);
    const section = { id, body };
    if (id === 0) {
      const [length, from] = number(body, 0);
      section.name = body.toString("utf8", from, from + length);
      section.content = body.subarray(from + length);
    }
    found.push(section);
    at = start + size;
  }
  return found;
}

/** The file of these sections. */
export function file(bytes, sections) {
  return Buffer.concat([bytes.subarray(0, 8), ...sections.flatMap(({ id, body }) => [Buffer.from([id]), leb(body.length), body])]);
}

/** The bodies of the functions, from the section of the code. */
export function functions(body) {
  const [count, start] = number(body, 0);
  const found = [];
  for (let at = start; found.length < count; ) {
    const [size, from] = number(body, at);
    found.push(body.subarray(from, from + size));
    at = from + size;
  }
  return found;
}

/** The section of the code with these bodies. */
export function code(functions) {
  return Buffer.concat([leb(functions.length), ...functions.flatMap((body) => [leb(body.length), body])]);
}

/** The instructions from `at` on: the opcode, where its immediates begin, and where they end. */
export function* instructions(body, at) {
  while (at < body.length) {
    const opcode = body[at++];
    const start = at;
    for (const kind of immediates(opcode)) at = KINDS[kind](body, at);
    if (at > body.length) throw new Error("an instruction is cut off");
    yield { opcode, start, end: at };
  }
}

/** What follows an opcode, a letter each. */
function immediates(opcode) {
  if (opcode >= 0x28 && opcode <= 0x3e) return "nn"; // loads and stores: alignment and offset
  if (opcode >= 0x45 && opcode <= 0xc4) return ""; // arithmetic
  const kinds = IMMEDIATES.get(opcode);
  // To guess would be to take immediates for instructions.
  if (kinds === undefined) throw new Error(`the instruction 0x${opcode.toString(16)} is not known`);
  return kinds;
}

const IMMEDIATES = new Map([
  [0x00, ""], [0x01, ""], [0x05, ""], [0x0b, ""], [0x0f, ""], [0x1a, ""], [0x1b, ""], // unreachable, nop, else, end, return, drop, select
  [0x02, "n"], [0x03, "n"], [0x04, "n"], // block, loop, if
  [0x0c, "n"], [0x0d, "n"], [0x0e, "t"], // br, br_if, br_table
  [0x10, "n"], [0x11, "nn"], // call, call_indirect
  [0x1c, "v"], // select with a type
  [0x20, "n"], [0x21, "n"], [0x22, "n"], [0x23, "n"], [0x24, "n"], // locals and globals
  [0x25, "n"], [0x26, "n"], // table.get, table.set
  [0x3f, "n"], [0x40, "n"], // memory.size, memory.grow
  [0x41, "n"], [0x42, "n"], [0x43, "4"], [0x44, "8"], // constants
  [0xd0, "n"], [0xd1, ""], [0xd2, "n"], // ref.null, ref.is_null, ref.func
  [0xfc, "m"], [0xfd, "s"],
]);

const KINDS = {
  n: (body, at) => number(body, at)[1],
  4: (_, at) => at + 4,
  8: (_, at) => at + 8,
  v: (body, at) => repeated(body, at, 0),
  t: (body, at) => repeated(body, at, 1),
  // Conversions, then bulk memory and tables.
  m: (body, at) => {
    const [operation, behind] = number(body, at);
    const count = operation < 8 ? 0 : [8, 10, 12, 14].includes(operation) ? 2 : 1;
    return skipped(body, behind, count);
  },
  // SIMD.
  s: (body, at) => {
    const [operation, behind] = number(body, at);
    if (operation <= 11 || operation === 92 || operation === 93) return skipped(body, behind, 2);
    if (operation === 12 || operation === 13) return behind + 16;
    if (operation >= 21 && operation <= 34) return behind + 1;
    if (operation >= 84 && operation <= 91) return skipped(body, behind, 2) + 1;
    return behind;
  },
};

function skipped(body, at, count) {
  for (; count > 0; count--) at = number(body, at)[1];
  return at;
}

/** Behind as many numbers as the first one says, and some more. */
function repeated(body, at, more) {
  const [count, behind] = number(body, at);
  return skipped(body, behind, count + more);
}

/** The number at a place, as without a sign, and the place behind it. */
export function number(bytes, at) {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    if (at >= bytes.length) throw new Error("a number is cut off");
    const byte = bytes[at++];
    value += (byte & 127) * 2 ** shift;
    if (byte < 128) return [value, at];
  }
}

export function leb(value) {
  const out = [];
  do {
    out.push((value & 127) | (value > 127 ? 128 : 0));
    value = Math.floor(value / 128);
  } while (value > 0);
  return Buffer.from(out);
}
