// Which file is what, and to which environments it belongs: by its name, as the native program decides it, and by what somebody chose.
import { isOtherCarrier } from "../../pkg/src/parts.ts";
import type { Compiled, Part, WireEnvironment } from "./engine/protocol.ts";
import type { InputFile, Role } from "./model.ts";

/** The names that the program takes (`src/cli/models.rs`). */
const EXAMPLES = [
  ".env.example", ".env.sample", ".env.template", ".env.dist",
  "env.example", "env.sample", "env.template", "env.dist",
  "example.env", "sample.env", ".example.env",
  ".env-example", ".env-sample", ".env-template", ".env_example",
];
export const baseName = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/** What a file is, by its name; `null` if only its text can tell. */
export function roleByName(path: string): Role | null {
  const name = baseName(path);
  if (name === "env.schema.json" || name === ".env.schema.json") return "schema";
  if (name === "env.rotation.json") return "ledger";
  if (name === "env.waivers.json") return "waivers";
  if (name === "env.baseline.json") return "baseline";
  if (EXAMPLES.includes(name)) return "example";
  if (/^\.env(\.|$)|\.env$|^env$/.test(name) || isOtherCarrier(path)) return "env";
  return null;
}

/** What a JSON document is, by what stands in it: of what is no export, all is shown, so it has to look like what it is taken for. */
export function roleOfJson(value: unknown): Role | "report" | "reports" | null {
  if (!isObject(value)) return null;
  if ("version" in value && "diagnostics" in value && "environments" in value) return "report";
  if ("version" in value && "reports" in value) return "reports";
  if (value.$schema === "urn:envgate:schema:1") return "schema";
  const [declares, defines] = [areSubschemas(value.properties), areSubschemas(value.$defs)];
  if ("environments" in value && declares) return "schema";
  if ("version" in value && Array.isArray(value.entries) && value.entries.every((one) => one === null || (isObject(one) && "rotatedAt" in one))) return "ledger";
  if (declares || defines) return "beside";
  // Names and words: variables. So are the services of Compose; whatever else is nested is an export, unless somebody says otherwise.
  const values = Object.values(value);
  if (values.length > 0 && values.every((one) => typeof one !== "object" || one === null)) return "env";
  return isObject(value.services) ? "env" : null;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);

/** Schemas by name, and not settings by name, which services export under `properties`. */
const areSubschemas = (value: unknown): boolean => isObject(value) && Object.values(value).every((one) => typeof one === "boolean" || isObject(one));

/** Whether `path` is the file that the schema calls `entry`, or takes a part of: `/` between folders, and any folder above. */
const isEntry = (path: string, entry: string): boolean => isAt(path, entry) || isAt(path, fileOfEntry(entry));

const plain = (entry: string): string => entry.replace(/^\.\//, "");
const isAt = (path: string, entry: string): boolean => path === plain(entry) || path.endsWith(`/${plain(entry)}`);

/** Whether it is that file without any folder above. */
const isPlain = (path: string, entry: string): boolean => path === plain(entry) || path === plain(fileOfEntry(entry));

/** Whether it came in one folder with the schema, so that it is known where it stands. */
export const isPlaced = (file: InputFile, schema: InputFile | undefined): boolean => topOf(file) !== undefined && schema !== undefined && topOf(file) === topOf(schema);

const topOf = ({ origin }: InputFile): string | undefined => /^([^/]+)\//.exec(origin)?.[1];

/** `compose.yaml#web` is the part `web` of `compose.yaml`, unless there is a file of that name. */
const PART = /^(.+)#([^#]+)$/;
export const fileOfEntry = (entry: string): string => PART.exec(entry)?.[1] ?? entry;
const partOfEntry = (path: string, entry: string): string | undefined => (isAt(path, entry) ? undefined : PART.exec(entry)?.[2]);

export interface Routes {
  environments: WireEnvironment[];
  /** Environments of the schema for which there is no file. */
  absent: { name: string; files: string[] }[];
  /** Files for which somebody has to say where they belong. */
  unclear: InputFile[];
  example: InputFile | null;
}

/** The environments with their files, low to high precedence. */
export function route(files: InputFile[], compiled: Compiled | null): Routes {
  const env = files.filter(({ role }) => role === "env");
  if (!compiled) return routeByName(env);
  const specs = compiled.environments;
  // By the last part of their names, so that hundreds of environments find their files at once.
  const byName = new Map<string, InputFile[]>();
  const chosen = new Map<string, InputFile[]>();
  const put = (into: Map<string, InputFile[]>, name: string, file: InputFile) => into.set(name, [...(into.get(name) ?? []), file]);
  for (const file of env) {
    if (file.chosen === null) put(byName, baseName(file.name), file);
    else if (specs.some(({ name }) => name === file.chosen)) put(chosen, file.chosen, file);
  }
  const schema = files.find(({ role }) => role === "schema");
  // The file that stands there; one that has more folders above it only where it is not known from where it is seen.
  const named = (entry: string) => {
    const all = [entry, fileOfEntry(entry)].flatMap((name) => byName.get(baseName(name)) ?? []);
    return all.find(({ name }) => isPlain(name, entry)) ?? all.find((file) => isEntry(file.name, entry) && (file.name === file.origin || !isPlaced(file, schema)));
  };
  // A file of any name is that of the only environment, if there is none of its own. A second one would be read over it: that is for people to say.
  const [only] = specs;
  if (specs.length === 1 && env.length === 1 && env[0]!.chosen === null && !only!.files.some(named)) put(chosen, only!.name, env[0]!);
  const environments: WireEnvironment[] = [];
  const absent: Routes["absent"] = [];
  for (const spec of specs) {
    // In the order of the schema, a file once for each part of it that is named; all of it is the part "".
    const places: Part[] = [];
    for (const entry of spec.files) {
      const file = named(entry);
      if (file) places.push({ file: file.id, part: partOfEntry(file.name, entry) ?? "" });
    }
    for (const file of chosen.get(spec.name) ?? []) for (const part of file.parts.length > 0 ? file.parts : [""]) places.push({ file: file.id, part });
    const parted = new Set(places.filter(({ part }) => part !== "").map(({ file }) => file));
    if (places.length > 0) environments.push({ name: spec.name, files: places.map(({ file }) => file), parts: places.filter(({ file }) => parted.has(file)) });
    else absent.push({ name: spec.name, files: spec.files });
  }
  // Also one that the schema would name, where another is in its place.
  const routed = new Set(environments.flatMap(({ files }) => files));
  const unclear = env.filter(({ id }) => !routed.has(id));
  return { environments, absent, unclear, example: files.find(({ role }) => role === "example") ?? null };
}

/** So many environments the core takes. */
export const MOST_ENVIRONMENTS = 256;

/** Without a schema, every file is an environment of its own. */
function routeByName(env: InputFile[]): Routes {
  return { environments: env.slice(0, MOST_ENVIRONMENTS).map((file) => ({ name: file.name, files: [file.id], parts: [] })), absent: [], unclear: [], example: null };
}

/** What the schema calls a file of an environment is one, whatever it looks like. */
export const isNamed = (file: InputFile, compiled: Compiled): boolean => compiled.environments.some(({ files }) => files.some((entry) => isEntry(file.name, entry)));

/** The environments with the old version of every file that has one, and with the others as they are. */
export function routeBefore(environments: WireEnvironment[], files: InputFile[]): WireEnvironment[] {
  const byId = new Map(files.map((file) => [file.id, file]));
  const before = environments.filter(({ files }) => files.some((id) => byId.get(id)?.before));
  const old = (id: number) => byId.get(id)?.before?.id ?? id;
  return before.map(({ name, files, parts }) => ({ name, files: files.map(old), parts: parts.map(({ file, part }) => ({ file: old(file), part })) }));
}

/** The names for the environments that a file belongs to. */
export const environmentsOf = (file: InputFile, environments: WireEnvironment[]): string[] =>
  environments.filter(({ files }) => files.includes(file.id)).map(({ name }) => name);
