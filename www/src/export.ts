// Exports the report in several formats. All of them are made from the report, which holds no values.
import { ReportFormat } from "./engine/protocol.ts";
import { state } from "./model.ts";
import { reportText } from "./review.ts";
import { byId, coded, draw, h } from "./ui/dom.ts";
import { say } from "./ui/toast.ts";
import { htmlReport } from "./html-report.ts";

/** Gives the browser a file to keep. A blob is no request. */
function save(name: string, text: string, type: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
  say(`Saved ${name}, without values`);
}

/** A format of the native program; of a report from CI there is only that report itself. */
async function saveAs(name: string, type: string, format: ReportFormat): Promise<void> {
  const text = (await reportText(format)) ?? (state.report && format === ReportFormat.Json ? `${JSON.stringify(state.report, null, 2)}\n` : null);
  if (text !== null) save(name, text, type);
  else say("That needs the files: a report by itself can be saved as JSON or as a page");
}

const FORMS: { title: string; about: string; make: () => Promise<void> | void }[] = [
  { title: "Report as JSON", about: "report.v1, the same bytes as `envgate check --format json`", make: () => saveAs("envgate-report.json", "application/json", ReportFormat.Json) },
  { title: "SARIF", about: "for code scanning", make: () => saveAs("envgate.sarif", "application/sarif+json", ReportFormat.Sarif) },
  { title: "Markdown", about: "for a pull request", make: () => saveAs("envgate-report.md", "text/markdown", ReportFormat.Markdown) },
  { title: "Report as one page", about: "HTML to keep or to send; it runs nothing and loads nothing", make: () => save("envgate-report.html", htmlReport(state), "text/html") },
  { title: "Print", about: "values stay hidden", make: () => print() },
];

export function drawExports(): void {
  draw(byId("exports"), ...FORMS.map(({ title, about, make }) => h("button", { type: "button", onclick: () => (byId("exports").hidePopover(), void make()) }, h("b", null, title), h("span", null, ...coded(about)))));
}
