/** An ESLint plugin: a variable that the source uses and the schema does not declare is an error, with the name that was meant. */
import { statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { type Gate } from "envgate";
import { AMBIENT, MACHINERY, OF_VITE } from "./ambient.js";
import { findSchema } from "./find.js";
import { loadSchema } from "./node.js";
import { shown } from "./shown.js";
import { type Environment, Reading } from "./usage.js";

interface Context {
  readonly cwd: string;
  readonly filename: string;
  readonly options: readonly unknown[];
  /** Its type for JavaScript; usage.ts names the parts that are used. For other languages of ESLint it is another one. */
  readonly sourceCode: object;
  report(problem: { readonly node: never; readonly message: string }): void;
}

/** Handlers by the type of a node. */
interface Visitors {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  [type: string]: (node: any) => void;
}

/** Compiled schemas by path, for as long as the file stays the same: an editor keeps ESLint running while the schema is edited. */
const known = new Map<string, { readonly gate: Gate; readonly of: string }>();

function gateOf(path: string): Gate {
  const { mtimeMs, size } = statSync(path);
  const of = `${mtimeMs} ${size}`;
  const last = known.get(path);
  if (last?.of === of) return last.gate;
  last?.gate.dispose();
  const gate = loadSchema(path);
  known.set(path, { gate, of });
  return gate;
}

const undeclared = {
  meta: {
    type: "problem" as const,
    docs: { description: "Disallow environment variables that env.schema.json does not declare" },
    schema: [
      {
        type: "object" as const,
        additionalProperties: false,
        properties: { schema: { type: "string" as const }, allow: { type: "array" as const, items: { type: "string" as const } } },
      },
    ],
  },
  create(context: Context): Visitors {
    const { schema, allow = [] } = (context.options[0] ?? {}) as { readonly schema?: string; readonly allow?: readonly string[] };
    // Looked for where a variable is read: most files read none, and in a monorepo not every folder has a schema.
    let opened: { readonly gate: Gate; readonly declared: ReadonlySet<string> } | undefined;
    let isRefused = false;
    const open = () => {
      const gate = gateOf(schema === undefined ? findSchema(resolve(context.cwd, dirname(context.filename))) : resolve(context.cwd, schema));
      return { gate, declared: new Set([...gate.keys, ...allow]) };
    };
    const wrong = (name: string): string | undefined => {
      try {
        opened ??= open();
        if (opened.declared.has(name)) return undefined;
        const meant = suggestion(opened.gate, name);
        return `${name} is not declared in env.schema.json${meant === undefined ? "" : `; ${meant}`}`;
      } catch (error) {
        // Thrown, it would end ESLint, and with it all that other rules find, whenever somebody is writing in the schema.
        isRefused = true;
        return `whether ${name} is declared can't be told: ${(error as Error).message}`;
      }
    };

    return new Reading(context.sourceCode, (name, node, environment) => {
      if (isRefused || isAmbient(name, environment)) return;
      const message = wrong(name);
      if (message !== undefined) context.report({ node: node as never, message: shown(message) });
    }).visitors;
  },
};

/** Whether a variable is always there, without being declared. */
function isAmbient(name: string, environment: Environment): boolean {
  if (environment === "bundler") return OF_VITE.has(name) || name === "NODE_ENV";
  return AMBIENT.has(name) || MACHINERY.some((prefix) => name.startsWith(prefix));
}

/** What the core suggests for such a key in a file. */
function suggestion(gate: Gate, name: string): string | undefined {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return undefined;
  const environment = gate.environments[0]?.name;
  const { diagnostics } = gate.check({ files: { ".env": `${name}=\n` }, environment });
  return diagnostics.find(({ code, key }) => code === "unknown-key" && key === name)?.help ?? undefined;
}

const rules = { "no-undeclared-env": undeclared };
const plugin = { meta: { name: "envgate" }, rules };

export interface EnvgatePlugin {
  readonly meta: { name: string };
  readonly rules: typeof rules;
  readonly configs: {
    /** The plugin, with its rule as an error: for an `eslint.config.js`. */
    readonly recommended: { readonly plugins: { envgate: typeof plugin }; readonly rules: { readonly "envgate/no-undeclared-env": "error" } };
  };
}

const whole: EnvgatePlugin = { ...plugin, configs: { recommended: { plugins: { envgate: plugin }, rules: { "envgate/no-undeclared-env": "error" } } } };

export default whole;
