// Every way to a variable that is followed. Whatever is called WRONG is one that the schema does not declare; nothing else here is.
import { env } from "node:process";
import * as names from "process";
import { VITE_TITLE, WRONG_STATIC } from "$env/static/private";
import { env as dynamic } from "$env/dynamic/public";
import * as every from "$env/static/public";
export { WRONG_EXPORTED } from "astro:env/server";

export const read = [env.WRONG_IMPORTED, names.env.WRONG_NAMESPACE, dynamic.WRONG_DYNAMIC, env.VITE_TITLE, VITE_TITLE];
const { WRONG_DESTRUCTURED, WRONG_DEFAULT: { length } = "", ["WRONG_QUOTED"]: quoted, ...rest } = process.env;
const { env: { WRONG_NESTED } } = process;
const all = process.env;
const again = all;
export const more = [all.WRONG_ALIAS, again["WRONG_AGAIN"], process?.env?.WRONG_CHAIN, process.env[`WRONG_TEMPLATE`], globalThis.process.env.WRONG_GLOBAL, (process.env ?? {}).WRONG_ELSE];
let later;
({ WRONG_ASSIGNED: later } = process.env);
export const given = ({ WRONG_PARAMETER } = import.meta.env) => 0;
export const load = (env = process.env) => env.WRONG_PASSED;
let set;
set = process.env;
export const late = [set.WRONG_SET, (later ? process.env : {}).WRONG_CHOSEN];
export const asked = [process.env.hasOwnProperty("WRONG_HAS"), "WRONG_IN" in process.env, Object.hasOwn(process.env, "WRONG_OWN"), Deno.env.has("WRONG_DENO"), Deno.env.toObject().WRONG_OBJECT, (await import("node:process")).env.WRONG_LAZY];
const KEY = "WRONG_CONSTANT";
const { env: given2 = {} } = process;
export const named = [process.env[KEY], process.env[later ? "WRONG_EITHER" : "WRONG_OR"], process.env["WRONG_" + `PARTS`], Object.prototype.hasOwnProperty.call(process.env, "WRONG_CALL")];
export const taken = [given2.WRONG_ELSEWHERE, every.WRONG_EVERY, (typeof process !== "undefined" && process.env).WRONG_GUARDED, (0, process.env).WRONG_LISTED];
export const passed = ({ env: inner = process.env } = {}, { env: outer } = process) => [inner.WRONG_INNER, outer.WRONG_OUTER];
export const wrong = [import.meta.env.WRONG_META, process.env.WRONG_LAST];
// What is only set, which reads nothing; `||=` asks first.
process.env.SET = "x";
delete process.env.DELETED;
delete process.env?.[KEY.slice(1)];
Deno.env.set("SET_TOO", "x");
process.env.WRONG_ASKED ||= "x";
// What is there by itself, and what is something else.
export const ambient = [process.env.PATH, process.env.GITHUB_SHA, process.env.NODE_ENV, import.meta.env.MODE];
export const other = (process, config) => [process.env.LOCAL, config.env.OTHER, rest.SOME, length, quoted, later];
export const methods = [process.env.toString(), process.env.hasOwnProperty("PATH")];
for (const key in process.env) key.SOME;
let changed = process.env;
changed = {};
let name = "SOME_NAME";
name = "OTHER_NAME";
export const unknown = [changed.ANY, process.env[name], process.env[later], (later && {}).ANY];
