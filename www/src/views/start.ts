// What stands there first: examples to look at with one click.
import { examples, files } from "virtual:examples";
import { newFile, set, state } from "../model.ts";
import { unpacked } from "../packed.ts";
import { review } from "../review.ts";
import { roleByName } from "../route.ts";
import { byId, draw, h } from "../ui/dom.ts";
import { say } from "../ui/toast.ts";

export function drawStart(): void {
  draw(
    byId("examples"),
    ...examples.map(({ name, title, about }, at) => h("li", null, h("button", { type: "button", "data-example": name, onclick: () => void open(title, at) }, h("b", null, title), h("span", null, about)))),
  );
}

async function open(title: string, at: number): Promise<void> {
  const texts = (await unpacked(files))[at]!;
  const old = state.files;
  const encoder = new TextEncoder();
  const made = texts.map(({ name, text, before }) => {
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
