// For any bundler, Bun, Deno and browsers: the module embedded in the script, deflated and in base64, with no asset to set up.
import { LENGTH, TEXT } from "../../gen/text.js";
import { Engine } from "./core.js";
import { inflated } from "./inflate.js";

export const engine = /* @__PURE__ */ new Engine(() => inflated(TEXT, LENGTH));
