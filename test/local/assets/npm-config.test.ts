import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readNpmConfig } from "../../../local/assets/npm-config.ts";

describe("npm's configuration for fetching assets", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "npmrc-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("prefers the environment to the project's file, and that to the user's", async () => {
    await writeFile(
      join(folder, "user"),
      "registry=https://user.example/\nproxy = http://proxy.example:3128\n; comment\nstrict-ssl=false\n",
    );
    await writeFile(join(folder, ".npmrc"), "proxy=http://project.example:3128\n");
    const config = await readNpmConfig(folder, {
      npm_config_userconfig: join(folder, "user"),
      npm_config_registry: "https://environment.example/",
    });
    assert.equal(config.registry, "https://environment.example/");
    assert.equal(config.proxy, "http://project.example:3128");
    assert.equal(config.strictSSL, false);
  });

  it("reads a registry's credentials from the file, with environment variables replaced", async () => {
    await writeFile(join(folder, "user"), "//npm.example/:_authToken=${TOKEN}\n");
    const config = await readNpmConfig(folder, { npm_config_userconfig: join(folder, "user"), TOKEN: "open sesame" });
    assert.equal(config["//npm.example/:_authToken"], "open sesame");
  });

  it("splits the certificates of a cafile", async () => {
    const certificate = (body: string) => `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----`;
    await writeFile(join(folder, "ca.pem"), `# root\n${certificate("one")}\n${certificate("two")}\n`);
    const config = await readNpmConfig(folder, {
      npm_config_userconfig: join(folder, "none"),
      npm_config_cafile: join(folder, "ca.pem"),
    });
    assert.deepEqual(config.ca, [certificate("one"), certificate("two")]);
  });

  it("uses npm's public registry if nothing is configured", async () => {
    const config = await readNpmConfig(folder, { npm_config_userconfig: join(folder, "none") });
    assert.equal(config.registry, "https://registry.npmjs.org/");
    assert.equal(config.strictSSL, true);
    assert.equal(config.ca, undefined);
  });
});
