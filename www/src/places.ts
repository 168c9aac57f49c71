// Where files are, as seen from the folder of the schema. A file that was put in without its folder is the one that the schema, or a file that it
// names, expects in a folder: some loaders and kinds of files are known by their path, and reports speak of it.
import { textOf } from "./editor/documents.ts";
import type { InputFile } from "./model.ts";
import { unreadable } from "./recognise.ts";
import { isOtherCarrier } from "../../pkg/src/parts.ts";
import { baseName, fileOfEntry, roleByName } from "./route.ts";

/** What a text says about where other files are: paths from the folder of the schema. */
export interface Paths {
  /** Files of variables. */
  files: Set<string>;
  /** Parts of the schema. */
  parts: Set<string>;
}

/** Names all files as seen from the folder of the schema. */
export function settle(files: InputFile[], schema: InputFile | undefined): void {
  const folder = schema?.origin.slice(0, schema.origin.lastIndexOf("/") + 1) ?? "";
  for (const file of files) file.name = seenFrom(folder, file.origin);
  const read = new Map<InputFile, string>();
  const speaking = files.filter((file) => file === schema || file.role === "beside" || isOtherCarrier(file.name));
  for (let settled = false; !settled; ) {
    settled = true;
    const paths = pathsOf(speaking.map((file) => ({ name: file.name, text: read.get(file) ?? remember(read, file) })));
    const taken = new Set(files.map(({ name }) => name));
    for (const file of files) {
      if (file.origin.includes("/") || file.name !== file.origin || !MOVED.has(file.role)) continue;
      const path = onlyOne(file.name, [...paths.files, ...paths.parts]);
      if (path === undefined || taken.has(path)) continue;
      file.name = path;
      taken.add(path);
      // What it names in turn is seen from its own folder.
      settled = false;
    }
    for (const file of files) {
      if (file.trouble !== null || !paths.parts.has(file.name) || (file.role !== "evidence" && file.role !== "other")) continue;
      file.role = "beside";
      file.unreadable = unreadable(file.bytes);
      speaking.push(file);
      settled = false;
    }
  }
  for (const { name, before } of files) if (before) before.name = name;
}

/** What may stand in any folder. */
const MOVED: ReadonlySet<InputFile["role"]> = new Set(["env", "beside", "evidence", "other"]);

function remember(read: Map<InputFile, string>, file: InputFile): string {
  const text = new TextDecoder().decode(textOf(file).bytes);
  read.set(file, text);
  return text;
}

/** The path for a file of that name, if it is named in one folder only, and not beside the schema. */
function onlyOne(name: string, paths: string[]): string | undefined {
  const [path, ...others] = new Set(paths.filter((path) => baseName(path) === name));
  return others.length === 0 ? path : undefined;
}

/** A name as seen from a folder of the same tree. */
function seenFrom(folder: string, name: string): string {
  const [here, there] = [folder.split("/").slice(0, -1), name.split("/")];
  const common = here.findIndex((part, at) => part !== there[at]);
  const shared = common < 0 ? here.length : common;
  return shared === 0 ? name : [...here.slice(shared).map(() => ".."), ...there.slice(shared)].join("/");
}

/** What texts say, each of which has a name as seen from the folder of the schema. */
export function pathsOf(texts: { name: string; text: string }[]): Paths {
  const paths: Paths = { files: new Set(), parts: new Set() };
  for (const { name, text } of texts) {
    const folder = name.slice(0, name.lastIndexOf("/") + 1);
    const put = (into: Set<string>, word: string) => !/^\/|:\/\//.test(word) && word !== "" && into.add(joined(folder, word));
    if (isOtherCarrier(name)) {
      // Files that a kustomization lists are mostly no variables: only what is called an env file counts there.
      const isCompose = /^(?:services|include)[ \t]*:/m.test(text);
      for (const word of text.split(/[\s"'[\]{},]+/)) {
        if (isOtherCarrier(word) ? isCompose && /\.ya?ml$/i.test(word) : roleByName(word) === "env") put(paths.files, word);
      }
    } else {
      const { entries, references } = saidBySchema(text);
      for (const entry of entries) put(paths.files, fileOfEntry(entry));
      for (const reference of references) put(paths.parts, reference.split("#")[0]!);
    }
  }
  return paths;
}

/** The files that environments name, and what `$ref`s point to. Of a text that is not JSON yet, what looks like a file. */
function saidBySchema(text: string): { entries: string[]; references: string[] } {
  const [entries, references]: string[][] = [[], []];
  try {
    JSON.parse(text, (word, value: unknown) => {
      if (word === "files" && Array.isArray(value)) entries!.push(...value.filter((one) => typeof one === "string"));
      else if (word === "$ref" && typeof value === "string") references!.push(value);
      return value;
    });
  } catch {
    entries!.push(...Array.from(text.matchAll(/"([^"\\\s]*\.[^"\\\s]+)"/g), ([, word]) => word!));
  }
  return { entries: entries!, references: references! };
}

function joined(folder: string, path: string): string {
  const parts: string[] = [];
  for (const part of `${folder}${path}`.split("/")) {
    if (part === ".." && parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else if (part !== "." && part !== "") parts.push(part);
  }
  return parts.join("/");
}
