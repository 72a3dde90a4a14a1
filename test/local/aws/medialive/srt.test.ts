import assert from "node:assert/strict";
import { DescribeInputCommand, ListAlertsCommand, MediaLiveClient } from "@aws-sdk/client-medialive";
import { join } from "node:path";
import { makeRecording } from "../../../support/media.ts";
import { sendOverSrt, type SrtSender } from "../../media/ingest/srt/sender.ts";
import { removeLiveCloud, startLiveCloud, until, type LiveCloud } from "./live-cloud.ts";
import { probe } from "./media-probe.ts";

describe("an SRT input of MediaLive", function () {
  this.timeout(60_000);
  let cloud: LiveCloud;
  let sdk: MediaLiveClient;
  let recording: string;
  const senders: SrtSender[] = [];

  before(async () => {
    cloud = await startLiveCloud({ isSrt: true });
    sdk = new MediaLiveClient({ endpoint: cloud.endpoint, region: "us-east-1", credentials: cloud.credentials });
    recording = join(cloud.folder, "source.ts");
    await makeRecording(recording, { seconds: 12 });
    await cloud.live.startChannel(cloud.channelId);
  });
  after(async () => {
    await Promise.all(senders.map((sender) => sender.kill()));
    await cloud.stop();
    removeLiveCloud(cloud);
  });

  const address = async (): Promise<string> => {
    const { Type, Destinations } = await sdk.send(new DescribeInputCommand({ InputId: cloud.inputId }));
    assert.equal(Type, "SRT_LISTENER");
    return Destinations?.[0]?.Url ?? "";
  };
  const send = async (passphrase: string): Promise<SrtSender> => {
    const url = `${await address()}?pbkeylen=32&passphrase=${passphrase}`;
    const sender = sendOverSrt({ url, file: recording, seconds: 12 });
    senders.push(sender);
    return sender;
  };

  it("refuses a wrong passphrase, and tells why", async () => {
    await assert.rejects((await send("another-passphrase")).connected);
    const { Alerts = [] } = await until("the refusal", async () => {
      const alerts = await sdk.send(new ListAlertsCommand({ ChannelId: cloud.channelId }));
      return alerts.Alerts?.some(({ AlertType }) => AlertType === "Input Refused") === true && alerts;
    });
    assert.match(Alerts.find(({ AlertType }) => AlertType === "Input Refused")?.Message ?? "", /passphrase/);
    assert.equal(cloud.log.join().includes("another-passphrase"), false);
  });

  it("shows and archives what a sender with the right one streams", async () => {
    const sender = await send("s3cret-passphrase");
    await sender.connected;
    await until("the playlist", async () => (await fetch(`${cloud.playback}/index.m3u8`)).ok);
    await until("two recordings", () => cloud.archived.length >= 2);
    const { video, sound } = await probe(cloud.archived[1]!.file);
    assert.deepEqual([video?.packets, video?.frames, video?.width], [60, 60, 640]);
    assert.ok(sound !== undefined && Math.abs(sound.end - video!.end) < 0.05);
    await sender.stop();
    await until("the alert", () => cloud.events.some(({ detail }) => detail["alert_type"] === "Video Not Detected"));
  });
});
