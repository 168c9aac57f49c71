/** An ESLint plugin: a variable that the source uses and the schema does not declare is an error, with the name that was meant. */
import { dirname, resolve } from "node:path";
import { type Gate } from "envgate";
import { findSchema } from "./find.js";
import { loadSchema } from "./node.js";

interface Node {
  readonly type: string;
  readonly [member: string]: unknown;
}

interface Context {
  readonly cwd: string;
  readonly filename: string;
  readonly options: readonly [{ readonly schema?: string; readonly allow?: readonly string[] }?];
  report(problem: { readonly node: unknown; readonly message: string }): void;
}

/** What Vite and Node bring themselves. */
const BUILT_IN = new Set(["MODE", "DEV", "PROD", "SSR", "BASE_URL", "NODE_ENV"]);

const gates = new Map<string, Gate>();

const undeclared = {
  meta: {
    type: "problem",
    docs: { description: "Disallow environment variables that env.schema.json does not declare" },
    schema: [
      {
        type: "object",
        additionalProperties: false,
        properties: { schema: { type: "string" }, allow: { type: "array", items: { type: "string" } } },
      },
    ],
  },
  create(context: Context) {
    const { schema, allow = [] } = context.options[0] ?? {};
    const path = schema === undefined ? findSchema(dirname(context.filename)) : resolve(context.cwd, schema);
    let gate = gates.get(path);
    if (gate === undefined) gates.set(path, (gate = loadSchema(path)));
    const declared = new Set([...gate.keys, ...allow]);

    const judge = (name: unknown, node: unknown, builtIn: boolean) => {
      if (typeof name !== "string" || declared.has(name) || (builtIn && BUILT_IN.has(name))) return;
      const meant = suggestion(gate, name);
      context.report({ node, message: `${name} is not declared in env.schema.json${meant === undefined ? "" : `; ${meant}`}` });
    };
    return {
      MemberExpression(node: Node) {
        if (isEnvironment(node.object as Node)) judge(propertyName(node), node.property, true);
      },
      VariableDeclarator(node: Node) {
        const { id, init } = node as unknown as { id: Node; init: Node | null };
        if (init === null || id.type !== "ObjectPattern" || !isEnvironment(init)) return;
        for (const property of id.properties as Node[]) {
          if (property.type === "Property") judge(propertyName({ ...property, property: property.key }), property.key, true);
        }
      },
      CallExpression(node: Node) {
        const callee = node.callee as Node;
        const [first] = node.arguments as Node[];
        if (callee.type === "MemberExpression" && isMember(callee.object as Node, "Deno", "env") && propertyName(callee) === "get" && first?.type === "Literal") judge(first.value, first, false);
      },
    };
  },
};

/** `process.env`, `import.meta.env` or `Bun.env`. */
function isEnvironment(node: Node): boolean {
  if (isMember(node, "process", "env") || isMember(node, "Bun", "env")) return true;
  return node.type === "MemberExpression" && propertyName(node) === "env" && (node.object as Node).type === "MetaProperty";
}

function isMember(node: Node, object: string, property: string): boolean {
  return node.type === "MemberExpression" && (node.object as Node).type === "Identifier" && (node.object as Node).name === object && propertyName(node) === property;
}

/** The name after the dot, or the text in the brackets. */
function propertyName(node: Node): unknown {
  const property = node.property as Node;
  if (property.type === "Identifier" && node.computed !== true) return property.name;
  return property.type === "Literal" ? property.value : undefined;
}

/** What the core would say to such a key in a file. */
function suggestion(gate: Gate, name: string): string | undefined {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return undefined;
  const environment = gate.environments[0]?.name ?? "";
  const { diagnostics } = gate.check({ files: { ".env": `${name}=\n` }, environment });
  return diagnostics.find(({ code, key }) => code === "unknown-key" && key === name)?.help ?? undefined;
}

const plugin: { readonly meta: { readonly name: string }; readonly rules: { readonly "no-undeclared-env": unknown } } = {
  meta: { name: "envgate" },
  rules: { "no-undeclared-env": undeclared },
};

export default plugin;
