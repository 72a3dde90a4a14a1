import assert from "node:assert/strict";
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freeBytes } from "../../local/disk.ts";
import { publish, type Publisher } from "../../local/media/publisher/publish.ts";
import { startSpotlight, until, type Spotlight } from "../support/spotlight.ts";

interface Recording {
  id: string;
  state: string;
  start: string;
}

/** So much is written to the disk, so that less is free than must be. */
const fillerBytes = 1_000_000_000;

describe("a disk that is almost full", function () {
  this.timeout(180_000);
  let data: string;
  let spotlight: Spotlight;
  let publisher: Publisher;

  before(async () => {
    data = await mkdtemp(join(tmpdir(), "low-disk-"));
    const reserve = Math.floor((freeBytes(data) - fillerBytes / 2) / 1e6);
    const options = ["--min-free", `${reserve}MB`, "--keep", "1MB", "--config", "rolloverSeconds=6"];
    spotlight = await startSpotlight(data, options);
    const { ingestServer, streamKey } = spotlight.outputs;
    publisher = publish({
      url: `${ingestServer}/${streamKey}`,
      scenes: [{ picture: "test", seconds: 170 }],
      width: 640,
      height: 360,
      preset: "ultrafast",
    });
  });
  after(async () => {
    publisher.kill();
    await spotlight.stop();
    await rm(data, { recursive: true, force: true });
  });

  const call = async <Answer>(path: string, init: RequestInit = {}): Promise<Answer> => {
    const { apiUrl, adminToken } = spotlight.outputs;
    const headers = { authorization: `Bearer ${adminToken}`, "content-type": "application/json" };
    const response = await fetch(`${apiUrl}${path}`, { ...init, headers });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as Answer;
  };
  const recordings = async (): Promise<Recording[]> =>
    (await call<{ items: Recording[] }>("/recordings?order=asc&limit=100")).items;
  const alerts = async (): Promise<string[]> =>
    (await call<{ ingest: { alerts: { type: string }[] } }>("/channels/main")).ingest.alerts.map(({ type }) => type);
  /** The number of the newest segment that viewers get. */
  const newestSegment = async (): Promise<number> => {
    const { playbackUrl } = spotlight.outputs;
    const [variant = ""] = (await (await fetch(playbackUrl)).text()).match(/^[^#\n].*$/m) ?? [];
    const playlist = await (await fetch(new URL(variant, playbackUrl))).text();
    const name = playlist.match(/^segment_.*_\d+\.m4s$/gm)?.at(-1) ?? "";
    const segment = await fetch(new URL(name, playbackUrl));
    assert.equal(segment.status, 200);
    return Number(/_(\d+)\.m4s$/.exec(name)?.[1]);
  };
  const said = (text: RegExp): number => spotlight.log().match(new RegExp(text, "g"))?.length ?? 0;

  it("pauses recording, deletes what is not kept, leaves live alone, and goes on when there is space", async () => {
    const wait = { within: 60_000, what: () => spotlight.log() };
    const [marked, other] = await until(async () => {
      const indexed = (await recordings()).filter(({ state }) => state === "indexed");
      return indexed.length >= 2 ? indexed : undefined;
    }, wait);
    assert.ok(marked !== undefined && other !== undefined);
    const at = new Date(Date.parse(marked.start) + 3000).toISOString();
    const mark = { label: "Goal", at, beforeMs: 1000, afterMs: 1000 };
    await call("/channels/main/marks", { method: "POST", body: JSON.stringify(mark) });

    const filler = join(data, "filler");
    const file = await open(filler, "w");
    for (let left = fillerBytes; left > 0; left -= 50_000_000) await file.write(Buffer.alloc(50_000_000));
    await file.close();
    await until(async () => (await alerts()).includes("Archive Paused"), wait);
    // The mark is an editor's word, so its recording stays.
    await until(async () => (await recordings()).every(({ id }) => id !== other.id), wait);
    assert.equal((await recordings())[0]?.id, marked.id);
    const media = `${spotlight.outputs.pageUrl}/vod/${other.id.replaceAll(".", "/")}/recording.mp4`;
    assert.equal((await fetch(media, { method: "HEAD" })).status, 404);

    const segment = await newestSegment();
    await until(async () => (await newestSegment()) >= segment + 2, wait);
    // What ended when the archive paused is there by now, and nothing follows.
    const before = (await recordings()).map(({ id }) => id);
    await until(async () => (await newestSegment()) >= segment + 6, wait);
    assert.deepEqual(
      (await recordings()).map(({ id }) => id),
      before,
    );

    await rm(filler);
    const newest = before.at(-1) ?? "";
    await until(async () => {
      const now = await recordings();
      return now.filter(({ id, state }) => id > newest && state === "indexed").length >= 1;
    }, wait);
    assert.deepEqual(await alerts(), []);
    assert.deepEqual([said(/The disk is almost full/), said(/There is space again/)], [1, 1]);
    assert.equal(said(/\n {4}at /), 0, spotlight.log());
  });
});
