/** Which of the given files, or parts of them, belong to which environment. */
import type { Members, NamedText, Variables } from "./inputs.js";
import type { CheckOptions, EnvironmentName, EnvironmentSpec } from "./options.js";
import { partOf } from "./parts.js";
import { shown } from "./shown.js";

/** A file of an environment, or a part of one; `""` is all of it. */
interface Place {
  readonly file: number;
  readonly part: string;
}

interface Route {
  readonly name: EnvironmentName;
  readonly places: readonly Place[];
}

export interface Parted extends NamedText {
  readonly part: string;
}

/** What is known of a compiled schema here. */
interface Known {
  readonly environments: readonly EnvironmentSpec[];
  readonly environmentKey: string | null;
}

export function inPart({ name, text }: NamedText): Parted {
  const { file, part } = partOf(name) ?? { file: name, part: "" };
  return { name: file, text, part };
}

/** Which file belongs to which environment, by the names that the schema gives them. */
export function routed(files: readonly Parted[], options: CheckOptions, schema: Known): Route[] {
  const { environments } = schema;
  if (files.length === 0) return [{ name: options.environment ?? environmentOf(options.env, schema), places: [] }];
  const named = options.environment;
  const all = files.map(({ part }, file) => ({ file, part }));
  if (named === undefined) {
    // A single file is laid over no other.
    if (files.length > 1) refuseSeveralFolders(files, environments);
    if (environments.length === 1) return [{ name: environments[0]?.name ?? "", places: all }];
  }
  // A part that the schema names twice is among the files twice; both stand for the same part.
  const first = files.map(({ name, text, part }) => files.findIndex((one) => one.name === name && one.part === part && one.text === text));
  const distinct = new Set(first);
  const placesOf = (spec: EnvironmentSpec): Place[] =>
    spec.files.flatMap((entry) => files.flatMap((file, index) => (distinct.has(index) && isEntry(file, entry) ? [{ file: index, part: placeOf(file, entry) }] : [])));
  if (named !== undefined) {
    const spec = environments.find(({ name, aliases }) => name === named || aliases.includes(named));
    const own = spec === undefined ? [] : placesOf(spec);
    // In the order of the schema if it names all of them, otherwise as given.
    return [{ name: named, places: new Set(own.map(({ file }) => file)).size === distinct.size ? own : all }];
  }
  const unclear = files.filter((file) => !environments.some((spec) => spec.files.some((entry) => isEntry(file, entry))));
  if (unclear.length > 0) throw new TypeError(`it is not clear which environment ${shown(unclear.map(({ name }) => name).join(", "))} belongs to: say it with \`environment\` (${namesOf(environments)})`);
  const found = environments.map((spec) => ({ name: spec.name, places: placesOf(spec) })).filter(({ places }) => places.length > 0);
  if (options.env !== undefined && found.length !== 1) throw new TypeError(`it is not clear which environment \`env\` belongs to: say it with \`environment\` (${namesOf(environments)})`);
  return found;
}

/** Refuses files of one environment from several folders: one would override the other unnoticed. */
function refuseSeveralFolders(files: readonly Parted[], environments: readonly EnvironmentSpec[]): void {
  for (const spec of environments) {
    const own = files.flatMap(({ name }) => {
      const folders = spec.files.flatMap((entry) => [folderOf(name, entry), folderOf(name, partOf(entry)?.file)]).filter((folder) => folder !== undefined);
      // If several paths of the schema match, the longest is meant.
      const [folder] = folders.sort((one, other) => one.length - other.length);
      return folder === undefined ? [] : [{ name, folder }];
    });
    const other = own.find(({ folder }) => folder !== own[0]?.folder);
    if (other !== undefined) throw new TypeError(`${shown(own[0]?.name ?? "")} and ${shown(other.name)} are both files of ${shown(spec.name)}: check them one by one; to lay one over the other, say so with \`environment\``);
  }
}

function environmentOf(variables: Variables | undefined, schema: Known): string {
  const { environments, environmentKey: key } = schema;
  if (environments.length === 1) return environments[0]?.name ?? "";
  const value = key === null || variables === undefined || !Object.hasOwn(variables, key) ? undefined : (variables as Members)[key];
  const spec = environments.find(({ name, aliases }) => name === value || aliases.includes(value as string));
  if (spec === undefined) throw new TypeError(`it is not clear which environment this is${key === null ? "" : ` (${shown(key)} names none)`}: say it with \`environment\` (${namesOf(environments)})`);
  return spec.name;
}

export function namesOf(environments: readonly EnvironmentSpec[]): string {
  return shown(environments.map(({ name }) => name).join(", "));
}

/** Whether a file is the one that an entry of the schema names, or names a part of. */
function isEntry({ name, part }: Parted, entry: string): boolean {
  const of = partOf(entry);
  return isAt(name, entry) || (of !== undefined && isAt(name, of.file) && (part === "" || part === of.part));
}

/** The part that the caller gave, otherwise the one that the schema names. */
function placeOf({ name, part }: Parted, entry: string): string {
  return part === "" && !isAt(name, entry) ? (partOf(entry)?.part ?? "") : part;
}

/** Whether a file is at a path of the schema, in whatever folder. */
function isAt(name: string, path: string): boolean {
  return folderOf(name, path) !== undefined;
}

/** The folder in which a file is at a path of the schema. */
function folderOf(name: string, path: string | undefined): string | undefined {
  const entry = path?.replace(/^\.\//, "");
  if (entry === undefined) return undefined;
  if (name.replace(/^\.\//, "") === entry) return "";
  return name.endsWith(`/${entry}`) || name.endsWith(`\\${entry}`) ? name.slice(0, -entry.length) : undefined;
}
