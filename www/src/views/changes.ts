// Changes: what became of each key since the old version of a file, without a value: added, removed, longer, shorter, and what is newly wrong.
import type { Change, Diagnostic } from "../engine/protocol.ts";
import { goTo } from "../go.ts";
import { pickBefore } from "../inputs.ts";
import { set, state } from "../model.ts";
import { review } from "../review.ts";
import { byId, draw, h, keyName, list, plural } from "../ui/dom.ts";
import { say } from "../ui/toast.ts";
import { row } from "./tell.ts";
import { atLeast } from "./verdict.ts";

const ROWS = 300;
const WORDS: Record<Change["what"], string> = {
  added: "added",
  removed: "removed",
  longer: "changed, longer than before",
  shorter: "changed, shorter than before",
  changed: "changed, as long as before",
  unknown: "not known: only running a command could tell",
};

export function drawChanges(): void {
  const into = byId("view-changes");
  const old = state.files.filter(({ before }) => before);
  const { changes } = state;
  if (state.imported) return draw(into, h("p", { class: "none" }, "A report contains no files, so there is nothing to compare. Add the files themselves."));
  draw(
    into,
    h(
      "div",
      { class: "tools" },
      h("button", { type: "button", "data-focus": "pick-before", class: old.length === 0 ? "primary" : "", onclick: () => pickBefore() }, "Choose old versions"),
      h("p", { class: "fine" }, old.length === 0 ? "Choose or drop the old versions of the files here, under the same names. They are compared without showing a value." : `Compared with the old version of ${list(old.map(({ name }) => name))}.`),
      old.length > 0 && h("button", { type: "button", "data-focus": "drop-before", onclick: forgetOld }, "Remove the old versions"),
    ),
    changes?.environments.map(({ name, keys, broken, mended, unchanged }) =>
      h(
        "section",
        { class: "change", "aria-label": name },
        h("div", { class: "heading" }, h("h2", null, name), h("p", { class: "fine" }, `${atLeast(state.report?.environments.find((one) => one.name === name))}${plural(keys.length, "key")} changed, ${unchanged.toLocaleString("en")} unchanged`)),
        broken.length > 0 && [h("h3", { class: "error" }, `Newly wrong: ${broken.length.toLocaleString("en")}`), problems(broken, name, "broken")],
        keys.length > 0 &&
          h(
            "div",
            { class: "scroll", tabindex: "0", role: "group", "aria-label": `Changed keys of ${name}; scrolls` },
            h(
              "table",
              { class: "plain" },
              h("thead", null, h("tr", null, h("th", { scope: "col" }, "Key"), h("th", { scope: "col" }, "Change"))),
              h("tbody", null, ...keys.slice(0, ROWS).map(({ key, what }) => h("tr", null, h("th", { scope: "row" }, keyButton(key, name, what)), h("td", { class: what }, h("span", { class: "sign", "aria-hidden": "true" }, { added: "+", removed: "−" }[what as string] ?? "~"), WORDS[what])))),
            ),
          ),
        keys.length > ROWS && h("p", { class: "fine" }, `and ${(keys.length - ROWS).toLocaleString("en")} more`),
        mended.length > 0 && [h("h3", { class: "good" }, `No longer wrong: ${mended.length.toLocaleString("en")}`), problems(mended, name, "mended")],
      ),
    ),
  );
}

function keyButton(key: string, environment: string, what: Change["what"]): HTMLElement {
  const variable = what === "removed" ? undefined : state.report?.environments.find(({ name }) => name === environment)?.variables.find((one) => one.key === key);
  if (!variable?.file) return keyName(key);
  return h("button", { type: "button", class: "link", "data-focus": `change-${environment}-${key}`, onclick: () => goTo(variable.file, variable.line) }, keyName(key));
}

function problems(list: Diagnostic[], environment: string, what: string): HTMLElement {
  return h("ol", { class: "list" }, ...list.slice(0, ROWS).map((one, index) => row({ diagnostic: one, environments: [environment] }, `${environment}-${what}-${index}`, () => goTo(one.file, one), what === "broken" && one.file !== null)));
}

function forgetOld(): void {
  const old = state.files.map((file) => [file, file.before] as const);
  for (const file of state.files) file.before = null;
  set({ files: [...state.files], changes: null });
  review();
  say("Removed the old versions", () => {
    for (const [file, before] of old) file.before = before;
    set({ files: [...state.files] });
    review();
  });
}
