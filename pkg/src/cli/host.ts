// Node, as the commands see it: the other half of src/cli/host/node.rs. Answers are bytes and numbers; nothing here decides or words
// anything.
import {
  appendFileSync, closeSync, constants, fchmodSync, fchownSync, fstatSync, fsyncSync, linkSync, lstatSync, openSync, readdirSync, readFileSync, readSync, realpathSync,
  renameSync, statSync, unlinkSync, writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { isatty } from "node:tty";
import { IGNORED, nothing } from "./beside.js";
import { findProgram, starts } from "./program.js";

/** The codes of src/cli/host/node.rs. */
const TOO_LARGE = 15;
const CHANGED = 14;
const FAILURES = ["", "ENOENT", "EACCES", "ENOTDIR", "EISDIR", "EPIPE", "EEXIST", "ENOSPC", "EROFS", "ENAMETOOLONG", "EDQUOT", "EFBIG", "ELOOP", "EILSEQ"];

function code(error: unknown): number {
  const name = (error as NodeJS.ErrnoException).code ?? "";
  return 16 + Math.max(0, FAILURES.indexOf(name === "EPERM" ? "EACCES" : name));
}

const only = (answer: number): Uint8Array => Uint8Array.of(answer);

let words: readonly string[] = [];

/** To be called before the commands start. */
export function setArguments(given: readonly string[]): void {
  words = given;
}

export function argumentList(): string {
  return words.map((word) => `${word}\0`).join("");
}

export function kindOf(path: string): number {
  try {
    const stat = statSync(path);
    if (stat.isFile()) return 0;
    if (stat.isDirectory()) return 1;
    if (stat.isFIFO()) return 2;
    if (stat.isSocket()) return 3;
    if (stat.isBlockDevice() || stat.isCharacterDevice()) return 4;
    return 5;
  } catch (error) {
    return code(error);
  }
}

export function standsAt(path: string): boolean {
  try {
    lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

/** How many other names a file has. */
export function otherNames(path: string): number {
  try {
    return statSync(path).nlink - 1;
  } catch {
    return 0;
  }
}

export function readFile(path: string, limit: number): Uint8Array {
  let descriptor: number;
  try {
    // Without waiting: a pipe that was put in place of the file has perhaps no writer.
    descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0));
  } catch (error) {
    return only(code(error));
  }
  try {
    const stat = fstatSync(descriptor);
    if (stat.size > limit) return only(TOO_LARGE);
    return drain(descriptor, stat.size, limit);
  } catch (error) {
    return only(code(error));
  } finally {
    closeSync(descriptor);
  }
}

export function readStdin(limit: number): Uint8Array {
  try {
    return drain(0, 0, limit);
  } catch (error) {
    return only(code(error));
  }
}

/** Returns a 0 and all bytes behind it, or a code if they exceed the limit. Buffers that are left are wiped, since they held values. */
function drain(descriptor: number, expected: number, limit: number): Uint8Array {
  let buffer = new Uint8Array(Math.max(expected, 1 << 14) + 2);
  let length = 1;
  for (;;) {
    if (length === buffer.length) {
      const larger = new Uint8Array(buffer.length * 2);
      larger.set(buffer);
      buffer.fill(0);
      buffer = larger;
    }
    const count = readSome(descriptor, buffer, length);
    if (count === 0) return buffer.subarray(0, length);
    length += count;
    if (length - 1 > limit) {
      buffer.fill(0);
      return only(TOO_LARGE);
    }
  }
}

function readSome(descriptor: number, buffer: Uint8Array, at: number): number {
  for (;;) {
    try {
      return readSync(descriptor, buffer, at, buffer.length - at, null);
    } catch (error) {
      const name = (error as NodeJS.ErrnoException).code;
      if (name === "EOF") return 0; // Windows says so of a pipe that was closed.
      if (name !== "EAGAIN") throw error;
      pause();
    }
  }
}

/** Waits for a terminal or pipe that is not ready. There is no other way to wait while WebAssembly is running. */
function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
}

/** Makes `path` a file that holds `after`, whole or not at all; see src/cli/host/replace.rs, whose steps these are. */
export function replaceFile(path: string, existed: boolean, before: Uint8Array, after: Uint8Array): number {
  let temporary: string | undefined;
  try {
    const target = existed ? realpathSync(path) : path;
    const holds = () => Buffer.compare(readFileSync(target), before) === 0;
    if (existed) {
      if (!holds()) return CHANGED;
      closeSync(openSync(target, "r+"));
    }
    const model = existed ? statSync(target) : undefined;
    const [name, descriptor] = createBeside(target, model === undefined ? 0o666 : 0o600);
    temporary = name;
    try {
      if (model !== undefined) takeAfter(descriptor, model);
      for (let at = 0; at < after.length; ) at += writeSync(descriptor, after, at);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    if (!existed) {
      linkSync(temporary, target);
    } else {
      if (!holds()) return CHANGED;
      renameSync(temporary, target);
      temporary = undefined;
    }
    syncFolder(target);
    return 0;
  } catch (error) {
    return code(error);
  } finally {
    if (temporary !== undefined) {
      try {
        unlinkSync(temporary);
      } catch {
        // Gone already.
      }
    }
  }
}

/** A path for the new text: in the same folder, since only there is a rename atomic, with a name that starts like the file's own. */
function createBeside(target: string, mode: number): [string, number] {
  const name = basename(target);
  for (let attempt = 0; ; attempt++) {
    const path = join(dirname(target), `${name.length > 200 ? ".env" : name}.${process.pid}-${attempt}.tmp`);
    try {
      return [path, openSync(path, "wx", mode)];
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST" || attempt === 100) throw error;
    }
  }
}

/** Copies owner and group first, since changing them can remove permissions. */
function takeAfter(descriptor: number, model: { uid: number; gid: number; mode: number }): void {
  const own = fstatSync(descriptor);
  let mode = model.mode & 0o7777;
  const chown = (user: number, group: number): boolean => {
    try {
      fchownSync(descriptor, user, group);
      return true;
    } catch {
      return false;
    }
  };
  if (own.uid !== model.uid) chown(model.uid, own.gid);
  if (own.gid !== model.gid && !chown(fstatSync(descriptor).uid, model.gid)) mode = (mode & 0o7707) | ((mode & 0o007) << 3);
  fchmodSync(descriptor, mode);
}

/** Syncs the folder, so that a power cut does not bring the old text back. Not every file system can; even then one of the two texts is there, whole. */
function syncFolder(target: string): void {
  try {
    const descriptor = openSync(dirname(target), "r");
    fsyncSync(descriptor);
    closeSync(descriptor);
  } catch {
    // Not every file system can.
  }
}

export function appendFile(path: string, bytes: Uint8Array): number {
  try {
    appendFileSync(path, bytes);
    return 0;
  } catch (error) {
    return code(error);
  }
}

/** The names in a folder; those of folders end in `/`, those of links to folders do not. */
export function namesIn(folder: string): string {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .map((entry) => `${entry.name}${entry.isDirectory() ? "/" : ""}\0`)
      .join("");
  } catch {
    return "";
  }
}

export function canList(folder: string): boolean {
  try {
    readdirSync(folder);
    return true;
  } catch {
    return false;
  }
}

export function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return "";
  }
}

export function workingFolder(): string {
  try {
    return process.cwd();
  } catch {
    return "";
  }
}

export function variableList(): Uint8Array {
  const text = Object.entries(process.env).map(([key, value]) => `${key}\0${value ?? ""}\0`);
  if (!text.some(isDoubtful)) return Buffer.from(text.join(""));
  const whole = Object.entries(process.env).map(([key, value]) => Buffer.concat([original(`${key}=${value ?? ""}`), Buffer.of(0)]));
  return Buffer.concat(whole.map(inTwo));
}

/** Node shows this character in place of bytes that are no UTF-8, and in place of itself. */
function isDoubtful(text: string): boolean {
  return text.includes("\uFFFD");
}

/** The bytes of a variable, of which Node knows only the text. Where the system does not tell them, they are some that are no UTF-8: what is not known is not checked. */
function original(variable: string): Uint8Array {
  if (!isDoubtful(variable)) return Buffer.from(variable);
  const known = rawWords("environ")?.find((word) => word.toString() === variable);
  if (known !== undefined) return Buffer.from(known);
  return Buffer.concat(variable.split("\uFFFD").flatMap((text, index) => (index === 0 ? [Buffer.from(text)] : [Buffer.of(0xff), Buffer.from(text)])));
}

/** `KEY=value` with a NUL in place of the sign. */
function inTwo(variable: Uint8Array): Uint8Array {
  // Windows has variables whose name begins with the sign.
  const sign = variable.indexOf(0x3d, 1);
  if (sign >= 0) variable[sign] = 0;
  return variable;
}

/** The words with which Linux started this process, as they are. */
function rawWords(file: "environ" | "cmdline"): Buffer[] | undefined {
  try {
    const bytes = readFileSync(`/proc/self/${file}`);
    const words: Buffer[] = [];
    for (let at = 0; at < bytes.length; ) {
      const end = bytes.indexOf(0, at);
      words.push(bytes.subarray(at, end < 0 ? bytes.length : end));
      at = end < 0 ? bytes.length : end + 1;
    }
    return words;
  } catch {
    return undefined;
  }
}

/** Whether a program would get other bytes than this one got. */
function wouldChange(given: readonly string[]): boolean {
  const isLost = (text: string, raw: readonly Buffer[] | undefined) => isDoubtful(text) && !(raw?.some((word) => word.equals(Buffer.from(text))) ?? false);
  const variables = Object.entries(process.env).map(([key, value]) => `${key}=${value ?? ""}`);
  return [...given, ...variables].some(isDoubtful) && (given.some((word) => isLost(word, rawWords("cmdline"))) || variables.some((word) => isLost(word, rawWords("environ"))));
}

export function unguessable(count: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(count));
}

export function secondsNow(): number {
  return Math.floor(Date.now() / 1000);
}

export function terminalColumns(stream: number): number {
  if (!isatty(stream)) return 0;
  const dumb = process.env.TERM === undefined || process.env.TERM === "" ? process.platform !== "win32" : process.env.TERM === "dumb";
  if (dumb) return 0;
  return (stream === 1 ? process.stdout : process.stderr).columns || 80;
}

export function writeTo(stream: number, bytes: Uint8Array): number {
  let at = 0;
  while (at < bytes.length) {
    try {
      at += writeSync(stream, bytes, at);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") return code(error);
      pause();
    }
  }
  return 0;
}

/** Thrown through the module by {@link startProgram} if this Node can't replace its process by a program, or may be refused to, which is then started as a child. */
export class Beside extends Error {
  constructor(readonly path: string, readonly words: readonly string[]) {
    super();
  }
}

export function startProgram(list: string): number {
  const words = list.split("\0").slice(0, -1);
  if (wouldChange(words)) return code({ code: "EILSEQ" });
  if (process.platform === "win32") throw new Beside(words[0] ?? "", words);
  const found = findProgram(words[0] ?? "");
  if ("refusal" in found) return code({ code: found.refusal });
  const isKnown = starts(found.path);
  if (typeof isKnown === "string") return code({ code: isKnown });
  // Node 22.15 and later have it, but not on every system.
  const { execve } = process as { execve?: (file: string, words: readonly string[], env?: NodeJS.ProcessEnv) => void };
  if (execve !== undefined && isKnown) {
    // What Node ignores the program would ignore, too; what is listened to it gets as the system has it.
    for (const signal of IGNORED) process.on(signal, nothing);
    try {
      execve(found.path, words, process.env);
    } catch (error) {
      return code(error);
    }
  }
  throw new Beside(found.path, words);
}

export function leave(status: number): never {
  process.exit(status);
}
