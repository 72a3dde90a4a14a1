import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import * as pulumi from "@pulumi/pulumi";
import { bundleFunction } from "../../components/bundle.ts";

describe("bundleFunction", () => {
  let folder: string;
  let outfile: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "spotlight-bundle-"));
    outfile = path.join(folder, "dist", "functions", "greet", "index.mjs");
    await mkdir(path.join(folder, "handlers"));
    await writeFile(path.join(folder, "handlers", "word.ts"), "export const word: string = 'hello';\n");
    await writeFile(
      path.join(folder, "handlers", "legacy.cjs"),
      "module.exports = require('node:path').basename('/a/b');\n",
    );
    await writeFile(
      path.join(folder, "handlers", "greet.ts"),
      "import { word } from './word.ts';\nimport legacy from './legacy.cjs';\nexport const handler = async " +
        "() => `${word} ${legacy}`;\n",
    );
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  it("bundles a handler, its imports and CommonJS packages that require Node's modules into one module", async () => {
    await bundleFunction("greet", "handlers/greet.ts", folder);
    const { handler } = (await import(pathToFileURL(outfile).href)) as { handler: () => Promise<string> };
    assert.equal(await handler(), "hello b");
  });

  it("leaves a bundle alone while its files are the same, and rebuilds it when one changes", async () => {
    await bundleFunction("greet", "handlers/greet.ts", folder);
    const first = await stat(outfile);
    await bundleFunction("greet", "handlers/greet.ts", folder);
    assert.equal((await stat(outfile)).mtimeMs, first.mtimeMs);
    await writeFile(path.join(folder, "handlers", "word.ts"), "export const word: string = 'good morning';\n");
    await bundleFunction("greet", "handlers/greet.ts", folder);
    assert.match(await readFile(outfile, "utf8"), /good morning/);
  });

  it("keeps what is imported later in modules of their own, without those of an earlier build", async () => {
    const entry = (file: string) => `export const handler = async () => (await import('./${file}.ts')).word;\n`;
    const modulesOf = async () => (await readdir(path.dirname(outfile))).filter((file) => file.endsWith(".mjs")).length;
    await writeFile(path.join(folder, "handlers", "later.ts"), "export const word = 'good evening';\n");
    await writeFile(path.join(folder, "handlers", "greet.ts"), entry("word"));
    await bundleFunction("greet", "handlers/greet.ts", folder);
    await writeFile(path.join(folder, "handlers", "greet.ts"), entry("later"));
    const archive = await bundleFunction("greet", "handlers/greet.ts", folder);
    const { handler } = (await import(`${pathToFileURL(outfile).href}?later`)) as { handler: () => Promise<string> };
    assert.equal(await handler(), "good evening");
    assert.doesNotMatch(await readFile(outfile, "utf8"), /good evening/);
    assert.equal(await modulesOf(), 2);
    assert.ok(archive instanceof pulumi.asset.AssetArchive);
    assert.equal(Object.keys(await archive.assets).length, 2);
  });

  it("rebuilds a bundle when the last attempt left an incomplete one", async () => {
    await bundleFunction("greet", "handlers/greet.ts", folder);
    await rm(outfile);
    await bundleFunction("greet", "handlers/greet.ts", folder);
    assert.match(await readFile(outfile, "utf8"), /hello/);
  });

  it("takes a function's credentials from its environment, without the SDK's other ways to find some", async () => {
    await writeFile(
      path.join(folder, "handlers", "greet.ts"),
      "import { defaultProvider } from '@aws-sdk/credential-provider-node';\n" +
        "export const handler = defaultProvider();\n",
    );
    await bundleFunction("greet", "handlers/greet.ts", folder);
    const { size } = await stat(outfile);
    assert.ok(size < 100_000, `${size} bytes`);
    const { handler } = (await import(pathToFileURL(outfile).href)) as { handler: () => Promise<object> };
    const environment = process.env;
    process.env = {
      ...environment,
      AWS_ACCESS_KEY_ID: "key",
      AWS_SECRET_ACCESS_KEY: "secret",
      AWS_SESSION_TOKEN: "it",
    };
    try {
      assert.partialDeepStrictEqual(await handler(), {
        accessKeyId: "key",
        secretAccessKey: "secret",
        sessionToken: "it",
      });
    } finally {
      process.env = environment;
    }
  });

  it("names the entry file that is missing", async () => {
    await assert.rejects(
      bundleFunction("nobody", "handlers/nobody.ts", folder),
      /Could not resolve "handlers\/nobody\.ts"/,
    );
  });
});
