import assert from "node:assert/strict";
import { DescribeChannelCommand, MediaLiveClient } from "@aws-sdk/client-medialive";
import { publish, type Publisher } from "../../../../local/media/publisher/publish.ts";
import { removeLiveCloud, startLiveCloud, until, type LiveCloud } from "./live-cloud.ts";
import { probe } from "./media-probe.ts";

describe("a channel of two pipelines", function () {
  this.timeout(90_000);
  let cloud: LiveCloud;
  const publishers: Publisher[] = [];

  before(async () => {
    cloud = await startLiveCloud({ isStandard: true, ladder: [{ name: "180p", height: 180, bitrate: 250_000 }] });
    await cloud.live.startChannel(cloud.channelId);
  });
  after(async () => {
    for (const publisher of publishers) publisher.kill();
    await cloud.stop();
    removeLiveCloud(cloud);
  });

  /** Streams a test picture to the first or the second address. */
  const stream = async (suffix: "" | "2"): Promise<Publisher> => {
    const publisher = publish({
      url: cloud.ingestUrl + suffix,
      width: 320,
      height: 180,
      preset: "ultrafast",
      scenes: [{ picture: "test", seconds: 60 }],
    });
    publishers.push(publisher);
    await publisher.started;
    return publisher;
  };
  const playlist = async (): Promise<string> => (await fetch(`${cloud.playback}/index_180p.m3u8`)).text();
  const segments = (text: string): string[] => text.match(/^segment_.*\.m4s$/gm) ?? [];
  const recordingsOf = (prefix: string): LiveCloud["archived"] =>
    cloud.archived.filter(({ key }) => key.startsWith(prefix));

  it("ingests both addresses, and shows viewers one stream without a break", async () => {
    await stream("");
    await until("the first's playlist", async () => segments(await playlist()).length > 0);
    await stream("2");
    await until("three segments", async () => segments(await playlist()).length >= 3);
    assert.doesNotMatch(await playlist(), /EXT-X-DISCONTINUITY\n/);
    const sdk = new MediaLiveClient({ endpoint: cloud.endpoint, region: "us-east-1", credentials: cloud.credentials });
    const { PipelinesRunningCount, PipelineDetails } = await sdk.send(
      new DescribeChannelCommand({ ChannelId: cloud.channelId }),
    );
    assert.equal(PipelinesRunningCount, 2);
    assert.deepEqual(
      PipelineDetails?.map(({ PipelineId }) => PipelineId),
      ["0", "1"],
    );
  });

  it("goes on for viewers with the second when the first publisher dies, and archives all of the second", async () => {
    await until("a recording of the second", () => recordingsOf("_standby/main/").length > 0);
    publishers[0]!.kill();
    const killedAt = Date.now();
    await until("a stream of the second", async () => /EXT-X-DISCONTINUITY\n/.test(await playlist()));
    const known = new Set(segments(await playlist()));
    await until(
      "its next segments",
      async () => segments(await playlist()).filter((one) => !known.has(one)).length >= 2,
    );
    // Of 2 s each: some that begin after the first publisher had died.
    await until("the second's recordings", () => recordingsOf("_standby/main/").length >= 4);
    const files = await Promise.all(recordingsOf("_standby/main/").map(({ file }) => probe(file)));
    for (const { video } of files) assert.deepEqual([video?.packets, video?.frames], [60, 60]);
    for (const [i, { video }] of files.entries())
      if (i > 0) assert.ok(Math.abs(video!.start - files[i - 1]!.video!.end) < 0.03, `${i} begins at ${video!.start}`);
    assert.ok(recordingsOf("main/").length >= 3 && Date.now() > killedAt);
    const numbers = (prefix: string): (string | undefined)[] =>
      recordingsOf(prefix)
        .slice(0, 3)
        .map(({ key }) => key.slice(prefix.length));
    assert.deepEqual(numbers("main/"), numbers("_standby/main/"), "both count the same");
  });

  it("tells of each pipeline's input", async () => {
    const alerts = (): unknown[] =>
      cloud.events
        .filter(({ detail }) => detail["alert_type"] === "Video Not Detected")
        .map(({ detail }) => [detail["pipeline"], detail["alarm_state"]]);
    await until("the alert", () => alerts().length > 0);
    assert.deepEqual(alerts(), [["0", "SET"]]);
    await stream("");
    await until("its end", () => alerts().length > 1);
    assert.deepEqual(alerts(), [
      ["0", "SET"],
      ["0", "CLEARED"],
    ]);
  });
});
