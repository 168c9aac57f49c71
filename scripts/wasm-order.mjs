// Puts functions that are alike beside each other, which changes nothing but their numbers: what packs the file (brotli for the network, DEFLATE in
// the single-file page) writes what it has seen a short way back in fewer bits, and DEFLATE sees no further back than 32 kB.
//
//   node scripts/wasm-order.mjs FILE      in place; the same file gives the same order
import { readFileSync, writeFileSync } from "node:fs";
import { code, file, functions, instructions, leb, number, sections } from "./wasm-file.mjs";

/** As many bytes are compared at once: two or three instructions, and a number that is exact. */
const RUN = 6;
/** Runs that more functions have than this are in what stands before, whichever function is next. */
const COMMON = 200;
/** How many bytes of what stands before a function are compared with it. */
const WINDOW = 10_000;

const [path] = process.argv.slice(2);
const bytes = readFileSync(path);
const parts = sections(bytes);
const part = (id) => parts.find((section) => section.id === id);
const imported = importedFunctions(part(2));
const bodies = functions(part(10).body);
const order = alike(bodies);
const places = new Map(order.map((from, to) => [from + imported, to + imported]));
const renumbered = (index) => leb(places.get(index) ?? index);

const [types] = numbers(part(3).body, 0);
part(3).body = list(order.map((index) => leb(types[index])));
part(10).body = code(order.map((index) => withCalls(bodies[index])));
part(7).body = exports(part(7).body);
part(9).body = elements(part(9).body);
if (part(8)) part(8).body = renumbered(number(part(8).body, 0)[0]);
// The names of functions go by their numbers.
const kept = parts.filter(({ id, name }) => id !== 0 || name !== "name");
writeFileSync(path, file(bytes, kept));

/** The functions in their new order: the largest, and then whichever has the most in common with those before it, for its size. */
function alike(bodies) {
  const known = new Map();
  const holders = [];
  const runs = bodies.map((body, index) => {
    const found = new Set();
    for (let at = 0; at + RUN <= body.length; at++) {
      const bytes = body.readUIntBE(at, RUN);
      if (!known.has(bytes)) known.set(bytes, holders.push([]) - 1);
      found.add(known.get(bytes));
    }
    for (const run of found) holders[run].push(index);
    return [...found];
  });
  // A run that few have says more; of what one has alone, or all, nothing can be said.
  const weights = Float64Array.from(holders, ({ length }) => (length > COMMON ? 0 : 1 / Math.sqrt(length)));
  // The number keeps tiny functions from being alike to everything.
  const sizes = runs.map((found) => found.reduce((sum, run) => sum + weights[run], 30));
  const shared = new Float64Array(bodies.length);
  const add = (run, sign) => {
    if (weights[run] > 0) for (const index of holders[run]) shared[index] += sign * weights[run];
  };
  const order = [];
  const left = new Set(bodies.keys());
  const seen = new Uint16Array(holders.length);
  let [first, window] = [0, 0];
  let next = bodies.reduce((best, body, index) => (body.length > bodies[best].length ? index : best), 0);
  for (;;) {
    order.push(next);
    left.delete(next);
    if (left.size === 0) return order;
    window += bodies[next].length;
    for (const run of runs[next]) {
      if (seen[run]++ === 0) add(run, 1);
    }
    for (; window > WINDOW && first < order.length - 1; first++) {
      window -= bodies[order[first]].length;
      for (const run of runs[order[first]]) {
        if (--seen[run] === 0) add(run, -1);
      }
    }
    let most = -1;
    for (const index of left) {
      const share = shared[index] / sizes[index];
      if (share > most) [most, next] = [share, index];
    }
  }
}

function importedFunctions(section) {
  if (!section) return 0;
  const { body } = section;
  let [count, at] = number(body, 0);
  let functions = 0;
  for (; count > 0; count--) {
    for (let name = 0; name < 2; name++) {
      const [length, from] = number(body, at);
      at = from + length;
    }
    if (body[at] !== 0) throw new Error(`${path} imports what is no function`);
    functions++;
    at = number(body, at + 1)[1];
  }
  return functions;
}

/** A function with the new numbers of those it calls. */
function withCalls(body) {
  let [groups, at] = number(body, 0);
  // The groups of its locals: how many, and their type.
  for (; groups > 0; groups--) at = number(body, at)[1] + 1;
  const out = [];
  let copied = 0;
  for (const { opcode, start, end } of instructions(body, at)) {
    if (opcode !== 0x10 && opcode !== 0xd2) continue; // call, ref.func
    out.push(body.subarray(copied, start), renumbered(number(body, start)[0]));
    copied = end;
  }
  return Buffer.concat([...out, body.subarray(copied)]);
}

function exports(body) {
  const out = [];
  let [count, at] = number(body, 0);
  for (; count > 0; count--) {
    const [length, from] = number(body, at);
    const kind = body[from + length];
    const [index, behind] = number(body, from + length + 1);
    out.push(Buffer.concat([body.subarray(at, from + length + 1), kind === 0 ? renumbered(index) : leb(index)]));
    at = behind;
  }
  return list(out);
}

/** The functions that are called through the table. */
function elements(body) {
  const out = [];
  let [count, at] = number(body, 0);
  for (; count > 0; count--) {
    // An active segment of the only table: where it begins, an expression, and the numbers of functions.
    if (body[at] !== 0) throw new Error(`${path} has a segment of elements of kind ${body[at]}`);
    const end = endOf(body, at + 1);
    const [indices, behind] = numbers(body, end);
    out.push(Buffer.concat([body.subarray(at, end), list(indices.map(renumbered))]));
    at = behind;
  }
  return list(out);
}

/** Behind the `end` of an expression. */
function endOf(body, at) {
  for (const { opcode, end } of instructions(body, at)) if (opcode === 0x0b) return end;
  throw new Error(`${path} has an expression without an end`);
}

/** A list of numbers, which begins with its length, and the place behind it. */
function numbers(body, start) {
  let [count, at] = number(body, start);
  const found = [];
  for (let value; count > 0; count--) {
    [value, at] = number(body, at);
    found.push(value);
  }
  return [found, at];
}

function list(items) {
  return Buffer.concat([leb(items.length), ...items]);
}
