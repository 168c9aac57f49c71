/** What every entry of the package exports. */
export { assertEnv, compile, parse, references, rules, version } from "./functions.js";
export type { Parsed, Rule } from "./functions.js";
export type { Gate } from "./gate.js";
export type { CheckOptions, CompileOptions, EnvironmentName, EnvironmentOptions, EnvironmentSpec, Evidence, Format, KeyName, Named, Phase, Register, Registered, RegisteredIn } from "./options.js";
export type { SchemaInput } from "./schema.js";
export { EnvError, isEnvError, RefusedError } from "./errors.js";
export type { Reason } from "./errors.js";
export type { Files, Text, Variables } from "./inputs.js";
export type { Age, Diagnostic, Edit, EnvironmentReport, Evidence as AgeEvidence, Fix, Place, Related, Report, Severity, State, VariableReport } from "./report.js";
export type { JsonSchemaOptions, StandardIssue, StandardResult, StandardSchema } from "./standard.js";
