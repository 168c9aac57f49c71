// What the reviewer adds: files and folders that are dropped, chosen or pasted become files of the state. All of it can be undone.
import { forget, forgetAll, textOf } from "./editor/documents.ts";
import { FULL_FILE, takeFull } from "./engine/cores.ts";
import { leftOut, type Named } from "./folders.ts";
import { errorsOf, fileOf, type Imported, type InputFile, newFile, notTaken, schemaFile, set, type State, state } from "./model.ts";
import { recognise, unreadable } from "./recognise.ts";
import { cancel, review } from "./review.ts";
import { pathsOf, settle } from "./places.ts";
import { baseName, fileOfEntry, isPlaced, roleByName, route } from "./route.ts";
import { isServed, project } from "./served.ts";
import { dialog } from "./ui/dialog.ts";
import { byId, h, list, plural } from "./ui/dom.ts";
import { forgetUndo, say } from "./ui/toast.ts";

/** The maximum size that the core reads. */
const TOO_LARGE = 256 << 20;

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

interface Queue {
  last: Promise<unknown>;
  length: number;
}
/** The input that is being read. */
let queue: Queue = { last: Promise.resolve(), length: 0 };

/** Reads inputs one after the other, so that of two versions of a file the one that was added last stays, however long the other takes. */
function inTurn(files: Named[] | Promise<Named[]>, work: (files: Named[], isWanted: () => boolean) => Promise<void>): Promise<void> {
  const own = queue;
  const isWanted = () => queue === own;
  if (own.length++ === 0) set({ reading: { slow: false } });
  const turn = own.last
    .then(() => files)
    .then((files) => (isWanted() ? work(files, isWanted) : undefined))
    .finally(() => --own.length === 0 && isWanted() && set({ reading: null }));
  own.last = turn.catch(() => {});
  return turn;
}

/** Stops waiting for what is being read: a disk may never answer. */
export function stopReading(): void {
  queue = { last: Promise.resolve(), length: 0 };
  set({ reading: null });
}

/** The bytes of a file, or why there are none. */
async function bytesOf(name: string, file: File | string): Promise<Uint8Array<ArrayBuffer> | string> {
  if (typeof file === "string") return file;
  if (file.size > TOO_LARGE) return `${name} is larger than 256 MiB, so it was not read. Is it a configuration file?`;
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch {
    return `${name} could not be read. Was it moved, may you read it, or is it a folder?`;
  }
}

/** Adds files, or replaces those of the same name. Can be undone. */
export const add = (files: Named[] | Promise<Named[]>): Promise<void> => inTurn(files, take);

async function take(files: Named[], isWanted: () => boolean, wanted?: string): Promise<void> {
  if (files.length === 0) return nothingFound();
  const trouble: string[] = [];
  const added: InputFile[] = [];
  const reports: Imported[] = [];
  for (const { name, file, pasted } of files) {
    const bytes = await bytesOf(name, file);
    if (!isWanted()) return;
    if (typeof bytes === "string") {
      added.push(notTaken(name, roleByName(name) ?? "other", bytes));
      continue;
    }
    if (name.endsWith(FULL_FILE)) {
      if (await takeFull(bytes)) say("The full core is loaded: all schemas, kinds of files and exports can be read");
      else trouble.push(`${name} is not the full core of this page: use the file of the same release.`);
      review();
      continue;
    }
    const read = recognise(name, bytes);
    if (read.role === "report") reports.push(...read.reports);
    else if (read.trouble !== undefined) added.push(notTaken(name, read.role, read.trouble));
    else added.push({ ...newFile(name, read.role, bytes, read.unreadable), pasted: pasted === true });
  }
  const schemas = added.filter(({ role }) => role === "schema").sort((a, b) => depth(a) - depth(b) || (a.origin < b.origin ? -1 : 1));
  const schema = schemas.find(({ origin }) => origin === wanted) ?? schemas[0];
  const kept = oneOfEach(schemas.length > 1 ? ownFiles(schema!, schemas, added) : added, schema, trouble);
  const others = schemas.length > 1 ? { schemas: schemas.map(({ origin }) => origin).filter((origin) => origin !== schema!.origin), given: files } : null;
  const [read, unread] = [kept.filter(({ trouble }) => trouble === null), kept.filter(({ trouble }) => trouble !== null)];
  // A check of the env files finds more than an old report says.
  const afresh = read.some(({ role }) => role === "env");
  const from = filesOf(reports);
  const isOne = from.length === 1;
  if (from.length > 0 && afresh) trouble.push(`${list(from)} ${isOne ? "was left out: it is a report" : "were left out: they are reports"}, and the files themselves are here. Put ${isOne ? "it" : "them"} in by ${isOne ? "itself" : "themselves"} to look at ${isOne ? "it" : "them"}.`);
  else if (from.length > 0 && read.length > 0) trouble.push(`${list(read.map(({ name }) => name))} ${read.length === 1 ? "was" : "were"} left out: ${isOne ? `${from[0]} is a report, which says by itself` : `${list(from)} are reports, which say by themselves`} what was found.`);
  if (trouble.length > 0) leftOut(trouble);
  if (reports.length > 0 && !afresh) openReports(reports, unread);
  else if (state.imported && unread.length > 0 && read.length === 0) putBeside(unread);
  else if (kept.length > 0) put(kept, others);
}

/** Switches to another of the schemas that were added together, with its own files. */
export function chooseSchema(origin: string): void {
  if (state.others) void inTurn(state.others.given, (files, isWanted) => take(files, isWanted, origin));
}

export function leaveOthers(): void {
  const { others } = state;
  set({ others: null });
  say("Left out the other schemas", () => set({ others }));
}

const depth = ({ name }: InputFile): number => name.split("/").length + (/(^|\/)\.?env\.schema\.json$/.test(name) ? 0 : 0.5);

/** What was added, without the other schemas and their files. A file in or below the folder of another schema belongs to that one, unless this schema, or a file that it names, names it. */
function ownFiles(schema: InputFile, schemas: InputFile[], added: InputFile[]): InputFile[] {
  const byOrigin = new Map(added.map((file) => [file.origin, file]));
  const reached = new Set([schema.origin]);
  for (const origin of reached) {
    const file = byOrigin.get(origin)!;
    if (file !== schema && !/\.(json|ya?ml)$/i.test(origin)) continue;
    const { files, parts } = pathsOf([{ name: origin, text: new TextDecoder().decode(file.bytes) }]);
    for (const path of [...files, ...parts]) if (byOrigin.has(path)) reached.add(path);
  }
  const folders = new Set(schemas.map(folderOf));
  const home = (folder: string): string => (folders.has(folder) || folder === "" ? folder : home(folder.replace(/[^/]*\/$/, "")));
  // A file below none of the folders may belong to any schema.
  const isOwn = (file: InputFile) => {
    const of = home(folderOf(file));
    return of === folderOf(schema) || !folders.has(of);
  };
  return added.filter((file) => file === schema || (file.role !== "schema" && (reached.has(file.origin) || isOwn(file))));
}

/** The files that contain reports. */
const filesOf = (reports: Imported[]): string[] => [...new Set(reports.map(({ file }) => file))];

const folderOf = ({ origin }: InputFile): string => origin.slice(0, origin.lastIndexOf("/") + 1);

/** The roles that only one file can have, with their usual names. */
const SINGLE = { schema: "schema", ledger: "ledger", waivers: "file of waivers", baseline: "baseline" } as const;

/** Of files that are added together, keeps only one for each role beside the schema, the one nearest to the top, and only one of each name, because two could be confused. */
function oneOfEach(added: InputFile[], schema: InputFile | undefined, trouble: string[]): InputFile[] {
  const nearest = schema ?? schemaFile();
  // The program looks nowhere else either: such files of another project in the same folder do not apply here.
  const beside = added.filter((file) => {
    const isElsewhere = (file.role === "waivers" || file.role === "baseline") && isPlaced(file, nearest) && folderOf(file) !== folderOf(nearest!);
    if (isElsewhere) trouble.push(`${file.name} was left out: a review takes the ${SINGLE[file.role as keyof typeof SINGLE]} beside its schema, ${nearest!.origin}. To have it count all the same, put it in by itself.`);
    return !isElsewhere;
  });
  const kept = beside.filter((file) => {
    if (!(file.role in SINGLE)) return true;
    const best = beside.filter(({ role }) => role === file.role).reduce((best, other) => (depth(other) < depth(best) ? other : best));
    if (file !== best) trouble.push(`${file.name} was left out: a review takes one ${SINGLE[file.role as keyof typeof SINGLE]}, and that is ${best.name}${best.name === file.name ? ", which was put in with it" : ""}. Put in the other with its own env files, by themselves.`);
    return file === best;
  });
  const names = new Set<string>();
  for (const file of kept) {
    const { name } = file;
    for (let count = 2; names.has(file.name); count++) file.name = file.origin = `${name} (${count})`;
    names.add(file.name);
  }
  return kept;
}

export function nothingFound(): void {
  // The reason has been shown.
  if (document.querySelector("dialog")) return;
  dialog("Nothing was added", h("p", null, "No schema, env file, ledger or report was found there by its name. Files with other names can be dropped or chosen one by one; the page then asks to which environment they belong."));
}

/** Opens reports in place of all files, except for those that could not be read. Of several, one with findings is shown first. Undo brings back what was open. */
function openReports(reports: Imported[], unread: InputFile[]): void {
  const shown = reports.find(({ report }) => report && errorsOf(report) > 0) ?? reports.find(({ complete }) => !complete) ?? reports[0]!;
  const { files, others, compiled, imported } = state;
  showReports({ reports, shown }, unread);
  set({ view: "files" });
  say(`Opened ${list(filesOf(reports))}: ${reports.length > 1 ? plural(reports.length, "report") : plural(shown.report?.environments.length ?? 0, "environment")}, no values`, () => {
    if (imported) return showReports(imported, files);
    set({ files, others, compiled, imported, report: null });
    review();
  });
}

function showReports(imported: NonNullable<State["imported"]>, files: InputFile[]): void {
  // The result of a check that is still running does not belong to this report.
  cancel();
  set({ files, others: null, compiled: null, imported, report: imported.shown.report, leftOut: [], doubt: null, same: [], changes: null, withSchema: true, status: { is: "checked", milliseconds: 0 }, open: null });
}

/** A file that could not be read does not replace a report. It is listed beside it, and the verdict is not "yes" until it is removed. */
function putBeside(unread: InputFile[]): void {
  const { files } = state;
  const names = new Set(unread.map(({ name }) => name));
  set({ files: [...files.filter(({ name }) => !names.has(name)), ...unread] });
  say(`${unread.length === 1 ? unread[0]!.name : plural(unread.length, "file")} could not be read`, () => set({ files }));
}

function put(added: InputFile[], others: State["others"]): void {
  const { files, imported, report, open, phase } = state;
  const before = state.others;
  const schema = added.find(({ role }) => role === "schema");
  // If a role can only have one file, the newer one replaces the other, whatever their names.
  const replaced = new Set(added.map(({ role }) => role).filter((role) => role in SINGLE));
  // The files of another schema go with it.
  const given = new Set(others?.given.map(({ name }) => name));
  const stay = files.filter(({ role, origin }) => !replaced.has(role) && !given.has(origin));
  const known = files.map(({ name, role, unreadable }) => ({ name, role, unreadable }));
  // Before the comparison, because a folder that is added again replaces its earlier files.
  settle([...added, ...stay], schema ?? schemaFile());
  const names = new Map(added.map((file) => [file.name, file]));
  // In the place of the earlier version: of two files of one environment, the later is read over the other.
  const next = new Set([...stay.map((file) => names.get(file.name) ?? file), ...added]);
  const gone = files.filter((file) => !stay.includes(file) && !names.has(file.name) && !given.has(file.origin));
  // What the reviewer said about the earlier version still counts.
  for (const file of added) {
    const old = files.find(({ name }) => name === file.name);
    if (old) [file.chosen, file.parts, file.before] = [old.chosen, old.parts, old.before];
  }
  set({ files: [...next], others: schema ? others : before, imported: null, report: imported ? null : report, phase: schema ? null : phase, open: open === null ? null : (firstToShow(added) ?? open) });
  review();
  say(`Added ${added.length === 1 ? added[0]!.name : plural(added.length, "file")}${gone.length > 0 ? ` in place of ${list(gone.map(({ name }) => name))}` : ""}`, () => {
    for (const [at, file] of files.entries()) Object.assign(file, known[at]);
    set({ phase, others: before });
    if (imported) return showReports(imported, files);
    set({ files });
    review();
  });
}

/** Shows what was just added, or what has to be fixed first (see review.ts). */
const firstToShow = (files: InputFile[]): number | null => (files.findLast(({ role }) => role === "env") ?? files[0])?.id ?? null;

export function remove(file: InputFile): void {
  const { files } = state;
  const left = files.filter((one) => one !== file);
  set({ files: left, open: firstToShow(left) });
  review();
  say(`Removed ${file.name}`, () => {
    // Of two files of one environment, the later is read over the other.
    set({ files: state.files.toSpliced(files.indexOf(file), 0, file), open: file.id });
    review();
  });
}

/** Decides between variables and an export, of which only dates are read, if the shape of a file does not tell. */
export function chooseRole(file: InputFile, role: "env" | "evidence"): void {
  const old = { role: file.role, unreadable: file.unreadable };
  const become = (now: typeof old) => {
    // Edits are kept, but the file gets another editor.
    file.bytes = textOf(file).bytes;
    forget(file);
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

export function choosePhase(phase: State["phase"]): void {
  set({ phase });
  review();
}

/** Removes everything that was added, and the history of undo: whoever returns to the page begins afresh. */
export function forgetEverything(): void {
  stopReading();
  forgetAll();
  forgetUndo();
  // The worker has copies of the texts.
  cancel();
  set({ files: [], others: null, compiled: null, imported: null, report: null, leftOut: [], doubt: null, same: [], changes: null, phase: null, open: null, status: { is: "empty" }, view: "files" });
}

/** Adds old versions, each to the file of the same name. A single one belongs to the file `whose` old version was asked for, whatever its name was then. */
export const addBefore = (files: Named[] | Promise<Named[]>, whose?: InputFile): Promise<void> => inTurn(files, (files, isWanted) => takeBefore(files, isWanted, whose));

async function takeBefore(files: Named[], isWanted: () => boolean, whose: InputFile | undefined): Promise<void> {
  const asked = files.length === 1 ? whose : undefined;
  if (files.length === 0) return nothingFound();
  const before = new Map(state.files.map((file) => [file, file.before]));
  const trouble: string[] = [];
  const env = state.files.filter(({ role }) => role === "env");
  for (const { name, file } of files) {
    const bytes = await bytesOf(name, file);
    if (!isWanted()) return;
    const base = baseName(name);
    const target = asked ?? env.find((one) => one.name === name) ?? env.find((one) => baseName(one.name) === base) ?? (env.length === 1 && files.length === 1 ? env[0] : undefined);
    if (typeof bytes === "string") trouble.push(bytes);
    else if (target) target.before = newFile(target.name, "env", bytes);
    else trouble.push(`There is no ${base} here to compare it with. Add the new version first. If the file was renamed, open it and choose “Compare with old version” there.`);
  }
  if (trouble.length > 0) leftOut(trouble);
  if (trouble.length === files.length) return;
  set({ files: [...state.files], view: "changes" });
  review();
  say("Comparing with the old version", () => {
    for (const [file, old] of before) file.before = old;
    set({ files: [...state.files] });
    review();
  });
}

/** The file whose old version is being chosen, if it was asked for at a file. */
let whose: InputFile | undefined;

export function pickBefore(of?: InputFile): void {
  whose = of;
  byId("pick-before").click();
}

export const addPickedBefore = (files: Promise<Named[]>): Promise<void> => addBefore(files, whose && fileOf(whose.id));

/** Adds an empty file, to paste into or to write. */
export function write(text = ""): void {
  const names = new Set(state.files.map(({ name }) => name));
  const wanted = route(state.files, state.compiled).absent.flatMap(({ files }) => files).map(fileOfEntry).find((name) => !names.has(name));
  const bytes = new TextEncoder().encode(text);
  const { role } = recognise(text ? "pasted" : ".env", bytes);
  // By its name, a JSON document would be read as an env file, so it gets another one.
  const isJson = /^\s*[{[]/.test(text);
  let name = role === "schema" ? "env.schema.json" : role === "ledger" ? "env.rotation.json" : isJson ? "pasted.json" : (wanted ?? ".env");
  if (role !== "schema" && role !== "ledger") for (let count = 2; names.has(name); count++) name = `pasted-${count}.${isJson ? "json" : "env"}`;
  void add([{ name, file: new File([bytes], name), pasted: text !== "" }]);
}
