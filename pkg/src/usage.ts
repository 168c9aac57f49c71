/** Where a source reads variables of its environment: `process.env.X`, by whatever name a file gives it. */

interface Node {
  readonly type: string;
  readonly [member: string]: unknown;
}

interface Variable {
  readonly defs: readonly { readonly type: string; readonly node: Node; readonly parent?: Node | null }[];
  readonly references: readonly { isWrite(): boolean; readonly init?: boolean; readonly identifier: Node; readonly writeExpr?: Node | null }[];
}

interface Scope {
  readonly set: ReadonlyMap<string, Variable>;
  readonly upper: Scope | null;
}

interface Source {
  getScope(node: Node): Scope;
}

/** Where variables come from: the process, or the bundler. */
export type Environment = "process" | "bundler";

/** What an expression stands for: variables; something that has them as its `env`; `Deno` and its `env`, which has methods; the global object. */
type Meaning = Environment | "has env" | "has bundler's env" | "Deno" | "Deno.env" | "global";

/** Modules whose exports are variables, and those that export them as `env`. As src/usage/aliases.rs has them. */
const STATIC = new Set(["$env/static/private", "$env/static/public", "astro:env/server", "astro:env/client"]);
const DYNAMIC = new Set(["process", "node:process", "bun", "$env/dynamic/private", "$env/dynamic/public", "cloudflare:workers"]);
const GLOBAL = new Set(["globalThis", "window", "self", "global"]);
/** How many aliases of aliases are followed. */
const DEEPEST = 8;

export class Reading {
  readonly #source: Source;
  readonly #used: (name: string, node: Node, environment: Environment) => void;

  /** @param source ESLint's `SourceCode` of JavaScript */
  constructor(source: object, used: (name: string, node: Node, environment: Environment) => void) {
    this.#source = source as Source;
    this.#used = used;
  }

  /** What ESLint calls on its way through a file. */
  readonly visitors = {
    MemberExpression: (node: Node) => {
      if (isWritten(node)) return;
      for (const name of this.#propertyNames(node)) if (!isMethod(name, node)) this.#use(name, node.property as Node, this.#meaning(node.object));
    },
    VariableDeclarator: ({ id, init }: Node) => this.#pattern(id, init),
    AssignmentExpression: ({ left, right }: Node) => this.#pattern(left, right),
    AssignmentPattern: ({ left, right }: Node) => this.#pattern(left, right),
    BinaryExpression: ({ operator, left, right }: Node) => {
      if (operator === "in") this.#useAll(left, this.#meaning(right));
    },
    CallExpression: (node: Node) => {
      const callee = bare(node.callee);
      const [first, second] = node.arguments as Node[];
      if (callee?.type !== "MemberExpression") return;
      const method = propertyName(callee);
      if (this.#meaning(callee.object) === "Deno.env" && ["get", "has"].includes(method ?? "")) this.#useAll(first, "process");
      else if (method === "hasOwnProperty") this.#useAll(first, this.#meaning(callee.object));
      // `Object.hasOwn`, `Reflect.get` and `has`, `Object.prototype.hasOwnProperty.call`.
      else if (["hasOwn", "get", "has", "call"].includes(method ?? "") && second !== undefined) this.#useAll(second, this.#meaning(first));
    },
    ImportDeclaration: (node: Node) => {
      if (!STATIC.has(text(node.source) ?? "")) return;
      for (const one of node.specifiers as Node[]) if (one.type === "ImportSpecifier") this.#use(nameOf(one.imported as Node), one, "process");
    },
    ExportNamedDeclaration: (node: Node) => {
      if (!STATIC.has(text(node.source) ?? "")) return;
      for (const one of node.specifiers as Node[]) this.#use(nameOf(one.local as Node), one, "process");
    },
  };

  #use(name: string | undefined, node: Node | undefined, of: Meaning | undefined): void {
    if (name !== undefined && node !== undefined && (of === "process" || of === "bundler")) this.#used(name, node, of);
  }

  #useAll(names: unknown, of: Meaning | undefined): void {
    for (const name of this.#texts(names)) this.#use(name, names as Node, of);
  }

  #pattern(pattern: unknown, value: unknown): void {
    if ((pattern as Node).type === "ObjectPattern") this.#names(pattern as Node, this.#meaning(value));
  }

  /** `{ A, B: { length } = {} }`, and `{ env: { A } }` of what has an `env`. */
  #names(pattern: Node, of: Meaning | undefined): void {
    if (of === undefined) return;
    for (const property of pattern.properties as Node[]) {
      if (property.type !== "Property") continue;
      const [name] = property.computed === true ? this.#texts(property.key) : [nameOf(property.key as Node)];
      this.#use(name, property.key as Node, of);
      const inner = property.value as Node;
      const nested = inner.type === "AssignmentPattern" ? (inner.left as Node) : inner;
      if (nested.type === "ObjectPattern") this.#names(nested, member(of, name));
    }
  }

  #meaning(given: unknown, depth = 0): Meaning | undefined {
    const node = bare(given);
    if (node === undefined || depth > DEEPEST) return undefined;
    switch (node.type) {
      case "MetaProperty":
        return "has bundler's env";
      case "Identifier":
        return this.#named(node, depth);
      case "MemberExpression":
        return member(this.#meaning(node.object, depth + 1), propertyName(node));
      case "ImportExpression":
        return DYNAMIC.has(text(node.source) ?? "") ? "has env" : undefined;
      case "CallExpression": {
        const callee = bare(node.callee);
        const isRequire = callee?.type === "Identifier" && callee.name === "require";
        if (isRequire) return DYNAMIC.has(text((node.arguments as Node[])[0]) ?? "") ? "has env" : undefined;
        const isCopy = callee?.type === "MemberExpression" && propertyName(callee) === "toObject" && this.#meaning(callee.object, depth + 1) === "Deno.env";
        return isCopy ? "process" : undefined;
      }
      case "ConditionalExpression":
        return this.#meaning(node.consequent, depth + 1) ?? this.#meaning(node.alternate, depth + 1);
      case "LogicalExpression":
        return (node.operator === "&&" ? undefined : this.#meaning(node.left, depth + 1)) ?? this.#meaning(node.right, depth + 1);
      case "SequenceExpression":
        return this.#meaning((node.expressions as Node[]).at(-1), depth + 1);
      default:
        return undefined;
    }
  }

  #named(node: Node, depth: number): Meaning | undefined {
    const name = node.name as string;
    const definition = this.#definition(node, name);
    if (definition === undefined) return name === "process" || name === "Bun" ? "has env" : name === "Deno" ? "Deno" : GLOBAL.has(name) ? "global" : undefined;
    const { type, node: by, parent } = definition;
    if (type === "ImportBinding") {
      const module = text(by.type === "TSImportEqualsDeclaration" ? (by.moduleReference as Node).expression : parent?.source) ?? "";
      if (STATIC.has(module)) return by.type === "ImportNamespaceSpecifier" ? "process" : undefined;
      if (!DYNAMIC.has(module)) return undefined;
      if (by.type !== "ImportSpecifier") return "has env";
      const imported = nameOf(by.imported as Node);
      return imported === "env" ? "process" : imported === "default" ? "has env" : undefined;
    }
    if (type === "Parameter") {
      const all = ((by.params ?? []) as Node[]).map((one) => this.#taken(one, name, undefined, depth));
      return all.find((one) => one !== undefined);
    }
    if (type !== "Variable") return undefined;
    const pattern = by.id as Node;
    return this.#taken(pattern, name, this.#meaning(by.init ?? (pattern.type === "Identifier" ? definition.assigned : undefined), depth + 1), depth);
  }

  /** What a name stands for that a pattern takes out of something. What is left of it, `...rest`, is a copy, into which a program may write. */
  #taken(pattern: Node, name: string, of: Meaning | undefined, depth: number): Meaning | undefined {
    if (pattern.type === "Identifier") return pattern.name === name ? of : undefined;
    if (pattern.type === "TSParameterProperty") return this.#taken(pattern.parameter as Node, name, of, depth);
    if (pattern.type === "AssignmentPattern") return this.#taken(pattern.left as Node, name, of ?? this.#meaning(pattern.right, depth + 1), depth);
    if (pattern.type !== "ObjectPattern") return undefined;
    const all = (pattern.properties as Node[]).filter(({ type }) => type === "Property").map(({ key, value }) => this.#taken(value as Node, name, member(of, nameOf(key as Node)), depth));
    return all.find((one) => one !== undefined);
  }

  /** The names after the dot, or in the brackets. */
  #propertyNames(node: Node): readonly (string | undefined)[] {
    return node.computed === true ? this.#texts(node.property) : [nameOf(node.property as Node)];
  }

  /** The texts that an expression may be: those of a literal, of a constant, of either branch, of parts that are put together. */
  #texts(given: unknown, depth = 0): readonly string[] {
    const node = bare(given);
    const literal = text(node);
    if (literal !== undefined) return [literal];
    if (node === undefined || depth > DEEPEST) return [];
    if (node.type === "ConditionalExpression") return [node.consequent, node.alternate].flatMap((one) => this.#texts(one, depth + 1));
    if (node.type === "BinaryExpression" && node.operator === "+") return this.#texts(node.left, depth + 1).flatMap((one) => this.#texts(node.right, depth + 1).map((other) => one + other));
    if (node.type !== "Identifier") return [];
    const { type, node: by } = this.#definition(node, node.name as string) ?? {};
    return type === "Variable" && (by?.id as Node).type === "Identifier" ? this.#texts(by?.init, depth + 1) : [];
  }

  /** The definition of a name, if it is in this file and the name is assigned once; otherwise it may be anything. */
  #definition(node: Node, name: string): { readonly type: string; readonly node: Node; readonly parent?: Node | null; readonly assigned?: Node | null | undefined } | undefined {
    for (let scope: Scope | null = this.#source.getScope(node); scope !== null; scope = scope.upper) {
      const variable = scope.set.get(name);
      if (variable === undefined) continue;
      const [definition] = variable.defs;
      // A global variable that the ESLint configuration declares, or that TypeScript is told of.
      if (definition === undefined || definition.parent?.declare === true) return undefined;
      const writes = variable.references.filter((one) => one.isWrite());
      // A default in a pattern is another beginning, and not another value later.
      const [write, ...others] = writes.filter(({ init }) => init !== true);
      if (others.length > 0 || (write !== undefined && writes.length > 1)) return { type: "changed", node };
      const by = write?.identifier.parent as Node | undefined;
      return { ...definition, assigned: by?.type === "AssignmentExpression" && by.operator === "=" ? write?.writeExpr : undefined };
    }
    return undefined;
  }
}

/** Whether a member is only set or deleted, as tests do: that reads nothing. */
function isWritten(node: Node): boolean {
  let [inner, by] = [node, node.parent as Node | undefined];
  while (by !== undefined && bare(by) === bare(inner) && by.type !== "AwaitExpression") [inner, by] = [by, by.parent as Node | undefined];
  return by !== undefined && ((by.type === "AssignmentExpression" && by.operator === "=" && by.left === inner) || (by.type === "UnaryExpression" && by.operator === "delete"));
}

/** Whether a member is a method that every object has, and is called. */
function isMethod(name: string | undefined, node: Node): boolean {
  const by = node.parent as Node | undefined;
  return name !== undefined && name in Object.prototype && by?.type === "CallExpression" && by.callee === node;
}

/** What a member of something stands for. */
function member(of: Meaning | undefined, name: string | undefined): Meaning | undefined {
  if (of === "has env") return name === "env" ? "process" : name === "default" || name === "process" ? "has env" : undefined;
  if (of === "has bundler's env") return name === "env" ? "bundler" : undefined;
  if (of === "Deno") return name === "env" ? "Deno.env" : undefined;
  if (of === "global") return name === "process" || name === "Bun" ? "has env" : name === "Deno" ? "Deno" : undefined;
  return undefined;
}

/** An expression without TypeScript's assertions, and without what wraps an optional chain or a promise. */
function bare(given: unknown): Node | undefined {
  let node = given as Node | null | undefined;
  while (node != null) {
    if (["TSAsExpression", "TSNonNullExpression", "TSSatisfiesExpression", "TSTypeAssertion", "ChainExpression"].includes(node.type)) node = node.expression as Node;
    else if (node.type === "AwaitExpression") node = node.argument as Node;
    else return node;
  }
  return undefined;
}

/** The name after the dot, or the text in the brackets. */
function propertyName(node: Node): string | undefined {
  const property = node.property as Node;
  return node.computed === true ? text(property) : nameOf(property);
}

function nameOf(node: Node): string | undefined {
  return node.type === "Identifier" ? (node.name as string) : text(node);
}

/** The text of a literal. */
function text(given: unknown): string | undefined {
  const node = given as Node | null | undefined;
  if (node?.type === "Literal") return typeof node.value === "string" ? node.value : undefined;
  if (node?.type !== "TemplateLiteral") return undefined;
  const [only, ...others] = node.quasis as { readonly value: { readonly cooked?: string | null } }[];
  return others.length === 0 ? (only?.value.cooked ?? undefined) : undefined;
}
