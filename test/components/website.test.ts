import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { PrivateBucket } from "../../components/private-bucket.ts";
import { Website } from "../../components/website.ts";
import { deploy } from "./mocks.ts";

describe("Website", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "spotlight-web-"));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  it("uploads the built page with content types; hashed files may be cached, others are revalidated", async () => {
    await mkdir(path.join(folder, "assets", "fonts"), { recursive: true });
    for (const file of ["index.html", "favicon.svg", "notes", "assets/index-3f2a.js", "assets/fonts/a-91.WOFF2"])
      await writeFile(path.join(folder, file), file);
    const stack = await deploy(() => new Website("page", { bucket: new PrivateBucket("web"), folder }));
    const kept = "public, max-age=31536000, immutable";
    assert.deepEqual(
      stack
        .all("aws:s3/bucketObjectv2:BucketObjectv2")
        .map(({ inputs }) => [inputs["bucket"], inputs["key"], inputs["contentType"], inputs["cacheControl"]]),
      [
        ["web", "assets/fonts/a-91.WOFF2", "font/woff2", kept],
        ["web", "assets/index-3f2a.js", "text/javascript; charset=utf-8", kept],
        ["web", "favicon.svg", "image/svg+xml", "no-cache"],
        ["web", "index.html", "text/html; charset=utf-8", "no-cache"],
        ["web", "notes", "application/octet-stream", "no-cache"],
      ],
    );
  });

  it("uploads what the build compressed as what it is, encoded", async () => {
    await mkdir(path.join(folder, "assets"));
    for (const file of ["index.html", "index.html.br", "index.html.gz", "assets/index-3f2a.js.br"])
      await writeFile(path.join(folder, file), file);
    const stack = await deploy(() => new Website("page", { bucket: new PrivateBucket("web"), folder }));
    assert.deepEqual(
      stack
        .all("aws:s3/bucketObjectv2:BucketObjectv2")
        .map(({ inputs }) => [inputs["key"], inputs["contentType"], inputs["contentEncoding"], inputs["cacheControl"]]),
      [
        ["assets/index-3f2a.js.br", "text/javascript; charset=utf-8", "br", "public, max-age=31536000, immutable"],
        ["index.html", "text/html; charset=utf-8", undefined, "no-cache"],
        ["index.html.br", "text/html; charset=utf-8", "br", "no-cache"],
        ["index.html.gz", "text/html; charset=utf-8", "gzip", "no-cache"],
      ],
    );
  });

  it("says what to do when the page is not built", async () => {
    await assert.rejects(
      deploy(() => new Website("page", { bucket: new PrivateBucket("web"), folder })),
      /^Error: The page is not built: .* has no index\.html; run "npm run build" first\.$/,
    );
  });
});
