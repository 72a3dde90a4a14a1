import assert from "node:assert/strict";
import { ChannelEvents } from "../../components/channel-events.ts";
import { account, deploy, functionDefaults, type Inputs } from "./mocks.ts";
import { channelsJson, makeParts } from "./pipeline-parts.ts";

describe("ChannelEvents", () => {
  it("follows the states and alerts of this stack's channels", async () => {
    const stack = await deploy(() => {
      const { catalogue, channels } = makeParts();
      return new ChannelEvents("channel-changed", { catalogue, channels, functions: functionDefaults });
    });
    assert.deepEqual(JSON.parse(String(stack.one("aws:cloudwatch/eventRule:EventRule").inputs["eventPattern"])), {
      source: ["aws.medialive"],
      "detail-type": ["MediaLive Channel State Change", "MediaLive Channel Alert"],
      detail: { channel_arn: [`arn:aws:medialive:us-east-1:${account}:channel-main`] },
    });
    const handler = stack.one("aws:lambda/function:Function").inputs;
    assert.deepEqual((handler["environment"] as Inputs)["variables"], {
      CATALOGUE_TABLE: "catalogue",
      CHANNELS: channelsJson,
    });
    assert.deepEqual(handler["deadLetterConfig"], {
      targetArn: `arn:aws:sqs:us-east-1:${account}:channel-changed-failed`,
    });
    assert.equal(
      stack.one("aws:cloudwatch/eventTarget:EventTarget").inputs["arn"],
      `arn:aws:lambda:us-east-1:${account}:channel-changed`,
    );
    assert.equal(
      stack.one("aws:lambda/permission:Permission").inputs["sourceArn"],
      `arn:aws:cloudwatch:us-east-1:${account}:channel-changed`,
    );
  });
});
