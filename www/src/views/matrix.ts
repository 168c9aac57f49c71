// Matrix: every key in every environment. How it stands, whether two environments have the same value (which is marked and not shown),
// and whether it is due to be changed.
import type { Comparison, Diagnostic, Variable } from "../engine/protocol.ts";
import { goTo } from "../go.ts";
import { SEVERITIES, state } from "../model.ts";
import { announce, byId, type Child, coded, draw, h, keyName, list, plural, showMore } from "../ui/dom.ts";
import { glyph, type Shape } from "../ui/icons.ts";
import { isStale } from "./rotation.ts";
import { explain } from "./tell.ts";

/** So many cells are drawn at a time, in rows of one for each environment, and no more rows than that. */
const [CELLS, ROWS] = [2000, 300];
/** So many environments are named of those with the same value. */
const NAMED = 3;
/** Beside more environments than this there is no room to say what a key is. */
const MOST_DESCRIBED = 6;
type Filter = "all" | "wrong" | "differs";
const FILTERS: [Filter, string][] = [["all", "All"], ["wrong", "Wrong"], ["differs", "Different"]];

let filter: Filter = "all";
let words = "";
/** How often more rows were asked for. */
let more = 0;
/** How far somebody scrolled (to the side: `null` for the end), and among which environments: whoever comes back from a line, or chooses other keys, looks for the same ones. */
let scrolled: { of: string; left: number | null; top: number } | null = null;

interface Cell {
  variable: Variable | null;
  worst: Diagnostic | null;
  /** The environments with the same value, if it has others. */
  same: string[];
}

interface Row {
  key: string;
  /** What the schema says of it. */
  about: string;
  category: string;
  secret: boolean;
  cells: Cell[];
}

const STATES: Record<Variable["state"], { word: string; shape: Shape; tone: string }> = {
  ok: { word: "ok", shape: "ok", tone: "good" },
  invalid: { word: "invalid", shape: "error", tone: "error" },
  missing: { word: "missing", shape: "error", tone: "error" },
  defaulted: { word: "default", shape: "hint", tone: "calm" },
  forbidden: { word: "forbidden", shape: "error", tone: "error" },
  unknown: { word: "not declared", shape: "warning", tone: "warning" },
  external: { word: "not known here", shape: "none", tone: "calm" },
};

/** Every key, in the order of the schema, then the others. */
function rows(): Row[] {
  const report = state.report;
  if (!report) return [];
  const names = report.environments.map(({ name }) => name);
  const same = new Map(state.same.map((one) => [one.key, equals(one, names)]));
  const worst = new Map<string, Diagnostic>();
  for (const diagnostic of report.diagnostics) {
    const name = `${diagnostic.environment}\n${diagnostic.key}`;
    const known = worst.get(name);
    if (!known || SEVERITIES.indexOf(diagnostic.severity) < SEVERITIES.indexOf(known.severity)) worst.set(name, diagnostic);
  }
  const byKey = new Map<string, Row>();
  const rowOf = (key: string): Row => {
    let row = byKey.get(key);
    if (!row) byKey.set(key, (row = { key, about: state.compiled?.about[key]?.description ?? "", category: state.compiled?.about[key]?.category ?? "", secret: false, cells: names.map(() => ({ variable: null, worst: null, same: [] })) }));
    return row;
  };
  for (const key of state.compiled?.keys ?? []) rowOf(key);
  for (const [at, { name, variables }] of report.environments.entries()) {
    for (const variable of variables) {
      const row = rowOf(variable.key);
      row.secret ||= variable.secret;
      row.cells[at] = { variable, worst: worst.get(`${name}\n${variable.key}`) ?? null, same: same.get(variable.key)?.[at] ?? [] };
    }
  }
  return [...byKey.values()].filter(({ cells }) => cells.some(({ variable }) => variable));
}

/** For each environment those with the same value of a key, one list for all of them. */
function equals({ sameAs }: Comparison, names: string[]): string[][] {
  const groups = new Map<number, string[]>();
  for (const [at, value] of sameAs.entries()) if (value !== null && value >= 0) groups.set(value, groups.get(value) ?? []).get(value)!.push(names[at]!);
  return sameAs.map((value) => {
    const group = groups.get(value ?? -1) ?? [];
    return group.length > 1 ? group : [];
  });
}

function others(same: string[], environment: string): string {
  const names = same.filter((name) => name !== environment);
  return list(names.length > NAMED + 1 ? [...names.slice(0, NAMED), `${names.length - NAMED} more`] : names);
}

/** How many rows are drawn at a time. */
const step = (environments: number): number => Math.max(5, Math.min(ROWS, Math.floor(CELLS / environments)));

const isWrong = ({ cells }: Row): boolean => cells.some(({ variable, worst }) => worst !== null || ["invalid", "missing", "forbidden", "unknown"].includes(variable?.state ?? ""));

/** Other states in other environments, or other values where nothing asks for them to differ. */
const isDifferent = ({ cells, secret }: Row): boolean =>
  new Set(cells.map(({ variable }) => variable?.state ?? "absent")).size > 1 || (!secret && cells.length > 1 && cells.some(({ variable, same }) => variable?.file && same.length < cells.length));

export function drawMatrix(): void {
  const all = rows();
  const wanted = all.filter((row) => passes(row, filter) && row.key.toLowerCase().includes(words));
  const rowsEach = step(state.report?.environments.length ?? 1);
  const shown = rowsEach * (1 + more);
  draw(
    byId("view-matrix"),
    h(
      "div",
      { class: "tools" },
      h("label", null, "Find a key ", h("input", { type: "search", "data-focus": "find", value: words, spellcheck: "false", writingsuggestions: "false", autocomplete: "off", oninput: ({ currentTarget }) => find((currentTarget as HTMLInputElement).value) })),
      h(
        "div",
        { class: "choice", role: "group", "aria-label": "Which keys" },
        ...FILTERS.map(([one, title]) => h("button", { type: "button", "data-focus": `filter-${one}`, "aria-pressed": String(filter === one), onclick: () => choose(one) }, title, " ", h("span", { class: "n" }, all.filter((row) => passes(row, one)).length.toLocaleString("en")))),
      ),
      h("p", { class: words || filter !== "all" ? "fine" : "sr" }, plural(wanted.length, "key")),
    ),
    all.length === 0 ? h("p", { class: "none" }, "There is nothing to compare yet.") : table(wanted, shown),
    legend(wanted),
    showMore(wanted.length - shown, rowsEach, () => {
      more++;
      drawMatrix();
    }),
  );
  place();
}

/** What the signs for equal values mean, of those that are there. */
function legend(wanted: Row[]): Child {
  const equal = wanted.filter(({ cells }) => cells.some(({ same }) => same.length > 0));
  const [plain, secret] = [equal.some((row) => !row.secret), equal.some((row) => row.secret)];
  return equal.length > 0 && h("p", { class: "fine legend" }, plain && [glyph("equal"), " the same value in another environment"], plain && secret && "; ", secret && [h("span", { class: "error" }, glyph("shared")), " a secret that another environment has, too"]);
}

/** Puts the table where it was scrolled to, or so that the environments that count most, the last, are in sight. */
function place(): void {
  const scroll = byId("view-matrix").querySelector<HTMLElement>(".scroll");
  if (!scroll || !state.report) return;
  fit(scroll);
  const of = state.report.environments.map(({ name }) => name).join("\n");
  const { left, top } = scrolled?.of === of ? scrolled : { left: null, top: 0 };
  scroll.scrollTo({ left: left ?? scroll.scrollWidth, top });
  scroll.onscroll = () => {
    const isAtEnd = scroll.scrollLeft + scroll.clientWidth > scroll.scrollWidth - 2;
    scrolled = { of, left: isAtEnd ? null : scroll.scrollLeft, top: scroll.scrollTop };
  };
}

/** Where not all environments have room beside the key, so many have that none stands half behind it. */
function fit(scroll: HTMLElement): void {
  const [key, ...columns] = scroll.querySelectorAll<HTMLElement>("thead th:not(.about)");
  for (const { style } of columns) style.minWidth = "";
  const isDescribed = scroll.querySelector<HTMLElement>("th.about")?.offsetWidth;
  if (!key || isDescribed || scroll.scrollWidth <= scroll.clientWidth) return;
  const room = scroll.clientWidth - key.offsetWidth;
  const widest = Math.max(...columns.map(({ offsetWidth }) => offsetWidth));
  for (const { style } of columns) style.minWidth = `${room / Math.max(1, Math.floor(room / widest))}px`;
}

let width = innerWidth;
addEventListener("resize", () => {
  // What hides the bar of a phone's browser changes nothing here.
  if (innerWidth === width) return;
  width = innerWidth;
  place();
});

const passes = (row: Row, one: Filter): boolean => one === "all" || (one === "wrong" ? isWrong(row) : isDifferent(row));

/** As many rows as are to be shown, by category if there is one. */
function table(wanted: Row[], shown: number): HTMLElement {
  const names = state.report?.environments.map(({ name }) => name) ?? [];
  const isDescribed = names.length <= MOST_DESCRIBED && wanted.some(({ about }) => about !== "");
  const categories = [...new Set(wanted.map(({ category }) => category))].sort((a, b) => Number(a === "") - Number(b === ""));
  const isGrouped = categories.some((category) => category !== "");
  let left = shown;
  const group = (category: string) => {
    const part = wanted.filter((row) => row.category === category).slice(0, Math.max(0, left));
    left -= part.length;
    if (part.length === 0) return null;
    return h("tbody", null, isGrouped && h("tr", { class: "group" }, h("th", { scope: "rowgroup", colspan: names.length + 1 + Number(isDescribed) }, h("span", null, category || "other"))), ...part.map((row) => drawRow(row, names, isDescribed)));
  };
  return h(
    "div",
    { class: "scroll", tabindex: "0", role: "group", "aria-label": "Keys and environments; scrolls" },
    h(
      "table",
      { class: "matrix" },
      h("caption", { class: "sr" }, "Every key in every environment"),
      h("thead", null, h("tr", null, h("th", { scope: "col" }, "Key"), ...names.map((name) => h("th", { scope: "col" }, name)), isDescribed && h("th", { scope: "col", class: "about" }, "What it is"))),
      ...categories.map(group),
    ),
  );
}

const drawRow = (row: Row, names: string[], isDescribed: boolean): HTMLElement =>
  h("tr", null, h("th", { scope: "row" }, keyName(row.key), " ", row.secret && h("span", { class: "tag" }, "secret")), ...row.cells.map((cell, at) => drawCell(row, cell, names[at]!)), isDescribed && h("td", { class: "about" }, ...coded(row.about)));

function drawCell({ key, secret }: Row, { variable, worst, same }: Cell, environment: string): HTMLElement {
  if (!variable) return h("td", { class: "absent" }, h("span", { "aria-hidden": "true" }, "–"), h("span", { class: "sr" }, "not set"));
  const { word, shape, tone } = STATES[variable.state];
  const doubt = variable.state === "ok" && worst ? worst.severity : null;
  const stale = isStale(variable.age);
  const equal = others(same, environment);
  const said = stale ? "stale" : doubt === "warning" ? "warning" : word;
  const content = [
    glyph(doubt === "warning" ? "warning" : stale ? "warning" : shape),
    h("span", null, said),
    equal && h("span", { class: secret ? "same bad" : "same", title: `the same value as ${equal}` }, glyph(secret ? "shared" : "equal"), h("span", { class: "sr" }, `, the same value as ${equal}`)),
  ];
  const to = worst ?? variable.line;
  const file = worst?.file ?? variable.file;
  const label = `${key} in ${environment}: ${said}${worst ? `, ${worst.message}` : ""}${equal ? `, the same value as ${equal}` : ""}`;
  const go = state.imported ? worst && (() => void explain(worst.code)) : file && (() => goTo(file, to));
  return h(
    "td",
    { class: doubt ?? (stale ? "warning" : tone) },
    go ? h("button", { type: "button", class: "cell", title: worst?.message, "aria-label": label, "data-focus": `cell-${key}-${environment}`, onclick: go }, ...content) : h("span", { class: "cell", title: worst?.message }, ...content),
  );
}

function choose(one: Filter): void {
  filter = one;
  narrow();
}

function find(text: string): void {
  words = text.trim().toLowerCase();
  narrow();
}

function narrow(): void {
  more = 0;
  if (scrolled) scrolled.top = 0;
  drawMatrix();
  announce(byId("view-matrix").querySelector(".tools p")!.textContent!, "said-here");
}
