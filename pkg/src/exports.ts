export { assertEnv, compile, rules, version } from "./api.js";
export type { CheckOptions, CompileOptions, EnvironmentOptions, EnvironmentSpec, Gate, Phase, Register, Rule, SchemaInput } from "./api.js";
export { EnvError, isEnvError, RefusedError } from "./errors.js";
export type { Reason } from "./errors.js";
export type { Files, Text, Variables } from "./inputs.js";
export type { Diagnostic, EnvironmentReport, Fix, Place, Related, Report, Severity, State, VariableReport } from "./report.js";
export type { JsonSchemaOptions, StandardIssue, StandardResult, StandardSchema } from "./standard.js";
