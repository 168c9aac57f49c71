// Rotation: how old each secret is, how old it may be, and when it is due. A value's age is an interval, since nothing says more than that; the
// drawing shows it, and the table around it says the same in words.
import type { Age, Variable } from "../engine/protocol.ts";
import { goTo } from "../go.ts";
import { state } from "../model.ts";
import { announce, byId, coded, draw, h, keyName, plural, showMore } from "../ui/dom.ts";
import { glyph, type Shape, svg } from "../ui/icons.ts";

const DAY = 86_400_000;
const ROWS = 300;

/** The most urgent first. */
const VERDICTS: { verdict: string; word: string; shape: Shape; tone: string }[] = [
  { verdict: "expired", word: "expired", shape: "error", tone: "error" },
  { verdict: "overdue", word: "overdue", shape: "error", tone: "error" },
  { verdict: "conflict", word: "contradictory", shape: "error", tone: "error" },
  { verdict: "unknown", word: "not known", shape: "warning", tone: "warning" },
  { verdict: "due-soon", word: "due soon", shape: "warning", tone: "warning" },
  { verdict: "current", word: "current", shape: "ok", tone: "good" },
  { verdict: "unregulated", word: "nothing asked", shape: "none", tone: "calm" },
];
const rank = (age: Age): number => VERDICTS.findIndex(({ verdict }) => verdict === age.verdict);

/** Whether it is to be changed, by all that is known. */
export const isStale = (age: Age | null): boolean => age !== null && (age.verdict === "expired" || age.verdict === "overdue");
/** Whether somebody has to do something about it now. */
const isUrgent = (age: Age): boolean => rank(age) <= 4;

interface Aged {
  environment: string;
  variable: Variable;
  age: Age;
}

let urgentOnly = false;
let shown = ROWS;

function aged(): Aged[] {
  const all = (state.report?.environments ?? []).flatMap(({ name, variables }) => variables.flatMap((variable) => (variable.age ? [{ environment: name, variable, age: variable.age }] : [])));
  const due = ({ age }: Aged): number => time(age.expires ?? age.due) ?? Infinity;
  return all.sort((a, b) => rank(a.age) - rank(b.age) || due(a) - due(b) || a.variable.key.localeCompare(b.variable.key, "en"));
}

export const urgent = (): number => aged().filter(({ age }) => isUrgent(age)).length;

export function drawRotation(): void {
  const into = byId("view-rotation");
  const all = aged();
  const now = time(state.report?.checkedAt ?? null) ?? Date.now();
  if (all.length === 0) {
    return draw(
      into,
      h("p", { class: "none" }, "No secret has a policy here, so no age is checked. Name a class under ", h("code", null, "secret"), " and say under ", h("code", null, "rotation"), " how old it may be; put in ", h("code", null, "env.rotation.json"), " or an export of your secret manager to say how old it is."),
    );
  }
  const wanted = urgentOnly ? all.filter(({ age }) => isUrgent(age)) : all;
  const scale = scaleOf(all, now);
  const shared = settledAlike(wanted);
  draw(
    into,
    h(
      "div",
      { class: "tools" },
      h(
        "div",
        { class: "choice", role: "group", "aria-label": "Which secrets" },
        choice("All", false, all.length),
        choice("To be done", true, all.filter(({ age }) => isUrgent(age)).length),
      ),
      h("p", { class: "fine" }, `${plural(wanted.length, "secret")}, the most urgent first`),
    ),
    [...shared].map((settle) => h("p", { class: "fine settle" }, "Where an age is not known: ", ...coded(settle))),
    h(
      "div",
      { class: "scroll", tabindex: "0", role: "group", "aria-label": "Secrets by age; scrolls" },
      h(
        "table",
        { class: "rotation", role: "table" },
        h("caption", { class: "sr" }, "How old each secret is, and when it is due"),
        h(
          "thead",
          { role: "rowgroup" },
          h("tr", { role: "row" }, ...["Secret", "Verdict", "Changed", "Due"].map((title) => h("th", { scope: "col", role: "columnheader" }, title)), h("th", { scope: "col", role: "columnheader", class: "time" }, h("span", { class: "sr" }, "Drawing"), axis(scale, now))),
        ),
        h("tbody", { role: "rowgroup" }, ...wanted.slice(0, shown).flatMap((one, index) => row(one, index, scale, now, shared))),
      ),
    ),
    showMore(wanted.length - shown, ROWS, () => {
      shown += ROWS;
      drawRotation();
    }),
    legend(),
  );
}

/** What would settle the ages of several: to be told once. */
function settledAlike(aged: Aged[]): Set<string> {
  const count = new Map<string, number>();
  for (const { age: { settle } } of aged) if (settle) count.set(settle, (count.get(settle) ?? 0) + 1);
  return new Set([...count].filter(([, times]) => times > 1).map(([settle]) => settle));
}

function legend(): HTMLElement {
  const sample = (width: number, ...shapes: SVGElement[]) => svg("svg", { width, height: 12, "aria-hidden": "true" }, ...shapes);
  const mark = (name: string) => sample(10, svg("path", { class: name, d: "M5 1l4 5-4 5-4-5z" }));
  const interval = sample(26, svg("rect", { class: "maybe", x: 0, y: 3, width: 12, height: 6 }), svg("rect", { class: "sure", x: 12, y: 3, width: 14, height: 6 }));
  return h("p", { class: "fine legend" }, interval, " changed at some time in the light part, unchanged since; ", mark("due"), " due; ", mark("expires"), " expires");
}

function choice(title: string, urgent: boolean, count: number): HTMLElement {
  return h(
    "button",
    {
      type: "button",
      "data-focus": `urgent-${urgent}`,
      "aria-pressed": String(urgentOnly === urgent),
      onclick: () => {
        urgentOnly = urgent;
        shown = ROWS;
        drawRotation();
        announce(byId("view-rotation").querySelector(".tools p")!.textContent!, "said-here");
      },
    },
    title,
    " ",
    h("span", { class: "n" }, count.toLocaleString("en")),
  );
}

function row({ environment, variable, age }: Aged, index: number, scale: Scale, now: number, shared: Set<string>): HTMLElement[] {
  const { word, shape, tone } = VERDICTS[rank(age)] ?? { word: age.verdict, shape: "none" as const, tone: "calm" };
  const name = keyName(variable.key);
  const ask = [environment, age.class, age.owner && `ask ${age.owner}`].filter(Boolean).join(" · ");
  const settle = !age.settle || shared.has(age.settle) ? null : h("tr", { role: "row", class: "settle" }, h("td", { role: "cell", colspan: 5 }, h("p", null, ...coded(age.settle))));
  const isDrawn = [age.from, age.to, age.due, age.expires].some((one) => one !== null);
  const main = h(
    "tr",
    { role: "row" },
    h("th", { scope: "row", role: "rowheader" }, variable.file && !state.imported ? h("button", { type: "button", class: "link", "data-focus": `age-${index}`, onclick: () => goTo(variable.file, variable.line) }, name) : name, h("span", { class: "aside" }, ask), age.runbook && h("span", { class: "aside" }, age.runbook)),
    h("td", { class: tone, role: "cell" }, h("span", { class: "cell" }, glyph(shape), h("span", null, word))),
    h("td", { role: "cell", "data-head": "Changed" }, changed(age, now), h("span", { class: "aside" }, source(age))),
    h("td", { role: "cell", "data-head": "Due", class: age.expires || age.due ? "" : "blank" }, age.expires ? `expires ${day(age.expires)}` : age.due ? day(age.due) : "–", h("span", { class: "aside" }, from(age.expires ?? age.due, now))),
    h("td", { class: `time${isDrawn ? "" : " blank"}`, role: "cell" }, bar(age, tone, scale, now)),
  );
  return settle ? [main, settle] : [main];
}

const time = (instant: string | null): number | null => (instant === null ? null : Date.parse(instant));
const day = (instant: string): string => instant.slice(0, 10);

/** When the value came to be, as far as that is known. */
function changed({ from, to }: Age, now: number): string {
  const ago = (instant: string) => Math.floor((now - Date.parse(instant)) / DAY);
  if (from && to) return ago(from) === ago(to) ? `${plural(ago(to), "day")} ago` : `${ago(to)} to ${plural(ago(from), "day")} ago`;
  if (to) return `${plural(ago(to), "day")} ago or longer`;
  if (from) return `at most ${plural(ago(from), "day")} ago`;
  return "not known";
}

function source({ evidence }: Age): string {
  const first = evidence[0];
  if (!first) return "no evidence";
  const more = evidence.length > 1 ? ` and ${evidence.length - 1} more` : "";
  return `by ${first.source}${first.file ? `, ${first.file}${first.line ? `:${first.line}` : ""}` : ""}${more}`;
}

function from(instant: string | null, now: number): string {
  const due = time(instant);
  if (due === null) return "";
  const days = Math.round((due - now) / DAY);
  return days < 0 ? `${plural(-days, "day")} ago` : days === 0 ? "today" : `in ${plural(days, "day")}`;
}

// The drawing: one scale for all rows, in per cent of the width, so that it needs no measuring and prints.

interface Scale {
  start: number;
  end: number;
}

function scaleOf(all: Aged[], now: number): Scale {
  const times = all.flatMap(({ age }) => [time(age.from), time(age.to), time(age.due), time(age.expires)]).filter((one) => one !== null);
  const start = times.reduce((one, other) => Math.min(one, other), now - 90 * DAY);
  const end = times.reduce((one, other) => Math.max(one, other), now + 30 * DAY);
  // Beyond two years either way the rest would be too small to see.
  const clip = { start: Math.max(start, now - 730 * DAY), end: Math.min(end, now + 730 * DAY) };
  const margin = (clip.end - clip.start) * 0.03;
  return { start: clip.start - margin, end: clip.end + margin };
}

const at = ({ start, end }: Scale, instant: number): number => Math.min(100, Math.max(0, ((instant - start) / (end - start)) * 100));

function axis(scale: Scale, now: number): SVGSVGElement {
  const marks: SVGElement[] = [];
  const months = (scale.end - scale.start) / (30 * DAY);
  const step = [1, 2, 3, 6, 12].find((one) => months / one <= 8) ?? 12;
  const first = new Date(scale.start);
  for (let month = first.getUTCMonth() + 1; ; month++) {
    const instant = Date.UTC(first.getUTCFullYear(), month, 1);
    if (!(instant <= scale.end)) break;
    if (new Date(instant).getUTCMonth() % step !== 0) continue;
    const x = at(scale, instant);
    const beside = Math.abs(x - at(scale, now));
    if (x < 4 || x > 94 || beside < 9) continue;
    marks.push(svg("text", { class: beside < 25 ? "near" : "", x: `${x}%`, y: 13, "text-anchor": "middle" }, new Date(instant).toISOString().slice(0, 7)));
  }
  return svg("svg", { class: "axis", height: 18, width: "100%", "aria-hidden": "true" }, ...marks, svg("text", { class: "now", x: `${at(scale, now)}%`, y: 13, "text-anchor": "middle" }, "now"));
}

function bar(age: Age, tone: string, scale: Scale, now: number): SVGSVGElement {
  const [earliest, latest, warn, due, expires] = [time(age.from), time(age.to), time(age.warn), time(age.due), time(age.expires)];
  const parts: SVGElement[] = [];
  const rect = (name: string, from: number, to: number, y: number, height: number) => parts.push(svg("rect", { class: name, x: `${at(scale, from)}%`, width: `${Math.max(0, at(scale, to) - at(scale, from))}%`, y, height, rx: 2 }));
  rect("track", scale.start, scale.end, 12, 1);
  if (latest !== null || earliest !== null) {
    rect("maybe", earliest ?? scale.start, latest ?? now, 8, 9);
    if (latest !== null) rect("sure", latest, now, 8, 9);
  }
  if (warn !== null && due !== null) rect("warn", warn, due, 11, 3);
  parts.push(svg("line", { class: "now", x1: `${at(scale, now)}%`, x2: `${at(scale, now)}%`, y1: 2, y2: 23 }));
  // A path can't be placed in per cent, a nested drawing can.
  for (const [instant, name] of [[due, "due"], [expires, "expires"]] as const) {
    if (instant !== null) parts.push(svg("svg", { x: `${at(scale, instant)}%`, y: 6.5, overflow: "visible" }, svg("path", { class: name, d: "M0 0l5 6-5 6-5-6z" })));
  }
  return svg("svg", { class: `bar-of ${tone}`, height: 25, width: "100%", "aria-hidden": "true" }, ...parts);
}
