import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Static } from "typebox";
import type { ClipSchema } from "../../api/schemas/clip.ts";
import type { RecordingSchema } from "../../api/schemas/recording.ts";
import { assetFile } from "../../local/assets/index.ts";
import { publish, type Publisher } from "../../local/media/publisher/publish.ts";
import { takeStill } from "../../local/media/publisher/still.ts";
import { startSpotlight, until, type Spotlight } from "../support/spotlight.ts";

type Recording = Static<typeof RecordingSchema>;
type Clip = Static<typeof ClipSchema>;

/** A channel of two pipelines, each with a publisher of its own, of which the first dies. */
describe("a STANDARD channel whose first publisher dies", function () {
  this.timeout(150_000);

  let data: string;
  let spotlight: Spotlight;
  const publishers: Publisher[] = [];

  before(async () => {
    data = await mkdtemp(join(tmpdir(), "standby-"));
    spotlight = await startSpotlight(data, [
      "--config",
      'ladder=[{"name":"360p","height":360,"bitrate":600000}]',
      "--config",
      "rolloverSeconds=4",
      "--config",
      "channelClass=STANDARD",
    ]);
  });
  after(async () => {
    for (const publisher of publishers) publisher.kill();
    await spotlight.stop();
    await rm(data, { recursive: true, force: true });
  });

  const get = async <Item>(path: string): Promise<Item[]> => {
    const { items } = (await (await fetch(`${spotlight.outputs.apiUrl}${path}`)).json()) as { items: Item[] };
    return items;
  };

  it("has every moment once, from one publisher or the other", async () => {
    const { apiUrl, adminToken, channels } = spotlight.outputs;
    const franck = await assetFile("footage", "examples/media/franck.mp4");
    const headers = { authorization: `Bearer ${adminToken}` };
    await fetch(`${apiUrl}/people`, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body: JSON.stringify({ name: "Franck" }),
    });
    const registered = await fetch(`${apiUrl}/people/franck/photos`, {
      method: "POST",
      headers: { ...headers, "content-type": "image/jpeg" },
      body: new Uint8Array(await takeStill(franck, 20)),
    });
    assert.equal(registered.status, 201);

    const { ingestServer, streamKey, standby } = channels["main"]!;
    const stream = (server: string, key: string): Publisher => {
      const publisher = publish({
        url: `${server}/${key}`,
        scenes: [{ file: franck, fromSeconds: 30, seconds: 25 }],
        width: 640,
        height: 360,
        preset: "ultrafast",
      });
      publishers.push(publisher);
      return publisher;
    };
    const [first, second] = [stream(ingestServer, streamKey), stream(standby!.ingestServer, standby!.streamKey)];
    const startedAt = await first.started;
    await new Promise((resolve) => setTimeout(resolve, 16_000));
    first.kill();
    const killedAt = Date.now();
    const { startedAt: secondAt, scenes } = await second.done;
    const endedAt = secondAt + scenes[0]!.endMs;

    await until(
      async () => {
        const recordings = await get<Recording>("/recordings?limit=100");
        const last = recordings.filter(({ id }) => id.includes(".5")).find(({ state }) => state === "indexed");
        return (
          recordings.every(({ state }) => !["converting", "analysing", "failed"].includes(state)) &&
          last?.start !== null &&
          last !== undefined &&
          Date.parse(last.start) + last.durationMs! >= endedAt - 300
        );
      },
      { within: 60_000, what: () => `all is indexed; log:\n${spotlight.log()}` },
    );
    const clips = await get<Clip>("/clips?order=asc");
    const seen = clips.flatMap(({ start, appearances }) =>
      appearances.map(({ recording, startMs, endMs }) => ({ start, recording, startMs, endMs })),
    );
    assert.equal(clips.length, 2, JSON.stringify({ seen, startedAt, killedAt, endedAt }));
    const [before, after] = clips as [Clip, Clip];
    const off = (time: string, expectedMs: number): number => Math.abs(Date.parse(time) - expectedMs);
    assert.ok(off(before.start, startedAt) <= 1500, `${before.start} ${startedAt}`);
    assert.ok(off(before.end, killedAt) <= 2500, `${before.end} ${killedAt}`);
    assert.ok(off(after.start, Date.parse(before.end)) <= 2500, "no hole between the two");
    assert.ok(off(after.end, endedAt) <= 1500, `${after.end} ${endedAt}`);
    assert.match(before.appearances[0]!.recording, /\.0000\d\d$/);
    assert.match(after.appearances[0]!.recording, /\.5000\d\d$/);
    const spare = (await get<Recording>("/recordings?limit=100")).filter(({ state }) => state === "idle");
    assert.equal(
      spare.find(({ id }) => id.endsWith(".500000"))?.error,
      "The channel's first pipeline recorded the same, or nobody streamed, so it was not converted.",
    );
  });
});
