import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { defineConfig } from "vite";

const out = "../src/liantu/web/static/liantu/build";

/** Writes file.gz beside every asset, so that the server sends it without compressing anew. */
function gzipped() {
  return {
    name: "gzipped",
    closeBundle() {
      const folder = join(out, "assets");
      for (const name of readdirSync(folder).filter((name) => /\.(js|css)$/.test(name))) {
        const path = join(folder, name);
        writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }));
      }
    },
  };
}

export default defineConfig({
  base: "./",
  build: {
    outDir: out,
    emptyOutDir: true,
    manifest: "manifest.json",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900,
    rolldownOptions: { input: ["src/main.ts", "src/admin.ts"] },
  },
  plugins: [gzipped()],
});
