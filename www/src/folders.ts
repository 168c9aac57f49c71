// Reads what is dropped or chosen: files, and the relevant files of folders.
import { pathsOf } from "./places.ts";
import { baseName, roleByName } from "./route.ts";
import { isOtherCarrier } from "../../pkg/src/parts.ts";
import { dialog } from "./ui/dialog.ts";
import { h } from "./ui/dom.ts";

/** A folder with more entries is not a configuration. What was found so far is used. */
const MOST_ENTRIES = 20_000;
const PASSED_OVER = new Set(["node_modules", ".git", "target", "dist", "build", ".venv", "vendor"]);

export interface Named {
  name: string;
  /** Why it can't be read, as a sentence, in place of the file. */
  file: File | string;
  pasted?: boolean;
}

/** A file of a folder, which is only read if it is relevant. */
interface Found {
  name: string;
  read: () => Promise<File | string>;
}

export const leftOut = (trouble: string[]): unknown => dialog("Not everything was added", h("ul", null, ...trouble.map((line) => h("li", null, line))));

/** Everything that was dropped, folders and all. */
export async function dropped(transfer: DataTransfer): Promise<Named[]> {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter((entry) => entry != null);
  if (entries.length === 0) return [...transfer.files].map((file) => ({ name: file.name, file }));
  const files: Named[] = [];
  const inFolders: Found[] = [];
  const read = (entry: FileSystemFileEntry, name: string) => new Promise<File | string>((resolve) => entry.file(resolve, () => resolve(`${name} could not be read. May you read it, and is it still there?`)));
  // A folder before its subfolders, so that the files nearest to the top are found before the limit is reached.
  const waiting = entries.map((entry) => ({ entry, wanted: entry.isFile }));
  for (let at = 0; at < waiting.length; at++) {
    const { entry, wanted } = waiting[at]!;
    const name = entry.fullPath.replace(/^\//, "");
    if (at >= MOST_ENTRIES && !wanted) {
      files.push({ name: `the rest of ${name.split("/")[0]}`, file: `There are more than ${MOST_ENTRIES.toLocaleString("en")} files and folders in ${name.split("/")[0]}; the rest was not read. Drop the files themselves, or a smaller folder.` });
      break;
    }
    if (wanted) {
      files.push({ name, file: await read(entry as FileSystemFileEntry, name) });
    } else if (entry.isFile) {
      inFolders.push({ name, read: () => read(entry as FileSystemFileEntry, name) });
    } else if (!PASSED_OVER.has(entry.name)) {
      const reader = (entry as FileSystemDirectoryEntry).createReader();
      for (;;) {
        const part = await new Promise<FileSystemEntry[]>((resolve) => reader.readEntries(resolve, () => (files.push({ name: `${name}/`, file: `The folder ${name} could not be read. May you read it?` }), resolve([]))));
        if (part.length === 0) break;
        waiting.push(...part.map((entry) => ({ entry, wanted: false })));
      }
    }
  }
  return [...files, ...(await ofFolders(inFolders))];
}

/** What was chosen: files, or the relevant files of a folder. */
export async function picked(input: HTMLInputElement): Promise<Named[]> {
  const all = [...(input.files ?? [])];
  const files = all.filter(({ webkitRelativePath }) => !webkitRelativePath).map((file) => ({ name: file.name, file }));
  const inFolders = all.filter(({ webkitRelativePath }) => webkitRelativePath).map((file) => ({ name: file.webkitRelativePath, read: () => Promise.resolve(file) }));
  return [...files, ...(await ofFolders(inFolders))];
}

/** The relevant files of a folder. Many files may hold variables; of those, only the ones count that a schema in the folder names, and what they name in turn. */
async function ofFolders(found: Found[]): Promise<Named[]> {
  const within = found.filter(({ name }) => !name.split("/").some((part) => PASSED_OVER.has(part)));
  const byBase = new Map<string, Found[]>();
  for (const one of within) {
    const base = baseName(one.name);
    const alike = byBase.get(base);
    if (alike) alike.push(one);
    else byBase.set(base, [one]);
  }
  const taken = new Map<Found, Named>();
  const wanted = within.filter(({ name }) => !isOtherCarrier(name) && roleByName(name) !== null);
  // The list grows during the loop.
  for (const one of wanted) {
    if (taken.has(one)) continue;
    const file = await one.read();
    taken.set(one, { name: one.name, file });
    if (typeof file === "string" || (!/\.json$/i.test(one.name) && !isOtherCarrier(one.name))) continue;
    const { files, parts } = pathsOf([{ name: one.name, text: await file.text().catch(() => "") }]);
    for (const path of [...files, ...parts]) {
      const named = byBase.get(baseName(path)) ?? [];
      const exact = named.find(({ name }) => name === path);
      // Paths in an included file may start from another folder.
      wanted.push(...(exact ? [exact] : named));
    }
  }
  return within.flatMap((one) => taken.get(one) ?? []);
}
