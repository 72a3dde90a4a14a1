import assert from "node:assert/strict";
import { createReadStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ListBucketsCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { assetFile } from "../../local/assets/index.ts";
import { takeStill } from "../../local/media/publisher/still.ts";
import { startSpotlight, until, type Spotlight } from "../support/spotlight.ts";

/** The functions' grants, the distribution's cache and real faces, which the tests of the API don't have. */
describe("review of real moments", function () {
  this.timeout(90_000);
  let folder: string;
  let spotlight: Spotlight;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "spotlight-review-"));
    spotlight = await startSpotlight(join(folder, "data"), []);
  });
  after(async () => {
    await spotlight.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const send = (method: string, path: string, body?: object | Buffer): Promise<Response> =>
    fetch(`${spotlight.outputs.apiUrl}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${spotlight.outputs.adminToken}`,
        ...(body !== undefined && { "content-type": Buffer.isBuffer(body) ? "image/jpeg" : "application/json" }),
      },
      ...(body !== undefined && { body: Buffer.isBuffer(body) ? new Uint8Array(body) : JSON.stringify(body) }),
    });
  const undo = async (act: Response): Promise<number> =>
    (await send("POST", `/undo/${act.headers.get("undo-id")}`)).status;
  const clips = async (method = send): Promise<string[]> => {
    const { items } = (await (await method("GET", "/clips")).json()) as {
      items: { id: string; subject: { id: string } }[];
    };
    return items.map(({ id, subject }) => `${id} ${subject.id}`);
  };
  const viewersClips = (): Promise<string[]> =>
    // A filter of its own, so that no answer from before is shared.
    clips((_, path) => fetch(`${spotlight.outputs.apiUrl}${path}?limit=${10 + (count += 1)}`));
  let count = 0;

  /** Whether the page of a clip, the same for crawlers and browsers, has tags that lead to its poster. */
  async function previewsAre(id: string, there: boolean): Promise<void> {
    const { pageUrl } = spotlight.outputs;
    const pages = await Promise.all(
      ["facebookexternalhit/1.1", "Twitterbot/1.0", "Mozilla/5.0 Chrome/153.0"].map(async (agent) => {
        const page = await fetch(`${pageUrl}/?clip=${id}`, { headers: { "user-agent": agent } });
        assert.deepEqual([page.status, page.headers.get("vary")], [200, "Accept-Encoding"]);
        assert.match(page.headers.get("content-security-policy") ?? "", /script-src 'self'/);
        return page.text();
      }),
    );
    const plain = await (await fetch(pageUrl)).text();
    assert.equal(new Set(pages).size, 1);
    assert.equal(pages[0] === plain, !there);
    if (!there) return;
    const image = /<meta property="og:image" content="([^"]*)"/.exec(pages[0] ?? "")?.[1] ?? "";
    assert.ok(image.startsWith(`${pageUrl}/vod/`), image);
    const poster = await fetch(image);
    assert.deepEqual([poster.status, poster.headers.get("content-type")], [200, "image/jpeg"]);
    await poster.arrayBuffer();
  }

  it("finds people by the faces of merged entries, and takes back all that editors do", async () => {
    const footage = await assetFile("footage", "examples/media/cap13_edit2.mp4");
    for (const name of ["Franck", "Someone"]) await send("POST", "/people", { name });
    assert.equal((await send("POST", "/people/franck/photos", await takeStill(footage, 10))).status, 201);
    assert.deepEqual(await (await send("GET", "/people/franck/look-alikes")).json(), { items: [] });
    const merge = await send("POST", "/people/franck/merge", { into: "someone" });
    assert.equal(merge.status, 200);

    await archive(spotlight, "main/20200101T000000/recording.000000.ts", footage);
    const [clip = ""] = await until(
      async () => {
        const found = await clips();
        return found.length > 0 ? found : undefined;
      },
      { within: 45_000, what: () => `a clip is there; log:\n${spotlight.log()}` },
    );
    const [id = "", subject] = clip.split(" ");
    assert.equal(subject, "someone");

    await previewsAre(id, true);
    const rejected = await send("PATCH", `/clips/${id}`, { review: "rejected" });
    assert.deepEqual([await viewersClips(), await clips()], [[], [clip]]);
    assert.equal((await fetch(`${spotlight.outputs.apiUrl}/clips/${id}/playlist.m3u8`)).status, 404);
    await previewsAre(id, false);
    assert.equal(await undo(rejected), 200);
    const deleted = await send("DELETE", `/clips/${id}`);
    assert.deepEqual(await clips(), []);
    assert.equal(await undo(deleted), 200);
    assert.equal(await undo(merge), 200);
    const given = await send("PATCH", `/clips/${id}`, { subject: "franck" });
    assert.deepEqual(await viewersClips(), [`${id} franck`]);
    assert.equal(await undo(given), 200);
    assert.deepEqual(await viewersClips(), [clip]);
    assert.deepEqual(await (await send("DELETE", "/people/someone")).json(), {
      id: "someone",
      name: "Someone",
      faces: 0,
      clips: 1,
      broadcasts: 1,
    });
  });
});

async function archive({ environment }: Spotlight, key: string, file: string): Promise<void> {
  const s3 = new S3Client({
    endpoint: environment["AWS_ENDPOINT_URL"] ?? "",
    region: environment["AWS_REGION"] ?? "",
    forcePathStyle: true,
    credentials: {
      accessKeyId: environment["AWS_ACCESS_KEY_ID"] ?? "",
      secretAccessKey: environment["AWS_SECRET_ACCESS_KEY"] ?? "",
    },
  });
  const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
  const Bucket = Buckets.find(({ Name }) => Name?.startsWith("archive"))?.Name ?? "";
  await s3.send(new PutObjectCommand({ Bucket, Key: key, Body: createReadStream(file) }));
  s3.destroy();
}
