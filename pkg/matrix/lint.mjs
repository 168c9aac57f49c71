// What is used here: one declared key, and some that are not.
export const title = import.meta.env.VITE_TITLE;
export const wrong = [import.meta.env.VITE_TITEL, process.env["VITE_PROT"], Bun.env.OTHER, Deno.env.get("ANOTHER")];
const { VITE_PORT, DATABASE_ULR } = process.env;
export { VITE_PORT, DATABASE_ULR };
