import { defineConfig } from "vite";
import { exampleList, HOSTED, parts, sha } from "./plugins.mjs";

/** Writes the examples and the policy into the page, and pins what it loads by its hash. */
function pinned() {
  return {
    name: "envgate-pinned",
    enforce: "post",
    transformIndexHtml: (html) => html.replace("%POLICY%", HOSTED).replace("%EXAMPLES%", exampleList),
    generateBundle: {
      order: "post",
      handler(_options, bundle) {
        const page = bundle["index.html"];
        if (!page) return;
        page.source = page.source.replace(/<(script|link) ([^>]*?)(?:src|href)="\.\/([^"]+)"([^>]*)>/g, (tag, name, before, file, after) => {
          const part = bundle[file];
          if (!part) return tag;
          const attribute = name === "script" ? "src" : "href";
          // What is seen first stands in the page itself; the script comes to it.
          const low = name === "script" ? ' fetchpriority="low"' : "";
          return `<${name} ${before}${attribute}="./${file}" integrity="${sha("sha384", part.type === "chunk" ? part.code : part.source)}"${low}${after}>`;
        });
      },
    },
  };
}

export default defineConfig(({ mode }) => ({
  base: "./",
  publicDir: false,
  // On Android, CodeMirror would hand the text around the cursor to the keyboard by this, values and all. Without it, the keyboard reads what is on the screen.
  define: { "window.EditContext": "undefined" },
  plugins: [parts({ single: mode === "single" }), pinned()],
  build: {
    target: "es2022",
    outDir: mode === "single" ? "dist/single" : "dist/hosted",
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    cssCodeSplit: false,
    reportCompressedSize: false,
    // CodeMirror's commands know about languages, of which the page has none; that module does nothing but be there.
    rolldownOptions: { treeshake: { moduleSideEffects: (id) => !id.includes("@lezer/common") }, output: { codeSplitting: false } },
  },
}));
