import assert from "node:assert/strict";
import { createServer } from "node:net";
import {
  ConflictException,
  DescribeChannelCommand,
  DescribeInputCommand,
  ListChannelsCommand,
  ListInputsCommand,
  MediaLiveClient,
  NotFoundException,
  StartChannelCommand,
  StopChannelCommand,
} from "@aws-sdk/client-medialive";
import { publish, type Programme, type Publisher } from "../../../../local/media/publisher/publish.ts";
import { createMediaLive } from "../../../../local/aws/medialive/index.ts";
import type { Cloud } from "../../../../local/aws/cloud.ts";
import { createVpc } from "../../../../local/aws/vpc.ts";
import { removeLiveCloud, startLiveCloud, until, type LiveCloud } from "./live-cloud.ts";
import { childPids, probe } from "./media-probe.ts";

const small: Pick<Programme, "width" | "height" | "preset" | "keyframeSeconds"> = {
  width: 640,
  height: 360,
  preset: "ultrafast",
  keyframeSeconds: 1,
};

/** The whole segments that a media playlist lists. */
function segmentsOf(playlist: string): string[] {
  return playlist.split("\n").filter((line) => /^segment_.*_\d+\.m4s$/.test(line));
}

describe("MediaLive on this machine", function () {
  this.timeout(40_000);
  let cloud: LiveCloud;
  let publishers: Publisher[];

  const stream = (options: Partial<Programme> = {}): Publisher => {
    const publisher = publish({
      url: cloud.ingestUrl,
      scenes: [{ picture: "test", seconds: 30 }],
      ...small,
      ...options,
    });
    publishers.push(publisher);
    return publisher;
  };
  const playlist = async (name: string): Promise<string | undefined> => {
    const response = await fetch(`${cloud.playback}/${name}`);
    const body = await response.text();
    return response.ok ? body : undefined;
  };
  const client = (): MediaLiveClient =>
    new MediaLiveClient({
      region: "us-east-1",
      endpoint: cloud.endpoint,
      credentials: cloud.credentials,
      maxAttempts: 1,
    });

  beforeEach(async () => {
    publishers = [];
    cloud = await startLiveCloud();
  });
  afterEach(async () => {
    for (const publisher of publishers) publisher.kill();
    await cloud.stop();
    removeLiveCloud(cloud);
  });

  it("answers the SDK like AWS: channels and inputs, starting and stopping, and errors", async () => {
    const sdk = client();
    const { channelId: ChannelId, inputId: InputId } = cloud;
    const before = await sdk.send(new DescribeChannelCommand({ ChannelId }));
    assert.equal(before.State, "IDLE");
    assert.equal(before.PipelinesRunningCount, 0);
    assert.equal(before.Arn, `arn:aws:medialive:us-east-1:000000000000:channel:${ChannelId}`);
    assert.deepEqual(
      (await sdk.send(new ListChannelsCommand({}))).Channels?.map(({ Id, State }) => [Id, State]),
      [[ChannelId, "IDLE"]],
    );
    assert.equal((await sdk.send(new StartChannelCommand({ ChannelId }))).State, "STARTING");
    await assert.rejects(sdk.send(new StartChannelCommand({ ChannelId })), ConflictException);
    assert.equal((await sdk.send(new DescribeChannelCommand({ ChannelId }))).State, "RUNNING");
    const input = await sdk.send(new DescribeInputCommand({ InputId }));
    assert.deepEqual(
      [input.Type, input.AttachedChannels, input.Destinations],
      ["RTMP_PUSH", [ChannelId], [{ Url: cloud.ingestUrl, Ip: "127.0.0.1", Port: String(cloud.live.rtmpPort) }]],
    );
    assert.deepEqual(
      (await sdk.send(new ListInputsCommand({}))).Inputs?.map(({ Id }) => Id),
      [InputId],
    );
    await sdk.send(new StopChannelCommand({ ChannelId }));
    await until(
      "the channel to be idle",
      async () => (await sdk.send(new DescribeChannelCommand({ ChannelId }))).State === "IDLE",
    );
    await assert.rejects(sdk.send(new StopChannelCommand({ ChannelId })), ConflictException);
    await assert.rejects(sdk.send(new DescribeChannelCommand({ ChannelId: "999" })), NotFoundException);
    assert.deepEqual(cloud.live.channels(), [], "a channel stopped through the API stays stopped");
  });

  it("rejects publishers if the channel is stopped, the key is wrong or someone else is streaming", async () => {
    await assert.rejects(stream().done);
    await cloud.live.startChannel(cloud.channelId);
    await assert.rejects(stream({ url: cloud.ingestUrl.replace("s3cretkey", "wrong") }).done);
    const first = stream();
    await first.started;
    await assert.rejects(stream().done);
    const reasons = cloud.log.filter((line) => line.includes("refused")).map((line) => line.replace(/^.*?: /, ""));
    assert.deepEqual(reasons, [
      "the channel is not running: start it on the page",
      "the server address or the stream key is wrong: copy both from the page",
      "someone else is already streaming to this channel",
    ]);
    assert.ok(!cloud.log.join().includes("s3cretkey"));
    await until("the playlist of the first", () => playlist("index.m3u8"));
  });

  it("archives gapless recordings with audio and video, named after the broadcast", async () => {
    await cloud.live.startChannel(cloud.channelId);
    await stream({ speed: 2, scenes: [{ picture: "test", seconds: 5 }] }).done;
    await until("three recordings", () => cloud.archived.length === 3);
    const [broadcast] = /\d{8}T\d{6}/.exec(cloud.archived[0]!.key) ?? [""];
    assert.ok(
      Math.abs(
        Date.parse(broadcast.replace(/(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)/, "$1-$2-$3T$4:$5:$6Z")) - Date.now(),
      ) < 30_000,
    );
    assert.deepEqual(
      cloud.archived.map(({ key }) => key),
      ["000000", "000001", "000002"].map((number) => `main/${broadcast}/recording.${number}.ts`),
    );
    const files = await Promise.all(cloud.archived.map(({ file }) => probe(file)));
    for (const [i, file] of files.entries()) {
      const [video, sound] = [file.video!, file.sound!];
      assert.deepEqual([video.width, video.height], [640, 360]);
      assert.ok(Math.abs(video.start - i * 2) < 0.03, `recording ${i} starts at ${video.start}`);
      assert.ok(Math.abs(sound.start - video.start) < 0.05, `audio of ${i} starts at ${sound.start}`);
      assert.ok(Math.abs(sound.end - video.end) < 0.05, `audio of ${i} ends at ${sound.end}, video at ${video.end}`);
    }
    assert.deepEqual(
      files.slice(0, 2).map(({ video }) => [video?.packets, video?.keyframes.length]),
      [
        [60, 2],
        [60, 2],
      ],
    );
  });

  it("goes on without input, and with the next publisher: same broadcast, the same segments, no gap", async () => {
    await cloud.live.startChannel(cloud.channelId);
    const began = Date.now();
    await stream({ scenes: [{ picture: "test", seconds: 3 }] }).done;
    const before = await until("a segment", () => playlist("index_360p.m3u8"));
    await until("recordings of black", () => cloud.archived.length >= 4);
    const again = stream({ sound: "none" });
    await until(
      "the next publisher",
      () => cloud.log.filter((line) => line === "a publisher is connected").length === 2,
    );
    const count = cloud.archived.length;
    await until("its recordings", () => cloud.archived.length >= count + 2);
    assert.ok(Date.now() - began > (cloud.archived.length - 1) * 2000, "recordings come in real time");
    const after = (await playlist("index_360p.m3u8"))!;
    const numbers = segmentsOf(after).map((line) => Number(/_(\d+)\.m4s/.exec(line)?.[1]));
    assert.deepEqual(
      numbers,
      numbers.map((_, i) => numbers[0]! + i),
    );
    assert.equal(after.match(/#EXT-X-MAP:.*/)?.[0], before.match(/#EXT-X-MAP:.*/)?.[0]);
    assert.equal(after.match(/#EXT-X-MAP/g)?.length, 1);
    assert.doesNotMatch(after, /#EXT-X-DISCONTINUITY\n/);
    again.kill();
    assert.equal(new Set(cloud.archived.map(({ key }) => key.split("/")[1])).size, 1);
    for (const [i, { key, file }] of cloud.archived.entries()) {
      assert.equal(Number(/(\d{6})\.ts$/.exec(key)?.[1]), i);
      const { video, sound } = await probe(file);
      assert.ok(Math.abs(video!.start - i * 2) < 0.03, `recording ${i} starts at ${video!.start}`);
      assert.equal(video!.frames, 60);
      assert.ok(Math.abs(sound!.end - video!.end) < 0.05, "a stream without sound gets silence");
    }
    assert.match((await playlist("index.m3u8"))!, /CODECS="avc1\.[0-9a-f]{6},mp4a\.40\.2"/);
  });

  it("restarts a dead encoder: the playlist continues and its recordings are archived", async () => {
    await cloud.live.startChannel(cloud.channelId);
    const publisher = stream();
    await until("the playlist", () => playlist("index.m3u8"));
    const [pid] = childPids("live/job.ts");
    process.kill(pid!, "SIGKILL");
    const text = await until("a discontinuity", async () => {
      const now = await playlist("index_180p.m3u8");
      return now?.includes("#EXT-X-DISCONTINUITY\n") === true && now;
    });
    assert.match(text, /#EXT-X-MEDIA-SEQUENCE:0\n/);
    assert.match(
      cloud.log.join("\n"),
      /the encoder stopped \(it ended with SIGKILL\); it restarts at the next keyframe/,
    );
    await publisher.stop();
    await until("all recordings", () => cloud.archived.length >= 2);
    assert.deepEqual(
      cloud.archived.map(({ key }) => Number(/(\d{6})\.ts$/.exec(key)?.[1])),
      cloud.archived.map((_, i) => i),
    );
    assert.ok((await probe(cloud.archived[0]!.file)).video!.frames > 10, "the files of the dead encoder play");
  });

  it("lets the same encoder back in after 3 s of silence, and tells that the picture is gone meanwhile", async () => {
    await cloud.live.startChannel(cloud.channelId);
    await stream().started;
    await until("the playlist", () => playlist("index.m3u8"));
    const [pid] = childPids("publisher/job.ts");
    process.kill(pid!, "SIGSTOP");
    const stopped = Date.now();
    await assert.rejects(stream().done, "the old connection may only be slow");
    await until("the alert", () => cloud.events.some(({ detail }) => detail["alert_type"] === "Video Not Detected"));
    assert.ok(Date.now() - stopped < 8000);
    const next = stream();
    await next.started;
    await until("the next recording", () => cloud.archived.length >= 2);
    assert.ok(cloud.log.includes("the publisher left: another publisher with the right key took over"));
    assert.doesNotMatch((await playlist("index_180p.m3u8"))!, /#EXT-X-DISCONTINUITY\n/);
    await next.stop();
  });

  it("keeps a recording that the bucket rejects, stays live, and archives it with the next one", async () => {
    cloud.refuseArchive("no space left on device");
    await cloud.live.startChannel(cloud.channelId);
    const publisher = stream();
    await until("the error", () =>
      cloud.log.some((line) =>
        /recording\.000000\.ts could not be stored in archive \(no space left on device\); trying again with/.test(
          line,
        ),
      ),
    );
    assert.equal(cloud.archived.length, 0);
    cloud.refuseArchive(undefined);
    await until("both recordings", () => cloud.archived.length >= 2);
    assert.deepEqual(
      cloud.archived.slice(0, 2).map(({ key }) => key.slice(-9)),
      ["000000.ts", "000001.ts"],
    );
    assert.ok((await playlist("index_360p.m3u8"))?.includes("#EXT-X-DISCONTINUITY\n") === false);
    await publisher.stop();
  });

  it("stops within 3 s with its last recording archived, and an ended playlist", async () => {
    await cloud.live.startChannel(cloud.channelId);
    const publisher = stream();
    await publisher.started;
    await until("the playlist", () => playlist("index.m3u8"));
    const before = Date.now();
    await client().send(new StopChannelCommand({ ChannelId: cloud.channelId }));
    await until(
      "the end of the playlist",
      async () => (await playlist("index_360p.m3u8"))?.endsWith("#EXT-X-ENDLIST\n"),
      3,
    );
    await until(
      "the last recording",
      () => cloud.archived.length >= 1 && cloud.log.some((line) => line.includes("has stopped")),
      3,
    );
    assert.ok(Date.now() - before < 3000);
    await assert.rejects(publisher.done);
    assert.ok((await probe(cloud.archived.at(-1)!.file)).video!.frames > 0);
  });

  it("continues its numbering after an engine restart and archives what was left behind", async () => {
    cloud.refuseArchive("the bucket is away");
    await cloud.live.startChannel(cloud.channelId);
    await stream({ speed: 2, scenes: [{ picture: "test", seconds: 3 }] }).done;
    const before = await until("a segment", () => playlist("index_360p.m3u8"));
    await cloud.stop();
    const { folder, states, channelId } = cloud;
    cloud = await startLiveCloud({ folder, states });
    assert.equal(cloud.channelId, channelId);
    assert.ok(cloud.archived.length >= 2);
    assert.deepEqual(
      cloud.archived.map(({ key }) => key.slice(-9)),
      cloud.archived.map((_, i) => `00000${i}.ts`),
    );
    assert.deepEqual(cloud.live.channels(), [channelId]);
    assert.equal(await playlist("index.m3u8"), undefined, "a playlist begins with the first new segment");
    await cloud.live.startChannel(channelId);
    const publisher = stream();
    const after = await until("the playlist", () => playlist("index_360p.m3u8"));
    const tokens = segmentsOf(after).map((line) => line.split("_")[2]);
    const numbers = segmentsOf(after).map((line) => Number(/_(\d+)\.m4s/.exec(line)?.[1]));
    assert.equal(tokens[0], /_([0-9a-z]+)_init/.exec(before)?.[1]);
    assert.notEqual(tokens.at(-1), tokens[0]);
    assert.deepEqual(
      numbers,
      numbers.map((_, i) => i),
    );
    assert.match(after, /#EXT-X-DISCONTINUITY\n/);
    await publisher.stop();
  });

  it("sends its states and input alerts to EventBridge, in an order visible at one-second resolution", async () => {
    await cloud.live.startChannel(cloud.channelId);
    const told = (): string[] =>
      cloud.events.map(({ detail }) =>
        [detail["state"], detail["alert_type"], detail["alarm_state"]]
          .filter((part) => typeof part === "string")
          .join(" "),
      );
    await stream({ scenes: [{ picture: "test", seconds: 2 }] }).done;
    await until("the input's end", () => told().length === 5);
    await stream({ scenes: [{ picture: "test", seconds: 2 }] }).done;
    await until("the input's second end", () => told().length === 7);
    assert.deepEqual(told(), [
      "STARTING",
      "RUNNING",
      "Waiting for Input SET",
      "Waiting for Input CLEARED",
      "Video Not Detected SET",
      "Video Not Detected CLEARED",
      "Video Not Detected SET",
    ]);
    assert.equal(
      cloud.events.every(
        ({ detail }) => detail["channel_arn"] === `arn:aws:medialive:us-east-1:000000000000:channel:${cloud.channelId}`,
      ),
      true,
    );
    const ids = cloud.events.slice(2).map(({ detail }) => detail["alarm_id"]);
    assert.deepEqual(
      ids.map((id) => ids.indexOf(id)),
      [0, 0, 2, 2, 4],
    );
  });

  it("names the port that is in use and how to choose another", async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const { port } = taken.address() as { port: number };
    const nothing = { log: { child: () => undefined }, dataFolder: cloud.folder } as unknown as Cloud;
    await assert.rejects(
      createMediaLive(nothing, {
        rtmpHost: "127.0.0.1",
        rtmpPort: port,
        networks: createVpc(nothing),
        secret: () => "",
      }),
      { message: `Port ${port} on 127.0.0.1 is in use: choose another with --rtmp-port.` },
    );
    taken.close();
  });
});
