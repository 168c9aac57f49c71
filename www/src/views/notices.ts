// Notices: what keeps the verdict from being complete, what is being done, and what can be done about it.
import { FULL_FILE } from "../engine/cores.ts";
import type { Refusal } from "../engine/protocol.ts";
import { goTo } from "../go.ts";
import { chooseRole, chooseSchema, leaveOthers, remove, stopReading } from "../inputs.ts";
import { kindOf } from "../kinds.ts";
import { errorsOf, fileNamed, type Imported, type InputFile, schemaFile, set, type State, state, type Status } from "../model.ts";
import { cancel, review } from "../review.ts";
import { MOST_ENVIRONMENTS } from "../route.ts";
import { byId, type Child, coded, draw, h, plural } from "../ui/dom.ts";
import { say } from "../ui/toast.ts";
import { environmentOf } from "./files.ts";
import { homeless } from "./verdict.ts";

/** So many files are named of those that were not checked; of the others, how many there are. */
const FEW = 5;
/** So many mistakes of a schema are told here; all of them are marked in it. */
const FEW_MISTAKES = 5;

const notice = (tone: string, ...content: Child[]): HTMLElement => h("div", { class: `notice ${tone}` }, ...content);

/** That nothing can be checked here is better known before the files are put in. */
export function drawTrouble(): void {
  const isEmpty = state.files.length === 0 && !state.imported;
  draw(byId("trouble"), isEmpty && [ofReading(), state.status.is === "broken" && ofStatus(state.status)]);
}

export function drawNotices(): void {
  draw(byId("notices"), ofReading(), ofStatus(state.status), ofVersions(), state.leftOut.map((sentence) => notice("warning", h("p", null, ...coded(sentence)))), ofOmitted(), state.imported ? [ofReports(state.imported), ofStrange()] : [ofOthers(), ofHomeless(), ofStrange(), ofMissing()]);
}

const ofWork = (what: string, stop: () => void): HTMLElement => notice("info", h("p", null, what), h("progress", { "aria-label": what }), h("button", { type: "button", "data-focus": `stop-${what}`, onclick: stop }, "Stop"));

function ofReading(): Child {
  return state.reading?.slow && ofWork("Reading what was put in…", () => (stopReading(), say("Stopped: nothing of it was added")));
}

function ofStatus(status: Status): Child {
  switch (status.is) {
    case "broken":
      return notice("error", h("p", null, h("b", null, status.message)), h("p", null, ...coded(status.help)));
    case "cancelled":
      return notice("warning", h("p", null, "The check was stopped; there is no verdict."), h("button", { type: "button", onclick: () => review() }, "Check again"));
    case "checking":
      return status.slow && ofWork("Checking…", cancel);
    case "refused":
      return ofRefusal(status.refusal);
    default:
      return null;
  }
}

function ofRefusal({ errors, needsFull }: Refusal): HTMLElement {
  const isSchema = errors.some(({ file }) => fileNamed(file)?.role === "schema");
  return notice(
    "error",
    h("p", null, h("b", null, isSchema ? "The schema is wrong, so nothing was checked against it." : "Nothing was checked.")),
    h("ul", null, ...errors.slice(0, FEW_MISTAKES).map(({ message, file, start, help }, at) => h("li", null, start && h("button", { type: "button", class: "link", "data-focus": `refused-${at}`, onclick: () => goTo(file, start.line) }, h("code", null, h("bdi", null, file), `:${start.line}:${start.column}`)), start && " ", ...coded(message), help ? ` (${help})` : ""))),
    errors.length > FEW_MISTAKES && h("p", null, `and ${errors.length - FEW_MISTAKES} more${isSchema ? ", marked in the file" : ""}`),
    needsFull ? h("p", null, "It needs the full core, which this page could not load. Add ", h("code", null, FULL_FILE), " of the same release, or use ", h("code", null, "envgate review"), ".") : null,
  );
}

function ofVersions(): Child {
  const { program, report } = state;
  return program && report && program !== report.tool.version && notice("warning", h("p", null, `The program that opened this page is envgate ${program}, and the page is of ${report.tool.version}: they may not say the same.`));
}

function ofOmitted(): Child {
  const { report } = state;
  return report && report.hidden.omitted > 0 && notice("warning", h("p", null, `A report lists at most ${report.diagnostics.length.toLocaleString("en")} problems: ${report.hidden.omitted.toLocaleString("en")} more were found, and are neither listed nor marked.`));
}

/** Several reports: how they all stand, and which is shown. */
function ofReports(imported: NonNullable<State["imported"]>): Child {
  const { reports, shown } = imported;
  if (reports.length === 1) return shown.complete ? null : notice("warning", h("p", null, "Not all of it was checked, so this is no pass. The output of the check says why."));
  const errors = ({ report }: Imported) => (report ? errorsOf(report) : 0);
  const stands = (one: Imported) => (errors(one) > 0 ? plural(errors(one), "error") : one.complete ? "no errors" : "not all checked");
  const [wrong, open] = [reports.filter((one) => errors(one) > 0).length, reports.filter(({ complete }) => !complete).length];
  const severalFiles = reports.some(({ file }) => file !== reports[0]!.file);
  const select = h(
    "select",
    { "data-focus": "report", onchange: () => choose(reports[Number(select.value)]!) },
    ...reports.map((one, at) => h("option", { value: at, selected: one === shown }, `${[severalFiles || one.schema === null ? one.file : [], one.schema ?? []].flat().join(": ")}: ${stands(one)}`)),
  );
  const choose = (shown: Imported) => set({ imported: { ...imported, shown }, report: shown.report });
  return notice(
    wrong > 0 ? "error" : open > 0 ? "warning" : "info",
    h("p", null, `${reports.length} reports: ${wrong > 0 ? `errors in ${wrong}` : "no errors"}${open > 0 ? `, ${open} not complete` : ""}.`),
    h("label", null, "Shown: ", select),
  );
}

/** Schemas that were put in at once: a review is of one. */
function ofOthers(): Child {
  const [others, shown] = [state.others?.schemas ?? [], schemaFile()?.origin];
  if (others.length === 0) return null;
  const names = [...others, ...(shown === undefined ? [] : [shown])].sort();
  const select = h("select", { "data-focus": "schema", onchange: () => chooseSchema(select.value) }, shown === undefined && h("option", { value: "" }, "choose…"), ...names.map((name) => h("option", { value: name, selected: name === shown }, name)));
  return notice("warning", h("label", null, `${plural(names.length, "schema")} were put in, and a review is of one, with its own files: `, select), h("button", { type: "button", "data-focus": "leave-others", onclick: leaveOthers }, "Leave the others out"));
}

/** Env files of which nothing says where they belong. */
function ofHomeless(): Child {
  return few(
    homeless(state),
    (file) => notice("warning", h("p", null, h("b", null, file.name), " was not checked: to which environment does it belong?"), environmentOf(file)),
    "not checked, for the same reason; the list of files says which.",
  );
}

/** Files that are nothing for us, and what is called an env file and is plainly something else. */
function ofStrange(): Child {
  const strange = state.files.filter((file) => file.trouble !== null || file.role === "other" || (file.role === "env" && kindOf(file.bytes) !== null));
  return few(strange, ofOneStrange, "not recognised, and not checked.");
}

function ofOneStrange(file: InputFile): HTMLElement {
  const kind = kindOf(file.bytes);
  if (file.trouble !== null) return notice("warning", h("p", null, `${file.trouble} Nothing that depends on it may ship: put it in again, or remove it.`), h("button", { type: "button", onclick: () => remove(file) }, "Remove"));
  const why = kind ? [` is ${kind.is}, not an env file. `, ...coded(kind.instead)] : [file.unreadable === null ? " was not checked: it looks like no schema, env file, ledger, export or report." : " was not checked: it is not text in UTF-8."];
  return notice(
    "warning",
    h("p", null, h("b", null, file.name), ...why),
    file.unreadable === null && file.role === "other" && !kind && h("button", { type: "button", onclick: () => chooseRole(file, "env") }, "Read it as an env file"),
    h("button", { type: "button", onclick: () => remove(file) }, "Remove"),
  );
}

function few(files: InputFile[], tell: (file: InputFile) => HTMLElement, others: string): Child {
  const more = files.length - FEW;
  return [files.slice(0, FEW).map(tell), more > 0 && notice("warning", h("p", null, `${plural(more, "more file")} ${more === 1 ? "was" : "were"} ${others}`))];
}

function ofMissing(): Child {
  const count = (wanted: InputFile["role"]) => state.files.filter(({ role }) => role === wanted).length;
  if (count("schema") === 0) {
    const left = count("env") - MOST_ENVIRONMENTS;
    return notice(
      "warning",
      h("p", null, "There is no schema yet, so there is no verdict. Add ", h("code", null, "env.schema.json"), "; ", h("code", null, "envgate init"), " in a terminal drafts one from your env files."),
      left > 0 && h("p", null, `Of so many files, the syntax of the first ${MOST_ENVIRONMENTS} was checked; ${left.toLocaleString("en")} were left out.`),
    );
  }
  return count("env") === 0 && state.status.is === "checked" && notice("info", h("p", null, "The schema is fine. Add the env files of its environments."));
}
