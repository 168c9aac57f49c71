// Files: what was put in, the editor of one of them, and what is wrong, from which every line leads to its place.
import { endLines } from "../editor/documents.ts";
import { Editor, diagnosticsFor } from "../editor/editor.ts";
import type { Diagnostic, WireEnvironment } from "../engine/protocol.ts";
import { cameFrom, goBack, goingTo, goTo, onArrival } from "../go.ts";
import { chooseEnvironment, chooseRole, pickBefore, remove } from "../inputs.ts";
import { kindOf } from "../kinds.ts";
import { isSame, merged, type Merged } from "../merged.ts";
import { counts, diagnosticsOf, SEVERITIES, fileOf, type InputFile, isLate, type Role, schemaFile, set, state, type Unreadable } from "../model.ts";
import { isBehind, reviewTyped } from "../review.ts";
import { environmentsOf, route } from "../route.ts";
import { announce, byId, type Child, coded, draw, h, plural, showMore } from "../ui/dom.ts";
import { glyph } from "../ui/icons.ts";
import { say } from "../ui/toast.ts";
import { onFix, place, row, tell } from "./tell.ts";

const FIRST = 200;
/** How many problems are described below the editor. */
const FEW = 5;

const ROLES: Record<Role, string> = { schema: "schema", beside: "part of the schema", env: "env file", example: "example, its values are placeholders", ledger: "rotation ledger", waivers: "waivers", baseline: "baseline", evidence: "export, only dates are read", other: "not recognised" };
const UNREADABLE: Record<Unreadable, string> = {
  binary: "This is not text: it contains zero bytes, so it can't be reviewed. Is it the right file?",
  "not-utf8": "This is not UTF-8 (perhaps UTF-16, as PowerShell writes it), so it is not known how a loader reads it. It was checked, and the report says where. Save it as UTF-8 and add it again.",
  large: "This is too large for the editor (over 5 MB). It is checked all the same, and the problems are listed.",
  "not-taken": "",
  "may-hold-values": "Exports may hold values, so this is not shown. Only dates and ids were read from it.",
};

/** Why there is no text to show. What it is says more than what it is not. */
function whyUnreadable({ unreadable, bytes, trouble }: InputFile): Child {
  if (trouble !== null) return trouble;
  const kind = unreadable === "binary" || unreadable === "not-utf8" ? kindOf(bytes) : null;
  return kind ? coded(`This is ${kind.is}, so it can't be reviewed. ${kind.instead}`) : UNREADABLE[unreadable!];
}

/** Made when there is a file to show: the start needs none. */
let made: Editor | undefined;
const editor = (): Editor => (made ??= new Editor(byId("editor"), { edited: reviewTyped, moved: drawInspector, tell }));
let shown = FIRST;
/** What somebody chose from the list or walked to last. */
let picked: Diagnostic | undefined;
/** Files that were on the screen since they were checked, by id. */
const visited = new Set<number>();
/** The file that was marked in the list when it was drawn last. */
let marked: number | undefined;
/** Whose problems are listed. */
let scope: { environment: string } | "file" | "all" = "all";

export function startFiles(): void {
  onArrival((place) => {
    // First, since what is wrong with a line is read out to who is in the editor.
    editor().focus();
    if (place !== null) editor().go(place);
  });
  onFix((_diagnostic, fix) => {
    // Its places are those of the text that was checked.
    if (isBehind()) return say("Not done: the text was changed and is still being checked. Try again in a moment");
    const file = fileOf(state.open)!;
    const isInText = editor().apply(fix);
    editor().focus();
    if (isInText) return say(`Done: ${fix.title}. Ctrl+Z in the editor undoes it.`);
    const before = end(file, "\n");
    say(`Done: ${fix.title}`, () => end(file, before));
  });
}

function end(file: InputFile, separator: string): string {
  reviewTyped();
  return endLines(file, separator);
}

export function showProblemsOf(environment: string): void {
  list(typeof scope === "object" && scope.environment === environment ? "all" : { environment });
  byId("problems-title").scrollIntoView({ block: "nearest" });
}

export function drawFiles(): void {
  const file = fileOf(state.open) ?? null;
  drawList();
  if (file?.id !== marked) showCurrent();
  marked = file?.id;
  drawPane(file);
  drawProblems();
}

function drawList(): void {
  const { environments, unclear } = route(state.files, state.compiled);
  const order: Role[] = ["schema", "beside", "env", "example", "ledger", "waivers", "baseline", "evidence", "other"];
  // Env files in the order of promotion.
  const rank = new Map(environments.flatMap(({ files }) => files).map((id, at) => [id, at] as const).reverse());
  const files = [...state.files].sort((a, b) => order.indexOf(a.role) - order.indexOf(b.role) || (rank.get(a.id) ?? 0) - (rank.get(b.id) ?? 0));
  draw(
    byId("files"),
    h(
      "ul",
      null,
      ...files.map((file) => {
        const { error, warning } = countsOf(merged(concerning(file)));
        return h(
          "li",
          null,
          h(
            "button",
            { type: "button", class: "file", "data-focus": `file-${file.id}`, "aria-current": file.id === state.open ? "true" : null, onclick: () => set({ open: file.id }) },
            glyph("file"),
            h("span", { class: "file-name" }, file.name),
            h("span", { class: "file-of" }, unclear.includes(file) ? "which environment?" : file.role === "env" && state.compiled ? namesOf(file, environments).join(", ") : ROLES[file.role]),
            error > 0 && h("span", { class: "count error" }, error.toLocaleString("en"), h("span", { class: "sr" }, error === 1 ? " error" : " errors")),
            error === 0 && warning > 0 && h("span", { class: "count warning" }, warning.toLocaleString("en"), h("span", { class: "sr" }, warning === 1 ? " warning" : " warnings")),
          ),
        );
      }),
    ),
  );
}

/** The environments that a file belongs to, as they are told: six names take more room than they say. */
function namesOf(file: InputFile, environments: WireEnvironment[]): string[] {
  const names = environmentsOf(file, environments);
  return names.length > 3 && names.length === state.compiled?.environments.length ? ["every environment"] : names;
}

/** Whether a key is missing: that stands in the schema, and is mended elsewhere. */
const isMissing = ({ code, environment }: Diagnostic): boolean => code === "missing-required" && environment !== null;

/** The keys that a file lacks: those missing in an environment of which it is the file that people share, as the message says. */
function lacking(file: InputFile): Diagnostic[] {
  if (file.role !== "env") return [];
  const homes = new Map(state.report?.environments.map(({ name, files }) => [name, files.findLast((one) => !one.endsWith(".local")) ?? files.at(-1)]));
  const schema = schemaFile();
  return schema ? diagnosticsOf(schema.name).filter((one) => isMissing(one) && homes.get(one.environment!) === file.name) : [];
}

/** What is to be mended in a file. */
function concerning(file: InputFile): Diagnostic[] {
  const own = diagnosticsFor(file);
  return file.role === "schema" && state.status.is !== "refused" ? own.filter((one) => !isMissing(one)) : [...own, ...lacking(file)];
}

/** In a list that is longer than its place, the file that was opened from elsewhere is looked for. */
function showCurrent(): void {
  const [list, current] = [byId("files"), byId("files").querySelector<HTMLElement>("[aria-current]")];
  if (!current) return;
  const [outer, inner] = [list.getBoundingClientRect(), current.getBoundingClientRect()];
  list.scrollTop += Math.min(0, inner.top - outer.top) + Math.max(0, inner.bottom - outer.bottom);
}

function drawPane(file: InputFile | null): void {
  const unreadable = file?.unreadable ?? null;
  byId("editor").hidden = !file || unreadable !== null;
  byId("pane-head").parentElement!.hidden = !file && !state.imported;
  const box = byId("unreadable");
  box.hidden = unreadable === null;
  draw(box, unreadable && h("p", null, whyUnreadable(file!)));
  const shown = unreadable ? null : file;
  if (shown || made) editor().open(shown);
  // In a task of its own: ten thousand marks take as long as all else that is drawn, and nobody could do anything meanwhile.
  if (made) refreshSoon();
  if (!file) {
    draw(byId("pane-head"), state.imported && h("p", null, `${state.imported.shown.file} contains no text of files, only what was found in them. To see the lines, add the files themselves.`));
    return drawInspector();
  }
  if (shown) goToFirst(shown);
  draw(byId("pane-head"), h("h2", null, file.name), belongs(file), otherRole(file), before(file), h("button", { type: "button", "data-focus": "remove", onclick: () => remove(file) }, "Remove"));
  drawInspector();
}

let refreshing = 0;
function refreshSoon(): void {
  clearTimeout(refreshing);
  refreshing = window.setTimeout(() => made?.refresh());
}

/** A file that is looked at for the first time begins where it is wrong, unless somebody writes in it. */
function goToFirst(file: InputFile): void {
  if (visited.has(file.id) || (state.status.is !== "checked" && state.status.is !== "refused")) return;
  visited.add(file.id);
  if (goingTo === file) return;
  const first = worstFirst(merged(diagnosticsFor(file))).find(({ diagnostic }) => diagnostic.start)?.diagnostic;
  if (!first || document.activeElement === byId("editor")) return;
  picked = first;
  editor().go(first, true);
}

const countsOf = (all: Merged[]) => counts(all.map(({ diagnostic }) => diagnostic));
const worstFirst = (all: Merged[]): Merged[] => SEVERITIES.flatMap((wanted) => all.filter(({ diagnostic }) => diagnostic.severity === wanted));

/** To which environment it belongs, to be chosen where its name does not say. */
function belongs(file: InputFile): Node | null {
  if (file.role !== "env" || !state.compiled) return h("span", { class: "tag" }, ROLES[file.role]);
  const { environments, unclear } = route(state.files, state.compiled);
  if (!unclear.includes(file) && file.chosen === null) return h("span", null, ...namesOf(file, environments).map((name) => h("span", { class: "tag" }, name)));
  return h("label", { class: unclear.includes(file) ? "ask" : "" }, "Environment ", environmentOf(file));
}

/** Lets somebody say to which environment a file belongs. */
export function environmentOf(file: InputFile): HTMLSelectElement {
  const select = h(
    "select",
    { "aria-label": `Environment of ${file.name}`, "data-focus": `belongs-${file.id}`, onchange: () => chooseEnvironment(file, select.value || null) },
    h("option", { value: "" }, "choose…"),
    ...(state.compiled?.environments ?? []).map(({ name }) => h("option", { value: name, selected: file.chosen === name }, name)),
  );
  return select;
}

/** Where the shape of a file leaves two ways to read it. */
function otherRole(file: InputFile): Node | null {
  if (file.trouble !== null || !/\.(json|ya?ml)$/i.test(file.name) || (file.role !== "env" && file.role !== "evidence")) return null;
  const other = file.role === "env" ? "evidence" : "env";
  return h("button", { type: "button", "data-focus": "role", onclick: () => chooseRole(file, other) }, other === "env" ? "Read it as variables" : "Read it as an export");
}

function before(file: InputFile): Node | null {
  if (file.role !== "env" || file.trouble !== null) return null;
  return h("button", { type: "button", "data-focus": "before", onclick: () => pickBefore(file) }, file.before ? "Replace old version" : "Compare with old version");
}

function drawProblems(): void {
  const { environment: wanted } = typeof scope === "object" ? scope : { environment: null };
  // Of another report.
  if (wanted !== null && state.report && !state.report.environments.some(({ name }) => name === wanted)) scope = "all";
  // What keeps it from shipping comes first.
  const listed = worstFirst(merged(inScope()));
  draw(byId("problems-scope"), chooseScope());
  draw(
    byId("problems"),
    listed.length === 0 ? h("p", { class: "none" }, whyNone()) : h("p", { class: "fine" }, counted(listed)),
    h("ol", null, ...listed.slice(0, shown).map((one, index) => row(one, index, goToProblem, state.imported !== null || one.diagnostic.file !== null))),
    showMore(listed.length - shown, FIRST, () => list(scope, shown + FIRST)),
  );
}

/** Lists the problems of something else, or more of them. */
function list(of: typeof scope, first = FIRST): void {
  scope = of;
  shown = first;
  drawProblems();
}

/** The problems of what was chosen; of a schema that is wrong, its mistakes. */
function inScope(): Diagnostic[] {
  const file = fileOf(state.open);
  const all = state.report?.diagnostics ?? (state.status.is === "refused" && file ? diagnosticsFor(file) : []);
  if (scope === "all") return all;
  if (scope === "file") return file ? diagnosticsOf(file.name) : [];
  const { environment: wanted } = scope;
  return all.filter(({ environment }) => environment === wanted);
}

function chooseScope(): HTMLSelectElement {
  const chosen = typeof scope === "object" ? `=${scope.environment}` : scope;
  const option = (value: string, text: string) => h("option", { value, selected: value === chosen }, text);
  const select = h(
    "select",
    { "aria-label": "Problems of", "data-focus": "scope", onchange: () => list(select.value === "all" || select.value === "file" ? select.value : { environment: select.value.slice(1) }) },
    option("all", "everything"),
    fileOf(state.open) && option("file", "this file"),
    ...(state.report?.environments ?? []).map(({ name }) => option(`=${name}`, name)),
  );
  return select;
}

function whyNone(): string {
  if (isLate(state) || (state.status.is === "checking" && !state.report)) return "Being checked…";
  if (state.report) return "None found.";
  return state.status.is === "refused" ? "The files were not checked." : "Nothing was checked yet.";
}

function counted(listed: Merged[]): string {
  const { error, warning, info, hint } = countsOf(listed);
  return [error > 0 && plural(error, "error"), warning > 0 && plural(warning, "warning"), info + hint > 0 && plural(info + hint, "remark")].filter(Boolean).join(", ");
}

function goToProblem(diagnostic: Diagnostic): void {
  picked = diagnostic;
  // A report without files has no lines to go to, so the problem is described beside the list.
  if (state.imported) drawInspector();
  else goTo(diagnostic.file, diagnostic);
}

/** Describes the problems of the line that the cursor is on, the chosen one first; for a report without files, the chosen problem. */
function drawInspector(): void {
  if (state.imported) {
    const all = merged(state.report?.diagnostics ?? []);
    const one = all.find(({ diagnostic }) => isSame(diagnostic, picked)) ?? worstFirst(all)[0];
    if (picked) announceLine(one ? [one] : []);
    return draw(byId("inspector"), one && [h("p", { class: "fine" }, h("code", null, place(one.diagnostic))), tell(one)]);
  }
  const file = fileOf(state.open);
  const line = file && made ? made.line : 0;
  const here = file && !file.unreadable ? diagnosticsFor(file).filter(({ start, end }) => start && end && start.line <= line && line <= end.line) : [];
  const listed = worstFirst(merged(here)).sort((a, b) => Number(isSame(b.diagnostic, picked)) - Number(isSame(a.diagnostic, picked)));
  if (document.activeElement === byId("editor")) announceLine(listed);
  draw(
    byId("inspector"),
    cameFrom && h("button", { type: "button", class: "back", onclick: goBack }, "Back to ", cameFrom.from ? place(cameFrom.from) : cameFrom.view),
    listed.length > 0 ? listed.slice(0, FEW).map(tell) : file && !file.unreadable && [h("p", { class: "fine" }, `Line ${line}: no problems. F8 goes to the next problem${file.role === "env" ? "; hold F9 to see the hidden value" : ""}.`), absent(lacking(file))],
  );
}

const announceLine = (listed: Merged[]): void => announce(listed.slice(0, FEW).map(({ diagnostic: { severity, message } }) => `${severity}: ${message}`).join(". "), "said-here");

/** A missing key has no line and so no mark; it is described all the same. */
function absent(all: Diagnostic[]): Child {
  return [merged(all).slice(0, FEW).map(tell), all.length > FEW && h("p", { class: "fine" }, `and ${all.length - FEW} more missing; the problems list all`)];
}

/** The next problem behind the cursor, in this file or the next. */
export function walk(step: 1 | -1): void {
  const all = merged(state.report?.diagnostics ?? []).map(({ diagnostic }) => diagnostic).filter(({ file, start }) => file !== null && start !== null);
  if (all.length === 0) return;
  const file = fileOf(state.open);
  const line = made?.line ?? 0;
  const at = all.findIndex((one) => one.file === file?.name && one.start!.line === line && isSame(one, picked));
  let next = at >= 0 ? at + step : all.findIndex((one) => one.file === file?.name && one.start!.line >= line);
  if (next < 0) next = step > 0 ? 0 : all.length - 1;
  picked = all[(next + all.length) % all.length]!;
  goTo(picked.file, picked);
}
