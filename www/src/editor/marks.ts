// Diagnostics in an editor: underlines, marks in the gutter, and a tooltip.
import { type EditorState, type Extension, type Line, type Range, RangeSet, RangeValue, StateEffect, StateField, type Text } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, GutterMarker, gutter, hoverTooltip, ViewPlugin, type ViewUpdate } from "@codemirror/view";
import type { Diagnostic, Position, Severity } from "../engine/protocol.ts";
import { merged, type Merged } from "../merged.ts";
import { glyph } from "../ui/icons.ts";

/** The worst severity of a line, as a mark in the gutter. */
class Mark extends GutterMarker {
  constructor(readonly severity: Severity) {
    super();
  }
  override eq(other: Mark): boolean {
    return other.severity === this.severity;
  }
  override toDOM(): Node {
    const mark = document.createElement("span");
    mark.className = `cm-sign cm-${this.severity}`;
    mark.append(glyph(this.severity));
    return mark;
  }
}

export const setDiagnostics = StateEffect.define<Diagnostic[]>();

const SEVERITIES: Severity[] = ["hint", "info", "warning", "error"];
const signs = Object.fromEntries(SEVERITIES.map((severity) => [severity, new Mark(severity)]));

/** A diagnostic at its place. Not a decoration, since CodeMirror compares all old decorations with all new ones; only those in view are drawn. */
class Place extends RangeValue {
  constructor(readonly diagnostic: Diagnostic) {
    super();
  }
}

interface Marks {
  places: RangeSet<Place>;
  signs: RangeSet<Mark>;
}

const marks = StateField.define<Marks>({
  create: () => ({ places: RangeSet.empty, signs: RangeSet.empty }),
  update(value, transaction) {
    if (transaction.docChanged) value = { places: value.places.map(transaction.changes), signs: value.signs.map(transaction.changes) };
    for (const effect of transaction.effects) if (effect.is(setDiagnostics)) value = place(transaction.state, effect.value);
    return value;
  },
});

const UNDER = Object.fromEntries(SEVERITIES.map((severity) => [severity, Decoration.mark({ class: `cm-under cm-${severity}` })]));

const underlines = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;
    constructor(view: EditorView) {
      this.decorations = underlined(view);
    }
    update(update: ViewUpdate) {
      if (update.docChanged || update.viewportChanged || update.state.field(marks) !== update.startState.field(marks)) this.decorations = underlined(update.view);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);

function underlined({ state, visibleRanges }: EditorView): DecorationSet {
  const found: Range<Decoration>[] = [];
  for (const seen of visibleRanges) {
    state.field(marks).places.between(seen.from, seen.to, (from, to, { diagnostic }) => {
      // A range that extends beyond the view is drawn only within it.
      const [start, end] = [Math.max(from, seen.from), Math.min(to, seen.to)];
      if (end > start) found.push(UNDER[diagnostic.severity]!.range(start, end));
    });
  }
  return Decoration.set(found, true);
}

export const offsetOf = (doc: Text, { line, column }: Position): number => (line > doc.lines ? doc.length : within(doc.line(line), column));

const within = ({ from, to }: Line, column: number): number => Math.min(to, from + column - 1);

/** The marks of diagnostics, of which there may be ten thousand, in the order of the text. */
function place({ doc }: EditorState, diagnostics: Diagnostic[]): Marks {
  const places: Range<Place>[] = [];
  /** The worst severity of each line, by the offset of the line. */
  const worst = new Map<number, Severity>();
  for (const diagnostic of diagnostics) {
    const { start, end, severity } = diagnostic;
    if (!start || !end) continue;
    // Finding lines is most of the work, and most diagnostics begin and end on the same one.
    const line = doc.line(Math.min(start.line, doc.lines));
    const from = start.line > doc.lines ? doc.length : within(line, start.column);
    const to = Math.max(from, end.line === line.number ? within(line, end.column) : offsetOf(doc, end));
    if (to > from) places.push(new Place(diagnostic).range(from, to));
    if (isWorse(severity, worst.get(line.from))) worst.set(line.from, severity);
  }
  return {
    places: RangeSet.of(places, true),
    signs: RangeSet.of(
      [...worst].map(([from, severity]) => signs[severity]!.range(from)),
      true,
    ),
  };
}

const isWorse = (severity: Severity, than: Severity | null | undefined): boolean => !than || SEVERITIES.indexOf(severity) > SEVERITIES.indexOf(than);

/** The diagnostics at a place, the smallest first. */
function at(state: EditorState, pos: number): { from: number; to: number; diagnostic: Diagnostic }[] {
  const found: { from: number; to: number; diagnostic: Diagnostic }[] = [];
  state.field(marks).places.between(pos, pos, (from, to, { diagnostic }) => {
    found.push({ from, to, diagnostic });
  });
  return found.sort((a, b) => a.to - a.from - (b.to - b.from));
}

/** The worst severity among the diagnostics of these places, if there are any. Dots show it themselves, since an underline ends where they begin. */
export function severityIn(state: EditorState, from: number, to: number): Severity | null {
  let worst: Severity | null = null;
  state.field(marks, false)?.places.between(from, to, (_from, _to, { diagnostic: { severity } }) => {
    if (isWorse(severity, worst)) worst = severity;
  });
  return worst;
}

/** Draws a diagnostic in a tooltip. */
export type Tell = (one: Merged) => Node;

export const diagnosticMarks = (tell: Tell): Extension => [
  marks,
  underlines,
  gutter({ class: "cm-signs", markers: (view) => view.state.field(marks).signs, initialSpacer: () => signs.error! }),
  hoverTooltip(
    (view, pos) => {
      const found = at(view.state, pos);
      if (found.length === 0) return null;
      return {
        pos: Math.min(...found.map(({ from }) => from)),
        end: Math.max(...found.map(({ to }) => to)),
        above: false,
        create: () => {
          const dom = document.createElement("div");
          dom.className = "cm-told";
          dom.append(...merged(found.map(({ diagnostic }) => diagnostic)).slice(0, 5).map(tell));
          return { dom };
        },
      };
    },
    { hoverTime: 250 },
  ),
];
