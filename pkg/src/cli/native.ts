// The commands that only the native program has. husky and npm put the programs of packages before all others, so that a hook that calls `envgate hook` comes here.
import { closeSync, openSync, readSync, writeSync } from "node:fs";
import { delimiter, join } from "node:path";
import { startProgram } from "./host.js";
import { findProgram } from "./program.js";

const NATIVE_ALONE: readonly string[] = ["hook", "leaks", "scan", "review"];

export function isOfNativeAlone([command = ""]: readonly string[]): boolean {
  return NATIVE_ALONE.includes(command);
}

/** Starts the native program in place of this one, if there is one; else says that it is missing. */
export function handOver(words: readonly string[]): void {
  const native = findNative();
  if (native !== undefined && startProgram([native, ...words].map((word) => `${word}\0`).join("")) === 0) return;
  const found = native === undefined ? "there is none on the PATH" : "what is on the PATH can't be started";
  writeSync(2, `error: \`envgate ${words[0] ?? ""}\` is a command of the native program, and ${found}\n  help: install that, too: https://github.com/envgate/envgate\n`);
  process.exitCode = 2;
}

/** The first program of that name that is not a script, as this one is, by whatever package or link it is there. */
function findNative(): string | undefined {
  const name = process.platform === "win32" ? "envgate.exe" : "envgate";
  return (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder === "" ? "." : folder, name)).find((path) => {
    const found = findProgram(path.includes("/") || path.includes("\\") ? path : `./${path}`);
    return "path" in found && !isScript(found.path);
  });
}

function isScript(path: string): boolean {
  const head = Buffer.alloc(2);
  try {
    const descriptor = openSync(path, "r");
    readSync(descriptor, head);
    closeSync(descriptor);
  } catch {
    return false;
  }
  return head.toString("latin1") === "#!";
}
