// The worker: the only place in which the WebAssembly runs, and where texts are turned into reports.
//
// It is started from a blob, so that it is bound by the page's content security policy; a worker that is loaded from a URL is not.
import * as core from "virtual:core";
import { writeCheck, writeSchema } from "../../../pkg/src/request.js";
import { bytesOf as decoded, inflated } from "../packed.ts";
import { pieces } from "./pieces.ts";
import type { About, Compiled, Comparison, FromWorker, Job, Old, Refusal, ReportFormat, ToWorker, Wasm, WireEnvironment, WireFile } from "./protocol.ts";

/** Keeps the masks coming where there is no schema yet, or none that is right. Nothing is required, and nothing is forbidden. */
const NO_SCHEMA = "no schema";

let engine: { buffer: (length: number) => number; memory: WebAssembly.Memory };
const texts = new Map<number, { version: number; bytes: Uint8Array }>();

/** The result of compiling the newest schema, and the last one that was valid: masks use that one while somebody mends the schema. */
let latest: { key: string; outcome: { handle: number; answer: Compiled } | { refusal: Refusal } } | undefined;
let right: number | undefined;
/** The environments of the schemas that are known. */
const names = new Map<number, string[]>();

const post = (message: FromWorker, transfer: Transferable[] = []) => (self as unknown as Worker).postMessage(message, transfer);

/** Whether the WebAssembly runs; it may arrive after the first questions. */
let isOpen: (runs: boolean) => void;
const opened = new Promise<boolean>((resolve) => (isOpen = resolve));

self.onmessage = ({ data }: MessageEvent<ToWorker>) => {
  if (data.kind === "open") void open(data.wasm).then(isOpen);
  else if (data.kind === "load") load(data.url);
  else if (data.kind === "forget") void opened.then(() => data.files.forEach((id) => texts.delete(id)));
  else void opened.then((runs) => runs && answer(data));
};

function answer(data: Exclude<ToWorker, { kind: "open" | "load" | "forget" }>): void {
  try {
    if (data.kind === "compile") post({ kind: "compiled", id: data.id, answer: compiled(data.schema, data.beside) });
    else if (data.kind === "review") review(data.id, data.job);
    else if (data.kind === "compare") compare(data.id, data.job);
    else if (data.kind === "report") report(data.id, data.job, data.format);
    else post({ kind: "rules", id: data.id, rules: JSON.parse(core.rules()) });
  } catch (error) {
    // A trap leaves the memory in an unknown state: the page starts another worker. Its message is ours, never a value.
    post({ kind: "failed", id: data.id, reason: error instanceof Error ? error.name : "error" });
  }
}

async function open(wasm: Wasm): Promise<boolean> {
  try {
    const module = "bytes" in wasm ? wasm.bytes : await inflated("seven" in wasm ? decoded(wasm) : wasm.deflated);
    const { memory } = core.initSync({ module });
    engine = { buffer: core.buffer, memory };
    post({ kind: "opened", version: core.version() });
    return true;
  } catch (error) {
    post({ kind: "unable", reason: String(error) });
    return false;
  }
}

declare function importScripts(url: string): void;

/** Reads the WebAssembly from a script beside the page; such a worker does nothing else. */
function load(url: string): void {
  if (import.meta.env.MODE === "single") return;
  try {
    const policy = self.trustedTypes?.createPolicy("default", { createScriptURL: (asked) => (asked === url ? asked : "") });
    importScripts((policy ? policy.createScriptURL(url) : url) as string);
    const bytes = unescaped((globalThis as unknown as { envgateWasm: string }).envgateWasm);
    post({ kind: "loaded", bytes }, [bytes.buffer]);
  } catch (error) {
    post({ kind: "unable", reason: String(error) });
  }
}

/** Decodes a text in which every character is a byte, as plugins.mjs writes it: it swaps five bytes that a string can't hold with the first five. */
function unescaped(text: string): Uint8Array<ArrayBuffer> {
  const map = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  for (const [at, special] of [0, 10, 13, 34, 92].entries()) {
    const standIn = text.charCodeAt(at);
    [map[special], map[standIn]] = [standIn, special];
  }
  const bytes = new Uint8Array(text.length - 5);
  for (let at = 0; at < bytes.length; at++) bytes[at] = map[text.charCodeAt(at + 5)]!;
  return bytes;
}

function bytesOf(file: WireFile): Uint8Array {
  if (file.bytes) texts.set(file.id, { version: file.version, bytes: file.bytes });
  return texts.get(file.id)?.bytes ?? new Uint8Array();
}

function compiled(schema: WireFile, beside: WireFile[]): Compiled | Refusal {
  const known = compile(schema, beside);
  return "refusal" in known ? known.refusal : known.answer;
}

function compile(schema: WireFile, beside: WireFile[]) {
  const key = [schema, ...beside].map(({ id, version }) => `${id}.${version}`).join(" ");
  if (latest?.key === key) return latest.outcome;
  const [first, ...others] = [schema, ...beside].map((file) => ({ name: file.name, text: bytesOf(file) }));
  const references = JSON.parse(core.references(writeSchema(engine, { ...first!, utf16: true })));
  const answer = JSON.parse(core.compile(writeSchema(engine, { ...first!, utf16: true, beside: others })));
  let outcome: { handle: number; answer: Compiled } | { refusal: Refusal };
  if (answer.errors) {
    outcome = { refusal: refusal(answer) };
  } else {
    names.set(
      answer.schema,
      answer.environments.map(({ name }: { name: string }) => name),
    );
    outcome = { handle: answer.schema, answer: { ...answer, ...described(first!.text), references: Array.isArray(references) ? references : [], phased: [first!, ...others].some(speaksOfPhases) } };
    if (right !== undefined) (core.release(right), names.delete(right));
    right = answer.schema;
  }
  latest = { key, outcome };
  return outcome;
}

/** A refusal, with whether it says that the full core could do it. */
const refusal = ({ errors }: Refusal): Refusal => ({ errors, needsFull: errors.every(({ message }) => message.includes("needs the full build")) });

/** Words of the schema that the core has no use for once it is compiled. It is known to be right here. */
function described(text: Uint8Array): Pick<Compiled, "title" | "about"> {
  const { title = null, properties = {} } = JSON.parse(new TextDecoder().decode(text));
  const about: Compiled["about"] = {};
  for (const [key, { category, description, owner, runbook }] of Object.entries<Required<About>>(properties)) about[key] = { category, description, owner, runbook };
  return { title, about };
}

/** By the word alone: whoever is asked for a phase without need loses nothing. */
const speaksOfPhases = ({ text }: { text: Uint8Array }): boolean => new TextDecoder().decode(text).includes('"phases"');

/** A schema of nothing but the environments asked for, and of what is wrong with lines: the core refuses one that asks nothing. */
let withoutSchema: { key: string; handle: number } | undefined;
function lenient(environments: WireEnvironment[]): number {
  const key = environments.map(({ name }) => name).join("\n");
  if (withoutSchema?.key !== key) {
    if (withoutSchema) core.release(withoutSchema.handle);
    const text = JSON.stringify({ rules: { "malformed-line": "error" }, environments: Object.fromEntries(environments.map(({ name }) => [name, {}])) });
    withoutSchema = { key, handle: JSON.parse(core.compile(writeSchema(engine, { name: NO_SCHEMA, text }))).schema };
  }
  return withoutSchema.handle;
}

/** A request for the core: the files in the order in which environments name them, as the native program reads them. */
function request(job: Job, environments: WireEnvironment[], utf16: boolean) {
  const byId = new Map(job.files.map((file) => [file.id, file]));
  const order: number[] = [];
  const index = (id: number) => {
    const at = order.indexOf(id);
    return at < 0 ? order.push(id) - 1 : at;
  };
  const named = environments.map(({ name, files }) => ({ name, files: files.map(index) }));
  const example = job.example === null ? undefined : index(job.example);
  const one = <Name extends string>(name: Name, id: number | null) => (id === null ? {} : { [name]: index(id) }) as { [key in Name]?: number };
  const extras = { ...one("ledger", job.ledger), ...one("waivers", job.waivers), ...one("baseline", job.baseline) };
  const parts = environments.flatMap(({ name, parts }) => parts.map(({ file, part }) => ({ file: index(file), environment: name, part })));
  const evidence = job.evidence.map((id) => ({ file: index(id) }));
  for (const id of job.attached) index(id);
  const files = order.map((id) => ({ name: byId.get(id)!.name, text: bytesOf(byId.get(id)!) }));
  return { order, request: { now: job.now, utf16, files, environments: named, parts, evidence, ...(job.phase === null ? {} : { phase: job.phase }), ...(example === undefined ? {} : { example }), ...extras } };
}

function handleOf(job: Job): number | Refusal {
  if (!job.schema) return lenient(job.environments);
  const known = compile(job.schema, job.beside);
  return "refusal" in known ? known.refusal : known.handle;
}

function review(id: number, job: Job): void {
  const start = performance.now();
  for (const file of job.files) bytesOf(file);
  const handle = handleOf(job);
  const refused = typeof handle !== "number";
  mask(id, job, refused ? (right ?? lenient(job.environments)) : handle);
  if (refused) return post({ kind: "refused", id, refusal: handle });

  if (job.environments.length === 0) return post({ kind: "done", id, milliseconds: 0 });
  const { request: asked } = request(job, job.environments, true);
  const answer = core.check(handle, writeCheck(engine, asked));
  if (answer.startsWith('{"errors"')) return post({ kind: "refused", id, refusal: refusal(JSON.parse(answer)) });
  const { head, diagnostics } = pieces(answer);
  post({ kind: "head", id, json: head });
  for (const json of diagnostics) post({ kind: "diagnostics", id, json });
  post({ kind: "done", id, milliseconds: performance.now() - start });
}

function compare(id: number, job: Job): void {
  for (const file of job.files) bytesOf(file);
  const handle = handleOf(job);
  const compared = (environments: WireEnvironment[]): Comparison[] => (typeof handle === "number" ? (JSON.parse(core.compare(handle, writeCheck(engine, request(job, environments, true).request))).keys ?? []) : []);
  post({ kind: "compared", id, same: compared(job.environments), old: typeof handle === "number" && job.before.length > 0 ? old(job, handle, compared) : null });
}

/** What may be seen of each file. One of no environment is read as the first environment would read it. */
function mask(id: number, job: Job, handle: number): void {
  const first = job.environments[0]?.name ?? names.get(handle)?.[0];
  if (first === undefined) return;
  const all = job.unrouted.length > 0 ? [...job.environments, { name: first, files: job.unrouted, parts: [] }] : job.environments;
  const { order, request: asked } = request(job, all, true);
  const files = new Map(job.files.map((file) => [file.id, file]));
  const editable = asked.files.map((file, at) => (files.get(order[at]!)!.editable ? file : { ...file, text: "" }));
  const { files: seen = [], errors }: { files?: { pieces: number[] }[]; errors?: unknown } = JSON.parse(core.mask(handle, writeCheck(engine, { now: job.now, files: editable, environments: asked.environments, parts: asked.parts })));
  // One that this core does not read is no reason to hide the others.
  if (errors && job.unrouted.length > 0) return mask(id, { ...job, unrouted: [] }, handle);
  const masks = seen.map(({ pieces }, index) => ({ file: order[index]!, version: files.get(order[index]!)!.version, pieces: Uint32Array.from(pieces) }));
  post({ kind: "masked", id, masks }, masks.map(({ pieces }) => pieces.buffer));
}

/** Compares each environment with itself as its old files had it. */
function old(job: Job, handle: number, compared: (environments: WireEnvironment[]) => Comparison[]): Old {
  const was = JSON.parse(core.check(handle, writeCheck(engine, request(job, job.before, true).request)));
  const both = job.before.flatMap((one) => [one, job.environments.find(({ name }) => name === one.name)!]);
  return { keys: compared(both), diagnostics: was.diagnostics ?? [] };
}

/** The report as the native program writes it. */
function report(id: number, job: Job, format: ReportFormat): void {
  const handle = handleOf(job);
  if (typeof handle !== "number") return post({ kind: "refused", id, refusal: handle });
  post({ kind: "text", id, text: core.render(handle, format, writeCheck(engine, request(job, job.environments, false).request)) });
}
