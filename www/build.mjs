// Both builds of the page from one source: a folder to host, and one HTML file that opens from disk, with its SHA-256 beside it.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { build } from "vite";
import { bundled, carried, fullPacked, HOSTED, single, wasm } from "./plugins.mjs";

process.chdir(import.meta.dirname);
const NAME = "envgate-review.html";

await build({ logLevel: "warn" });
await build({ logLevel: "warn", mode: "single" });

// Hosts that read such a file send the policy as a header, too, and with it what a page can't say of itself.
writeFileSync("dist/hosted/_headers", `/*\n  Content-Security-Policy: ${HOSTED}; frame-ancestors 'none'\n  Cross-Origin-Opener-Policy: same-origin\n  Referrer-Policy: no-referrer\n  X-Content-Type-Options: nosniff\n  Permissions-Policy: camera=(), microphone=(), geolocation=(), clipboard-read=()\n`);

const folder = "dist/single";
const read = (file) => readFileSync(join(folder, file), "utf8");
let page = read("index.html");
let script = "";
let style = "";
const start = (await bundled("src/unpack.ts", true)).trim();
page = page
  .replace(/\s*<script[^>]*src="\.\/([^"]+)"[^>]*><\/script>/, (_, file) => ((script = read(file)), ""))
  .replace(/\s*<link rel="stylesheet"[^>]*href="\.\/([^"]+)"[^>]*>/, (_, file) => ((style = read(file)), "\n    <style>%STYLE%</style>"))
  .replace(HOSTED, () => single([start, script], style))
  .replace("%STYLE%", () => style);
const [core, all] = await Promise.all([carried("core", wasm("core")), carried("script", Buffer.from(script))]);
// Behind what it works on, since only a module waits for the page by itself, and file:// has no modules.
page = page.replace("</body>", () => `  ${core}\n    ${all}\n    <script>${start}</script>\n  </body>`);
rmSync(folder, { recursive: true });
writeFileSync(join("dist", NAME), page);
// The script as the single file unpacks it, to be read: the policy of the file has its hash, and the browser runs no other.
writeFileSync(join("dist", NAME.replace(".html", ".js")), script);
// For `envgate review`, which serves the file and has this where the file alone does not reach (src/cli/review/page.rs).
writeFileSync("dist/envgate-full.deflate", fullPacked());
const sum = createHash("sha256").update(page).digest("hex");
writeFileSync(join("dist", `${NAME}.sha256`), `${sum}  ${NAME}\n`);

const compressed = (file) => brotliCompressSync(readFileSync(file), { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 } }).length;
const hosted = readdirSync("dist/hosted", { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
const row = (name, file) => console.log(`${name.padEnd(28)} ${String(readFileSync(file).length).padStart(9)} ${String(compressed(file)).padStart(9)}`);
console.log(`${"".padEnd(28)} ${"raw".padStart(9)} ${"brotli".padStart(9)}`);
for (const file of hosted) row(file.slice("dist/".length), file);
row(NAME, join("dist", NAME));
