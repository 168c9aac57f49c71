// Draws a diagnostic: what is wrong, what to do, why, and the change that fixes it.
import { docs } from "virtual:docs";
import type { Diagnostic, Fix, Position, Rule } from "../engine/protocol.ts";
import { goTo } from "../go.ts";
import type { Merged } from "../merged.ts";
import { fileNamed, state } from "../model.ts";
import { engine } from "../review.ts";
import { dialog, markdown } from "../ui/dialog.ts";
import { type Child, coded, h, list } from "../ui/dom.ts";
import { glyph } from "../ui/icons.ts";
import { say } from "../ui/toast.ts";

let applyFix: (diagnostic: Diagnostic, fix: Fix) => void = () => {};
export const onFix = (listener: typeof applyFix): unknown => (applyFix = listener);

/** Draws a diagnostic with everything that can be done about it. */
export function tell({ diagnostic, environments }: Merged): HTMLElement {
  const { code, severity, message, help, related, fix } = diagnostic;
  return h(
    "div",
    { class: "told" },
    h("p", null, h("span", { class: severity }, severity), " ", h("span", { class: "code" }, code), environments.length > 0 ? ` in ${list(environments)}` : ""),
    h("p", null, ...coded(message)),
    help && h("p", { class: "help" }, ...coded(help)),
    related.length > 0 && h("p", { class: "help" }, ...related.flatMap(({ message, file, start }, at) => [at > 0 && "; ", `${message}: `, link(file, start, diagnostic)])),
    fix && mend(diagnostic, fix),
    code !== "schema" && h("button", { type: "button", onclick: () => void explain(code) }, "Why, and how to fix it"),
  );
}

/** The change that mends it, where there is a text to change: a report has none. */
function mend(diagnostic: Diagnostic, fix: Fix): HTMLElement {
  const isSafe = fix.applicability === "safe";
  if (state.imported) return h("p", { class: "help" }, `To ${fix.title}, run `, h("code", null, isSafe ? "envgate fix" : "envgate fix --unsafe"));
  return h("button", { type: "button", onclick: () => applyFix(diagnostic, fix) }, isSafe ? fix.title : `${fix.title} (check the result)`);
}

/** A link to another place that the diagnostic is about. */
function link(file: string, { line }: Position, from: Diagnostic): HTMLElement {
  const name = h("bdi", null, file);
  return fileNamed(file) ? h("button", { type: "button", onclick: () => goTo(file, line, from) }, name, `:${line}`) : h("span", null, name, `:${line}`);
}

let rules: Rule[] | undefined;

/** What `envgate explain CODE` says. */
export async function explain(code: string): Promise<void> {
  if (!rules) {
    const asked = engine.ask({ kind: "rules" }, (message) => {
      if (message.kind === "rules") rules = message.rules;
    });
    // With a check that somebody stopped, all else is stopped.
    if (await asked.catch(() => true)) return say("Not shown: the checker was stopped. Try again");
  }
  const rule = rules?.find((one) => one.code === code);
  dialog(code, ...(rule ? [h("p", { class: "lead" }, rule.summary), ...markdown(docs()[code] ?? ""), h("p", { class: "fine" }, h("code", null, `envgate explain ${code}`), " in a terminal has examples.")] : ["This version of the page does not know the rule; it comes from a newer one."]));
}

/** File and line. The two are isolated, or a name in a right-to-left script would move the number to its other side. */
export function place({ file, start }: Diagnostic): Child {
  return file ? [h("bdi", null, file), start && `:${start.line}`] : "no file";
}

/** An entry in a list of problems, which leads to its place. */
export function row({ diagnostic, environments }: Merged, index: number | string, go: (diagnostic: Diagnostic) => void, canGo: boolean): HTMLElement {
  const { severity, message, code } = diagnostic;
  const content = [
    h("span", { class: `mark ${severity}` }, glyph(severity), h("span", { class: "sr" }, severity)),
    h("span", { class: "what" }, ...coded(message)),
    h("span", { class: "where" }, h("code", null, code), " ", place(diagnostic), environments.length > 0 && ` · ${environments.join(", ")}`),
  ];
  if (!canGo) return h("li", null, h("div", { class: "problem" }, ...content));
  return h("li", null, h("button", { type: "button", class: "problem", "data-focus": `problem-${index}`, onclick: () => go(diagnostic) }, ...content));
}
