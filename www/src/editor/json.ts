// Colours for the JSON of a schema: names of members, texts, words and numbers. A schema holds no values, so all of it is seen.
import { type Range } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, ViewPlugin, type ViewUpdate, WidgetType } from "@codemirror/view";
import { ACTING } from "../ui/dom.ts";

const TOKEN = /"(?:[^"\\\n]|\\.)*"(\s*:)?|\b(?:true|false|null)\b|-?\b\d[\d.eE+-]*/g;
const name = Decoration.mark({ class: "cm-name" });
const text = Decoration.mark({ class: "cm-text" });
const word = Decoration.mark({ class: "cm-word" });

/** A character that is not seen, or turns what is around it: whoever reviews a schema is to read what is written there. */
class Acting extends WidgetType {
  constructor(readonly character: string) {
    super();
  }
  override eq(other: Acting): boolean {
    return other.character === this.character;
  }
  override toDOM(): HTMLElement {
    const code = document.createElement("span");
    code.className = "cm-acting";
    code.textContent = `U+${this.character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}`;
    return code;
  }
}

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
    const part = state.sliceDoc(start, to);
    for (const { index, 0: character } of part.matchAll(ACTING)) marks.push(Decoration.replace({ widget: new Acting(character) }).range(start + index, start + index + character.length));
    for (const match of part.matchAll(TOKEN)) {
      const at = start + match.index;
      const length = match[0].length - (match[1]?.length ?? 0);
      marks.push((match[1] ? name : match[0].startsWith('"') ? text : word).range(at, at + length));
    }
  }
  return Decoration.set(marks, true);
}
