// The commands that only the native program has. husky and npm put the programs of packages before all others, so that a hook that calls `envgate hook` comes here.
import { closeSync, openSync, readSync, writeSync } from "node:fs";
import { delimiter, join } from "node:path";
import { startProgram } from "./host.js";
import { findProgram } from "./program.js";

const NATIVE_ALONE: readonly string[] = ["hook", "leaks", "scan", "review"];

/** Options that ask git, or search like those commands. */
const OPTIONS_OF_NATIVE: readonly string[] = ["--evidence-git", "--leaks", "--history", "--tokens-only", "--scan", "--scan-only"];

/** The command or the option that only the native program has, if one is asked for. */
export function ofNativeAlone([command = "", ...words]: readonly string[]): string | undefined {
  if (NATIVE_ALONE.includes(command)) return `\`envgate ${command}\` is a command`;
  // What follows is another program's, or the name of a file.
  const end = words.indexOf("--");
  const option = command === "run" ? undefined : words.slice(0, end < 0 ? undefined : end).find((word) => OPTIONS_OF_NATIVE.includes(word));
  return option === undefined ? undefined : `\`${option}\` is an option`;
}

/** Starts the native program in place of this one, if there is one; else says that it is missing, for what it was asked. */
export function handOver(words: readonly string[], what: string): void {
  const native = findNative();
  if (native !== undefined && startProgram([native, ...words].map((word) => `${word}\0`).join("")) === 0) return;
  const found = native === undefined ? "there is none on the PATH" : "what is on the PATH can't be started";
  writeSync(2, `error: ${what} of the native program, and ${found}\n  help: install that, too: https://github.com/envgate/envgate\n`);
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
