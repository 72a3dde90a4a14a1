import assert from "node:assert/strict";
import { LiveOrigin } from "../../components/live-origin.ts";
import { deploy, valueOf, ingestUrl } from "./mocks.ts";

const args = {
  channels: ["main", "second"],
  segmentSeconds: 2,
  manifestWindowSeconds: 60,
  startoverSeconds: 10_800,
  tags: { stack: "test" },
};
const tags = [{ key: "stack", value: "test" }];

describe("LiveOrigin", () => {
  it("packages every channel of one group as CMAF with HLS and DASH playlists and a startover window", async () => {
    const stack = await deploy(() => new LiveOrigin("live", args));
    assert.deepEqual(stack.counts(), {
      "aws-native:mediapackagev2:ChannelGroup": 1,
      "aws-native:mediapackagev2:Channel": 2,
      "aws-native:mediapackagev2:OriginEndpoint": 2,
    });
    assert.deepEqual(stack.one("aws-native:mediapackagev2:ChannelGroup").inputs, {
      channelGroupName: "spotlight-test-live",
      description: "Spotlight",
      tags,
    });
    assert.deepEqual(stack.one("aws-native:mediapackagev2:Channel", "live-second").inputs, {
      channelGroupName: "spotlight-test-live",
      channelName: "second",
      inputType: "CMAF",
      inputSwitchConfiguration: { mqcsInputSwitching: true },
      tags,
    });
    assert.deepEqual(stack.one("aws-native:mediapackagev2:OriginEndpoint", "live-main").inputs, {
      channelGroupName: "spotlight-test-live",
      channelName: "main",
      originEndpointName: "live",
      containerType: "CMAF",
      startoverWindowSeconds: 10_800,
      segment: { segmentName: "segment", segmentDurationSeconds: 2 },
      lowLatencyHlsManifests: [
        { manifestName: "low-latency", manifestWindowSeconds: 60, programDateTimeIntervalSeconds: 2 },
      ],
      hlsManifests: [{ manifestName: "index", manifestWindowSeconds: 60, programDateTimeIntervalSeconds: 2 }],
      dashManifests: [
        {
          manifestName: "index",
          manifestWindowSeconds: 60,
          minUpdatePeriodSeconds: 2,
          suggestedPresentationDelaySeconds: 6,
        },
      ],
      tags,
    });
  });

  it("outputs where each channel is ingested and played", async () => {
    const { result } = await deploy(() => new LiveOrigin("live", args));
    const channel = result.channels.get("second")!;
    assert.equal(await valueOf(result.domainName), "abcde.egress.fghij.mediapackagev2.us-east-1.amazonaws.com");
    assert.equal(await valueOf(channel.lowLatencyHlsPath), "/out/v1/spotlight-test-live/second/live/low-latency.m3u8");
    assert.equal(await valueOf(channel.hlsPath), "/out/v1/spotlight-test-live/second/live/index.m3u8");
    assert.equal(await valueOf(channel.dashPath), "/out/v1/spotlight-test-live/second/live/index.mpd");
    assert.deepEqual(
      await valueOf(channel.ingestUrls),
      [1, 2].map((pipeline) => ingestUrl(pipeline, "second")),
    );
  });
});
