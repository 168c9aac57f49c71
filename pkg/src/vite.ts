/** A Vite plugin: a build, or a start of the development server, fails with every problem of the environment at once. */
import { EnvError, type EnvironmentName, type EnvironmentSpec, type Phase, RefusedError } from "envgate";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { findSchema } from "./find.js";
import { options as known } from "./inputs.js";
import { loadSchema } from "./node.js";
import { referred } from "./referred.js";

export interface ViteOptions {
  /** The path of the schema, relative to Vite's root. Default: the nearest `env.schema.json`, there or in a folder above. */
  readonly schema?: string | undefined;
  /** The environment. Default: Vite's mode. */
  readonly environment?: EnvironmentName | undefined;
  /** The phase. Default: `build`, in which keys that only the running program needs are not required. */
  readonly phase?: Phase | undefined;
}

/** The part of Vite's plugin type that is used here. It is assignable to Vite's own. */
export interface EnvgatePlugin {
  readonly name: "envgate";
  readonly enforce: "pre";
  configResolved(config: { readonly root: string; readonly mode: string; readonly envDir?: string | false; readonly configFileDependencies?: string[] }): Promise<void>;
}

export default function envgate(options: ViteOptions = {}): EnvgatePlugin {
  known(options, VITE_OPTIONS);
  return {
    name: "envgate",
    enforce: "pre",
    async configResolved({ root, mode, envDir, configFileDependencies }) {
      // Vite's root may be a subfolder of the project, such as `app` of Nuxt.
      const path = options.schema === undefined ? findSchema(root) : resolve(root, options.schema);
      // When the schema changes, or a file that it refers to, the development server restarts, as it does for env files, and checks again.
      const watched = (file: string) => configFileDependencies?.push(file.replaceAll("\\", "/"));
      watched(path);
      const { loadEnv } = await host(root);
      // Vite reads its files itself and puts the process environment over them, so this is what the program would see.
      const env = envDir === false ? process.env : loadEnv(mode, envDir ?? root, "");
      try {
        for (const other of Object.keys(referred(path, readFileSync(path)))) watched(resolve(dirname(path), other));
        const gate = loadSchema(path);
        gate.assertEnv(env, { environment: options.environment ?? named(mode, gate.environments), phase: options.phase ?? "build" });
      } catch (error) {
        throw error instanceof EnvError || error instanceof RefusedError ? withoutStack(error) : error;
      }
    },
  };
}

const VITE_OPTIONS = /* @__PURE__ */ new Set(["schema", "environment", "phase"]);

/** The environment that a mode names. A mode need not be one: in Vitest it is `test`. */
function named(mode: string, environments: readonly EnvironmentSpec[]): EnvironmentName {
  if (environments.some(({ name, aliases }) => name === mode || aliases.includes(mode))) return mode;
  const message = `there is no environment ${JSON.stringify(mode)}, which is the mode of Vite (the schema has ${environments.map(({ name }) => name).join(", ")})`;
  throw new RefusedError([{ message, file: null, start: null, end: null, help: "say which environment it is: envgate({ environment })" }]);
}

interface Vite {
  loadEnv(mode: string, folder: string, prefix: string): Record<string, string>;
}

/** The Vite of the project, even if this package is linked into it from elsewhere. */
async function host(root: string): Promise<Vite> {
  try {
    return (await import("vite" as string)) as Vite;
  } catch (error) {
    if ((error as { code?: unknown }).code !== "ERR_MODULE_NOT_FOUND") throw error;
    return (await import(pathToFileURL(createRequire(join(root, "package.json")).resolve("vite")).href)) as Vite;
  }
}

/** Vite prints the stack, which tells nobody anything about a missing variable, or about a mistake in the schema. */
function withoutStack(error: EnvError | RefusedError): Error {
  error.stack = `${error.name}: ${error.message}`;
  return error;
}
