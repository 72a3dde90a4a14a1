import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { projectFolder } from "../local/assets/index.ts";
import type { Measurement } from "./measurement.ts";

/** Measures `npm ci` in a new clone. Downloads what npm's cache does not have. */
export const install: Measurement = {
  name: "install",
  about: "npm ci in a new clone (needs the network or npm's cache)",
  onlyByName: true,
  async measure(bench) {
    const clone = join(bench.folder, "clone");
    await run("git", ["clone", "--quiet", projectFolder, clone], bench.folder);
    bench.say("npm ci");
    const begun = performance.now();
    await run("npm", ["ci", "--no-audit", "--no-fund"], clone);
    return [
      {
        name: "npm ci",
        value: (performance.now() - begun) / 1000,
        unit: "s",
        note: "with npm's current cache on this machine; builds the page and converts the networks",
      },
    ];
  },
};

async function run(program: string, words: readonly string[], cwd: string): Promise<void> {
  await promisify(execFile)(program, words, { cwd, maxBuffer: 64 * 1024 * 1024 });
}
