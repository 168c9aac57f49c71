/** A Vite plugin: a build, or a start of the development server, fails with every problem of the environment at once. */
import { EnvError, type EnvironmentName, type Phase } from "envgate";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { options as known } from "./inputs.js";
import { loadSchema } from "./node.js";

export interface ViteOptions {
  /** The path of the schema, relative to Vite's root. Default: `env.schema.json`. */
  readonly schema?: string | undefined;
  /** The environment. Default: Vite's mode. */
  readonly environment?: EnvironmentName | undefined;
  /** The phase. Default: `build`, in which keys that only the running program needs are not required. */
  readonly phase?: Phase | undefined;
}

/** What of a Vite plugin is used here; assignable to Vite's own type. */
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
      const path = resolve(root, options.schema ?? "env.schema.json");
      // The development server starts again when it is changed, as it does for env files, and checks again.
      configFileDependencies?.push(path.replaceAll("\\", "/"));
      const { loadEnv } = await host(root);
      const gate = loadSchema(path);
      // Vite's own reading of its files, with the process environment over them: what the program would see.
      const env = envDir === false ? process.env : loadEnv(mode, envDir ?? root, "");
      const environment = options.environment ?? mode;
      const result = gate.safeAssertEnv(env, { environment, phase: options.phase ?? "build" });
      if (!result.ok) throw withoutStack(result.error);
    },
  };
}

const VITE_OPTIONS = /* @__PURE__ */ new Set(["schema", "environment", "phase"]);

interface Vite {
  loadEnv(mode: string, folder: string, prefix: string): Record<string, string>;
}

/** The host's own Vite, also where this package is linked into the project from elsewhere. */
async function host(root: string): Promise<Vite> {
  try {
    return (await import("vite" as string)) as Vite;
  } catch (error) {
    if ((error as { code?: unknown }).code !== "ERR_MODULE_NOT_FOUND") throw error;
    return (await import(pathToFileURL(createRequire(join(root, "package.json")).resolve("vite")).href)) as Vite;
  }
}

/** Vite prints the stack, which tells nobody anything about a missing variable. */
function withoutStack(error: EnvError): EnvError {
  error.stack = `${error.name}: ${error.message}`;
  return error;
}
