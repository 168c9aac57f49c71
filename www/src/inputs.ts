// What the reviewer puts in: files and folders, dropped, chosen or pasted. Everything is read here, named, and told what it is.
import { forget, textOf } from "./editor/documents.ts";
import { FULL_FILE, takeFull } from "./engine/cores.ts";
import { type Report, type Severity, type State, STATES } from "./engine/protocol.ts";
import { kindOf } from "./kinds.ts";
import { fileOf, type InputFile, newFile, type Role, set, SEVERITIES, state, type Unreadable } from "./model.ts";
import { review } from "./review.ts";
import { isOtherCarrier } from "../../pkg/src/parts.ts";
import { fileOfEntry, roleByName, roleOfJson, route } from "./route.ts";
import { isServed, project } from "./served.ts";
import { dialog } from "./ui/dialog.ts";
import { byId, h, list, plural } from "./ui/dom.ts";
import { say } from "./ui/toast.ts";

/** The editor is not for more than that. */
const LARGE = 5 << 20;
/** What the core reads at most. */
const TOO_LARGE = 256 << 20;
/** A folder of more entries is no configuration; what was found so far is taken. */
const MOST_ENTRIES = 5000;
const PASSED_OVER = new Set(["node_modules", ".git", "target", "dist", "build", ".venv", "vendor"]);

interface Named {
  name: string;
  file: File;
  pasted?: boolean;
}

/** The files of the project, where `envgate review` serves the page. */
export async function openProject(): Promise<void> {
  if (!isServed) return;
  byId("start").hidden = true;
  const given = await project(unreadable);
  byId("start").hidden = false;
  if ("trouble" in given) return void dialog(given.trouble, h("p", null, given.help));
  set({ files: given.files, program: given.version, open: null });
  review();
}

/** Adds files: those that are there already are replaced, and it can be taken back. */
export async function add(files: Named[]): Promise<void> {
  if (files.length === 0) return nothingFound();
  const trouble: string[] = [];
  const added: InputFile[] = [];
  let report: { name: string; report: Report } | null = null;
  for (const { name, file, pasted } of files) {
    if (file.size > TOO_LARGE) {
      trouble.push(`${name} is larger than 256 MiB. Is it a configuration file?`);
      continue;
    }
    let bytes: Uint8Array<ArrayBuffer>;
    try {
      bytes = new Uint8Array(await file.arrayBuffer());
    } catch {
      trouble.push(`${name} could not be read. Was it moved, or is it a folder?`);
      continue;
    }
    if (name.endsWith(FULL_FILE)) {
      if (await takeFull(bytes)) say("The full core is loaded: all schemas, kinds of files and exports can be read");
      else trouble.push(`${name} is not the full core of this page: use the file of the same release.`);
      review();
      continue;
    }
    const read = recognise(name, bytes);
    if (read.role === "report") report = { name, report: read.report };
    else if (read.trouble) trouble.push(read.trouble);
    else added.push({ ...newFile(name, read.role, bytes, read.unreadable), pasted: pasted === true });
  }
  const kept = oneOfEach(added, trouble);
  // What is found in the files is more than what was found then.
  const afresh = kept.some(({ role }) => role === "env");
  if (report && afresh) trouble.push(`${report.name} was left out: it is a report, and the files themselves are here. Put it in by itself to look at it.`);
  else if (report && kept.length > 0) trouble.push(`${list(kept.map(({ name }) => name))} ${kept.length === 1 ? "was" : "were"} left out: ${report.name} is a report, which says by itself what was found.`);
  if (trouble.length > 0) notTaken(trouble);
  if (report && !afresh) openReport(report.name, report.report);
  else if (kept.length > 0) put(kept);
}

/** The roles of which a review takes one file, as they are called. */
const SINGLE = { schema: "schema", ledger: "ledger", waivers: "file of waivers", baseline: "baseline" } as const;

/** Of what is put in at once: one schema and one of each file beside it, those nearest to the top; and no two of one name, of which one would be taken for the other. */
function oneOfEach(added: InputFile[], trouble: string[]): InputFile[] {
  const depth = ({ name }: InputFile) => name.split("/").length + (/(^|\/)\.?env\.schema\.json$/.test(name) ? 0 : 0.5);
  const kept = added.filter((file) => {
    if (!(file.role in SINGLE)) return true;
    const best = added.filter(({ role }) => role === file.role).reduce((best, other) => (depth(other) < depth(best) ? other : best));
    if (file !== best) trouble.push(`${file.name} was left out: a review takes one ${SINGLE[file.role as keyof typeof SINGLE]}, and that is ${best.name}${best.name === file.name ? ", which was put in with it" : ""}. Put in the other with its own env files, by themselves.`);
    return file === best;
  });
  const names = new Set<string>();
  for (const file of kept) {
    const { name } = file;
    for (let count = 2; names.has(file.name); count++) file.name = `${name} (${count})`;
    names.add(file.name);
  }
  return kept;
}

const notTaken = (trouble: string[]): unknown => dialog("Not everything was added", h("ul", null, ...trouble.map((line) => h("li", null, line))));

function nothingFound(): void {
  // Why nothing could be read has been said.
  if (document.querySelector("dialog")) return;
  dialog("Nothing was added", h("p", null, "No schema, env file, ledger or report was found there by its name. Files with other names can be dropped or chosen one by one; the page then asks to which environment they belong."));
}

/** Whether a text can be opened in an editor, and if not, why. */
export function unreadable(bytes: Uint8Array): Unreadable | null {
  // UTF-16, as PowerShell writes it: text, with zeros in it.
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) return "not-utf8";
  if (bytes.subarray(0, 8192).includes(0)) return "binary";
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return "not-utf8";
  }
  return bytes.length > LARGE ? "large" : null;
}

type Recognised = { role: Role; unreadable: Unreadable | null; trouble?: string } | { role: "report"; report: Report; trouble?: undefined };

function recognise(name: string, bytes: Uint8Array): Recognised {
  const byName = roleByName(name);
  const large = unreadable(bytes);
  if (byName) return { role: byName, unreadable: large };
  if (large === "binary" || large === "not-utf8" || kindOf(bytes)) return { role: "other", unreadable: large };
  const text = new TextDecoder().decode(bytes);
  if (/^\s*[{[]/.test(text)) {
    const value = parsed(text);
    const role = roleOfJson(value);
    if (role === "report") return reportOf(name, value as Report);
    if (role !== null) return { role, unreadable: large };
    return { role: "evidence", unreadable: "may-hold-values" };
  }
  // Lines of KEY=value are an env file, whatever it is called.
  return { role: /^[ \t]*(export[ \t]+)?[A-Za-z_][\w.-]*[ \t]*=/m.test(text) || text.trim() === "" ? "env" : "other", unreadable: large };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function reportOf(name: string, report: Report): Recognised {
  const problem = (trouble: string) => ({ role: "other" as const, unreadable: null, trouble });
  if (report.version !== 1) return problem(`${name} is a report of version ${Number(report.version) || "unknown"}, and this page reads version 1. A newer page reads it; so does the envgate that wrote it.`);
  if (!isReport(report)) return problem(`${name} claims to be a report of version 1, but parts of it are missing or malformed. Was it cut off, or written by another tool?`);
  return { role: "report", report };
}

/** Whether a document has all that is drawn of a report; more may be in it. */
function isReport(it: unknown): it is Report {
  type Unknown = Record<string, unknown>;
  const object = (value: unknown): value is Unknown => typeof value === "object" && value !== null;
  const text = (value: unknown) => typeof value === "string";
  const textOrNull = (value: unknown) => value === null || text(value);
  const count = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
  // What is drawn along a line of time must have a place on it.
  const instant = (value: unknown) => text(value) && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value as string) && !Number.isNaN(Date.parse(value as string));
  const list = (value: unknown, of: (one: unknown) => boolean) => Array.isArray(value) && value.every(of);
  const place = (value: unknown) => value === null || (object(value) && count(value.line) && count(value.column));
  const age = (value: unknown) => value === null || (object(value) && text(value.verdict) && [value.due, value.warn, value.from, value.to, value.expires].every((one) => one === null || instant(one)) && list(value.evidence, (one) => object(one) && text(one.source)));
  const variable = (one: unknown) => object(one) && text(one.key) && STATES.includes(one.state as State) && textOrNull(one.file) && age(one.age);
  const environment = (one: unknown) => object(one) && text(one.name) && list(one.files, text) && count(one.errors) && count(one.warnings) && list(one.variables, variable);
  const diagnostic = (one: unknown) => object(one) && text(one.code) && text(one.message) && SEVERITIES.includes(one.severity as Severity) && [one.environment, one.key, one.file, one.help].every(textOrNull) && place(one.start) && place(one.end);
  const hidden = (value: unknown) => object(value) && [value.suppressed, value.waived, value.baseline, value.omitted].every(count);
  return object(it) && object(it.tool) && text(it.tool.version) && instant(it.checkedAt) && list(it.environments, environment) && list(it.diagnostics, diagnostic) && hidden(it.hidden);
}

/** A report instead of files. What is open now comes back with undo. */
function openReport(name: string, report: Report): void {
  const { files, compiled, imported, report: old } = state;
  set({ files: [], compiled: null, imported: { name }, report, same: [], changes: null, withSchema: true, status: { is: "checked", milliseconds: 0 }, open: null, view: "files" });
  say(`Opened ${name}: ${plural(report.environments.length, "environment")}, no values`, () => {
    set({ files, compiled, imported, report: old });
    review();
  });
}

function put(added: InputFile[]): void {
  const { files, imported, report, open } = state;
  const names = new Set(added.map(({ name }) => name));
  const schema = added.some(({ role }) => role === "schema");
  const next = files.filter(({ name, role }) => !names.has(name) && !(schema && role === "schema"));
  // What somebody said of the file before goes on to count.
  for (const file of added) {
    const old = files.find(({ name }) => name === file.name);
    if (old) [file.chosen, file.parts, file.before] = [old.chosen, old.parts, old.before];
  }
  const all = relative([...next, ...added]);
  set({ files: all, imported: null, report: imported ? null : report, open: open === null ? null : (firstToShow(added) ?? open) });
  review();
  say(`Added ${added.length === 1 ? added[0]!.name : plural(added.length, "file")}`, () => {
    set({ files, imported, report });
    review();
  });
}

/** What was just put in is looked at; what comes first of all, where it is wrong (see review.ts). */
const firstToShow = (files: InputFile[]): number | null => (files.findLast(({ role }) => role === "env") ?? files[0])?.id ?? null;

/** Names as seen from the folder of the schema, as reports have them. */
function relative(files: InputFile[]): InputFile[] {
  const schema = files.find(({ role }) => role === "schema");
  const folder = schema?.name.slice(0, schema.name.lastIndexOf("/") + 1);
  if (folder) for (const file of files) if (file.name.startsWith(folder)) file.name = file.name.slice(folder.length);
  return files;
}

export function remove(file: InputFile): void {
  const { files } = state;
  const left = files.filter((one) => one !== file);
  set({ files: left, open: firstToShow(left) });
  review();
  say(`Removed ${file.name}`, () => {
    set({ files: [...state.files, file], open: file.id });
    review();
  });
}

/** Variables, or an export of which only dates are read: where the shape of a file does not tell. */
export function chooseRole(file: InputFile, role: "env" | "evidence"): void {
  const old = { role: file.role, unreadable: file.unreadable };
  const become = (now: typeof old) => {
    // What was edited is kept; its editor is another one.
    file.bytes = textOf(file).bytes;
    forget(file.id);
    Object.assign(file, now);
    set({ files: [...state.files] });
    review();
  };
  become({ role, unreadable: role === "evidence" ? "may-hold-values" : unreadable(file.bytes) });
  say(`${file.name} is read as ${role === "env" ? "variables" : "an export"}`, () => become(old));
}

export function chooseEnvironment(file: InputFile, environment: string | null): void {
  file.chosen = environment;
  file.parts = [];
  set({ files: [...state.files] });
  review();
}

/** What the state holds before anything is put in. */
const nothing = (): Parameters<typeof set>[0] => ({ files: [], compiled: null, imported: null, report: null, same: [], changes: null, open: null, status: { is: "empty" } });

/** Puts everything back to the beginning. */
export function clear(): void {
  const { files, compiled, imported, report } = state;
  set({ ...nothing(), view: "files" });
  say("Cleared", () => {
    set({ files, compiled, imported, report });
    review();
  });
}

/** When the page goes, so does what it holds: going back to it begins afresh. */
export function forgetEverything(): void {
  for (const { id } of state.files) forget(id);
  set(nothing());
}

/** Old versions, each for the file of the same name; the only one is of the file `whose` old version was asked for, whatever it was called then. */
export async function addBefore(files: Named[], whose?: InputFile): Promise<void> {
  const asked = files.length === 1 ? whose : undefined;
  if (files.length === 0) return nothingFound();
  const before = new Map(state.files.map((file) => [file, file.before]));
  const trouble: string[] = [];
  const env = state.files.filter(({ role }) => role === "env");
  for (const { name, file } of files) {
    const bytes = new Uint8Array(await file.arrayBuffer());
    const base = name.slice(name.lastIndexOf("/") + 1);
    const target = asked ?? env.find((one) => one.name === name) ?? env.find((one) => one.name.endsWith(base)) ?? (env.length === 1 && files.length === 1 ? env[0] : undefined);
    if (target) target.before = newFile(target.name, "env", bytes);
    else trouble.push(`There is no ${base} here to compare it with. Add the new version first. If the file was renamed, open it and choose “Compare with old version” there.`);
  }
  if (trouble.length > 0) notTaken(trouble);
  if (trouble.length === files.length) return;
  set({ files: [...state.files], view: "changes" });
  review();
  say("Comparing with the old version", () => {
    for (const [file, old] of before) file.before = old;
    set({ files: [...state.files] });
    review();
  });
}

/** The file whose old version is being chosen, where it was asked for beside a file. */
let whose: InputFile | undefined;

export function pickBefore(of?: InputFile): void {
  whose = of;
  byId("pick-before").click();
}

export const addPickedBefore = (files: Named[]): Promise<void> => addBefore(files, whose && fileOf(whose.id));

/** An empty file to paste into or to write. */
export function write(text = ""): void {
  const names = new Set(state.files.map(({ name }) => name));
  const wanted = route(state.files, state.compiled).absent.flatMap(({ files }) => files).map(fileOfEntry).find((name) => !names.has(name));
  let name = wanted ?? ".env";
  for (let count = 2; names.has(name); count++) name = `pasted-${count}.env`;
  const bytes = new TextEncoder().encode(text);
  const { role } = recognise(text ? "pasted" : name, bytes);
  if (role === "schema") name = "env.schema.json";
  else if (text && role === "evidence") name = "pasted.json";
  void add([{ name, file: new File([bytes], name), pasted: text !== "" }]);
}

/** Everything that was dropped, folders and all. */
export async function dropped(transfer: DataTransfer): Promise<Named[]> {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter((entry) => entry != null);
  if (entries.length === 0) return [...transfer.files].map((file) => ({ name: file.name, file }));
  const found: Named[] = [];
  const inFolders: Named[] = [];
  const trouble = new Set<string>();
  let seen = 0;
  const visit = async (entry: FileSystemEntry, wanted: boolean): Promise<void> => {
    if (++seen > MOST_ENTRIES) return void trouble.add(`There are more than ${MOST_ENTRIES.toLocaleString("en")} files and folders in it; the rest was not read. Drop the files themselves, or a smaller folder.`);
    const name = entry.fullPath.replace(/^\//, "");
    if (entry.isFile) {
      if (!wanted && !isWanted(name) && !mayBeWanted(name)) return;
      const file = await new Promise<File | null>((resolve) => (entry as FileSystemFileEntry).file(resolve, () => resolve(null)));
      if (file) (wanted ? found : inFolders).push({ name, file });
      else trouble.add(`${name} could not be read. May you read it, and is it still there?`);
    } else if (!PASSED_OVER.has(entry.name)) {
      const reader = (entry as FileSystemDirectoryEntry).createReader();
      for (;;) {
        const part = await new Promise<FileSystemEntry[]>((resolve) => reader.readEntries(resolve, () => (trouble.add(`${name} could not be read. May you read it?`), resolve([]))));
        if (part.length === 0) break;
        for (const one of part) await visit(one, false);
      }
    }
  };
  for (const entry of entries) await visit(entry, entry.isFile);
  if (trouble.size > 0) notTaken([...trouble]);
  return [...found, ...(await ofFolders(inFolders))];
}

/** Of a folder, what is plainly for us. */
const isWanted = (name: string): boolean => !isOtherCarrier(name) && roleByName(name) !== null && !isPassedOver(name);
/** What is for us only if the schema names it. */
const mayBeWanted = (name: string): boolean => (isOtherCarrier(name) || name.endsWith(".json")) && !isPassedOver(name);
const isPassedOver = (name: string): boolean => name.split("/").some((part) => PASSED_OVER.has(part));

/** A folder has many files that carry something; those count that a schema in it names. */
async function ofFolders(found: Named[]): Promise<Named[]> {
  const schemas = found.filter(({ name }) => roleByName(name) === "schema");
  const texts = await Promise.all(schemas.map(({ file }) => file.text().catch(() => "")));
  const isNamed = (name: string) => texts.some((text) => text.includes(name.slice(name.lastIndexOf("/") + 1)));
  return found.filter(({ name }) => isWanted(name) || (mayBeWanted(name) && isNamed(name)));
}

/** What was chosen: files, or what is for us of a folder. */
export async function picked(input: HTMLInputElement): Promise<Named[]> {
  const all = [...(input.files ?? [])].map((file) => ({ name: file.webkitRelativePath || file.name, file }));
  const [files, inFolders] = [all.filter(({ file }) => !file.webkitRelativePath), all.filter(({ file }) => file.webkitRelativePath)];
  return [...files, ...(await ofFolders(inFolders))];
}
