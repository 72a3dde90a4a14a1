import assert from "node:assert/strict";
import { liveChannelTemplate, type LiveChannelTemplateArgs } from "../../components/live-channel-template.ts";
import { ladder } from "./pipeline-parts.ts";

const args: LiveChannelTemplateArgs = {
  name: "main",
  channelClass: "SINGLE_PIPELINE",
  source: { streamNames: ["live/key"] },
  ingest: { cidrs: ["203.0.113.7/32"] },
  roleArn: "arn:role",
  packageUrls: ["https://package"],
  archiveUrls: ["s3ssl://archive/main"],
  tags: {},
  ladder,
  frameRate: 30,
  rolloverSeconds: 60,
};
const network = { subnetIds: ["subnet-a", "subnet-b"], securityGroupIds: ["sg-1"], roleArn: "arn:role" };

describe("the template of a live channel with other stream keys", () => {
  const resources = (changes: Partial<LiveChannelTemplateArgs>): string[] =>
    Object.keys(liveChannelTemplate({ ...args, ...changes }).Resources);

  it("has the same input, which keeps its address", () => {
    assert.deepEqual(resources({ streamKeyVersion: 2 }), resources({}));
  });

  it("has another input in a private network, where MediaLive can't edit one", () => {
    assert.deepEqual(resources({ ingest: network }), ["Input", "Channel"]);
    assert.deepEqual(resources({ ingest: network, streamKeyVersion: 1 }), ["Input", "Channel"]);
    const { Resources, Outputs } = liveChannelTemplate({ ...args, ingest: network, streamKeyVersion: 2 });
    assert.deepEqual(Object.keys(Resources), ["Input2", "Channel"]);
    assert.deepEqual(Outputs.InputId, { Value: { Ref: "Input2" } });
  });
});
