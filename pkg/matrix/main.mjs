import { answer } from "./program.mjs";

console.log(`${answer({ PORT: "80" })} | ${answer({ PORT: "no", MODE: "c" })}`);
