// Runs a bundled worker, with the WebAssembly beside it, in workerd: `node workerd.mjs FOLDER` (Node 22).
import { join } from "node:path";
import { Miniflare } from "miniflare";

const folder = process.argv[2];
const miniflare = new Miniflare({
  modulesRoot: folder,
  modules: [
    { type: "ESModule", path: join(folder, "worker.mjs") },
    { type: "CompiledWasm", path: join(folder, "core.wasm") },
  ],
  compatibilityDate: "2026-04-01",
  bindings: { PORT: "80" },
});
try {
  console.log(await (await miniflare.dispatchFetch("http://worker/")).text());
} finally {
  await miniflare.dispose();
}
