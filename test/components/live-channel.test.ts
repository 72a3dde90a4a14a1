import assert from "node:assert/strict";
import { isSecret } from "@pulumi/pulumi";
import { LiveChannel, type LiveChannelArgs } from "../../components/live-channel.ts";
import { LiveOrigin } from "../../components/live-origin.ts";
import { PrivateBucket } from "../../components/private-bucket.ts";
import { deploy, statements, valueOf, type Deployment, ingestUrl } from "./mocks.ts";

const channelArn = "arn:aws:mediapackagev2:us-east-1:123456789012:live-main";

async function deployChannel(overrides: Partial<LiveChannelArgs> = {}): Promise<Deployment<LiveChannel>> {
  return deploy(() => {
    const archive = new PrivateBucket("archive");
    const origin = new LiveOrigin("live", {
      channels: ["main"],
      segmentSeconds: 2,
      manifestWindowSeconds: 60,
      startoverSeconds: 3600,
    }).channels.get("main")!;
    return new LiveChannel("channel-main", {
      id: "main",
      ingestCidrs: ["203.0.113.7/32", "198.51.100.0/24"],
      channelClass: "SINGLE_PIPELINE",
      ladder: [{ name: "720p", height: 720, bitrate: 2_500_000 }],
      frameRate: 30,
      segmentSeconds: 2,
      rolloverSeconds: 60,
      archive,
      origin,
      tags: { stack: "test" },
      ...overrides,
    });
  });
}

describe("LiveChannel", () => {
  it("accepts RTMP only from the given addresses, with a secret key of 32 random characters", async () => {
    const stack = await deployChannel();
    assert.deepEqual(stack.one("aws:medialive/inputSecurityGroup:InputSecurityGroup").inputs, {
      whitelistRules: [{ cidr: "203.0.113.7/32" }, { cidr: "198.51.100.0/24" }],
      tags: { stack: "test" },
    });
    const password = stack.one("random:index/randomPassword:RandomPassword");
    assert.deepEqual(password.inputs, { length: 32, special: false });
    const key = await valueOf(stack.result.streamKey);
    assert.equal(key.length, 32);
    assert.deepEqual(stack.one("aws:medialive/input:Input").inputs, {
      type: "RTMP_PUSH",
      inputSecurityGroups: ["channel-main-id"],
      destinations: [{ streamName: `live/${key}` }],
      tags: { stack: "test" },
    });
  });

  it("outputs OBS's server without the key", async () => {
    const { result } = await deployChannel();
    assert.deepEqual(await valueOf(result.ingestServers), [
      "rtmp://203.0.113.1:1935/live",
      "rtmp://203.0.113.2:1935/live",
    ]);
    assert.equal(await isSecret(result.ingestServers), false);
    assert.equal(await isSecret(result.streamKey), true);
  });

  it("feeds the packager and the archive by one pipeline", async () => {
    const channel = (await deployChannel()).one("aws:medialive/channel:Channel").inputs;
    assert.equal(channel["channelClass"], "SINGLE_PIPELINE");
    assert.equal(channel["startChannel"], false);
    assert.deepEqual(channel["inputAttachments"], [
      {
        inputId: "channel-main-id",
        inputAttachmentName: "rtmp",
        inputSettings: { audioSelectors: [{ name: "default" }] },
      },
    ]);
    assert.deepEqual(channel["destinations"], [
      {
        id: "package",
        settings: [
          {
            url: ingestUrl(1, "main"),
          },
        ],
      },
      { id: "archive", settings: [{ url: "s3ssl://archive/main/$dt$/recording" }] },
    ]);
  });

  it("runs two pipelines as STANDARD, of which the second archives where nothing is processed", async () => {
    const stack = await deployChannel({ channelClass: "STANDARD" });
    assert.equal((stack.one("aws:medialive/input:Input").inputs["destinations"] as unknown[]).length, 2);
    assert.deepEqual(stack.one("aws:medialive/channel:Channel").inputs["destinations"], [
      {
        id: "package",
        settings: [1, 2].map((pipeline) => ({
          url: ingestUrl(pipeline, "main"),
        })),
      },
      {
        id: "archive",
        settings: [
          { url: "s3ssl://archive/main/$dt$/recording" },
          { url: "s3ssl://archive/_standby/main/$dt$/recording" },
        ],
      },
    ]);
  });

  it("lets the encoder write to the archive and its own packager channel, and nothing else", async () => {
    const stack = await deployChannel();
    assert.deepEqual(statements(stack.one("aws:iam/role:Role").inputs["assumeRolePolicy"]), [
      { Effect: "Allow", Principal: { Service: "medialive.amazonaws.com" }, Action: "sts:AssumeRole" },
    ]);
    assert.deepEqual(statements(stack.one("aws:iam/rolePolicy:RolePolicy").inputs["policy"]), [
      { Sid: "Archive", Effect: "Allow", Action: "s3:PutObject", Resource: "arn:aws:s3:::archive/*" },
      { Sid: "Package", Effect: "Allow", Action: "mediapackagev2:PutObject", Resource: channelArn },
    ]);
    const policy = stack.one("aws-native:mediapackagev2:ChannelPolicy").inputs;
    assert.equal(policy["channelName"], "main");
    assert.deepEqual(statements(policy["policy"]), [
      {
        Sid: "EncoderPuts",
        Effect: "Allow",
        Principal: { AWS: "arn:aws:iam:us-east-1:123456789012:channel-main-encoder" },
        Action: "mediapackagev2:PutObject",
        Resource: channelArn,
      },
    ]);
  });
});
