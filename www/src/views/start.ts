// What stands there first: examples to look at with one click.
import { examples } from "virtual:examples";
import { newFile, set, state } from "../model.ts";
import { review } from "../review.ts";
import { roleByName } from "../route.ts";
import { byId, draw, h } from "../ui/dom.ts";
import { say } from "../ui/toast.ts";

export function drawStart(): void {
  draw(
    byId("examples"),
    ...examples.map(({ name, title, about, files }) => h("li", null, h("button", { type: "button", "data-example": name, onclick: () => open(title, files) }, h("b", null, title), h("span", null, about)))),
  );
}

function open(title: string, files: (typeof examples)[number]["files"]): void {
  const old = state.files;
  const encoder = new TextEncoder();
  const made = files.map(({ name, text, before }) => {
    const file = newFile(name, roleByName(name) ?? "evidence", encoder.encode(text), roleByName(name) ? null : "may-hold-values");
    if (before !== undefined) file.before = newFile(name, file.role, encoder.encode(before));
    return file;
  });
  set({ files: made, imported: null, report: null, open: null, view: "files" });
  review();
  say(`Opened the example ${title}`, () => {
    set({ files: old });
    review();
  });
}
