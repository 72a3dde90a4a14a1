// Loaded before anything else (`node --import ./local/cli/node.js …`), by whatever Node there is: plain JavaScript that
// old ones read.
import console from "node:console";
import * as module from "node:module";
import process from "node:process";
import { fileURLToPath, URL } from "node:url";

const oldest = 24;

if (Number(process.versions.node.split(".")[0]) < oldest) {
  console.error(
    `Spotlight needs Node ${oldest} or newer, and this is Node ${process.versions.node}. "npm ci" installs ` +
      `the right one beside Spotlight and "npm start" uses it; if this was npm start, run "npm ci" again and ` +
      "let it run install scripts.",
  );
  process.exit(1);
}

// Half of the processor time of a start is compiling the same files again.
module.enableCompileCache(fileURLToPath(new URL("../../.cache/compile", import.meta.url)));
