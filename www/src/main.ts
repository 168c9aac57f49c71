// READ FIRST: the page, from the state to what is drawn, and from what somebody does to the state.
import { apply } from "./editor/documents.ts";
import { revealAll } from "./editor/masking.ts";
import { drawExports } from "./export.ts";
import { dropped, picked } from "./folders.ts";
import { add, addBefore, addPickedBefore, forgetEverything, openProject, write } from "./inputs.ts";
import { listen, set, type State, state, type View } from "./model.ts";
import { isServed } from "./served.ts";
import { dialog } from "./ui/dialog.ts";
import { announce, byId, draw, h } from "./ui/dom.ts";
import { undoLast } from "./ui/toast.ts";
import { drawChanges } from "./views/changes.ts";
import { drawFiles, showProblemsOf, startFiles, walk } from "./views/files.ts";
import { drawMatrix } from "./views/matrix.ts";
import { drawNotices, drawTrouble } from "./views/notices.ts";
import { drawRotation, urgent } from "./views/rotation.ts";
import { startExamples } from "./views/start.ts";
import { drawVerdict } from "./views/verdict.ts";

/** How long all values stay shown, in seconds. */
const REVEALED = 30;
/** If reading or checking takes longer than this, the page says so, and offers to stop it. */
const PATIENCE = 400;

const VIEWS: { view: View; title: string; draw: () => void }[] = [
  { view: "files", title: "Files", draw: drawFiles },
  { view: "matrix", title: "Matrix", draw: drawMatrix },
  { view: "rotation", title: "Rotation", draw: drawRotation },
  { view: "changes", title: "Changes", draw: drawChanges },
];

function drawAll(): void {
  const empty = state.files.length === 0 && !state.imported;
  // Scroll up to the verdict, in case somebody scrolled down to an example.
  if (!empty && byId("review").hidden) scrollTo(0, 0);
  const isOther = byId("start").hidden === empty;
  const hadFocus = document.activeElement !== document.body;
  byId("start").hidden = !empty;
  byId("review").hidden = empty;
  // What had the focus is gone with the rest: whoever uses the keyboard goes on at the beginning of what came in its place.
  if (isOther && hadFocus && !document.activeElement?.checkVisibility()) byId("main").focus({ preventScroll: true });
  for (const id of ["reveal", "add", "export"]) byId(id).hidden = empty || (id === "reveal" && state.imported !== null);
  drawTrouble();
  if (empty) {
    document.title = "envgate review";
    for (const id of ["verdict", "notices", "tabs", "view-matrix", "view-rotation", "view-changes"]) draw(byId(id));
    drawFiles();
    return announce(state.reading?.slow ? "Reading…" : sentence("trouble"));
  }
  drawVerdict(showEnvironment);
  drawNotices();
  drawTabs();
  for (const { view, draw } of VIEWS) {
    byId(`view-${view}`).hidden = view !== state.view;
    if (view === state.view) draw();
  }
  announce([sentence("verdict"), sentence("notices")].filter(Boolean).join(". "));
}

/** What an element says in one sentence: the headline of the verdict, or the first notice that is an error. */
const sentence = (id: string): string => byId(id).querySelector("h1, .notice.error b")?.textContent ?? "";

function showEnvironment(name: string): void {
  if (state.view !== "files") set({ view: "files" });
  requestAnimationFrame(() => showProblemsOf(name));
}

let [slowCheck, slowReading] = [0, 0];
function watchForSlow(changed: ReadonlySet<keyof State>): void {
  if (changed.has("status")) {
    clearTimeout(slowCheck);
    if (state.status.is === "checking" && !state.status.slow) slowCheck = window.setTimeout(() => set({ status: { is: "checking", slow: true } }), PATIENCE);
  }
  if (changed.has("reading")) {
    clearTimeout(slowReading);
    if (state.reading && !state.reading.slow) slowReading = window.setTimeout(() => set({ reading: { slow: true } }), PATIENCE);
  }
}

function drawTabs(): void {
  const changed = state.changes?.environments.reduce((sum, { keys }) => sum + keys.length, 0) ?? 0;
  const extra: Partial<Record<View, [count: number, of: string]>> = { files: [state.files.length, "in the review"], rotation: [urgent(), "to be done"], changes: [changed, changed === 1 ? "key" : "keys"] };
  draw(
    byId("tabs"),
    ...VIEWS.map(({ view, title }) =>
      h(
        "button",
        { type: "button", role: "tab", id: `tab-${view}`, "data-focus": `tab-${view}`, "aria-selected": String(view === state.view), "aria-controls": `view-${view}`, tabindex: view === state.view ? "0" : "-1", onclick: () => set({ view }) },
        title,
        extra[view]?.[0] ? [" ", h("span", { class: "n", title: extra[view].join(" ") }, extra[view][0].toLocaleString("en"), h("span", { class: "sr" }, ` ${extra[view][1]}`))] : null,
      ),
    ),
  );
}

byId("tabs").addEventListener("keydown", (event) => {
  const at = VIEWS.findIndex(({ view }) => view === state.view);
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  const next = VIEWS.at(to % VIEWS.length)!.view;
  set({ view: next });
  // By then everything may have been removed.
  requestAnimationFrame(() => document.getElementById(`tab-${next}`)?.focus());
});

// Values are shown one at a time, by holding, or all of them for a short while. The time is measured by the clock, because timers stop while the machine sleeps.
let hideTimer = 0;
function showValues(revealed: boolean): void {
  clearInterval(hideTimer);
  if (state.revealed === revealed) return;
  set({ revealed });
  for (const file of state.files) apply(file, [revealAll.of(revealed)]);
  byId("reveal").setAttribute("aria-checked", String(revealed));
  const until = Date.now() + REVEALED * 1000;
  if (revealed) hideTimer = window.setInterval(() => Date.now() >= until && showValues(false), 250);
}
byId("reveal").addEventListener("click", () => showValues(!state.revealed));
addEventListener("blur", () => showValues(false));
addEventListener("beforeprint", () => {
  showValues(false);
  // On paper, nobody could see that the verdict is about to change.
  if (state.status.is === "checking") set({ status: { is: "checking", slow: true } });
  if (state.reading) set({ reading: { slow: true } });
});
document.addEventListener("visibilitychange", () => document.hidden && showValues(false));
document.addEventListener("freeze", () => showValues(false));

// Input.
const pickFiles = byId<HTMLInputElement>("pick-files");
const pickFolder = byId<HTMLInputElement>("pick-folder");
const pickOld = byId<HTMLInputElement>("pick-before");
byId("choose").addEventListener("click", () => pickFiles.click());
byId("add").addEventListener("click", () => pickFiles.click());
byId("folder").addEventListener("click", () => pickFolder.click());
byId("paste").addEventListener("click", () => write());
/** How often something was added; tests wait for it. */
let taken = 0;
for (const [input, take] of [[pickFiles, add], [pickFolder, add], [pickOld, addPickedBefore]] as const) {
  input.addEventListener("change", () => {
    const files = picked(input);
    input.value = "";
    void take(files).then(() => (document.body.dataset.taken = String(++taken)));
  });
}

// The page takes dropped files before an editor would insert them into its text. It also takes text that is dropped outside of an editor, because a browser might
// follow an address in it.
const dropping = byId("dropping");
/** Whether what is dragged comes from this page, so that it is not new. */
let isOwn = false;
addEventListener("dragstart", () => (isOwn = true), { capture: true });
addEventListener("dragend", () => (isOwn = false), { capture: true });
addEventListener("dragover", (event) => {
  const isFile = event.dataTransfer?.types.includes("Files");
  if (!isFile && isInText(event)) return;
  event.preventDefault();
  dropping.hidden = !isFile;
});
addEventListener("dragleave", (event) => event.relatedTarget === null && (dropping.hidden = true));
addEventListener(
  "drop",
  (event) => {
    dropping.hidden = true;
    const isFile = event.dataTransfer?.types.includes("Files");
    if (!event.dataTransfer || (!isFile && isInText(event))) return;
    event.preventDefault();
    event.stopPropagation();
    if (!isFile) return isOwn ? undefined : writeGiven(event.dataTransfer);
    const old = state.view === "changes" && state.files.length > 0 && !state.imported;
    void (old ? addBefore : add)(dropped(event.dataTransfer));
  },
  { capture: true },
);
/** Whether an editor or a field handles the event. Judged by the path of the event, because its target may be gone by now. */
const isInText = (event: Event): boolean => event.composedPath().some((node) => node instanceof Element && node.matches("input, textarea, .cm-content"));

addEventListener("paste", (event) => {
  if (isInText(event)) return;
  const { clipboardData } = event;
  if (!clipboardData) return;
  event.preventDefault();
  if (clipboardData.files.length > 0) void add(dropped(clipboardData));
  else writeGiven(clipboardData);
});

/** Text that is pasted or dropped becomes a file. */
function writeGiven(given: DataTransfer): void {
  const text = given.getData("text/plain");
  if (text.trim() !== "") write(text);
}

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
    state.files.length > 0 || state.imported ? h("p", null, h("button", { type: "button", onclick: ({ target }) => ((target as Element).closest("dialog")!.close(), forgetEverything()) }, "Forget everything now")) : "",
  ),
);

addEventListener("pagehide", forgetEverything);
// Text that was written here, or handed over once, exists nowhere else. Dropped files still exist on disk.
addEventListener("beforeunload", (event) => {
  if (state.files.some(({ version, pasted }) => isServed || pasted || version > 1)) event.preventDefault();
});

startFiles();
startExamples();
drawExports();
void openProject();
/** The newest file at the last change. */
let newest = 0;
listen((changed) => {
  // Hide the values of new files: whoever asked to see values meant those of the files before.
  const last = Math.max(newest, ...state.files.map(({ id }) => id));
  if (last > newest) showValues(false);
  newest = last;
  document.body.dataset.status = state.reading ? "reading" : state.status.is === "checked" && state.comparing ? "comparing" : state.status.is;
  watchForSlow(changed);
  drawAll();
});
