// The start: examples to look at with one click. Their list is in the page itself (plugins.mjs).
import { examples } from "virtual:examples";
import { stopReading } from "../inputs.ts";
import { newFile, set, state } from "../model.ts";
import { review } from "../review.ts";
import { roleByName } from "../route.ts";
import { byId } from "../ui/dom.ts";
import { say } from "../ui/toast.ts";

export function startExamples(): void {
  byId("examples").addEventListener("click", ({ target }) => {
    const name = (target as Element).closest<HTMLElement>("[data-example]")?.dataset.example;
    if (name) open(name);
  });
}

function open(wanted: string): void {
  const { title, files } = examples().find(({ name }) => name === wanted)!;
  const { files: old, others } = state;
  const encoder = new TextEncoder();
  const made = files.map(({ name, text, before }) => {
    const file = newFile(name, roleByName(name) ?? "evidence", encoder.encode(text), roleByName(name) ? null : "may-hold-values");
    if (before !== undefined) file.before = newFile(name, file.role, encoder.encode(before));
    return file;
  });
  // Whoever looks at an example waits for nothing else.
  stopReading();
  set({ files: made, others: null, imported: null, report: null, open: null, view: "files" });
  review();
  say(`Opened the example ${title}`, () => {
    set({ files: old, others });
    review();
  });
}
