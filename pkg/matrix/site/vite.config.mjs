import envgate from "envgate/vite";
import { defineConfig } from "vite";

export default defineConfig({ plugins: [envgate()], build: { outDir: "../out/vite" } });
