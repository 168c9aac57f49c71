// Exports the report in several formats. All of them are made from the report, which holds no values.
import { docs } from "virtual:docs";
import { ReportFormat } from "./engine/protocol.ts";
import { state } from "./model.ts";
import { isBehind, reportText } from "./review.ts";
import { byId, coded, draw, h } from "./ui/dom.ts";
import { say } from "./ui/toast.ts";
import { htmlReport } from "./html-report.ts";
import { besides, doubtOf, unchecked } from "./views/verdict.ts";

/** Lets the browser save a file. A blob URL makes no request. */
function save(name: string, text: string, type: string, remark = ""): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
  say(`Saved ${name}, without values${remark}`);
}

const NOTHING = "There is nothing to save: nothing was checked against a schema";

/** A format of the native program. A report from CI can only be exported as it is. */
async function saveAs(name: string, type: string, format: ReportFormat): Promise<void> {
  const { imported, report } = state;
  const doubt = doubtOf(state);
  // These formats can't say that something was not read, so a reader would take it for fine.
  if (doubt !== null && format !== ReportFormat.Markdown) return say(`Not saved: ${doubt}, and this format can't say so. Markdown and the page can`);
  const text = imported ? report && format === ReportFormat.Json && `${JSON.stringify(report, null, 2)}\n` : await reportText(format);
  if (text === null || text === false) return say(imported ? "That needs the files: a report by itself can be saved as JSON or as a page" : NOTHING);
  if (format === ReportFormat.Markdown) return save(name, withUnchecked(text, unchecked(state)), type);
  const left = besides(state);
  save(name, explained(text), type, left.length > 0 ? `. It names the environments that were not checked, but not the rest: ${left.length === 1 ? left[0] : `${left.length} things were not`}` : "");
}

/** SARIF with what the page knows of the rules: the compact core only has their names. */
const explained = (text: string): string => text.replace(/("markdown": )"`envgate explain ([\w-]+)`[^\n]*"/g, (_, before: string, code: string) => before + JSON.stringify(`# ${code}\n\n${docs()[code]}\n`));

/** Inserts what was not checked after the second line, which is the first heading. The line before it is the mark by which a later run finds the comment. */
function withUnchecked(text: string, left: string[]): string {
  if (left.length === 0) return text;
  const at = text.indexOf("\n", text.indexOf("### ")) + 1;
  return `${text.slice(0, at)}\n**Not checked:**\n\n${left.map((one) => `- ${escaped(one)}\n`).join("")}${text.slice(at)}`;
}

/** Escapes text for Markdown: on one line, without formatting or mentions. */
const escaped = (text: string): string => text.replace(/[\p{Cc}\p{Cf}]/gu, " ").replace(/[\\`*_[\]<>#|~!&@$]|:(?=\/)/g, (character) => `&#${character.charCodeAt(0)};`);

const FORMS: { title: string; about: string; make: () => Promise<void> | void }[] = [
  { title: "Report as JSON", about: "report.v1, the same bytes as `envgate check --format json`", make: () => saveAs("envgate-report.json", "application/json", ReportFormat.Json) },
  { title: "SARIF", about: "for code scanning", make: () => saveAs("envgate.sarif", "application/sarif+json", ReportFormat.Sarif) },
  { title: "Markdown", about: "for a pull request", make: () => saveAs("envgate-report.md", "text/markdown", ReportFormat.Markdown) },
  { title: "Report as one page", about: "HTML to keep or to send; it runs nothing and loads nothing", make: () => (state.report ? save("envgate-report.html", htmlReport(state), "text/html") : say(NOTHING)) },
  { title: "Print", about: "values stay hidden", make: () => print() },
];

/** Of what was put in, and of nothing that stood there before. */
async function make(form: (typeof FORMS)[number]): Promise<void> {
  byId("exports").hidePopover();
  if (isBehind()) return say("Not saved: what was put in is still being read or checked. Try again in a moment");
  try {
    await form.make();
  } catch {
    say("Not saved: the checker was stopped. Try again");
  }
}

export function drawExports(): void {
  draw(byId("exports"), ...FORMS.map((form) => h("button", { type: "button", onclick: () => void make(form) }, h("b", null, form.title), h("span", null, ...coded(form.about)))));
}
