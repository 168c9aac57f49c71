// A server such as NestJS, whose TypeScript looks up modules as Node did before it had "exports".
import { type Gate, loadSchema } from "envgate/node";
import envgate from "envgate/vite";

export const gate: Gate = loadSchema("env.schema.json");
export const plugin: string = envgate().name;
