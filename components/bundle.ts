import { fileURLToPath } from "node:url";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { build } from "esbuild";

/** The project's folder; entry files and `dist/` are below it. */
export const projectFolder = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** Makes a function's deployment package of its entry file (a path in the project). Tests give a stub. */
export type Bundler = (name: string, entry: string) => pulumi.Input<pulumi.asset.Archive>;

/**
 * Bundles an entry file and all it imports, the AWS SDK too (so that the tested version runs), into
 * `dist/functions/NAME/index.mjs`. Not minified: a stack trace in a log should be readable.
 *
 * @throws when the entry file is missing or does not compile; esbuild's message names the place.
 */
export async function bundleFunction(name: string, entry: string): Promise<pulumi.asset.Archive> {
  const outfile = path.join(projectFolder, "dist", "functions", name, "index.mjs");
  await build({
    absWorkingDir: projectFolder,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: "node",
    target: "node24",
    format: "esm",
    mainFields: ["module", "main"],
    sourcemap: "linked",
    sourcesContent: false,
    legalComments: "none",
    logLevel: "silent",
    // CommonJS packages inside an ES module still call require for Node's own modules.
    banner: {
      js: 'import { createRequire as bundleRequire } from "node:module"; const require = bundleRequire(import.meta.url); process.setSourceMapsEnabled(true);',
    },
  });
  return new pulumi.asset.AssetArchive({
    "index.mjs": new pulumi.asset.FileAsset(outfile),
    "index.mjs.map": new pulumi.asset.FileAsset(`${outfile}.map`),
  });
}
