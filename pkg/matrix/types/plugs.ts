// The plugins in the configurations of their hosts.
import envgateLint from "envgate/eslint";
import { loadFiles } from "envgate/node";
import envgate from "envgate/vite";
import { defineConfig as lint } from "eslint/config";
import type { Linter } from "eslint";
import { defineConfig, type Plugin } from "vite";

declare const maybe: string | undefined;
export const plugin: Plugin = envgate({ environment: maybe, phase: undefined });
export const vite: unknown = defineConfig({ plugins: [envgate()] });
export const linted: unknown = lint([envgateLint.configs.recommended, { plugins: { envgate: envgateLint }, rules: { "envgate/no-undeclared-env": ["error", { allow: ["CI"] }] } }]);
export const configs: Linter.Config[] = [{ plugins: { envgate: envgateLint } }, envgateLint.configs.recommended];
const { gate, ...inputs } = loadFiles({ folder: maybe });
export const count: number = gate.check(inputs).diagnostics.length;
