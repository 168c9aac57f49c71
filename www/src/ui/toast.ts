// Says what was just done, and takes it back.
import { byId, h } from "./dom.ts";

interface Undo {
  label: string;
  undo: () => void;
}
/** The newest last. Each may have files that are nowhere else any more, so there are not ever more of them. */
const done: Undo[] = [];
const MOST_DONE = 20;
const LASTS = 10_000;

/** Says something; with `undo`, it can be taken back from there and with Ctrl+Z. */
export function say(text: string, undo?: () => void): void {
  const toast = h("div", { class: "toast" }, h("span", null, text));
  const away = () => toast.remove();
  if (undo) {
    const entry = { label: text, undo };
    done.push(entry);
    if (done.length > MOST_DONE) done.shift();
    toast.append(
      h("button", { type: "button", onclick: () => { takeBack(entry); away(); } }, "Undo"),
    );
  }
  toast.append(h("button", { type: "button", class: "icon", "aria-label": "Dismiss", onclick: away }, "×"));
  byId("toasts").replaceChildren(toast);
  setTimeout(away, LASTS);
}

function takeBack(entry: Undo): void {
  const at = done.indexOf(entry);
  if (at < 0) return;
  done.splice(at, 1);
  entry.undo();
}

/** Withdraws the offer to undo, which would bring back something that is gone by now. */
export function forgetUndo(): void {
  done.length = 0;
  byId("toasts").replaceChildren();
}

/** Ctrl+Z outside of an editor, which has a history of its own. */
export function undoLast(): boolean {
  const entry = done.pop();
  if (!entry) return false;
  entry.undo();
  say(`Undone: ${entry.label}`);
  return true;
}
