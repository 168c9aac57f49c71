// What a file is: by its name, or else by its text. A report is looked at closely, since it is drawn as it comes.
import { type Report, type Severity, type State, STATES } from "./engine/protocol.ts";
import { kindOf } from "./kinds.ts";
import { type Imported, type Role, SEVERITIES, type Unreadable } from "./model.ts";
import { roleByName, roleOfJson } from "./route.ts";

/** The editor is not for more than that. */
const LARGE = 5 << 20;

/** Whether a text can be opened in an editor, and if not, why. */
export function unreadable(bytes: Uint8Array): Unreadable | null {
  // UTF-16, as PowerShell writes it: text, with zeros in it.
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) return "not-utf8";
  if (bytes.subarray(0, 8192).includes(0)) return "binary";
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return "not-utf8";
  }
  return bytes.length > LARGE ? "large" : null;
}

export type Recognised = { role: Role; unreadable: Unreadable | null; trouble?: undefined } | { role: "other"; trouble: string } | { role: "report"; reports: Imported[]; trouble?: undefined };

export function recognise(name: string, bytes: Uint8Array): Recognised {
  const byName = roleByName(name);
  const large = unreadable(bytes);
  if (byName) return { role: byName, unreadable: large };
  // A report as Windows PowerShell writes what a program prints: no loader reads it, so that it is known what it says.
  const wide = UTF16[bytes[0]!] !== undefined && large === "not-utf8" ? new TextDecoder(UTF16[bytes[0]!]).decode(bytes) : "";
  const isWide = BEGUN.test(wide);
  if (!isWide && (large === "binary" || large === "not-utf8" || kindOf(bytes))) return { role: "other", unreadable: large };
  const text = isWide ? wide : new TextDecoder().decode(bytes);
  if (/^\s*[{[]/.test(text)) {
    const value = parsed(text);
    const role = roleOfJson(value);
    if (role === "report" || role === "reports") return reportsOf(name, value as { version: unknown });
    if (value === null && BEGUN.test(text)) return { role: "other", trouble: `${name} begins as a report, and is not all there. Was it cut off?` };
    if (role !== null) return { role, unreadable: large };
    if (text.includes("sarif-2.1.0") || text.includes("sarif-schema-2.1.0")) return { role: "other", trouble: `${name} is SARIF, which code scanning reads. This page reads the report that envgate check --format json writes.` };
    return { role: "evidence", unreadable: "may-hold-values" };
  }
  return { role: isEnv(text) ? "env" : "other", unreadable: large };
}

/** The two of UTF-16, by their first byte. */
const UTF16: Record<number, string> = { 0xff: "utf-16le", 0xfe: "utf-16be" };

/** How a report begins, as the core writes it, or a tool that it went through. */
const BEGUN = /^\s*\{\s*"version":\s*\d+,\s*"(?:tool|reports)"/;

/** An env file, whatever it is called, begins with `KEY=value`, or half of it is such lines. A text that tells of some is none. */
function isEnv(text: string): boolean {
  const lines = text.split(/\r?\n|\r/).filter((line) => !/^\s*(?:#|$)/.test(line));
  const isAssignment = (line: string) => /^\uFEFF?[ \t]*(?:export[ \t]+)?[A-Za-z_][\w.-]*[ \t]*=/.test(line);
  return lines.length === 0 || isAssignment(lines[0]!) || lines.filter(isAssignment).length * 2 >= lines.length;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** One report, or those of several schemas. */
function reportsOf(name: string, value: { version: unknown; reports?: unknown }): Recognised {
  const problem = (trouble: string) => ({ role: "other" as const, trouble });
  const reports: unknown = "reports" in value ? value.reports : [{ schema: null, complete: true, report: value }];
  const version = [value, ...(Array.isArray(reports) ? reports.flatMap((one) => one?.report ?? []) : [])].map((one) => one.version).find((one) => one !== 1);
  if (version !== undefined) return problem(`${name} is a report of version ${typeof version === "number" ? version : "unknown"}, and this page reads version 1. A newer page reads it; so does the envgate that wrote it.`);
  if (!isReports(reports)) return problem(`${name} claims to be a report of version 1, but parts of it are missing or malformed. Was it cut off, or written by another tool?`);
  // Where the two say different things, somebody has edited them.
  return { role: "report", reports: reports.map((one) => ({ ...one, file: name, complete: one.complete && one.report?.complete !== false })) };
}

const isReports = (it: unknown): it is Imported[] =>
  Array.isArray(it) && it.length > 0 && it.every((one) => typeof one === "object" && one !== null && (one.schema === null || typeof one.schema === "string") && typeof one.complete === "boolean" && (one.report === null || isReport(one.report)));

/** Whether a document has all that is drawn of a report; more may be in it. */
function isReport(it: unknown): it is Report {
  type Unknown = Record<string, unknown>;
  const object = (value: unknown): value is Unknown => typeof value === "object" && value !== null;
  const text = (value: unknown) => typeof value === "string";
  const textOrNull = (value: unknown) => value === null || text(value);
  // Reports of before they told it are read, too.
  const textOrNone = (value: unknown) => value === undefined || textOrNull(value);
  const count = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
  // What is drawn along a line of time must have a place on it.
  const instant = (value: unknown) => text(value) && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value as string) && !Number.isNaN(Date.parse(value as string));
  const list = (value: unknown, of: (one: unknown) => boolean) => Array.isArray(value) && value.every(of);
  const place = (value: unknown) => value === null || (object(value) && count(value.line) && count(value.column));
  const age = (value: unknown) => value === null || (object(value) && text(value.verdict) && [value.due, value.warn, value.from, value.to, value.expires].every((one) => one === null || instant(one)) && [value.settle, value.class, value.owner, value.runbook].every(textOrNone) && list(value.evidence, (one) => object(one) && text(one.source)));
  const variable = (one: unknown) => object(one) && text(one.key) && STATES.includes(one.state as State) && textOrNull(one.file) && age(one.age);
  const environment = (one: unknown) => object(one) && text(one.name) && /\S/.test(one.name as string) && list(one.files, text) && count(one.errors) && count(one.warnings) && list(one.variables, variable);
  const related = (one: unknown) => object(one) && text(one.message) && text(one.file) && object(one.start) && place(one.start);
  const fix = (value: unknown) => value === undefined || value === null || (object(value) && text(value.title));
  const diagnostic = (one: unknown) => object(one) && text(one.code) && text(one.message) && SEVERITIES.includes(one.severity as Severity) && [one.environment, one.key, one.file, one.help].every(textOrNull) && place(one.start) && place(one.end) && fix(one.fix) && list(one.related, related);
  const hidden = (value: unknown) => object(value) && [value.suppressed, value.waived, value.baseline, value.omitted].every(count);
  // Of two environments of one name, one would be taken for the other.
  const once = (value: unknown) => new Set((value as { name: string }[]).map(({ name }) => name)).size === (value as unknown[]).length;
  const told = (it: Unknown) => (it.complete === undefined || typeof it.complete === "boolean") && (it.unchecked === undefined || list(it.unchecked, (one) => text(one) && /\S/.test(one as string)));
  return object(it) && object(it.tool) && text(it.tool.version) && instant(it.checkedAt) && told(it) && list(it.environments, environment) && once(it.environments) && list(it.diagnostics, diagnostic) && hidden(it.hidden);
}
