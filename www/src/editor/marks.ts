// Diagnostics in an editor: underlines, marks in the gutter, what is told on hover.
import { type EditorState, type Extension, RangeSet, StateEffect, StateField, type Text } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, GutterMarker, gutter, hoverTooltip } from "@codemirror/view";
import type { Diagnostic, Position, Severity } from "../engine/protocol.ts";
import { glyph } from "../ui/icons.ts";

/** The worst of a line, in the gutter. */
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

interface Marks {
  underlines: DecorationSet;
  signs: RangeSet<Mark>;
}

const marks = StateField.define<Marks>({
  create: () => ({ underlines: Decoration.none, signs: RangeSet.empty }),
  update(value, transaction) {
    if (transaction.docChanged) value = { underlines: value.underlines.map(transaction.changes), signs: value.signs.map(transaction.changes) };
    for (const effect of transaction.effects) if (effect.is(setDiagnostics)) value = place(transaction.state, effect.value);
    return value;
  },
  provide: (field) => EditorView.decorations.from(field, ({ underlines }) => underlines),
});

export function offsetOf(doc: Text, { line, column }: Position): number {
  if (line > doc.lines) return doc.length;
  const at = doc.line(line);
  return Math.min(at.to, at.from + column - 1);
}

function place(state: EditorState, diagnostics: Diagnostic[]): Marks {
  const underlines = [];
  const lines = new Map<number, Severity>();
  for (const diagnostic of diagnostics) {
    if (!diagnostic.start || !diagnostic.end) continue;
    const from = offsetOf(state.doc, diagnostic.start);
    const to = Math.max(from, offsetOf(state.doc, diagnostic.end));
    if (to > from) underlines.push(Decoration.mark({ class: `cm-under cm-${diagnostic.severity}`, diagnostic }).range(from, to));
    const line = Math.min(diagnostic.start.line, state.doc.lines);
    const worst = lines.get(line);
    if (!worst || SEVERITIES.indexOf(diagnostic.severity) > SEVERITIES.indexOf(worst)) lines.set(line, diagnostic.severity);
  }
  return {
    underlines: Decoration.set(underlines, true),
    signs: RangeSet.of(
      [...lines].map(([line, severity]) => signs[severity]!.range(state.doc.line(line).from)),
      true,
    ),
  };
}

/** The diagnostics at a place, the smallest first. */
function at(state: EditorState, pos: number): { from: number; to: number; diagnostic: Diagnostic }[] {
  const found: { from: number; to: number; diagnostic: Diagnostic }[] = [];
  state.field(marks).underlines.between(pos, pos, (from, to, { spec }) => {
    found.push({ from, to, diagnostic: spec.diagnostic });
  });
  return found.sort((a, b) => a.to - a.from - (b.to - b.from));
}

/** How bad it is what is told of these places, if anything is. What is hidden shows it on its dots, since an underline ends where they begin. */
export function severityIn(state: EditorState, from: number, to: number): Severity | null {
  let worst: Severity | null = null;
  state.field(marks, false)?.underlines.between(from, to, (_from, _to, { spec }) => {
    if (!worst || SEVERITIES.indexOf(spec.diagnostic.severity) > SEVERITIES.indexOf(worst)) worst = spec.diagnostic.severity;
  });
  return worst;
}

/** Draws a diagnostic where somebody points at it. */
export type Tell = (diagnostic: Diagnostic) => Node;

export const diagnosticMarks = (tell: Tell): Extension => [
  marks,
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
          dom.append(...found.slice(0, 5).map(({ diagnostic }) => tell(diagnostic)));
          return { dom };
        },
      };
    },
    { hoverTime: 250 },
  ),
];
