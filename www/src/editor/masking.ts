// Hides every value. Only what the core listed may be seen, and nothing that was typed since; the rest is drawn as dots of a fixed width,
// which do not reveal a length. Hidden text is not in the DOM.
import { type EditorState, type Extension, type Range, StateEffect, type StateEffectType, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, keymap, ViewPlugin, type ViewUpdate, WidgetType } from "@codemirror/view";
import { maskArrived, shown } from "./documents.ts";
import { setDiagnostics, severityIn } from "./marks.ts";

/** What stands for a hidden value in what is copied; the mask of the native program. */
const MASK = "********";

const PLAIN = 0;
const KEY = 1;
const COMMENT = 2;
const TYPED = 3;
const VALUE = 4;

/** A part of a line, and what it is. */
interface Run {
  from: number;
  to: number;
  kind: number;
  /** If the cursor splits a run: how far within it this piece begins. CodeMirror merges equal neighbours, so the two must differ. */
  parted?: number;
}

const isHidden = ({ kind }: Run): boolean => kind > KEY;

interface Reveal {
  all: boolean;
  /** The run that a finger rests on. */
  held: { from: number; to: number } | null;
}

export const revealAll = StateEffect.define<boolean>();
const hold = StateEffect.define<Reveal["held"]>();

export const reveal = StateField.define<Reveal>({
  create: () => ({ all: false, held: null }),
  update(value, transaction) {
    for (const effect of transaction.effects) {
      if (effect.is(revealAll)) value = { all: effect.value, held: null };
      else if (effect.is(hold)) value = { all: value.all, held: effect.value };
    }
    return transaction.docChanged && value.held ? { all: value.all, held: null } : value;
  },
});

/** The runs of the lines from one place to another. */
function runs(state: EditorState, from: number, to: number): Run[] {
  const known = pieces(state, from, to);
  const result: Run[] = [];
  let next = 0;
  for (let at = from; at <= to; ) {
    const line = state.doc.lineAt(at);
    let cursor = line.from;
    const push = (until: number, kind: number) => {
      const last = result.at(-1);
      // Text that is typed next to a hidden value belongs to it at once.
      if (last && last.to === cursor && ((last.kind === VALUE && kind === TYPED) || (last.kind === TYPED && kind === VALUE))) {
        last.to = until;
        last.kind = VALUE;
      } else if (until > cursor) result.push({ from: cursor, to: until, kind });
      cursor = until;
    };
    while (next < known.length && known[next]!.to <= line.from) next++;
    for (; next < known.length && known[next]!.from < line.to; next++) {
      const { from, to, kind } = known[next]!;
      if (from > cursor) push(Math.min(from, line.to), VALUE);
      push(Math.min(to, line.to), kind);
      if (to > line.to) break;
    }
    if (cursor < line.to) push(line.to, VALUE);
    at = line.to + 1;
  }
  return result;
}

/** The runs that the core listed between these places, and those typed since, in order. */
function pieces(state: EditorState, from: number, to: number): Run[] {
  const { mask, since } = state.field(shown);
  if (!mask) return [];
  const back = since?.invertedDesc;
  const { base, pieces } = mask;
  const first = base.lineAt(Math.min(base.length, back ? back.mapPos(from, -1) : from)).number - 1;
  const last = base.lineAt(Math.min(base.length, back ? back.mapPos(to, 1) : to)).number - 1;
  const typed: Run[] = [];
  since?.iterChangedRanges((_fromA, _toA, from, to) => to > from && typed.push({ from, to, kind: TYPED }));
  const result: Run[] = [];
  for (let at = lowerBound(pieces, first); at < pieces.length && pieces[at]! <= last; at += 4) {
    const line = base.line(pieces[at]! + 1);
    let start = Math.min(line.to, line.from + pieces[at + 1]!);
    let end = Math.min(line.to, line.from + pieces[at + 2]!);
    if (since) [start, end] = [since.mapPos(start, 1), since.mapPos(end, -1)];
    // What was typed in the middle of a key has not been judged.
    for (const { from, to } of typed) {
      if (to <= start || from >= end) continue;
      if (from > start) result.push({ from: start, to: from, kind: pieces[at + 3]! });
      start = to;
    }
    if (start < end) result.push({ from: start, to: end, kind: pieces[at + 3]! });
  }
  if (typed.length === 0) return result;
  return [...result, ...typed].sort((a, b) => a.from - b.from);
}

/** The first of the pieces, four numbers each, that is on that line or below. */
function lowerBound(pieces: Uint32Array, line: number): number {
  let [low, high] = [0, pieces.length / 4];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (pieces[4 * middle]! < line) low = middle + 1;
    else high = middle;
  }
  return 4 * low;
}

class Dots extends WidgetType {
  constructor(readonly dots: number, readonly comment: boolean, readonly severity: string | null, readonly parted: number | undefined) {
    super();
  }
  override eq(other: Dots): boolean {
    return other.dots === this.dots && other.comment === this.comment && other.severity === this.severity && other.parted === this.parted;
  }
  override toDOM(): HTMLElement {
    const dots = document.createElement("span");
    dots.className = `cm-mask${this.comment ? " cm-mask-comment" : ""}${this.severity ? ` cm-under cm-${this.severity}` : ""}`;
    dots.textContent = "•".repeat(this.dots);
    dots.setAttribute("role", "img");
    dots.setAttribute("aria-label", this.comment ? "hidden comment" : "hidden value");
    return dots;
  }
  override ignoreEvent(): boolean {
    return false;
  }
}

const DOTS = 8;
const key = Decoration.mark({ class: "cm-key" });
const comment = Decoration.mark({ class: "cm-comment" });
const value = Decoration.mark({ class: "cm-value" });

function hide(state: EditorState, { from, to, kind, parted }: Run): Range<Decoration> {
  // A letter that was just typed takes its own room, so that the line does not jump while the core looks at it.
  const dots = kind === TYPED ? Math.min(DOTS, to - from) : DOTS;
  return Decoration.replace({ widget: new Dots(dots, kind === COMMENT, severityIn(state, from, to), parted) }).range(from, to);
}

/** Splits the dots at the cursor, which otherwise could only stand at one of their ends. Each part has the fixed width, so no length is revealed. */
function partedBy(head: number, run: Run): Run[] {
  if (head <= run.from || head >= run.to) return [run];
  const parted = head - run.from;
  return [{ ...run, to: head, parted }, { ...run, from: head, parted }];
}

/** Effects that change how the text is drawn without changing it. */
const CHANGING = [maskArrived, revealAll, hold, setDiagnostics];

interface Place {
  readonly from: number;
  readonly to: number;
}

/** The lines that are drawn and have a text, each once: those in sight, and those on which the selection begins and ends, which CodeMirror draws wherever they are. */
function linesOf({ doc, selection: { main } }: EditorState, inSight: readonly Place[]): Place[] {
  const lines: Place[] = [];
  const ends = [main.from, main.to].map((at) => ({ from: at, to: at }));
  let next = 0;
  for (const { from, to } of [...inSight, ...ends].sort((a, b) => a.from - b.from)) {
    for (let at = Math.max(from, next); at <= to; at = next) {
      const { from, to } = doc.lineAt(at);
      if (to > from) lines.push({ from, to });
      next = to + 1;
    }
  }
  return lines;
}

const decorations = ViewPlugin.fromClass(
  class {
    all!: DecorationSet;
    hidden!: DecorationSet;
    constructor(view: EditorView) {
      this.build(view);
    }
    update(update: ViewUpdate) {
      const masked = update.transactions.some(({ effects }) => effects.some((one) => CHANGING.some((effect) => one.is(effect as StateEffectType<unknown>))));
      if (update.docChanged || update.viewportChanged || update.selectionSet || masked) this.build(update.view);
    }
    build({ state, visibleRanges }: EditorView) {
      try {
        this.draw(state, visibleRanges);
      } catch (error) {
        // The editor switches off a plugin that throws, which would remove all masks.
        this.all = this.hidden = Decoration.set(linesOf(state, visibleRanges).map((line) => hide(state, { ...line, kind: VALUE })));
        setTimeout(() => {
          throw error;
        });
      }
    }
    draw(state: EditorState, ranges: readonly Place[]) {
      const marks: Range<Decoration>[] = [];
      const hidden: Range<Decoration>[] = [];
      const { all, held } = state.field(reveal);
      const { head } = state.selection.main;
      // Several parts of a very long line may be in view.
      for (const { from, to } of linesOf(state, ranges)) {
        for (const run of runs(state, from, to)) {
          const seen = all || (held && run.from < held.to && run.to > held.from);
          if (isHidden(run) && !seen) hidden.push(...partedBy(head, run).map((part) => hide(state, part)));
          else if (run.kind === KEY) marks.push(key.range(run.from, run.to));
          else if (run.kind === COMMENT) marks.push(comment.range(run.from, run.to));
          else if (run.kind !== PLAIN) marks.push(value.range(run.from, run.to));
        }
      }
      this.hidden = Decoration.set(hidden);
      this.all = Decoration.set([...marks, ...hidden], true);
    }
  },
  {
    decorations: (plugin) => plugin.all,
    provide: (plugin) => EditorView.atomicRanges.of((view) => view.plugin(plugin)?.hidden ?? Decoration.none),
  },
);

/** The text from one place to another, as it may be copied. */
function maskedText(state: EditorState, from: number, to: number): string {
  let text = "";
  let cursor = from;
  for (const run of runs(state, from, to)) {
    if (!isHidden(run) || run.to <= from || run.from >= to) continue;
    text += state.sliceDoc(cursor, Math.max(cursor, run.from)) + MASK;
    cursor = Math.min(to, run.to);
  }
  return text + state.sliceDoc(cursor, to);
}

/** Copies and cuts only what may be seen, unless the reviewer chose to show all values. */
function copy(event: ClipboardEvent, view: EditorView): boolean {
  const { state } = view;
  if (state.field(reveal).all) return false;
  event.preventDefault();
  const ranges = state.selection.ranges.filter(({ empty }) => !empty);
  const line = state.doc.lineAt(state.selection.main.head);
  const text = ranges.length > 0 ? ranges.map(({ from, to }) => maskedText(state, from, to)).join(state.lineBreak) : maskedText(state, line.from, line.to) + state.lineBreak;
  event.clipboardData?.setData("text/plain", text);
  if (event.type === "cut" && ranges.length > 0) view.dispatch(state.replaceSelection(""), { userEvent: "delete.cut", scrollIntoView: true });
  return true;
}

/**
 * Dragging takes the same text as copying. CodeMirror would drag the real text, so the event is kept from it. Masked text is not dropped into an editor, where
 * the mask would replace a value.
 */
const dragging = ViewPlugin.define((view) => {
  let own = false;
  // The element outlives the plugin: the next file that is shown has one of its own, or shows no values at all.
  const listening = new AbortController();
  const on = (type: "dragstart" | "dragend" | "dragover" | "drop", listener: (event: DragEvent) => void) => view.dom.addEventListener(type, listener, { capture: true, signal: listening.signal });
  on("dragstart", (event) => {
    const { state } = view;
    if (state.field(reveal).all || !event.dataTransfer) return;
    event.stopPropagation();
    own = true;
    event.dataTransfer.clearData();
    event.dataTransfer.setData("text/plain", state.selection.ranges.map(({ from, to }) => maskedText(state, from, to)).join(state.lineBreak));
    event.dataTransfer.effectAllowed = "copy";
  });
  on("dragend", () => (own = false));
  for (const type of ["dragover", "drop"] as const) {
    on(type, (event) => {
      if (!own) return;
      event.preventDefault();
      event.stopPropagation();
      if (event.dataTransfer) event.dataTransfer.dropEffect = "none";
    });
  }
  return { destroy: () => listening.abort() };
});

/** The hidden runs of the line at a place. */
function hiddenOnLine(state: EditorState, at: number): { from: number; to: number } | null {
  const line = state.doc.lineAt(at);
  const hidden = runs(state, line.from, line.to).filter(isHidden);
  const one = hidden.find(({ from, to }) => from <= at && at <= to);
  return one ?? (hidden.length > 0 ? { from: hidden[0]!.from, to: hidden.at(-1)!.to } : null);
}

const events = EditorView.domEventHandlers({
  copy,
  cut: copy,
  pointerdown: (event, view) => {
    const dots = event.target instanceof Element && event.target.closest(".cm-mask");
    if (!dots || event.button !== 0) return false;
    event.preventDefault();
    holdDown(view, dots, event.pointerType === "touch" ? FINGER : 0);
    return true;
  },
  contextmenu: (event, view) => {
    if (view.state.field(reveal).held) event.preventDefault();
    return false;
  },
  keyup: (event, view) => {
    if (event.key === "F9") show(view, null);
    return false;
  },
  blur: (_event, view) => {
    show(view, null);
    return false;
  },
});

/** How long a finger must rest on a value to show it, in milliseconds. A shorter touch may be the start of scrolling, which must not show a value. */
const FINGER = 250;

/** Shows the value behind these dots until the finger, button or key is released, or the page is hidden. */
function holdDown(view: EditorView, dots: Element, after: number): void {
  const reveal = () => dots.isConnected && show(view, hiddenOnLine(view.state, view.posAtDOM(dots)));
  const timer = after > 0 ? setTimeout(reveal, after) : reveal();
  const listening = new AbortController();
  const { signal } = listening;
  const end = () => {
    listening.abort();
    if (typeof timer === "number") clearTimeout(timer);
    show(view, null);
  };
  for (const type of ["pointerup", "pointercancel", "blur"]) addEventListener(type, end, { signal });
  document.addEventListener("visibilitychange", end, { signal });
}

function show(view: EditorView, held: Reveal["held"]): boolean {
  if (held !== view.state.field(reveal).held) view.dispatch({ effects: hold.of(held) });
  return true;
}

/**
 * Text that an input method is composing has to stay in the DOM until it is finished, so no mask can replace it. Meanwhile the browser draws the line as dots.
 */
const composing = EditorView.editorAttributes.of((view) => (view.composing && !view.state.field(reveal).all ? { class: "cm-composing" } : null));

/** Everything that hides values in an editor. */
export const masking: Extension = [
  reveal,
  decorations,
  composing,
  dragging,
  events,
  keymap.of([{ key: "F9", run: (view) => view.state.field(reveal).held !== null || show(view, hiddenOnLine(view.state, view.state.selection.main.head)) }]),
];
