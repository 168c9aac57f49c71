// READ FIRST: the page, from the state to what is drawn, and from what somebody does to the state.
import { apply } from "./editor/documents.ts";
import { revealAll } from "./editor/masking.ts";
import { FULL_FILE } from "./engine/cores.ts";
import { drawExports } from "./export.ts";
import { add, addBefore, chooseRole, clear, dropped, forgetEverything, openProject, picked, remove, write } from "./inputs.ts";
import { goTo } from "./go.ts";
import { fileNamed, listen, set, state, type View } from "./model.ts";
import { cancel, review } from "./review.ts";
import { route } from "./route.ts";
import { isServed } from "./served.ts";
import { dialog } from "./ui/dialog.ts";
import { byId, coded, draw, h, plural } from "./ui/dom.ts";
import { undoLast } from "./ui/toast.ts";
import { drawChanges } from "./views/changes.ts";
import { drawFiles, showProblemsOf, startFiles, walk } from "./views/files.ts";
import { drawMatrix } from "./views/matrix.ts";
import { drawRotation, urgent } from "./views/rotation.ts";
import { startExamples } from "./views/start.ts";
import { drawVerdict } from "./views/verdict.ts";

/** How long all values stay shown, in seconds. */
const REVEALED = 30;
/** A check that takes longer than this says so, and can be stopped. */
const PATIENCE = 400;
/** So many files are named of those that were not checked; of the others, how many there are. */
const FEW = 5;

const VIEWS: { view: View; title: string; draw: () => void }[] = [
  { view: "files", title: "Files", draw: drawFiles },
  { view: "matrix", title: "Matrix", draw: drawMatrix },
  { view: "rotation", title: "Rotation", draw: drawRotation },
  { view: "changes", title: "Changes", draw: drawChanges },
];

function drawAll(): void {
  const empty = state.files.length === 0 && !state.imported;
  // Whoever scrolled to an example is to see the verdict.
  if (!empty && byId("review").hidden) scrollTo(0, 0);
  byId("start").hidden = !empty;
  byId("review").hidden = empty;
  for (const id of ["reveal", "add", "export"]) byId(id).hidden = empty || (id === "reveal" && state.imported !== null);
  // That nothing can be checked here is better known before the files are put in.
  draw(byId("trouble"), empty && state.status.is === "broken" && notice("error", h("p", null, h("b", null, state.status.message)), h("p", null, ...coded(state.status.help))));
  if (empty) {
    document.title = "envgate review";
    for (const id of ["verdict", "notices", "tabs", "view-matrix", "view-rotation", "view-changes"]) draw(byId(id));
    return drawFiles();
  }
  drawVerdict(showEnvironment);
  drawNotices();
  drawTabs();
  for (const { view, draw } of VIEWS) {
    byId(`view-${view}`).hidden = view !== state.view;
    if (view === state.view) draw();
  }
}

function showEnvironment(name: string): void {
  if (state.view !== "files") set({ view: "files" });
  requestAnimationFrame(() => showProblemsOf(name));
}

const notice = (tone: string, ...content: (Node | string | false | null)[]): HTMLElement => h("div", { class: `notice ${tone}`, role: tone === "error" ? "alert" : null }, ...content);

/** What keeps the verdict from being whole, and what is being done. */
function drawNotices(): void {
  const { status } = state;
  const notices: Node[] = [];
  const tell = (...words: Parameters<typeof notice>) => notices.push(notice(...words));
  if (status.is === "broken") tell("error", h("p", null, h("b", null, status.message)), h("p", null, ...coded(status.help)));
  if (status.is === "cancelled") tell("warning", h("p", null, "The check was stopped; there is no verdict."), h("button", { type: "button", onclick: () => review() }, "Check again"));
  if (status.is === "checking" && status.slow) tell("info", h("p", null, "Checking…"), h("progress", { "aria-label": "Checking" }), h("button", { type: "button", onclick: cancel }, "Stop"));
  if (status.is === "refused") {
    const { errors, needsFull } = status.refusal;
    tell(
      "error",
      h("p", null, h("b", null, errors.some(({ file }) => fileNamed(file)?.role === "schema") ? "The schema is wrong, so nothing was checked against it." : "Nothing was checked.")),
      h("ul", null, ...errors.slice(0, 5).map(({ message, file, start, help }, at) => h("li", null, start && h("button", { type: "button", class: "link", "data-focus": `refused-${at}`, onclick: () => goTo(file, start.line) }, h("code", null, `${file}:${start.line}:${start.column}`)), start && " ", ...coded(message), help ? ` (${help})` : ""))),
      errors.length > 5 && h("p", null, `and ${errors.length - 5} more, marked in the file`),
      needsFull ? h("p", null, "It needs the full core, which this page could not load. Add ", h("code", null, FULL_FILE), " of the same release, or use ", h("code", null, "envgate review"), ".") : null,
    );
  }
  if (state.program && state.report && state.program !== state.report.tool.version) tell("warning", h("p", null, `The program that opened this page is envgate ${state.program}, and the page is of ${state.report.tool.version}: they may not say the same.`));
  for (const sentence of state.leftOut) tell("warning", h("p", null, ...coded(sentence)));
  const omitted = state.report?.hidden.omitted ?? 0;
  if (omitted > 0) tell("warning", h("p", null, `A report lists at most ${state.report!.diagnostics.length.toLocaleString("en")} problems: ${omitted.toLocaleString("en")} more were found, and are neither listed nor marked.`));
  if (!state.imported) {
    const { unclear } = route(state.files, state.compiled);
    const read = new Set(state.report?.environments.flatMap(({ files }) => files));
    const homeless = unclear.filter(({ name }) => !read.has(name));
    for (const file of homeless.slice(0, FEW)) tell("warning", h("p", null, h("b", null, file.name), " was not checked: to which environment does it belong? "), h("button", { type: "button", onclick: () => set({ open: file.id, view: "files" }) }, "Say which"));
    if (homeless.length > FEW) tell("warning", h("p", null, `${plural(homeless.length - FEW, "more file")} ${homeless.length - FEW === 1 ? "was" : "were"} not checked, for the same reason; the list of files says which.`));
    const strange = state.files.filter(({ role, unreadable }) => role === "other" && unreadable === null);
    if (strange.length > FEW) tell("warning", h("p", null, `${plural(strange.length - FEW, "more file")} ${strange.length - FEW === 1 ? "was" : "were"} not recognised, and not checked.`));
    for (const file of strange.slice(0, FEW)) tell("warning", h("p", null, h("b", null, file.name), " was not checked: it looks like no schema, env file, ledger, export or report."), h("button", { type: "button", onclick: () => chooseRole(file, "env") }, "Read it as an env file"), h("button", { type: "button", onclick: () => remove(file) }, "Remove"));
    if (!state.files.some(({ role }) => role === "schema")) tell("warning", h("p", null, "There is no schema yet, so there is no verdict. Add ", h("code", null, "env.schema.json"), "."));
    else if (!state.files.some(({ role }) => role === "env") && status.is === "checked") tell("info", h("p", null, "The schema is fine. Add the env files of its environments."));
  }
  draw(byId("notices"), ...notices);
}

let slowTimer = 0;
function watchForSlow(): void {
  if (state.status.is === "checking" && state.status.slow) return;
  clearTimeout(slowTimer);
  if (state.status.is === "checking") slowTimer = window.setTimeout(() => set({ status: { is: "checking", slow: true } }), PATIENCE);
}

function drawTabs(): void {
  const extra: Partial<Record<View, number>> = { files: state.files.length, rotation: urgent(), changes: state.changes?.environments.reduce((sum, { keys }) => sum + keys.length, 0) ?? 0 };
  draw(
    byId("tabs"),
    ...VIEWS.map(({ view, title }) =>
      h(
        "button",
        { type: "button", role: "tab", id: `tab-${view}`, "data-focus": `tab-${view}`, "aria-selected": String(view === state.view), "aria-controls": `view-${view}`, tabindex: view === state.view ? "0" : "-1", onclick: () => set({ view }) },
        title,
        extra[view] ? h("span", { class: "n" }, extra[view].toLocaleString("en")) : null,
      ),
    ),
  );
}

byId("tabs").addEventListener("keydown", ({ key }) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
  if (!step) return;
  const at = VIEWS.findIndex(({ view }) => view === state.view);
  const next = VIEWS[(at + step + VIEWS.length) % VIEWS.length]!.view;
  set({ view: next });
  requestAnimationFrame(() => byId(`tab-${next}`).focus());
});

// Values: one at a time by holding, or all of them for a short while.
let hideTimer = 0;
function showValues(revealed: boolean): void {
  clearTimeout(hideTimer);
  if (state.revealed === revealed) return;
  set({ revealed });
  for (const file of state.files) apply(file.id, [revealAll.of(revealed)]);
  byId("reveal").setAttribute("aria-checked", String(revealed));
  if (revealed) hideTimer = window.setTimeout(() => showValues(false), REVEALED * 1000);
}
byId("reveal").addEventListener("click", () => showValues(!state.revealed));
addEventListener("blur", () => showValues(false));
addEventListener("beforeprint", () => showValues(false));
document.addEventListener("visibilitychange", () => document.hidden && showValues(false));

// In.
const pickFiles = byId<HTMLInputElement>("pick-files");
const pickFolder = byId<HTMLInputElement>("pick-folder");
const pickOld = byId<HTMLInputElement>("pick-before");
byId("choose").addEventListener("click", () => pickFiles.click());
byId("add").addEventListener("click", () => pickFiles.click());
byId("folder").addEventListener("click", () => pickFolder.click());
byId("paste").addEventListener("click", () => write());
/** How often something was put in; tests wait for it. */
let taken = 0;
for (const [input, take] of [[pickFiles, add], [pickFolder, add], [pickOld, addBefore]] as const) {
  input.addEventListener("change", () => {
    const files = picked(input);
    input.value = "";
    void files.then(take).then(() => (document.body.dataset.taken = String(++taken)));
  });
}

// The page takes what is dropped before an editor would put it into its text.
const dropping = byId("dropping");
addEventListener("dragover", (event) => {
  if (!event.dataTransfer?.types.includes("Files")) return;
  event.preventDefault();
  dropping.hidden = false;
});
addEventListener("dragleave", (event) => event.relatedTarget === null && (dropping.hidden = true));
addEventListener(
  "drop",
  (event) => {
    dropping.hidden = true;
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    event.stopPropagation();
    const old = state.view === "changes" && state.files.length > 0;
    void dropped(event.dataTransfer).then((files) => (old ? addBefore(files) : add(files)));
  },
  { capture: true },
);
/** Whether it is the business of an editor or a field. By the way that the event took: what it began at may be gone by now. */
const isInText = (event: Event): boolean => event.composedPath().some((node) => node instanceof Element && node.matches("input, textarea, .cm-content"));

addEventListener("paste", (event) => {
  if (isInText(event)) return;
  const { clipboardData } = event;
  if (!clipboardData) return;
  event.preventDefault();
  if (clipboardData.files.length > 0) void dropped(clipboardData).then(add);
  else if (clipboardData.getData("text/plain").trim() !== "") write(clipboardData.getData("text/plain"));
});

addEventListener("keydown", (event) => {
  if (event.key === "F8") {
    event.preventDefault();
    walk(event.shiftKey ? -1 : 1);
  } else if ((event.ctrlKey || event.metaKey) && event.key === "z" && !event.shiftKey) {
    if (!isInText(event) && undoLast()) event.preventDefault();
  }
});

byId("promise").addEventListener("click", () =>
  dialog(
    "Nothing leaves this tab",
    h("p", null, "The page has a content security policy. With it, the browser refuses every fetch, beacon, web socket, form, image and frame, from the page and from its worker. No code of others runs in it but the text editor CodeMirror, which was built in."),
    h("p", null, "It stores nothing: no storage, no cookie, nothing in the address. When you close or leave the tab, your input is gone."),
    h("p", null, "What a policy can't do: stop a browser extension or a cloud spell-checker that you gave access to your pages, or a page that is not the one you think it is. Turn off the network if you need more, or keep the single file, whose SHA-256 is published, and open it from disk."),
    state.files.length > 0 || state.imported ? h("p", null, h("button", { type: "button", onclick: ({ target }) => ((target as Element).closest("dialog")!.close(), clear()) }, "Forget everything now")) : "",
  ),
);

addEventListener("pagehide", forgetEverything);
// What was written here, or handed over once, is nowhere else; files that were dropped are where they were.
addEventListener("beforeunload", (event) => {
  if (state.files.some(({ version, pasted }) => isServed || pasted || version > 1)) event.preventDefault();
});

startFiles();
startExamples();
drawExports();
void openProject();
/** The newest file that there was. */
let newest = 0;
listen((changed) => {
  // Who asked to see values asked for those that were there.
  const last = Math.max(newest, ...state.files.map(({ id }) => id));
  if (last > newest) showValues(false);
  newest = last;
  document.body.dataset.status = state.status.is === "checked" && state.comparing ? "comparing" : state.status.is;
  if (changed.has("status")) watchForSlow();
  drawAll();
});
