import { answer } from "./program.mjs";

export default {
  fetch: (_, env) => new Response(`${answer(env)} | ${answer({ ...env, PORT: "no", MODE: "c" })}`),
};
