import { execFile } from "node:child_process";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { bundleFunction, projectFolder } from "../components/bundle.ts";
import type { Measurement } from "./measurement.ts";
import { median } from "./statistics.ts";

const rounds = 9;

/** Settings that the functions read while they load. Nothing connects to these addresses. */
const environment = {
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "bench",
  AWS_SECRET_ACCESS_KEY: "bench",
  CATALOGUE_TABLE: "catalogue",
  ARCHIVE_BUCKET: "archive",
  VOD_BUCKET: "vod",
  WEB_BUCKET: "web",
  COLLECTION_ID: "people",
  CONVERT_QUEUE_URL: "http://127.0.0.1/queue",
  SEARCHES_QUEUE_URL: "http://127.0.0.1/searches",
  SEARCH_ON_REGISTRATION: "false",
  WEBHOOK_QUEUE_URL: "http://127.0.0.1/webhooks",
  LOCAL_WEBHOOKS: "false",
  ADMIN_TOKEN_SHA256: "0".repeat(64),
  ORIGIN_SECRET_SHA256: "1".repeat(64),
  EXPORT_QUEUE_ARN: "arn:queue",
  EXPORT_ROLE_ARN: "arn:role",
  CHANNELS: "[]",
};

/** Measures the size of each function's bundle, and how long a new process takes to load it. */
export const functions: Measurement = {
  name: "functions",
  about: "each function's bundle in KB, and how long a new process takes to load it",
  async measure(bench) {
    const empty = join(bench.folder, "empty.mjs");
    writeFileSync(empty, "");
    const figures = [];
    for (const entry of entries()) {
      const name = entry
        .replace(/^handlers\//, "")
        .replace(/\.ts$/, "")
        .replaceAll("/", "-");
      await bundleFunction(name, entry);
      const folder = join(projectFolder, "dist", "functions", name);
      const bundle = join(folder, "index.mjs");
      const runs: { init: number; floor: number }[] = [];
      for (let round = 1; round <= rounds; round++)
        runs.push({ init: await processMs(bundle), floor: await processMs(empty) });
      const extra = median(runs.map(({ init, floor }) => init - floor));
      const [init, floor] = [median(runs.map((run) => run.init)), median(runs.map((run) => run.floor))];
      const ratio = median(runs.map((run) => run.init / run.floor));
      bench.say(`${entry}: ${Math.round(extra)} ms`);
      figures.push(
        { name: `${entry}, bundle`, value: modulesSize(folder) / 1024, unit: "KB" as const },
        {
          name: `${entry}, init`,
          value: extra,
          unit: "ms" as const,
          note:
            `${init.toFixed(0)} ms for a process that loads it, ${floor.toFixed(0)} ms for one with an empty module ` +
            `(${ratio.toFixed(2)} ×); median of ${rounds} pairs`,
        },
      );
    }
    return figures;
  },
};

/** The functions' entry files, as paths in the project. */
function entries(): string[] {
  const handlers = readdirSync(join(projectFolder, "handlers"), { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map(({ name }) => `handlers/${name}`)
    .filter((entry) =>
      /^export (const|async function|function) handler\b/m.test(readFileSync(join(projectFolder, entry), "utf8")),
    );
  return [...handlers.toSorted(), "api/lambda.ts"];
}

/** The size in bytes of all modules in a folder. */
function modulesSize(folder: string): number {
  const modules = readdirSync(folder).filter((file) => file.endsWith(".mjs"));
  return modules.reduce((size, file) => size + statSync(join(folder, file)).size, 0);
}

/** How long a new process takes to start, import the module and exit, in milliseconds. */
async function processMs(module: string): Promise<number> {
  const load = `await import(${JSON.stringify(pathToFileURL(module).href)}); process.exit(0);`;
  const begun = performance.now();
  await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", load], {
    env: { ...process.env, ...environment },
  });
  return performance.now() - begun;
}
