// From what the reviewer put in to what the page shows: compile, route, mask, check, compare. One review at a time; whatever changes
// meanwhile starts the next.
import type { Compiled, Diagnostic, Job, Refusal, Report } from "./engine/protocol.ts";
import { Engine } from "./engine/client.ts";
import { fullWasm } from "./engine/full.ts";
import { applyMask, textOf, willReview } from "./editor/documents.ts";
import { type InputFile, schemaFile, set, state } from "./model.ts";
import { route, routeBefore } from "./route.ts";

export const engine = new Engine((reason) => {
  const blocked = /WebAssembly|CompileError|unsafe-eval/i.test(reason);
  set({
    status: {
      is: "broken",
      message: blocked ? "This browser does not let the page run WebAssembly, so nothing can be checked." : "The checker could not be started.",
      help: blocked
        ? "Some hardened modes and policies turn it off. Allow it for this page, use another browser, or run `envgate check`. What you put in is kept."
        : "Reload the page, or run `envgate check`. What you put in is kept until then.",
    },
  });
});

let running = false;
let again = false;
let timer = 0;

/** Reviews, at once or after a pause in typing. */
export function review(delay = 0): void {
  clearTimeout(timer);
  timer = window.setTimeout(run, delay);
}

/** Stops what is being checked; what was put in stays. */
export function cancel(): void {
  again = false;
  clearTimeout(timer);
  engine.stop();
}

async function run(): Promise<void> {
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
  }
}

function failed(reason: string): void {
  if (reason === "stopped") return set({ status: { is: "cancelled" } });
  set({
    status: {
      is: "broken",
      message: "The checker stopped in the middle of its work. That is a bug in envgate, and no verdict.",
      help: "It was started afresh: change the file that you edited last, or leave it out, and it checks again. What you put in is kept.",
    },
  });
}

const wire = (file: InputFile) => engine.file({ id: file.id, version: file.version, name: file.name, bytes: textOf(file), editable: file.unreadable === null });

async function once(): Promise<void> {
  if (state.files.length === 0) return set({ status: { is: "empty" }, report: null, compiled: null, same: [], changes: null });
  if (state.status.is !== "checking") set({ status: { is: "checking", since: performance.now() } });
  const schema = schemaFile();
  const mistakes = schema && (await compile(schema));
  const job = jobOf(mistakes ? null : (schema ?? null));
  willReview(job.files.map(({ id }) => id));
  if (job.environments.length === 0) {
    return set({ status: mistakes ? { is: "refused", refusal: mistakes } : { is: "checked", milliseconds: 0 }, report: null, same: [], changes: null, withSchema: !!schema });
  }

  let report: Report | undefined;
  let refusal = mistakes ?? null;
  let milliseconds = 0;
  const diagnostics: Diagnostic[] = [];
  await engine.ask({ kind: "review", job }, (message) => {
    if (message.kind === "masked") for (const { file, version, pieces } of message.masks) applyMask(file, version, pieces);
    else if (message.kind === "head") report = { ...message.report, diagnostics };
    else if (message.kind === "variables") report!.environments[message.environment]!.variables.push(...message.variables);
    else if (message.kind === "diagnostics") diagnostics.push(...message.diagnostics);
    else if (message.kind === "compared") set({ same: message.same, changes: message.changes });
    else if (message.kind === "refused") refusal ??= message.refusal;
    else if (message.kind === "done") milliseconds = message.milliseconds;
  });
  if (again) return;
  set({
    status: refusal ? { is: "refused", refusal } : { is: "checked", milliseconds },
    report: refusal ? null : (report ?? null),
    withSchema: !!schema && !mistakes,
  });
}

/** Compiles the schema, fetching the full core if it is needed; gives what is wrong with it. */
async function compile(schema: InputFile) {
  let answer = await ask();
  if ("errors" in answer && answer.needsFull) {
    const wasm = await fullWasm();
    if (wasm === null) return answer;
    engine.replace(wasm);
    answer = await ask();
  }
  if ("errors" in answer) return answer;
  set({ compiled: answer });
  return null;

  async function ask() {
    const beside = state.files.filter(({ role }) => role === "beside");
    let compiled: Compiled | Refusal = { errors: [] };
    await engine.ask({ kind: "compile", schema: wire(schema), beside: beside.map(wire) }, (message) => {
      if (message.kind === "compiled") compiled = message.answer;
    });
    return compiled;
  }
}

/** The whole request, for a review or for a report as the native program writes it. */
export function jobOf(schema: InputFile | null, now = Date.now()): Job {
  const { environments, example } = route(state.files, schema ? state.compiled : (schemaFile() && state.compiled) || null);
  const before = routeBefore(environments, state.files);
  const ids = new Set([...environments, ...before].flatMap(({ files }) => files));
  if (example) ids.add(example.id);
  const all = state.files.flatMap((file) => (file.before ? [file, file.before] : [file]));
  return {
    schema: schema && wire(schema),
    beside: state.files.filter(({ role }) => role === "beside").map(wire),
    files: all.filter(({ id }) => ids.has(id)).map(wire),
    environments,
    before,
    example: example?.id ?? null,
    // Whole seconds, as the native program counts.
    now: Math.floor(now / 1000) * 1000,
  };
}

/** `report.v1` for what is reviewed now, byte for byte as `envgate check --format json` writes it. */
export async function reportText(): Promise<string | null> {
  const schema = schemaFile();
  if (!schema || !state.report) return null;
  let text: string | null = null;
  const now = Date.parse(state.report.checkedAt);
  await engine.ask({ kind: "report", job: jobOf(schema, now) }, (message) => {
    if (message.kind === "text") text = message.text;
  });
  return text;
}

