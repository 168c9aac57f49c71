// The module inside the script, deflated and in base64: any bundler, Bun, Deno and browsers, with no asset to set up.
import { LENGTH, TEXT } from "../../gen/text.js";
import { Engine } from "./core.js";
import { inflated } from "./inflate.js";

export const engine = /* @__PURE__ */ new Engine(() => inflated(TEXT, LENGTH));
