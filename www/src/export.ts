// Out of the page: the report in several forms. All of them are made from the report, which holds no values.
import { state } from "./model.ts";
import { reportText } from "./review.ts";
import { byId, draw, h } from "./ui/dom.ts";
import { say } from "./ui/toast.ts";
import { htmlReport } from "./html-report.ts";

/** Gives the browser a file to keep. A blob is no request. */
function save(name: string, text: string, type: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
  say(`Saved ${name}, without values`);
}

const FORMS: { title: string; about: string; make: () => Promise<void> | void }[] = [
  {
    title: "Report as JSON",
    about: "report.v1, the same bytes as envgate check --format json",
    make: async () => {
      const text = (await reportText()) ?? (state.report && `${JSON.stringify(state.report, null, 2)}\n`);
      if (text) save("envgate-report.json", text, "application/json");
    },
  },
  { title: "Report as one page", about: "HTML to keep or to send; it runs nothing and loads nothing", make: () => save("envgate-report.html", htmlReport(state), "text/html") },
  { title: "Print", about: "values stay hidden", make: () => print() },
];

export function drawExports(): void {
  draw(byId("exports"), ...FORMS.map(({ title, about, make }) => h("button", { type: "button", onclick: () => (byId("exports").hidePopover(), void make()) }, h("b", null, title), h("span", null, about))));
}
