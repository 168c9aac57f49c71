// Takes out of a WebAssembly file what only words a panic. The module can show no message (it imports nothing), so a panic is a trap in
// any case; what would have been said before it, and where in our sources, is a fifth of the code. Bounds checks stay: each leads to the trap.
//
//   node scripts/wasm-snip.mjs FILE [--debug]      in place; the file must have its function names
//
// `--debug` takes `Debug` too, for a file in which nothing but a panic is worded with it.
import { readFileSync, writeFileSync } from "node:fs";
import { code, file, functions as bodiesOf, number, sections as read } from "./wasm-file.mjs";

// Functions that never return, and do nothing but panic. Matched against names as wasm-bindgen leaves them.
const PANICS = [
  /^core(\[\w+\])?::panicking::/,
  /^core(\[\w+\])?::(option|result)::(unwrap|expect)_failed/,
  /^core(\[\w+\])?::(slice|str)::.*_fail(_rt)?(::h\w+)?$/,
  /^core(\[\w+\])?::cell::panic_already_(mutably_)?borrowed/,
  /^core(\[\w+\])?::slice::sort::shared::smallsort::panic_on_ord_violation/,
  /^<alloc(\[\w+\])?::(vec|string|collections)::.*::assert_failed/,
  /^alloc(\[\w+\])?::(alloc::handle_alloc_error|raw_vec::(handle_error|capacity_overflow))/,
  /^std(\[\w+\])?::(panicking::|alloc::|sys::backtrace::|thread::local::panic_access_error)/,
  /^__rustc\[?.*::(rust_panic|__rust_alloc_error_handler|rust_begin_unwind)/,
];

// A whole path, from its first folder on: four numbers of a table may happen to be an address within a path, and the length of its rest.
const SOURCE = /^(src|library|\/envgate|\/rust|\/rustc)\/[\w./-]+\.rs$/;

const [path, ...flags] = process.argv.slice(2);
if (flags.includes("--debug")) PANICS.push(/ as core(\[\w+\])?::fmt::Debug>::fmt/);
const bytes = readFileSync(path);
const sections = read(bytes);
const names = functionNames(sections.find(({ id, name }) => id === 0 && name === "name"));
if (names.size === 0) throw new Error(`${path} has no function names`);
let functions = 0;
for (const section of sections) {
  if (section.id === 10) section.body = snip(section.body);
  if (section.id === 11) forgetPlaces(section.body);
}
if (functions === 0) throw new Error(`${path} has no function that panics: have their names changed?`);
writeFileSync(path, file(bytes, sections));

function functionNames({ content } = { content: Buffer.alloc(0) }) {
  const names = new Map();
  for (let at = 0; at < content.length; ) {
    const kind = content[at];
    const [size, start] = number(content, at + 1);
    if (kind === 1) {
      let [count, from] = number(content, start);
      for (; count > 0; count--) {
        const [index, behind] = number(content, from);
        const [length, text] = number(content, behind);
        names.set(index, content.toString("utf8", text, text + length));
        from = text + length;
      }
    }
    at = start + size;
  }
  return names;
}

/** Gives every function that only panics the body of a trap. The module has no imports, so the first function has number 0. */
function snip(body) {
  // No locals, `unreachable`, `end`.
  const trap = Buffer.from([0x00, 0x00, 0x0b]);
  return code(
    bodiesOf(body).map((body, index) => {
      const name = names.get(index) ?? "";
      if (!PANICS.some((pattern) => pattern.test(name))) return body;
      functions++;
      return trap;
    }),
  );
}

/** Zeroes places in sources (`core::panic::Location`: where the path is, its length, line, column) and the paths. */
function forgetPlaces(body) {
  const [count, start] = number(body, 0);
  const segments = [];
  let at = start;
  for (let index = 0; index < count; index++) {
    if (body[at] !== 0 || body[at + 1] !== 0x41) return; // not at a constant address of the first memory
    const [address, behind] = number(body, at + 2);
    const [size, from] = number(body, behind + 1);
    segments.push({ address, data: body.subarray(from, from + size) });
    at = from + size;
  }
  const slice = (address, length) => {
    const segment = segments.find(({ address: low, data }) => address >= low && address + length <= low + data.length);
    return segment?.data.subarray(address - segment.address, address - segment.address + length);
  };
  const paths = [];
  for (const { address, data } of segments) {
    for (let offset = -address & 3; offset + 16 <= data.length; offset += 4) {
      const [pointer, length, line, column] = [0, 4, 8, 12].map((word) => data.readUInt32LE(offset + word));
      if (length < 4 || length > 300 || line === 0 || line > 100_000 || column === 0 || column > 1000) continue;
      const path = slice(pointer, length);
      if (!path || !SOURCE.test(path.toString("latin1"))) continue;
      data.fill(0, offset, offset + 16);
      paths.push(path);
    }
  }
  for (const path of paths) path.fill(0);
}
