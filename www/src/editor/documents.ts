// The text of every file: bytes as they were read until somebody edits them, then an editor's document; and what of it may be seen.
import { ChangeSet, EditorState, StateEffect, StateField, type Text, type Extension } from "@codemirror/state";
import type { InputFile } from "../model.ts";

/** What the core said of one version of a text: pieces of (line, start, end, kind), and the text that they are about. */
interface Mask {
  base: Text;
  pieces: Uint32Array;
}

/** What may be seen now: a mask, and what was typed since it was made, which stays hidden until the core has judged it. */
export interface Shown {
  mask: Mask | null;
  since: ChangeSet | null;
}

export const maskArrived = StateEffect.define<Shown>();

export const shown = StateField.define<Shown>({
  create: () => ({ mask: null, since: null }),
  update(value, transaction) {
    for (const effect of transaction.effects) if (effect.is(maskArrived)) return effect.value;
    if (!transaction.docChanged || !value.mask) return value;
    return { mask: value.mask, since: value.since ? value.since.compose(transaction.changes) : transaction.changes };
  },
});

interface Held {
  state: EditorState;
  separator: string;
  /** The text that was sent last, and what changed since. */
  sent: { base: Text; since: ChangeSet } | null;
  edited: boolean;
}

/** The documents go with their files, when nothing that can be undone has those any more. */
let held = new WeakMap<InputFile, Held>();

/** Masks for files whose editor was not made yet. */
let waiting = new WeakMap<InputFile, { version: number; pieces: Uint32Array }>();

/** The editor on the screen, which is notified when its state changes. */
let onScreen: { file: InputFile; dispatch: (effects: StateEffect<unknown>[]) => void } | null = null;

export const setOnScreen = (editor: typeof onScreen): unknown => (onScreen = editor);

/** Applies effects to a file's editor, on the screen or not. */
export function apply(file: InputFile, effects: StateEffect<unknown>[]): void {
  const document = held.get(file);
  if (onScreen?.file === file) onScreen.dispatch(effects);
  else if (document) document.state = document.state.update({ effects }).state;
}

/** The state of a file's editor, made when it is first asked for. */
export function documentOf(file: InputFile, extensions: (file: InputFile, text: string) => Extension): EditorState {
  let document = held.get(file);
  if (!document) {
    const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(file.bytes);
    const separator = /\r\n/.test(text) ? "\r\n" : "\n";
    document = { state: EditorState.create({ doc: text, extensions: [shown, extensions(file, text)] }), separator, sent: null, edited: false };
    held.set(file, document);
    const early = waiting.get(file);
    if (early?.version === file.version) {
      waiting.delete(file);
      document.state = document.state.update({ effects: maskArrived.of({ mask: { base: document.state.doc, pieces: early.pieces }, since: null }) }).state;
    }
  }
  return document.state;
}

export function keep(file: InputFile, state: EditorState): void {
  const document = held.get(file);
  if (document) document.state = state;
}

/** Called after every change of a text. */
export function changedBy(file: InputFile, changes: ChangeSet, state: EditorState): void {
  const document = held.get(file);
  if (!document) return;
  document.state = state;
  document.edited = true;
  file.version++;
  if (document.sent) document.sent.since = document.sent.since.compose(changes);
}

/** The current bytes of a file, and whether they were made for the caller. Mixed line ends are kept until the first edit. */
export function textOf(file: InputFile): { bytes: Uint8Array<ArrayBuffer>; made: boolean } {
  const document = held.get(file);
  if (!document?.edited) return { bytes: file.bytes, made: false };
  return { bytes: new TextEncoder().encode(document.state.doc.sliceString(0, undefined, document.separator)), made: true };
}

/** Ends the lines of a file with LF or CRLF, which is not in the text of an editor. Returns what ended them before. */
export function endLines(file: InputFile, separator: string): string {
  const document = held.get(file)!;
  const before = document.separator;
  Object.assign(document, { separator, edited: true });
  file.version++;
  return before;
}

export function forget(file: InputFile): void {
  held.delete(file);
  waiting.delete(file);
}

export function forgetAll(): void {
  held = new WeakMap();
  waiting = new WeakMap();
}

/** Marks the texts of these files as those that the next masks will be about. */
export function willReview(files: Iterable<InputFile>): void {
  for (const file of files) {
    const document = held.get(file);
    if (document) document.sent = { base: document.state.doc, since: ChangeSet.empty(document.state.doc.length) };
  }
}

export function applyMask(file: InputFile, version: number, pieces: Uint32Array): void {
  const document = held.get(file);
  if (!document) {
    waiting.set(file, { version, pieces });
    return;
  }
  const sent = document.sent;
  if (!sent) return;
  const since = sent.since.empty ? null : sent.since;
  apply(file, [maskArrived.of({ mask: { base: sent.base, pieces }, since })]);
}
