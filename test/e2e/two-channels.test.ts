import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Static } from "typebox";
import type { BroadcastSchema } from "../../api/schemas/broadcast.ts";
import type { ChannelSchema } from "../../api/schemas/channel.ts";
import type { RecordingSchema } from "../../api/schemas/recording.ts";
import type { ChannelOutputs } from "../../local/cli/panel.ts";
import { publish, type Publisher } from "../../local/media/publisher/publish.ts";
import { startSpotlight, until, type Spotlight } from "../support/spotlight.ts";

type Broadcast = Static<typeof BroadcastSchema>;
type Channel = Static<typeof ChannelSchema>;
type Recording = Static<typeof RecordingSchema>;

/** The program with two channels on the local engine: each has its own key, playback path and recordings. */
describe("two channels", function () {
  this.timeout(90_000);
  this.bail(true);

  const publishers: Publisher[] = [];
  let data: string;
  let spotlight: Spotlight;
  let main: ChannelOutputs;
  let second: ChannelOutputs;

  before(async () => {
    data = await mkdtemp(join(tmpdir(), "two-channels-"));
    spotlight = await startSpotlight(data, [
      "--config",
      'channels=[{"id":"main","name":"Main"},{"id":"second","name":"Second"}]',
      "--config",
      'ladder=[{"name":"180p","height":180,"bitrate":300000}]',
      "--config",
      "rolloverSeconds=4",
      "--config",
      "people=[]",
    ]);
    ({ main, second } = spotlight.outputs.channels as { main: ChannelOutputs; second: ChannelOutputs });
  });
  after(async () => {
    for (const publisher of publishers) publisher.kill();
    await spotlight.stop();
    await rm(data, { recursive: true, force: true });
  });

  const stream = (key: string): Publisher => {
    const publisher = publish({
      url: `${main.ingestServer}/${key}`,
      scenes: [{ picture: "test", seconds: 60 }],
      width: 320,
      height: 180,
      frameRate: 30,
      bitrate: 300_000,
      preset: "ultrafast",
    });
    publishers.push(publisher);
    return publisher;
  };
  const get = async <Body>(path: string): Promise<Body> =>
    (await (
      await fetch(`${spotlight.outputs.apiUrl}${path}`, {
        headers: { authorization: `Bearer ${spotlight.outputs.adminToken}` },
      })
    ).json()) as Body;
  const live = async (): Promise<string[]> =>
    (await get<{ items: Channel[] }>("/channels")).items.filter((channel) => channel.live).map(({ id }) => id);
  /** The media playlist's text; empty if there is none yet. */
  const playlist = async ({ playbackUrl }: ChannelOutputs): Promise<string> => {
    const response = await fetch(playbackUrl);
    const text = await response.text();
    if (!response.ok) return "";
    const rendition = text.split("\n").find((line) => line !== "" && !line.startsWith("#"));
    return rendition === undefined ? "" : (await fetch(new URL(rendition, playbackUrl))).text();
  };
  const segments = async (channel: ChannelOutputs): Promise<number> =>
    (await playlist(channel)).match(/#EXTINF/g)?.length ?? 0;

  it("each have their own key and playback path, on the page too", async () => {
    assert.deepEqual(Object.keys(spotlight.outputs.channels), ["main", "second"]);
    assert.deepEqual(main, {
      ingestServer: spotlight.outputs.ingestServer,
      streamKey: spotlight.outputs.streamKey,
      playbackUrl: spotlight.outputs.playbackUrl,
    });
    assert.notEqual(second.streamKey, main.streamKey);
    assert.notEqual(second.playbackUrl, main.playbackUrl);
    const { items } = await get<{ items: Channel[] }>("/channels");
    assert.deepEqual(
      items.map(({ id, name, playback, ingest }) => [
        id,
        name,
        new URL(playback.lowLatencyHls, spotlight.outputs.pageUrl).href,
        ingest?.server,
        ingest?.streamKey,
      ]),
      [
        ["main", "Main", main.playbackUrl, main.ingestServer, main.streamKey],
        ["second", "Second", second.playbackUrl, second.ingestServer, second.streamKey],
      ],
    );
  });

  it("go live independently: the second's key feeds only the second", async () => {
    await stream(second.streamKey).started;
    await until(async () => (await segments(second)) >= 2, {
      within: 20_000,
      what: () => `the second channel is live; log:\n${spotlight.log()}`,
    });
    assert.equal(await segments(main), 0);
    await until(async () => (await live()).join() === "second", {
      within: 10_000,
      what: () => "the API reports only the second channel as live",
    });
  });

  it("are live together, and each rejects a second publisher", async () => {
    await stream(main.streamKey).started;
    await until(async () => (await segments(main)) >= 2, {
      within: 20_000,
      what: () => `the first channel is live; log:\n${spotlight.log()}`,
    });
    const before = await playlist(second);
    await assert.rejects(stream(second.streamKey).done);
    await until(async () => (await playlist(second)) !== before, {
      within: 10_000,
      what: () => "the second channel's playlist advances",
    });
    await until(async () => (await live()).join() === "main,second", {
      within: 10_000,
      what: () => "the API reports both channels as live",
    });
  });

  it("are recorded and converted under their own ids", async () => {
    const indexed = async (): Promise<string[]> =>
      (await get<{ items: Recording[] }>("/recordings")).items
        .filter(({ state }) => state === "indexed")
        .map(({ id }) => id.split(".")[0]!);
    await until(async () => new Set(await indexed()).size === 2, {
      within: 40_000,
      what: () => `recordings of both channels are indexed; log:\n${spotlight.log()}`,
    });
    for (const publisher of publishers.slice(0, 2)) await publisher.stop();
  });

  it("have broadcasts of their own", async () => {
    for (const channel of ["main", "second"]) {
      const { items } = await get<{ items: Broadcast[] }>(`/broadcasts?channel=${channel}`);
      assert.deepEqual(
        items.map((one) => one.channel),
        [channel],
      );
      const [{ id, recordings, poster }] = items as [Broadcast];
      assert.ok(recordings > 0, id);
      assert.equal((await fetch(new URL(poster ?? "", spotlight.outputs.pageUrl))).status, 200);
      assert.deepEqual(await get(`/broadcasts/${id}/people`), { items: [] });
    }
  });
});
