/** Where the schema of a project is. */
import { lstatSync, statSync } from "node:fs";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import { shown } from "./shown.js";

/** The name of a schema. */
export const SCHEMA = "env.schema.json";

/** The nearest schema, here or in a folder above. */
export function findSchema(start: string): string {
  for (let folder = start; ; folder = dirname(folder)) {
    const path = join(folder, SCHEMA);
    if (isThere(path)) return path;
    if (folder === dirname(folder)) throw new Error(`there is no ${SCHEMA} in ${start} or in any folder above it`);
  }
}

export function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** Whether there is a file. Throws if there is something else, such as a link that leads nowhere: if that were taken for absent, the check would go on without it. */
export function isThere(path: string): boolean {
  if (isFile(path)) return true;
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return false;
  throw new Error(shown(`${path} is no file that can be read`));
}

export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** The repository that a schema is in, or else its folder. */
export function projectOf(schema: string): string {
  const own = dirname(resolve(schema));
  for (let folder = own; ; folder = dirname(folder)) {
    if (statSync(join(folder, ".git"), { throwIfNoEntry: false }) !== undefined) return folder;
    if (folder === dirname(folder)) return own;
  }
}

export function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return !isAbsolute(way) && way.split(/[/\\]/)[0] !== "..";
}
