// The verdict: may it ship, for each environment, and what was not looked at. Everything in doubt is no "yes".
import { type Environment, PHASES } from "../engine/protocol.ts";
import { choosePhase } from "../inputs.ts";
import { errorsListed, type InputFile, isLate, type State, state } from "../model.ts";
import { route, type Routes } from "../route.ts";
import { byId, draw, h, legible, list, plural } from "../ui/dom.ts";
import { glyph, type Shape } from "../ui/icons.ts";

export type Answer = "ship" | "stop" | "unchecked";

export interface Verdict {
  name: string;
  answer: Answer;
  /** In a few words. */
  because: string;
  environment: Environment | null;
}

/** Why nothing gets a "yes", though it was checked. Beside a report there are no files but those that could not be read. */
export const doubtOf = ({ imported, files, doubt }: State): string | null => (imported && files.length > 0 ? `${list(told(files, "file"))} ${files.length === 1 ? "was" : "were"} not read` : doubt);

/** One for each environment, in order of promotion. */
export function verdicts(state: State): Verdict[] {
  const { report, withSchema, imported, files, compiled, status, reading } = state;
  const doubt = doubtOf(state);
  const routes: Routes = imported ? { environments: [], absent: [], unclear: [], example: null } : route(files, compiled);
  const checked = new Map(report?.environments.map((environment) => [environment.name, environment]));
  // What an environment counts is what is listed of it, but for a report that somebody has edited. Of no environment is an error of them all.
  const listed = report && errorsListed(report);
  const ofNone = listed?.get(null) ?? 0;
  const byId = new Map(files.map((file) => [file.id, file]));
  const names = imported || !compiled ? [...new Set([...checked.keys(), ...(report?.unchecked ?? [])])] : compiled.environments.map(({ name }) => name);
  // A verdict on what stood there before is none on what stands there now.
  const stands = (status.is === "checked" || status.is === "checking") && !isLate(state);
  return names.map((name): Verdict => {
    const environment = checked.get(name) ?? null;
    const absent = routes.absent.find((one) => one.name === name);
    if (absent) return { name, answer: "unchecked", because: `no file: ${list(absent.files) || "the schema names none"}`, environment };
    const notTaken = !environment && routes.environments.find((one) => one.name === name)?.files.map((id) => byId.get(id)).find((file) => file && file.trouble !== null);
    if (notTaken) return { name, answer: "unchecked", because: `${notTaken.name} was not read`, environment: null };
    if (!environment || !stands) return { name, answer: "unchecked", because: reading?.slow ? "waits for what is being read" : status.is === "checking" ? "being checked" : "not checked", environment: null };
    const errors = Math.max(environment.errors, listed?.get(name) ?? 0);
    if (errors > 0) return { name, answer: "stop", because: plural(errors, "error") + (report!.hidden.omitted > 0 ? " or more" : ""), environment };
    if (ofNone > 0) return { name, answer: "stop", because: `${plural(ofNone, "error")} of no environment`, environment };
    if (imported && !imported.shown.complete) return { name, answer: "unchecked", because: "not all of it was checked", environment };
    if (!withSchema && !imported) return { name, answer: "unchecked", because: "no schema: only the syntax was checked", environment };
    if (doubt !== null) return { name, answer: "unchecked", because: doubt, environment };
    return { name, answer: "ship", because: environment.warnings > 0 ? "no errors" : "no problems found", environment };
  });
}

/** Env files of which nothing says where they belong, and that no other file takes variables from. */
export function homeless({ files, compiled, report }: State): InputFile[] {
  const read = new Set(report?.environments.flatMap(({ files }) => files));
  return route(files, compiled).unclear.filter(({ name, trouble }) => !read.has(name) && trouble === null);
}

/** What was put in and belongs to nothing that was checked, so that a "yes" is not about it. */
const unheeded = (state: State): InputFile[] => (state.imported || !state.compiled ? [] : [...homeless(state), ...state.files.filter(({ role }) => role === "other")]);

/** What a verdict does not tell of, a sentence each: for whoever reads a report without the page. */
export function unchecked(state: State): string[] {
  const environments = verdicts(state).filter(({ answer }) => answer === "unchecked").map(({ name, because }) => `${name}: ${because}`);
  return [...new Set([...environments, ...besides(state)])];
}

/** The same without the environments, which a report names by itself. */
export function besides(state: State): string[] {
  const files = unheeded(state).filter(({ trouble }) => trouble === null).map(({ name }) => `${name}: put in, and of no environment`);
  const left = state.files.flatMap(({ trouble }) => trouble ?? []);
  const schemas = (state.others?.schemas ?? []).map((name) => `${name}: put in, and not checked`);
  return [...new Set([...files, ...schemas, ...left, ...state.leftOut])];
}

/** More names than this are no sentence; the cards have them. */
const FEW = 3;
/** Nor is a name of more characters. */
const LONG = 60;

/** Their names, or how many there are, where those are no part of a sentence. */
const told = (all: { name: string }[], one: string): string[] => (all.length > FEW || all.some(({ name }) => name.length > LONG) ? [plural(all.length, one)] : all.map(({ name }) => name));

/** The whole in one sentence. */
export function headline(all: Verdict[], of: State): { answer: Answer; text: string } {
  const stop = all.filter(({ answer }) => answer === "stop");
  const ship = all.filter(({ answer }) => answer === "ship");
  const unchecked = all.filter(({ answer }) => answer === "unchecked");
  const names = (verdicts: Verdict[]) => list(told(verdicts, "environment"));
  if (stop.length > 0) return { answer: "stop", text: stop.length === all.length ? none(all.map(({ name }) => name)) : stop.length > FEW ? `${stop.length} of ${all.length} environments must not ship` : `${names(stop)} must not ship` };
  if (of.status.is === "checked" && !of.withSchema && of.report !== null) return { answer: "unchecked", text: "No verdict without a schema" };
  if (ship.length === 0) return { answer: "unchecked", text: all.length > 0 ? `No verdict on ${names(unchecked)} yet` : "Nothing was checked" };
  const passedOver = unheeded(of);
  const may = unchecked.length === 0 && all.length > 2 ? `All ${all.length} environments may ship` : `${names(ship)} may ship`;
  const others = of.others?.schemas.length ?? 0;
  const not = unchecked.length + passedOver.length + others;
  if (not > 0) return { answer: "unchecked", text: `${may}; ${list([...told(unchecked, "environment"), ...(passedOver.length > 1 ? [plural(passedOver.length, "file")] : told(passedOver, "file")), ...(others > 0 ? [plural(others, "other schema")] : [])])} ${not === 1 ? "was" : "were"} not checked` };
  return { answer: "ship", text: may };
}

function none(names: string[]): string {
  if (names.length === 1) return `${names[0]!.length > LONG ? "The environment" : names[0]} must not ship`;
  return names.length === 2 && names.every(({ length }) => length <= LONG) ? `Neither ${names[0]} nor ${names[1]} may ship` : `None of the ${names.length} environments may ship`;
}

const SHAPE: Record<Answer, Shape> = { ship: "ok", stop: "error", unchecked: "none" };
const WORD: Record<Answer, string> = { ship: "May ship", stop: "Must not ship", unchecked: "Not checked" };

/** Of more cards than these, some are seen at a time, so that what is below them stays in sight. */
const MOST_AT_ONCE = 12;
const worstFirst = (all: Verdict[]): Verdict[] => (["stop", "unchecked", "ship"] as const).flatMap((wanted) => all.filter(({ answer }) => answer === wanted));

export function drawVerdict(filter: (environment: string) => void): void {
  const all = verdicts(state);
  const { report, imported, status, reading, withSchema, compiled } = state;
  const isBeingChecked = isLate(state) || (status.is === "checking" && !report);
  const isMany = all.length > MOST_AT_ONCE;
  const { answer, text } = isBeingChecked ? { answer: "unchecked" as const, text: reading?.slow ? "Reading…" : "Checking…" } : headline(all, state);
  const hidden = report?.hidden;
  const quiet = hidden && [hidden.suppressed > 0 && `${hidden.suppressed} suppressed`, hidden.waived > 0 && `${hidden.waived} waived`, hidden.baseline > 0 && `${hidden.baseline} in the baseline`, hidden.omitted > 0 && `${hidden.omitted.toLocaleString("en")} more not listed`].filter(Boolean).join(", ");
  draw(
    byId("verdict"),
    h("div", { class: `headline ${answer}` }, glyph(SHAPE[answer]), h("h1", null, text)),
    h(
      "p",
      { class: "fine" },
      imported ? `From ${imported.shown.file}${imported.shown.schema === null ? "" : ` for ${imported.shown.schema}`}${report && !isBeingChecked ? ", " : ""}` : "",
      report && !isBeingChecked ? `${imported ? "checked" : "Checked"} ${when(report.checkedAt)} by envgate ${report.tool.version}` : "",
      quiet && !isBeingChecked ? `; also ${quiet}` : "",
      compiled?.phased && !imported ? ["; ", phases()] : null,
    ),
    h(
      "ul",
      { class: isMany ? "cards many" : "cards", tabindex: isMany ? "0" : null, "aria-label": "Environments" },
      ...(isMany ? worstFirst(all) : all).map(({ name, answer, because, environment }) =>
        h(
          "li",
          { class: `card ${answer}` },
          h(
            "button",
            { type: "button", "data-focus": `card-${name}`, onclick: () => filter(name), disabled: !environment },
            h("span", { class: "card-head" }, h("span", { class: "card-name" }, name), h("span", { class: "card-word" }, glyph(SHAPE[answer]), WORD[answer])),
            h("span", { class: "card-why" }, because, environment && environment.warnings > 0 ? `, ${plural(environment.warnings, "warning")}` : ""),
            environment && h("span", { class: "card-what" }, whatOf(environment, withSchema || imported !== null)),
          ),
        ),
      ),
    ),
  );
  document.title = `${legible(text)} · envgate review`;
}

/** For which phase of a deployment the verdict is, where the schema tells them apart. */
function phases(): HTMLElement {
  const select = h(
    "select",
    { "data-focus": "phase", onchange: () => choosePhase(PHASES.find((one) => one === select.value) ?? null) },
    h("option", { value: "" }, "all phases"),
    ...PHASES.map((one) => h("option", { value: one, selected: one === state.phase }, one)),
  );
  return h("label", { class: "phase" }, "for ", select);
}

/** What the verdict is about. A key that the schema does not declare was read, and nothing was asked of its value: a verdict is not about it. */
function whatOf(environment: Environment, isDeclaredSomewhere: boolean): string {
  const count = isDeclaredSomewhere ? undeclared(environment) : 0;
  const least = atLeast(environment);
  return `${least}${plural(present(environment), "variable")} in ${plural(new Set(environment.files).size, "file")}${count > 0 ? `, ${least}${count.toLocaleString("en")} not declared` : ""}`;
}

const undeclared = ({ variables }: Environment): number => variables.filter(({ state }) => state === "unknown").length;

/** A report names so many keys that are not declared, and no more. */
const MOST_UNDECLARED = 1000;
export const atLeast = (environment: Environment | undefined): string => (environment && undeclared(environment) >= MOST_UNDECLARED ? "at least " : "");

/** How many there were to look at, of those that a report names; counted as the native program counts them. */
const present = ({ variables }: Environment): number => variables.filter(({ state }) => state !== "missing" && state !== "defaulted").length;

const when = (instant: string): string => `${instant.slice(0, 10)} ${instant.slice(11, 16)} UTC`;
