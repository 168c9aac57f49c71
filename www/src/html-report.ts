// The report as one static HTML page: no script, no request, no value. Text is escaped, and the policy in it refuses everything else.
import { merged } from "./merged.ts";
import { phaseOf, type State } from "./model.ts";
import { legible, list } from "./ui/dom.ts";
import { headline, unchecked, verdicts } from "./views/verdict.ts";

const escape = (text: unknown): string => legible(String(text ?? "")).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

const STYLE = `:root{color-scheme:light dark;font:15px/1.5 system-ui,sans-serif}body{max-width:64rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;width:100%;margin:.5rem 0 1.5rem}th,td{text-align:start;vertical-align:top;padding:.3rem .6rem;border-bottom:1px solid #8884}
code{font-family:ui-monospace,monospace;font-size:.92em}.error{color:light-dark(#b3261e,#ff9a90)}.warning{color:light-dark(#855300,#f0b849)}small{opacity:.8}`;

export function htmlReport(state: State): string {
  const { report } = state;
  if (!report) return "";
  const all = verdicts(state);
  const phase = phaseOf(state);
  const table = (head: string[], rows: string[][]) =>
    rows.length === 0 ? "<p>None.</p>" : `<table><thead><tr>${head.map((one) => `<th scope="col">${one}</th>`).join("")}</tr></thead><tbody>${rows.map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join("")}</tr>`).join("")}</tbody></table>`;
  const left = unchecked(state);
  const names = report.environments.map(({ name }) => name);
  const states = new Map<string, string[]>();
  for (const [at, { variables }] of report.environments.entries()) {
    for (const { key, state } of variables) {
      const row = states.get(key) ?? names.map(() => "–");
      row[at] = state === "ok" ? "ok" : `<b>${escape(state)}</b>`;
      states.set(key, row);
    }
  }
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>envgate report</title><style>${STYLE}</style></head><body>
<h1>${escape(headline(all, state).text)}</h1>
<p>Checked ${escape(report.checkedAt)} by envgate ${escape(report.tool.version)}${phase ? `, for the phase ${phase}` : ""}. This page holds no values.</p>
${left.length === 0 ? "" : `<p><b>Not checked:</b></p><ul>${left.map((one) => `<li>${escape(one)}</li>`).join("")}</ul>
`}<h2>Environments</h2>
${table(["Environment", "Verdict", "Errors", "Warnings", "Files"], all.map(({ name, answer, because, environment }) => [escape(name), `${{ ship: "may ship", stop: "<b class=error>must not ship</b>", unchecked: "not checked" }[answer]}: ${escape(because)}`, escape(environment?.errors ?? ""), escape(environment?.warnings ?? ""), (environment?.files ?? []).map((file) => `<code>${escape(file)}</code>`).join(" ")]))}
<h2>Problems</h2>
${table(["Severity", "Where", "What"], merged(report.diagnostics).map(({ diagnostic: { severity, file, start, message, help, code }, environments }) => [`<span class="${escape(severity)}">${escape(severity)}</span>`, `<code>${escape(file)}${start ? `:${start.line}:${start.column}` : ""}</code>`, `${escape(message)}<br><small><code>${escape(code)}</code>${environments.length > 0 ? ` in ${escape(list(environments))}` : ""}${help ? `. ${escape(help)}` : ""}</small>`]))}
<h2>Keys</h2>
${table(["Key", ...names.map(escape)], [...states].map(([key, row]) => [`<code>${escape(key)}</code>`, ...row]))}
</body></html>
`;
}
