// Made by the build; see plugins.mjs.
declare module "virtual:core" {
  export function initSync(options: { module: BufferSource }): { memory: WebAssembly.Memory };
  export function buffer(length: number): number;
  export function compile(length: number): string;
  export function references(length: number): string;
  export function check(schema: number, length: number): string;
  export function render(schema: number, format: number, length: number): string;
  export function mask(schema: number, length: number): string;
  export function compare(schema: number, length: number): string;
  export function release(schema: number): void;
  export function rules(): string;
  export function version(): string;
}
declare module "virtual:worker" {
  export const source: string;
}
declare module "virtual:scripts" {
  type Script = { path: string; digest: string };
  /** The scripts that hold the cores, and the SHA-256 of these; the single file carries the compact one itself, and no other. */
  export const core: Script | null;
  export const full: Script | null;
  /** The SHA-256 of the full core as a file (envgate-full.deflate), for whoever adds it by hand. */
  export const fullDigest: string;
}
declare module "virtual:docs" {
  /** What `envgate explain` says of each rule, but for its examples; the compact core does without. */
  export const docs: () => Record<string, string>;
}
declare module "virtual:examples" {
  export const examples: () => { name: string; title: string; files: { name: string; text: string; before?: string }[] }[];
}

interface ImportMeta {
  /** The build: `single`, or the hosted one. */
  readonly env: { readonly MODE: string };
}
interface TrustedTypePolicyFactory {
  createPolicy<Rules extends { [make in "createScript" | "createScriptURL"]?: (text: string) => string }>(name: string, rules: Rules): { [make in keyof Rules]: (text: string) => unknown };
}
interface Window {
  trustedTypes?: TrustedTypePolicyFactory;
}
