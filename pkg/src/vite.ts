/** A Vite plugin: a build, or a start of the development server, fails with every problem of the environment at once. */
import { EnvError, type EnvironmentName, type Phase } from "envgate";
import { loadSchema } from "./node.js";
import { join } from "node:path";

export interface ViteOptions {
  /** The schema's path, as seen from Vite's root. Default: `env.schema.json`. */
  readonly schema?: string;
  /** The environment. Default: Vite's mode. */
  readonly environment?: EnvironmentName;
  /** The phase. Default: `build`, so that keys which only the running program needs are not asked for. */
  readonly phase?: Phase;
}

/** What of a Vite plugin is used here; assignable to Vite's own type. */
export interface EnvgatePlugin {
  readonly name: "envgate";
  readonly enforce: "pre";
  configResolved(config: { readonly root: string; readonly mode: string; readonly envDir?: string | false }): Promise<void>;
}

export default function envgate(options: ViteOptions = {}): EnvgatePlugin {
  return {
    name: "envgate",
    enforce: "pre",
    async configResolved({ root, mode, envDir }) {
      const { loadEnv } = (await import(/* the host's own */ "vite" as string)) as { loadEnv(mode: string, folder: string, prefix: string): Record<string, string> };
      const gate = loadSchema(join(root, options.schema ?? "env.schema.json"));
      // Vite's own reading of its files, with the process environment over them: what the program would see.
      const env = envDir === false ? process.env : loadEnv(mode, envDir ?? root, "");
      const environment = options.environment ?? mode;
      const result = gate.safeAssertEnv(env, { environment, phase: options.phase ?? "build" });
      if (!result.ok) throw withoutStack(result.error);
    },
  };
}

/** Vite prints the stack, which tells nobody anything about a missing variable. */
function withoutStack(error: EnvError): EnvError {
  error.stack = `${error.name}: ${error.message}`;
  return error;
}
