import assert from "node:assert/strict";
import { DescribeChannelCommand, MediaLiveClient, StopChannelCommand } from "@aws-sdk/client-medialive";
import type { Properties } from "../../../../local/engine/provider.ts";
import { publish, type Publisher } from "../../../../local/media/publisher/publish.ts";
import { removeLiveCloud, startLiveCloud, until, type LiveCloud } from "./live-cloud.ts";

describe("another stream key for an input", function () {
  this.timeout(40_000);
  let cloud: LiveCloud;
  beforeEach(async () => {
    cloud = await startLiveCloud();
  });
  afterEach(async () => {
    await cloud.stop();
    removeLiveCloud(cloud);
  });

  const put = async (type: string, properties: Properties, id?: string): Promise<string> => {
    const found = cloud.live.types.find(({ name }) => name === `AWS::MediaLive::${type}`)!;
    return (await found.put(properties, id)).id;
  };
  const stream = (url: string): Publisher =>
    publish({ url, scenes: [{ picture: "test", seconds: 30 }], width: 320, height: 180, preset: "ultrafast" });

  it("is given while the channel is idle only, and is then the only one", async () => {
    const group = await put("InputSecurityGroup", { WhitelistRules: [{ Cidr: "127.0.0.1/32" }] });
    const properties = {
      Name: "main",
      Type: "RTMP_PUSH",
      Destinations: [{ StreamName: "live/another" }],
      InputSecurityGroups: [group],
    };
    await cloud.live.startChannel(cloud.channelId);
    await assert.rejects(put("Input", properties, cloud.inputId), {
      code: "ConflictException",
      message:
        `Input ${cloud.inputId} is attached to channel ${cloud.channelId}, which is RUNNING; it must be IDLE for the ` +
        "input to be updated.",
    });

    const sdk = new MediaLiveClient({ region: "us-east-1", endpoint: cloud.endpoint, credentials: cloud.credentials });
    const { channelId: ChannelId } = cloud;
    await sdk.send(new StopChannelCommand({ ChannelId }));
    await until(
      "the channel to be idle",
      async () => (await sdk.send(new DescribeChannelCommand({ ChannelId }))).State === "IDLE",
    );
    sdk.destroy();
    await put("Input", properties, cloud.inputId);
    await cloud.live.startChannel(cloud.channelId);
    await assert.rejects(stream(cloud.ingestUrl).done, /Streaming failed/);
    assert.match(cloud.log.join("\n"), /refused.*: the server address or the stream key is wrong/);
    const accepted = stream(cloud.ingestUrl.replace("s3cretkey", "another"));
    await accepted.started;
    await accepted.stop();
  });
});
