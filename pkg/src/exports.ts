export { assertEnv, compile, parse, rules, version } from "./api.js";
export type { CheckOptions, CompileOptions, EnvironmentOptions, EnvironmentSpec, Evidence, Format, Gate, Named, Parsed, Phase, Register, Rule, SchemaInput } from "./api.js";
export { EnvError, isEnvError, RefusedError } from "./errors.js";
export type { Reason } from "./errors.js";
export type { Files, Text, Variables } from "./inputs.js";
export type { Age, Diagnostic, Edit, EnvironmentReport, Evidence as AgeEvidence, Fix, Place, Related, Report, Severity, State, VariableReport } from "./report.js";
export type { JsonSchemaOptions, StandardIssue, StandardResult, StandardSchema } from "./standard.js";
