// From what the reviewer put in to what the page shows: compile, route, mask, check, compare. One review at a time; whatever changes
// meanwhile starts the next.
import type { Compiled, Diagnostic, Job, Refusal, Report, ReportFormat, WireEnvironment } from "./engine/protocol.ts";
import { changes } from "./engine/changes.ts";
import { Engine, UNABLE } from "./engine/client.ts";
import { FULL_FILE, fullCore } from "./engine/cores.ts";
import { applyMask, textOf, willReview } from "./editor/documents.ts";
import { fileNamed, type InputFile, isLate, phaseOf, schemaFile, set, state } from "./model.ts";
import { isOtherCarrier } from "../../pkg/src/parts.ts";
import { environmentsOf, isNamed, route, routeBefore } from "./route.ts";
import { list } from "./ui/dom.ts";

export const engine = new Engine((reason) => {
  const blocked = /WebAssembly|CompileError|unsafe-eval/i.test(reason);
  set({
    status: {
      is: "broken",
      message: blocked ? "This browser does not let the page run WebAssembly, so nothing can be checked." : "The checker could not be started.",
      help: blocked
        ? "Some hardened modes and policies turn it off. Allow it for this page, use another browser, or run `envgate check`. Your input is kept."
        : "Reload the page, or run `envgate check`. Your input is kept until then.",
    },
  });
});

let running = false;
let again = false;
let timer = 0;
/** Whether a review is about to begin. */
let isDue = false;

/** Whether what is shown is not about what is there by now: nothing is saved of it. */
export const isBehind = (): boolean => isDue || state.reading !== null || state.status.is === "checking";

function begunAfter(milliseconds: number): void {
  clearTimeout(timer);
  isDue = true;
  timer = window.setTimeout(run, milliseconds);
}

/** Reviews, at once. */
export function review(): void {
  // At once, so that nobody takes what stands there for the verdict on what was just put in.
  if (state.files.length > 0 && !state.imported) begin();
  begunAfter(0);
}

/** Reviews after a pause in typing: the longer the last check took, the longer it is. */
export function reviewTyped(): void {
  begunAfter(Math.min(250, 10 + took));
}

function begin(): void {
  // Whoever waited for it to be read is not shown the verdict of before again.
  const slow = isLate(state);
  if (state.status.is !== "checking" || state.status.slow !== slow) set({ status: { is: "checking", slow } });
}

/** How long the last check took, in milliseconds. */
let took = 0;
/** Ends what waits for something that the worker has no part in. */
let halt = (): void => {};

/** Stops what is being checked; what was put in stays. */
export function cancel(): void {
  again = false;
  isDue = false;
  clearTimeout(timer);
  halt();
  engine.stop();
}

async function run(): Promise<void> {
  isDue = false;
  if (state.imported) return;
  if (running) {
    again = true;
    return;
  }
  running = true;
  try {
    do {
      again = false;
      await once();
    } while (again);
  } catch (error) {
    failed(error instanceof Error ? error.message : "");
  } finally {
    running = false;
    if (state.comparing) set({ comparing: false });
  }
}

function failed(reason: string): void {
  if (reason === UNABLE) return;
  if (reason === "stopped") {
    // What took the place of the files has a status of its own.
    if (state.files.length > 0 && !state.imported) set({ status: { is: "cancelled" } });
    return;
  }
  set({
    status: {
      is: "broken",
      message: "The checker stopped in the middle of its work. That is a bug in envgate, so there is no verdict.",
      help: "It was restarted: change or remove the file that you edited last, and it checks again. Your input is kept.",
    },
  });
}

const wire = (file: InputFile) => engine.file({ id: file.id, version: file.version, name: file.name, editable: file.unreadable === null }, () => textOf(file));

async function once(): Promise<void> {
  if (state.files.length === 0) return set({ status: { is: "empty" }, report: null, compiled: null, leftOut: [], doubt: null, same: [], changes: null });
  begin();
  engine.keep(new Set(state.files.flatMap(({ id, before }) => (before ? [id, before.id] : [id]))));
  const schema = schemaFile() ?? null;
  // What a schema said that is gone is said no more.
  if (!schema && state.compiled) set({ compiled: null });
  const mistakes = schema && (schema.trouble === null ? await withFull(() => compile(schema)) : { errors: [{ message: schema.trouble, file: schema.name, start: null, end: null, help: null }] });
  const checkable = mistakes ? null : schema;
  takeAtItsWord();
  leftOutIds.clear();
  for (const { id, trouble } of state.files) if (trouble !== null) leftOutIds.add(id);
  emptyNames.clear();
  const { environments, unrouted } = routesOf(checkable);
  if (environments.length === 0) {
    if (unrouted.length > 0) await ask(jobOf(checkable));
    if (state.open === null && mistakes) set({ open: wrong(mistakes) });
    return set({ status: mistakes ? { is: "refused", refusal: mistakes } : { is: "checked", milliseconds: 0 }, report: null, leftOut: [], doubt: null, same: [], changes: null, withSchema: !!schema });
  }
  const { outcome, leftOut, doubt } = await checkWhatCanBe(checkable);
  took = outcome.milliseconds;
  if (again) return;
  const refusal = mistakes ?? outcome.refusal;
  const report = refusal ? null : outcome.report;
  const names = (one: Report | null) => one?.environments.map(({ name }) => name).join("\n");
  if (state.open === null) set({ open: report ? worst(report) : wrong(refusal) });
  set({
    status: refusal ? { is: "refused", refusal } : { is: "checked", milliseconds: outcome.milliseconds },
    report,
    withSchema: checkable !== null,
    leftOut,
    doubt,
    // Until it is known, what was so of the same environments stands.
    same: names(report) === names(state.report) ? state.same : [],
    comparing: report !== null,
  });
  if (report) await compare(jobOf(checkable), report);
}

/** Checks. What can't be checked is left out, with a sentence each: it costs what it belongs to, and nothing else. */
async function checkWhatCanBe(schema: InputFile | null): Promise<{ outcome: Outcome; leftOut: string[]; doubt: string | null }> {
  const leftOut: string[] = [];
  // Its environment is not checked; what belongs to none may be about them all.
  const own = new Set(route(state.files, state.compiled).environments.flatMap(({ files }) => files));
  const notTaken = state.files.find(({ id, trouble }) => trouble !== null && !own.has(id));
  let doubt = notTaken ? `${notTaken.name} was not read` : null;
  let outcome!: Outcome;
  const check = async () => (outcome = await ask(jobOf(schema))).refusal;
  let refusal = await withFull(check);
  for (let carrier; (carrier = unreadCarrier(refusal)); refusal = await check()) {
    leftOut.push(`${carrier.name} can only be read by the full core, which this file does not contain, so ${list(environmentsOf(carrier, routesOf(schema).environments)) || "it"} was not checked. Add ${FULL_FILE} of the same release, or use \`envgate review\`.`);
    leftOutIds.add(carrier.id);
  }
  const empty = refusal ? emptyOf(refusal, routesOf(schema).environments) : [];
  if (empty.length > 0) {
    for (const name of empty) emptyNames.add(name);
    leftOut.push(...empty.map((name) => `${name} has no variables, so it was not checked. Is it the right file?`));
    refusal = await check();
  }
  const exports = refusal ? unreadExports(refusal, routesOf(schema).evidence) : [];
  if (refusal && exports.length > 0) {
    const why = refusal.needsFull ? `only the full core reads exports, and this file does not contain it. Add ${FULL_FILE} of the same release, or use \`envgate review --evidence\`` : refusal.errors.map(({ message }) => message).join("; ");
    leftOut.push(`${list(exports.map(({ name }) => name))} ${exports.length === 1 ? "was" : "were"} left out of the check: ${why}. Without ${exports.length === 1 ? "it" : "them"} nothing may ship: put in what can be read, or remove ${exports.length === 1 ? "it" : "them"}.`);
    doubt = exports.length === 1 ? "an export was not read" : "exports were not read";
    for (const { id } of exports) leftOutIds.add(id);
    await check();
  }
  return { outcome, leftOut, doubt };
}

/** The file of variables for which a check was refused, since only the full core reads its like. */
const unreadCarrier = (refusal: Refusal | null): InputFile | undefined =>
  refusal?.needsFull ? state.files.find(({ role, id, name }) => role === "env" && !leftOutIds.has(id) && refusal.errors[0]!.message.startsWith(`${name} needs`)) : undefined;

/** The environments in which there is nothing to check, if there are others. */
function emptyOf({ errors }: Refusal, environments: WireEnvironment[]): string[] {
  const names = environments.map(({ name }) => name).filter((name) => errors.some(({ message }) => message === `${name} has no variables: nothing was checked`));
  return names.length < environments.length ? names : [];
}

/** The exports for which a check was refused: all of them, or those with a mistake. */
const unreadExports = ({ needsFull, errors }: Refusal, evidence: InputFile[]): InputFile[] => evidence.filter(({ name }) => needsFull || errors.some(({ file }) => file === name));

/** What the verdict need not wait for: equal values, and what became of the old versions. */
async function compare(job: Job, report: Report): Promise<void> {
  await engine.ask({ kind: "compare", job }, (message) => {
    if (message.kind !== "compared" || again) return;
    const { same, old } = message;
    set({ same, changes: old && changes(job.before.map(({ name }) => name), old.keys, old.diagnostics, report.diagnostics), comparing: false });
  });
}

/** A file that the schema names holds variables, even if it looks like an export. */
function takeAtItsWord(): void {
  for (const file of state.files) {
    if ((file.role !== "evidence" && file.role !== "other") || !state.compiled || !isNamed(file, state.compiled)) continue;
    file.role = "env";
    if (file.unreadable === "may-hold-values") file.unreadable = null;
  }
}

/** Files that could not be read, by id. */
const leftOutIds = new Set<number>();
/** Environments that have no variables. */
const emptyNames = new Set<string>();

interface Outcome {
  report: Report | null;
  refusal: Refusal | null;
  milliseconds: number;
}

/** Asks for everything at once, and takes what comes as it comes. */
async function ask(job: Job): Promise<Outcome> {
  const files = new Map(state.files.map((file) => [file.id, file]));
  willReview(job.files.flatMap(({ id }) => files.get(id) ?? []));
  const outcome: Outcome = { report: null, refusal: null, milliseconds: 0 };
  await engine.ask({ kind: "review", job }, (message) => {
    if (message.kind === "masked") message.masks.forEach(({ file: id, version, pieces }) => files.has(id) && applyMask(files.get(id)!, version, pieces));
    else if (message.kind === "head") outcome.report = JSON.parse(message.json) as Report;
    else if (message.kind === "diagnostics") outcome.report!.diagnostics.push(...(JSON.parse(message.json) as Diagnostic[]));
    else if (message.kind === "refused") outcome.refusal = message.refusal;
    else if (message.kind === "done") outcome.milliseconds = message.milliseconds;
  });
  return outcome;
}

/** Does it again with the full core, if that is what it takes and it is to be had. */
async function withFull(work: () => Promise<Refusal | null>): Promise<Refusal | null> {
  const refusal = await work();
  if (!refusal?.needsFull) return refusal;
  // While it is loaded, there is nothing in the worker to stop; a network may never answer.
  const wasm = await Promise.race([fullCore(), new Promise<never>((_, reject) => (halt = () => reject(new Error("stopped"))))]);
  if (wasm === null) return refusal;
  engine.replace(wasm);
  return work();
}

/** The file to look at first: where the environment nearest to production is wrong, else one of its own. */
function worst({ environments, diagnostics }: Report): number | null {
  const last = environments.findLast(({ errors }) => errors > 0) ?? environments.at(-1);
  const wrong = diagnostics.find(({ environment, severity, file }) => environment === last?.name && severity === "error" && fileNamed(file)?.role === "env");
  return (fileNamed(wrong?.file ?? last?.files.at(-1) ?? null) ?? state.files.at(-1))?.id ?? null;
}

/** The file to look at first where nothing was checked: the one with the mistake. */
const wrong = (refusal: Refusal | null): number | null => (refusal && fileNamed(refusal.errors[0]?.file ?? null)?.id) ?? null;

/** Compiles the schema; gives what is wrong with it. */
async function compile(schema: InputFile): Promise<Refusal | null> {
  const beside = state.files.filter(({ role, trouble }) => role === "beside" && trouble === null);
  let answer: Compiled | Refusal = { errors: [] };
  await engine.ask({ kind: "compile", schema: wire(schema), beside: beside.map(wire) }, (message) => {
    if (message.kind === "compiled") answer = message.answer;
  });
  if ("errors" in answer) return answer;
  set({ compiled: answer });
  return null;
}

/** Which files stand for what, by their names. */
function routesOf(schema: InputFile | null) {
  const { environments, example } = route(state.files, schema || schemaFile() ? state.compiled : null);
  const filled = environments.filter(({ name }) => !emptyNames.has(name));
  const evidence = state.files.filter(({ role, id }) => role === "evidence" && !leftOutIds.has(id));
  const routed = new Set(filled.flatMap(({ files }) => files));
  const unrouted = state.files.filter(({ role, id }) => role === "env" && !routed.has(id) && !leftOutIds.has(id));
  return { environments: filled.filter(({ files }) => !files.some((id) => leftOutIds.has(id))), example: example?.trouble === null ? example : null, evidence, unrouted };
}

/**
 * The whole request, for a review or for a report as the native program writes it. To be posted: the worker is told of each version of a
 * file but once.
 */
function jobOf(schema: InputFile | null, now = Date.now()): Job {
  const { environments, example, evidence, unrouted } = routesOf(schema);
  const before = routeBefore(environments, state.files);
  const all = state.files.flatMap((file) => (file.before ? [file, file.before] : [file]));
  const ids = new Set([...environments, ...before].flatMap(({ files }) => files));
  const [ledger, waivers, baseline] = (["ledger", "waivers", "baseline"] as const).map((wanted) => state.files.find(({ role, trouble }) => role === wanted && trouble === null));
  for (const file of [example, ledger, waivers, baseline, ...evidence]) if (file) ids.add(file.id);
  // Another carrier may take variables from any of them.
  const attached = environments.length > 0 && all.some(({ id, name }) => ids.has(id) && (isOtherCarrier(name) || name.endsWith(".json"))) ? state.files.filter(({ role, id, trouble }) => role === "env" && !ids.has(id) && trouble === null) : [];
  for (const { id } of [...attached, ...unrouted]) ids.add(id);
  return {
    schema: schema && wire(schema),
    beside: state.files.filter(({ role, trouble }) => role === "beside" && trouble === null).map(wire),
    files: all.filter(({ id }) => ids.has(id)).map(wire),
    environments,
    before,
    attached: attached.map(({ id }) => id),
    unrouted: unrouted.map(({ id }) => id),
    example: example?.id ?? null,
    ledger: ledger?.id ?? null,
    waivers: waivers?.id ?? null,
    baseline: baseline?.id ?? null,
    evidence: evidence.map(({ id }) => id),
    phase: phaseOf(state),
    // Whole seconds, as the native program counts.
    now: Math.floor(now / 1000) * 1000,
  };
}

/** What is reviewed now in a format of the native program, byte for byte as it writes it. */
export async function reportText(format: ReportFormat): Promise<string | null> {
  const schema = schemaFile();
  if (!schema || schema.trouble !== null || !state.report) return null;
  let text: string | null = null;
  const job = jobOf(schema, Date.parse(state.report.checkedAt));
  await engine.ask({ kind: "report", job, format }, (message) => {
    if (message.kind === "text") text = message.text;
  });
  return text;
}
