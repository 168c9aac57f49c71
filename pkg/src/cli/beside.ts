// Runs a program as a child, for a Node that can't replace its own process with it: signals to this process are passed on, and it ends as the program does.
import { writeSync } from "node:fs";
import { isatty } from "node:tty";
import { shown } from "../shown.js";

const PASSED_ON: readonly NodeJS.Signals[] = ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGALRM", "SIGCONT", "SIGWINCH"];
/** What Node ignores, and a program that it starts would not. */
export const IGNORED: readonly NodeJS.Signals[] = ["SIGPIPE", "SIGXFSZ"];

export function nothing(): void {}

export function startBeside(program: string, [argv0 = "", ...words]: readonly string[]): void {
  // Installed before the program starts: listeners run only after this function returns, so that a signal that arrives meanwhile is passed on too.
  const listeners = PASSED_ON.filter((signal) => process.platform !== "win32" || signal === "SIGINT" || signal === "SIGTERM").map((signal) => {
    // A terminal sends it to both processes.
    const listener = () => (signal === "SIGINT" && isatty(0) ? undefined : child.kill(signal));
    process.on(signal, listener);
    return [signal, listener] as const;
  });
  // Loaded only here: it takes two milliseconds, and no other command starts a program.
  const child = process.getBuiltinModule("node:child_process").spawn(program, words, { stdio: "inherit", argv0 });
  child.on("error", ({ message, code }: NodeJS.ErrnoException) => {
    writeSync(2, `error: ${shown(message)}\n`);
    process.exitCode = code === "ENOENT" ? 127 : 126;
  });
  child.on("exit", (status, signal) => {
    for (const [name, listener] of listeners) process.off(name, listener);
    if (signal === null) process.exit(status ?? 2);
    // What Node ignores would have no effect; a listener that is taken off again leaves it as the system has it. Whatever ended the program was no success.
    process.exitCode = 128 + (process.getBuiltinModule("node:os").constants.signals[signal] ?? 0);
    if (IGNORED.includes(signal)) process.on(signal, nothing).off(signal, nothing);
    process.kill(process.pid, signal);
  });
}
