import assert from "node:assert/strict";
import { ListAlertsCommand, MediaLiveClient } from "@aws-sdk/client-medialive";
import { DiskWatch } from "../../../../local/disk-room.ts";
import { publish, type Publisher } from "../../../../local/media/publisher/publish.ts";
import { quietLog } from "../../../support/storage.ts";
import { removeLiveCloud, startLiveCloud, until, type LiveCloud } from "./live-cloud.ts";
import { probe } from "./media-probe.ts";

describe("MediaLive and the disk", function () {
  this.timeout(60_000);
  let cloud: LiveCloud;
  let publisher: Publisher;
  let disk: DiskWatch;
  let free = 5e9;

  const setFree = (bytes: number): void => {
    free = bytes;
    disk.check();
  };
  const segments = async (): Promise<number> => {
    const response = await fetch(`${cloud.playback}/index_360p.m3u8`);
    const playlist = response.ok ? await response.text() : "";
    assert.doesNotMatch(playlist, /#EXT-X-(DISCONTINUITY|GAP)\n/);
    return (playlist.match(/#EXTINF/g) ?? []).length;
  };
  const segmentsLater = async (more: number): Promise<void> => {
    const before = await segments();
    await until(`${more} more segments`, async () => (await segments()) >= before + more);
  };
  const numbers = (): string[] => cloud.archived.map(({ key }) => key.slice(-9, -3));

  beforeEach(async () => {
    free = 5e9;
    disk = new DiskWatch({ folder: "/data", reserveBytes: 1e9, log: quietLog, free: () => free });
    cloud = await startLiveCloud({ disk });
    await cloud.live.startChannel(cloud.channelId);
    publisher = publish({
      url: cloud.ingestUrl,
      scenes: [{ picture: "test", seconds: 60 }],
      width: 640,
      height: 360,
      preset: "ultrafast",
      keyframeSeconds: 1,
    });
    await until("the first recording", () => cloud.archived.length >= 1);
  });
  afterEach(async () => {
    publisher.kill();
    disk.stop();
    await cloud.stop();
    removeLiveCloud(cloud);
  });

  it("records nothing while the disk is almost full, stays live, and goes on by itself", async () => {
    const client = new MediaLiveClient({
      region: "us-east-1",
      endpoint: cloud.endpoint,
      credentials: cloud.credentials,
      maxAttempts: 1,
    });
    const alerts = async (): Promise<(string | undefined)[]> => {
      const { Alerts = [] } = await client.send(new ListAlertsCommand({ ChannelId: cloud.channelId }));
      return Alerts.map(({ AlertType }) => AlertType);
    };
    assert.deepEqual(await alerts(), []);
    setFree(0.5e9);
    assert.deepEqual(await alerts(), ["Archive Paused"]);
    // The recording in progress ends at the next keyframe, and no other begins.
    await segmentsLater(2);
    const before = numbers();
    await segmentsLater(4);
    assert.deepEqual(numbers(), before);
    setFree(5e9);
    assert.deepEqual(await alerts(), []);
    await until("the recordings that follow", () => cloud.archived.length >= before.length + 2);
    assert.deepEqual(
      numbers(),
      cloud.archived.map((_, i) => String(i).padStart(6, "0")),
    );
    const after = await Promise.all(cloud.archived.slice(0, before.length + 1).map(({ file }) => probe(file)));
    const [last, next] = [after.at(-2)!.video!, after.at(-1)!.video!];
    assert.ok(next.start - last.end >= 3, `from ${last.end} to ${next.start} s nothing was recorded`);
    assert.equal(next.frames, 60);
    client.destroy();
  });

  it("keeps the recordings that a full disk can't take, in order, and stores them once it can", async () => {
    const before = cloud.archived.length;
    cloud.refuseArchive(Object.assign(new Error("database or disk is full"), { errcode: 13 }));
    await segmentsLater(5);
    assert.equal(cloud.archived.length, before);
    await publisher.stop();
    cloud.refuseArchive(undefined);
    await until("what was kept", () => cloud.archived.length >= before + 2);
    assert.deepEqual(
      numbers(),
      cloud.archived.map((_, i) => String(i).padStart(6, "0")),
    );
    assert.deepEqual(
      cloud.log.filter((line) => line.startsWith("ERROR")),
      [],
    );
  });
});
