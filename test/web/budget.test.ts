import assert from "node:assert/strict";
import { readFile, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { builtPage } from "./build.ts";

/** What a first visit may load before anything plays. Raise it only in the change that needs more, and say why. */
const FIRST_LOAD_BYTES = 35 * 1024;

describe("web: what a first visit loads", function () {
  this.timeout(60_000);
  let dist: string;
  let html: string;

  before(async () => {
    dist = await builtPage();
    html = await readFile(join(dist, "index.html"), "utf8");
  });

  it("is at most 35 KB as brotli, and has no player in it", async () => {
    const linked = [...html.matchAll(/(?:src|href)="\/([^"]+)"/g)].map(([, path]) => path ?? "");
    const sizes = await Promise.all(
      ["index.html", ...linked].map(async (path) => [path, (await stat(join(dist, `${path}.br`))).size] as const),
    );
    const total = sizes.reduce((sum, [, size]) => sum + size, 0);
    assert.ok(total <= FIRST_LOAD_BYTES, `${total} bytes: ${JSON.stringify(sizes)}`);
    assert.ok(!linked.some((path) => path.includes("engine")), linked.join());
  });

  it("has every text file twice more: as brotli and as gzip", async () => {
    const files = (await readdir(dist, { recursive: true })).filter((name) => /\.(css|html|js|svg)$/.test(name));
    assert.ok(files.length > 5, files.join());
    for (const file of files) {
      const [plain, br, gz] = await Promise.all(["", ".br", ".gz"].map((end) => readFile(join(dist, file + end))));
      assert.ok(plain !== undefined && br !== undefined && gz !== undefined);
      assert.ok(brotliDecompressSync(br).equals(plain), file);
      assert.ok(gunzipSync(gz).equals(plain), file);
      assert.ok(br.length < gz.length, `${file}: ${br.length} bytes as brotli, ${gz.length} as gzip`);
    }
  });

  it("keeps hls.js in a part of its own, with its worker as a file", async () => {
    const assets = await readdir(join(dist, "assets"));
    const sources = new Map(
      await Promise.all(
        assets
          .filter((name) => name.endsWith(".js"))
          .map(async (name) => [name, await readFile(join(dist, "assets", name), "utf8")] as const),
      ),
    );
    const players = [...sources]
      .filter(([, source]) => source.includes("hlsManifestLoading"))
      .map(([name]) => name.replace(/-[\w-]{8}\.js$/, ""));
    assert.ok(players.includes("engine"), players.join());
    assert.ok(!players.includes("index"), players.join());
    assert.equal(assets.filter((name) => /^hls\.worker-[\w-]{8}\.js$/.test(name)).length, 1);
  });

  it("has nothing inline that a strict content security policy would refuse", () => {
    assert.doesNotMatch(html, /<script(?![^>]*\ssrc=)/);
    assert.doesNotMatch(html, /<style|\sstyle=|\son\w+=|javascript:/);
  });

  it("names every script and style after its content", async () => {
    const assets = await readdir(join(dist, "assets"));
    assert.deepEqual(
      assets.filter((name) => !/-[\w-]{8}\.\w+(\.br|\.gz)?$/.test(name)),
      [],
    );
  });
});
