import { compile } from "envgate";
import node = require("envgate/node");

export const gate = compile({});
export const keys: readonly string[] = node.loadSchema("env.schema.json").keys;
