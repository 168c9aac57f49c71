import { env } from 'node:process';
import { USED_SVELTE, USED_SVELTE_TOO as other } from '$env/static/private';
// process.env.TRAP_COMMENT
/* process.env.TRAP_BLOCK
   process.env['TRAP_BLOCK_TOO'] */
const a = process.env.USED_MEMBER;
const b = process.env['USED_KEY'] ?? process.env["USED_DOUBLE"] ?? process.env[`USED_TEMPLATE`];
const c = process?.env?.USED_OPTIONAL || process.env!.USED_NON_NULL || process.env?.["USED_OPTIONAL_KEY"];
const text = "process.env.TRAP_STRING" + 'it\'s process.env.TRAP_ESCAPED' + `process.env.TRAP_IN_TEMPLATE`;
const nested = `a ${process.env.USED_HOLE} b ${`c ${process.env.USED_HOLE_IN_HOLE} d`} ${fn({ x: process.env.USED_BRACES })} process.env.TRAP_TAIL`;
const pattern = /process.env.TRAP_PATTERN['"`]/g, d = process.env.USED_AFTER_PATTERN;
const half = total / 2; const q = process.env.USED_AFTER_DIVISION / 1; // "
const { USED_TAKEN, USED_RENAMED: local, USED_DEFAULTED = 'TRAP_DEFAULT', 'USED_QUOTED': quoted } = process.env;
const { USED_TYPED }: NodeJS.ProcessEnv = process.env;
const { env: { USED_NESTED, USED_NESTED_RENAMED: inner, USED_NESTED_DEFAULT = 'x' } = {}, argv: { TRAP_ARGV } } = process;
const { env: { USED_NESTED_REQUIRED } } = require("node:process");
const brackets = process["env"]["USED_BRACKETS"] ?? process['env'].USED_BRACKET_MEMBER ?? process?.['env']?.USED_BRACKET_OPTIONAL;
const { USED_FROM_BRACKETS } = process['env'], { env: TRAP_ALIAS } = process;
function withDefault({ USED_PARAMETER } = process.env) {}
const cast = (process.env as Record<string, string>).USED_CAST;
if ('USED_IN' in process.env) {}
const own = env.USED_IMPORTED;
const vite = import.meta.env.USED_VITE + import.meta.env.MODE + import.meta.env['USED_VITE_KEY'];
const bun = Bun.env.USED_BUN, deno = Deno.env.get('USED_DENO'), has = Deno.env.has("USED_DENO_HAS");
const alias = process.env;
console.log(alias.USED_ALIAS, alias.toString());
process.env.TRAP_SET = 'x';
process.env['TRAP_SET_KEY'] = 'x';
delete process.env.TRAP_DELETED;
Deno.env.set('TRAP_DENO_SET', 'x');
process.env.USED_OR_SET ||= 'x';
if (process.env.USED_COMPARED === 'x' && process.env.USED_ARROW) {}
const port = process.env.USED_LAST
const { env: environment } = process;
console.log(environment.USED_BY_ANOTHER_NAME, globalThis.process.env.USED_GLOBAL);
Object.keys(process.env).forEach(f);
if (ready) { let TRAP_BLOCK = 1, TRAP_SECOND = 2 }
held = process.env;
const KEY_A = 'USED_KEY_A', KEY_B: string = "USED_KEY_B";
const byConstant = process.env[KEY_A] ?? process.env[KEY_B] ?? process.env[KEY_UNKNOWN];
const KEY_SET = 'TRAP_SET_BY_CONSTANT';
process.env[KEY_SET] = 'x';
import proc, { argv } from 'node:process';
import * as whole from "process";
import * as every from '$env/static/public';
const required = require('process'), lazy = await import("node:process");
console.log(proc.env.USED_DEFAULT_IMPORT, whole?.env["USED_NAMESPACE"], every.USED_STATIC, required.env.USED_REQUIRED, lazy.env.USED_LAZY, require("process").env.USED_AT_ONCE);
const again = alias, once = again, ofModule = proc.env;
console.log(again.USED_AGAIN, once?.USED_ONCE_MORE, ofModule.USED_OF_MODULE, other.TRAP_MEMBER, proc.TRAP_OF_MODULE);
const guarded = [(process.env ?? {}).USED_OR_NONE, (process.env || {})["USED_OR_EMPTY"], (process.env satisfies object).USED_SATISFIED];
const loaded = loadConfig(process.env).TRAP_OF_CONFIG, parsed = schema.parse(process.env as any).TRAP_OF_PARSED, made = new Config<X>(process.env)["TRAP_OF_MADE"];
