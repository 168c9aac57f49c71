// The gate of a start: Next.js calls this once, before the server answers. The condition stands around the import, so that nothing of Node gets into the edge runtime.
export async function register() {
  if (process.env.NEXT_RUNTIME === "nodejs") await import("./check-env.js");
}
