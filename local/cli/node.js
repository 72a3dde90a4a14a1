// Loaded before anything else (`node --import ./local/cli/node.js …`), possibly by an old Node: plain JavaScript only.
import console from "node:console";
import * as module from "node:module";
import process from "node:process";
import { fileURLToPath, URL } from "node:url";

const oldest = 24;

if (Number(process.versions.node.split(".")[0]) < oldest) {
  console.error(
    `Spotlight needs Node ${oldest} or newer; this is Node ${process.versions.node}. "npm ci" installs a ` +
      `suitable Node in the project and "npm start" uses it. If npm start printed this, run "npm ci" again ` +
      "with install scripts enabled.",
  );
  process.exit(1);
}

// Without the cache, half of a start's CPU time goes into compiling the same files again, also in the processes that
// this one starts.
const cache = fileURLToPath(new URL("../../.cache/compile", import.meta.url));
module.enableCompileCache(cache);
process.env["NODE_COMPILE_CACHE"] ??= cache;
