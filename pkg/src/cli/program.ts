// What the system will say of a program, known before it is asked: where `process.execve` is refused, Node 22 and 24 abort, with a dump of what they hold.
import { accessSync, closeSync, constants, openSync, readSync, statSync } from "node:fs";
import { join } from "node:path";

/** The path of a program, looked up as `execvp` does; why it can't be started, if it can't. */
export function findProgram(name: string): { readonly path: string } | { readonly refusal: "ENOENT" | "EACCES" } {
  const places = name.includes("/") ? [name] : (process.env.PATH ?? "/usr/local/bin:/bin:/usr/bin").split(":").map((folder) => join(folder === "" ? "." : folder, name));
  let refusal: "ENOENT" | "EACCES" = "ENOENT";
  for (const path of places) {
    const found = refusalOf(path);
    if (found === undefined) return { path };
    if (found === "EACCES") refusal = found;
  }
  return { refusal };
}

function refusalOf(path: string | Buffer): "ENOENT" | "EACCES" | undefined {
  try {
    if (statSync(path).isDirectory()) return "EACCES";
    accessSync(path, constants.X_OK);
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "EACCES" || code === "EPERM" ? "EACCES" : "ENOENT";
  }
}

/** As many scripts as the system follows, of which one is the interpreter of the other. */
const DEEPEST = 4;

/**
 * Whether a program that is there will start: a refusal, `true`, or `undefined` if that is not known. Such are a script without a first line that names its shell, which
 * `execvp` hands to one, and a program for another processor, which the system may have an emulator for.
 */
export function starts(path: string | Buffer, depth = 0): true | "ENOENT" | "EACCES" | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch {
    return undefined;
  }
  try {
    const head = bytesAt(descriptor, 0, 4096);
    const named = head.toString("latin1", 0, 2) === "#!" ? /^#![ \t]*([^ \t\n\0]+)/.exec(head.toString("latin1", 0, 256))?.[1] : isOurs(head) ? interpreterOf(descriptor, head) : undefined;
    if (named === undefined || depth > DEEPEST) return undefined;
    if (named === "") return true;
    const interpreter = Buffer.from(named, "latin1");
    return refusalOf(interpreter) ?? (head[0] === 0x23 ? starts(interpreter, depth + 1) : true);
  } catch {
    return undefined;
  } finally {
    closeSync(descriptor);
  }
}

function bytesAt(descriptor: number, at: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  return bytes.subarray(0, readSync(descriptor, bytes, 0, length, at));
}

const ELF = "\x7fELF";

/** Whether it is a program for the processor that Node itself is for. */
function isOurs(head: Buffer): boolean {
  const descriptor = openSync(process.execPath, "r");
  const own = bytesAt(descriptor, 0, 20);
  closeSync(descriptor);
  const same = (from: number, to: number) => own.subarray(from, to).equals(head.subarray(from, to));
  // Of macOS, whose own programs are for several processors at once.
  if (own.toString("latin1", 0, 4) !== ELF) return same(0, 8) || head.readUInt32BE(0) === 0xcafebabe;
  return same(0, 6) && same(18, 20);
}

/** The loader that a program names in its header; `""` if it needs none. */
function interpreterOf(descriptor: number, head: Buffer): string | undefined {
  if (head.toString("latin1", 0, 4) !== ELF) return "";
  const [isLong, isLittle] = [head[4] === 2, head[5] === 1];
  const number = (from: Buffer, at: number, size: number): number => (isLittle ? from.readUIntLE(at, Math.min(size, 6)) : from.readUIntBE(at + Math.max(0, size - 6), Math.min(size, 6)));
  const word = isLong ? 8 : 4;
  const [table, size, count] = [number(head, isLong ? 32 : 28, word), number(head, isLong ? 54 : 42, 2), number(head, isLong ? 56 : 44, 2)];
  if (size < 8 * word - 8 || count === 0) return undefined;
  const segments = bytesAt(descriptor, table, size * count);
  for (let at = 0; at < segments.length; at += size) {
    if (number(segments, at, 4) !== 3) continue;
    const path = bytesAt(descriptor, number(segments, at + word, word), Math.min(4096, number(segments, at + 4 * word, word)));
    return path.toString("latin1", 0, Math.max(0, path.indexOf(0)));
  }
  return "";
}
