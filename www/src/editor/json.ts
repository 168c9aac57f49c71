// Colours for the JSON of a schema: names of members, texts, words and numbers. A schema holds no values, so all of it is seen.
import { type Range } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, ViewPlugin, type ViewUpdate } from "@codemirror/view";

const TOKEN = /"(?:[^"\\\n]|\\.)*"(\s*:)?|\b(?:true|false|null)\b|-?\b\d[\d.eE+-]*/g;
const name = Decoration.mark({ class: "cm-name" });
const text = Decoration.mark({ class: "cm-text" });
const word = Decoration.mark({ class: "cm-word" });

export const json = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;
    constructor(view: EditorView) {
      this.decorations = coloured(view);
    }
    update(update: ViewUpdate) {
      if (update.docChanged || update.viewportChanged) this.decorations = coloured(update.view);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);

function coloured({ state, visibleRanges }: EditorView): DecorationSet {
  const marks: Range<Decoration>[] = [];
  let next = 0;
  for (const { from, to } of visibleRanges) {
    // No token goes over a line end; of a long line, several parts may be in sight.
    const start = Math.max(next, state.doc.lineAt(from).from);
    next = to;
    for (const match of state.sliceDoc(start, to).matchAll(TOKEN)) {
      const at = start + match.index;
      const length = match[0].length - (match[1]?.length ?? 0);
      marks.push((match[1] ? name : match[0].startsWith('"') ? text : word).range(at, at + length));
    }
  }
  return Decoration.set(marks);
}
