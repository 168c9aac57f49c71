/** The files beside a schema that it refers to. */
import { readFileSync } from "node:fs";
import { basename, dirname, relative, resolve } from "node:path";
import { references } from "envgate";
import { isFile, isInside, projectOf } from "./find.js";

/** The files that the `$ref`s of a schema name, and those that these name in turn. A missing one is reported by `compile`, which knows where it is named. */
export function referred(path: string, schema: Uint8Array): Record<string, Uint8Array> {
  const found: Record<string, Uint8Array> = Object.create(null);
  const asked: [string, Uint8Array][] = [[basename(path), schema]];
  for (const [name, text] of asked) {
    if (!Buffer.from(text).includes('"$ref"')) continue;
    for (const other of references({ name, text })) {
      const file = resolve(dirname(path), other);
      if (Object.hasOwn(found, other) || file === resolve(path) || !isFile(file)) continue;
      if (!isInside(file, projectOf(path))) throw new Error(`${relative(".", file)} is outside of the project, and is not read: "$ref" reaches files in the repository of the schema, or below its folder`);
      asked.push([other, (found[other] = readFileSync(file))]);
    }
  }
  return found;
}
