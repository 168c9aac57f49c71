// One CodeMirror on the page, which shows one file at a time.
//
// It is in a shadow root, where it adds its styles as adopted style sheets, which the content security policy allows. In the document it would
// add a <style> element, which the policy refuses.
import { cursorCharLeft, cursorCharRight, cursorDocEnd, cursorDocStart, cursorGroupLeft, cursorGroupRight, cursorLineBoundaryBackward, cursorLineBoundaryForward, cursorLineDown, cursorLineUp, cursorPageDown, cursorPageUp, deleteLine, history, insertNewline, redo, selectAll, selectCharLeft, selectCharRight, selectDocEnd, selectDocStart, selectGroupLeft, selectGroupRight, selectLineBoundaryBackward, selectLineBoundaryForward, selectLineDown, selectLineUp, selectPageDown, selectPageUp, undo } from "@codemirror/commands";
import { EditorSelection, EditorState, type Extension, type StateEffect } from "@codemirror/state";
import { type Command, drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import type { Diagnostic, Fix } from "../engine/protocol.ts";
import { diagnosticsOf, type InputFile, state } from "../model.ts";
import { apply, changedBy, documentOf, keep, setOnScreen } from "./documents.ts";
import { json } from "./json.ts";
import { diagnosticMarks, offsetOf, setDiagnostics, type Tell } from "./marks.ts";
import { masking, revealAll } from "./masking.ts";
import { theme } from "./theme.ts";

const keys = () => keymap.of([
  { key: "ArrowLeft", run: cursorCharLeft, shift: selectCharLeft, preventDefault: true },
  { key: "ArrowRight", run: cursorCharRight, shift: selectCharRight, preventDefault: true },
  { key: "Mod-ArrowLeft", mac: "Alt-ArrowLeft", run: cursorGroupLeft, shift: selectGroupLeft, preventDefault: true },
  { key: "Mod-ArrowRight", mac: "Alt-ArrowRight", run: cursorGroupRight, shift: selectGroupRight, preventDefault: true },
  { key: "ArrowUp", run: cursorLineUp, shift: selectLineUp, preventDefault: true },
  { key: "ArrowDown", run: cursorLineDown, shift: selectLineDown, preventDefault: true },
  { key: "PageUp", run: cursorPageUp, shift: selectPageUp },
  { key: "PageDown", run: cursorPageDown, shift: selectPageDown },
  { key: "Home", mac: "Cmd-ArrowLeft", run: cursorLineBoundaryBackward, shift: selectLineBoundaryBackward, preventDefault: true },
  { key: "End", mac: "Cmd-ArrowRight", run: cursorLineBoundaryForward, shift: selectLineBoundaryForward, preventDefault: true },
  { key: "Mod-Home", mac: "Cmd-ArrowUp", run: cursorDocStart, shift: selectDocStart },
  { key: "Mod-End", mac: "Cmd-ArrowDown", run: cursorDocEnd, shift: selectDocEnd },
  { key: "Enter", run: insertNewline, shift: insertNewline },
  { key: "Mod-a", run: selectAll },
  { key: "Backspace", run: erase(false), shift: erase(false), preventDefault: true },
  { key: "Delete", run: erase(true), preventDefault: true },
  { key: "Mod-Backspace", mac: "Alt-Backspace", run: erase(false, true), preventDefault: true },
  { key: "Mod-Delete", mac: "Alt-Delete", run: erase(true, true), preventDefault: true },
  { key: "Shift-Mod-k", run: deleteLine },
  { key: "Mod-z", run: undo, preventDefault: true },
  { key: "Mod-y", mac: "Mod-Shift-z", run: redo, preventDefault: true },
  { linux: "Ctrl-Shift-z", run: redo, preventDefault: true },
]);

/**
 * Deletes a letter, a word, or a whole hidden value, which the cursor passes in one step. CodeMirror has a command for this too, but it also handles
 * indentation, and would pull in the packages for languages.
 */
function erase(forward: boolean, word = false): Command {
  return (view) => {
    if (view.state.readOnly) return false;
    const change = view.state.changeByRange((range) => {
      const end = range.empty ? (word ? view.moveByGroup(range, forward) : view.moveByChar(range, forward)).head : range.from;
      const [from, to] = range.empty ? [Math.min(range.head, end), Math.max(range.head, end)] : [range.from, range.to];
      return { changes: { from, to }, range: EditorSelection.cursor(from) };
    });
    view.dispatch(view.state.update(change, { scrollIntoView: true, userEvent: forward ? "delete.forward" : "delete.backward" }));
    return true;
  };
}

/**
 * Inserts what is typed, or given at once by a password manager or a dictation. Left to itself, the browser would put it into the DOM before it can be hidden; and in place of a
 * selection it would keep the look of what was there, as a style of an element, which the policy refuses. What replaces more than the selection is left to the browser.
 */
const typing = EditorView.domEventHandlers({
  beforeinput: (event, view) => {
    if (event.inputType !== "insertText" || event.data === null || event.isComposing || view.composing || view.state.readOnly) return false;
    if (view.state.selection.main.empty && event.getTargetRanges().some(({ collapsed }) => !collapsed)) return false;
    view.dispatch(view.state.replaceSelection(event.data), { userEvent: "input.type", scrollIntoView: true });
    return true;
  },
});

export interface Hooks {
  /** A text was changed by hand. */
  edited: (file: InputFile) => void;
  /** The cursor went to another line. */
  moved: (line: number) => void;
  tell: Tell;
}

export class Editor {
  readonly #view: EditorView;
  readonly #hooks: Hooks;
  #file: InputFile | null = null;
  /** What is shown of the report, and whether values are. */
  #shown: { diagnostics: Diagnostic[]; revealed: boolean } | null = null;

  constructor(host: HTMLElement, hooks: Hooks) {
    this.#hooks = hooks;
    const root = host.attachShadow({ mode: "open" });
    this.#view = new EditorView({ parent: root, root, state: EditorState.create({ extensions: theme }) });
    listenForPrint(() => this.#file);
  }

  get line(): number {
    return this.#view.state.doc.lineAt(this.#view.state.selection.main.head).number;
  }

  open(file: InputFile | null): void {
    if (file === this.#file) return;
    if (this.#file) keep(this.#file, this.#view.state);
    setOnScreen(null);
    this.#file = file;
    this.#shown = null;
    if (!file) return this.#view.setState(EditorState.create({ extensions: theme }));
    this.#view.setState(documentOf(file, (file, text) => this.#extensions(file, text)));
    // Each file has its own scroll position, not that of the file shown before.
    this.#view.scrollDOM.scrollTop = 0;
    this.#lookAt(this.#view.state.selection.main.head);
    setOnScreen({ file, dispatch: (effects) => this.#view.dispatch({ effects }) });
    this.refresh();
  }

  /** Shows what the newest report says of the file, and whether values may be seen. */
  refresh(): void {
    if (!this.#file) return;
    const diagnostics = diagnosticsFor(this.#file);
    const { revealed } = state;
    // Existing marks move with the text. Placing them again would put them where they were in the text that was checked.
    const effects: StateEffect<unknown>[] = this.#shown?.diagnostics === diagnostics ? [] : [setDiagnostics.of(diagnostics)];
    // Only if it changes: otherwise a check that ends would hide a value that somebody is holding.
    if (this.#shown?.revealed !== revealed) effects.push(revealAll.of(revealed));
    this.#shown = { diagnostics, revealed };
    if (effects.length > 0) this.#view.dispatch({ effects });
  }

  focus(): void {
    this.#view.focus();
  }

  /** Goes to a line, or to the place of a diagnostic; unasked, without moving the page away from what somebody reads. */
  go(to: number | Diagnostic, unasked = false): void {
    const { doc } = this.#view.state;
    const anchor = typeof to === "number" ? doc.line(Math.min(to, doc.lines)).from : to.start ? offsetOf(doc, to.start) : 0;
    this.#view.dispatch({ selection: { anchor }, effects: unasked ? [] : EditorView.scrollIntoView(anchor, { y: "center" }) });
    if (unasked) this.#lookAt(anchor);
  }

  /** After measuring: the heights of lines that have not been on the screen are estimates. */
  #lookAt(anchor: number): void {
    this.#view.requestMeasure({
      key: this,
      read: (view) => view.lineBlockAt(Math.min(anchor, view.state.doc.length)).top - view.scrollDOM.clientHeight / 2,
      write: (top, view) => (view.scrollDOM.scrollTop = top),
    });
  }

  /** Makes the changes of a fix. Returns whether there were any in the text, of which the ends of lines are no part. */
  apply({ edits }: Fix): boolean {
    const { doc } = this.#view.state;
    const changes = edits.map(({ start, end, text }) => ({ from: offsetOf(doc, start), to: offsetOf(doc, end), insert: text }));
    this.#view.dispatch({ changes, userEvent: "input.fix" });
    return changes.some(({ from, to, insert }) => to > from || insert);
  }

  #extensions(file: InputFile, text: string): Extension {
    // A schema that is not JSON may be an env file, so all of it is hidden.
    const isEnv = file.role === "env" || file.role === "example" || file.role === "other" || !/^\uFEFF?\s*(?:\{|$)/.test(text);
    return [
      theme,
      lineNumbers(),
      history(),
      drawSelection(),
      highlightActiveLine(),
      keys(),
      typing,
      diagnosticMarks(this.#hooks.tell),
      // Hidden values are short. Lines of equal height stay aligned with the gutter, whatever is hidden or shown.
      isEnv ? masking : [json, EditorView.lineWrapping],
      EditorView.contentAttributes.of({
        "aria-label": `${file.name}, ${isEnv ? "values hidden; hold F9 to show the value on the line" : "text"}`,
        tabindex: "0",
        "data-gramm": "false",
      }),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) {
          for (const transaction of update.transactions) if (transaction.docChanged) changedBy(file, transaction.changes, transaction.state);
          this.#hooks.edited(file);
        }
        if (update.selectionSet || update.docChanged) this.#hooks.moved(this.line);
      }),
    ];
  }
}

/** What there is to mark in a file: the report, or what is wrong with the schema. */
export function diagnosticsFor(file: InputFile): Diagnostic[] {
  const { status } = state;
  if (status.is !== "refused" || (file.role !== "schema" && file.role !== "beside")) return diagnosticsOf(file.name);
  return status.refusal.errors
    .filter(({ file: name }) => name === file.name)
    .map(({ message, start, end, help }) => ({ code: "schema", severity: "error", environment: null, key: null, message, file: file.name, start, end, schemaPointer: null, related: [], help, fix: null }));
}

/** Hides the values that are shown before the page is printed, so that none is on paper. */
function listenForPrint(file: () => InputFile | null): void {
  addEventListener("beforeprint", () => {
    const open = file();
    if (open) apply(open, [revealAll.of(false)]);
  });
}
