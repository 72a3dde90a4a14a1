import { defineConfig } from "vite";
import { precompress } from "./precompress.ts";

/** Where `npm start` listens unless told otherwise: the dev server fetches API and media from there. */
const spotlight = "http://127.0.0.1:8080";

/**
 * The page is served with a strict content security policy, so nothing may be inlined: no scripts, styles or
 * data: assets. JSX follows tsconfig.json (preact's automatic runtime).
 */
export default defineConfig({
  root: import.meta.dirname,
  base: "/",
  plugins: [precompress()],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: "es2022",
    // light-dark() must stay what it is: rewritten, it would not follow a part of the page that is always dark.
    cssTarget: ["chrome125", "edge125", "firefox128", "safari17.5"],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // One file of all that is loaded first: shared parts would be apart, and compress worse.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: "page", tags: ["$initial"] }] } } },
    // hls.js is far larger than Vite's warning limit and is loaded only when something plays.
    chunkSizeWarningLimit: 700,
  },
  server: {
    proxy: { "/api": spotlight, "/vod": spotlight, "/out": spotlight, "/stream": { target: spotlight, ws: true } },
  },
});
