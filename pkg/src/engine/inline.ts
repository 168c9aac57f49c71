// The module inside the script, deflated and in base64: any bundler, CJS, ESM, Bun, Deno and browsers, with no asset to set up.
import { inflated } from "../inflate.js";
import { Engine } from "./core.js";
import { LENGTH, TEXT } from "../../gen/inline.js";

export const engine = /* @__PURE__ */ new Engine(() => inflated(TEXT, LENGTH));
