import { readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import * as pulumi from "@pulumi/pulumi";
import { build, version as esbuildVersion, type BuildOptions, type Plugin } from "esbuild";

/** The project's folder; entry files and `dist/` are below it. */
export const projectFolder = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** Builds a function's deployment package from its entry file (a path in the project). Tests pass a stub. */
export type Bundler = (name: string, entry: string) => pulumi.Input<pulumi.asset.Archive>;

/**
 * Packages that a function needs little or nothing of, and what takes their place: a third of the API's bundle, and of
 * the time that it takes to load.
 */
const replacements: Readonly<Record<string, string>> = {
  // Lambda hands over the role's credentials in the environment. The SDK also looks for profiles, single sign-on and
  // other machines' metadata services.
  "@aws-sdk/credential-provider-node": 'export { fromEnv as defaultProvider } from "@aws-sdk/credential-provider-env";',
  // Fastify makes these of Ajv, and then uses the API's own.
  "@fastify/ajv-compiler": leftOut("Ajv"),
  "@fastify/fast-json-stringify-compiler": leftOut("fast-json-stringify"),
  // For an OpenAPI document as YAML, which the API doesn't have.
  yaml: leftOut("yaml"),
};

function leftOut(name: string): string {
  return `module.exports = () => () => { throw new Error("${name} is not part of this bundle"); };`;
}

const replace: Plugin = {
  name: "replace",
  setup(esbuild) {
    const names = new RegExp(`^(${Object.keys(replacements).join("|")})$`);
    esbuild.onResolve({ filter: names }, ({ path: name }) => ({ path: name, namespace: "replacement" }));
    esbuild.onLoad({ filter: names, namespace: "replacement" }, ({ path: name }) => ({
      contents: replacements[name],
      resolveDir: projectFolder,
    }));
  },
};

/**
 * Without white space, which takes time to read, but with all names and in short lines, so that a stack trace in a log
 * says where it was. The AWS SDK is bundled too, so that the tested version runs. What a function imports only when it
 * needs it is a file of its own, which takes no time to read before.
 */
const options = {
  bundle: true,
  platform: "node",
  target: "node24",
  format: "esm",
  splitting: true,
  entryNames: "index",
  outExtension: { ".js": ".mjs" },
  mainFields: ["module", "main"],
  // Written next to the bundle but not deployed: loading it costs a function 300 ms and 100 MB.
  sourcemap: "external",
  legalComments: "none",
  minifyWhitespace: true,
  minifySyntax: true,
  lineLimit: 120,
  logLevel: "silent",
  // CommonJS packages bundled into an ES module still call require for Node's own modules.
  banner: {
    js: 'import { createRequire as bundleRequire } from "node:module"; const require = bundleRequire(import.meta.url);',
  },
} as const satisfies BuildOptions;

/**
 * Bundles an entry file and everything it imports into `dist/functions/NAME/index.mjs`, and modules that this imports
 * later, unless that bundle was built from the same files.
 *
 * @param folder where the entry file and `dist/` are: the project, except in tests
 * @throws when the entry file is missing or does not compile; esbuild's message names the place.
 */
export async function bundleFunction(
  name: string,
  entry: string,
  folder: string = projectFolder,
): Promise<pulumi.asset.Archive> {
  const outdir = path.join(folder, "dist", "functions", name);
  const record = path.join(outdir, "inputs.json");
  const modules = (await freshModules(folder, outdir, record)) ?? (await rebuild());
  return new pulumi.asset.AssetArchive(
    Object.fromEntries(modules.map((file) => [file, new pulumi.asset.FileAsset(path.join(outdir, file))])),
  );

  async function rebuild(): Promise<string[]> {
    const { metafile } = await build({
      ...options,
      absWorkingDir: folder,
      entryPoints: [entry],
      outdir,
      metafile: true,
      plugins: [replace],
    });
    const outputs = Object.keys(metafile.outputs).map((file) => path.basename(file));
    const old = (await readdir(outdir)).filter((file) => !outputs.includes(file));
    await Promise.all(old.map((file) => rm(path.join(outdir, file), { force: true })));
    const files: Record<string, string> = {};
    for (const file of [...Object.keys(metafile.inputs), "package-lock.json"])
      files[file] = await stampOf(folder, file);
    const built = outputs.filter((file) => file.endsWith(".mjs"));
    await writeFile(record, JSON.stringify({ made: recipe, files, modules: built }));
    return built;
  }
}

/** What a bundle depends on besides its files. */
const recipe = JSON.stringify([esbuildVersion, options, replacements]);

/** The modules of a bundle that was built from the files as they are; undefined if it has to be built. */
async function freshModules(folder: string, outdir: string, record: string): Promise<string[] | undefined> {
  try {
    const { made, files, modules } = JSON.parse(await readFile(record, "utf8")) as {
      made: string;
      files: Record<string, string>;
      modules: string[];
    };
    const stamps = await Promise.all(
      Object.keys(files).map(async (file) => (await stampOf(folder, file)) === files[file]),
    );
    await Promise.all(modules.map((file) => stat(path.join(outdir, file))));
    return made === recipe && stamps.every(Boolean) ? modules : undefined;
  } catch {
    // The record is missing or incomplete, so build the bundle again.
    return undefined;
  }
}

/** Size and modification time of a file; empty if it does not exist. */
async function stampOf(folder: string, file: string): Promise<string> {
  try {
    const { size, mtimeMs } = await stat(path.join(folder, file));
    return `${size} ${mtimeMs}`;
  } catch {
    return "";
  }
}
