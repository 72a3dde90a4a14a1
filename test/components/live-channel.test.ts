import assert from "node:assert/strict";
import { isSecret } from "@pulumi/pulumi";
import { LiveChannel, type LiveChannelArgs } from "../../components/live-channel.ts";
import { LiveOrigin } from "../../components/live-origin.ts";
import { PrivateBucket } from "../../components/private-bucket.ts";
import { deploy, statements, templateOf, valueOf, type Deployment, ingestUrl } from "./mocks.ts";

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
      ingest: "rtmp",
      channelClass: "SINGLE_PIPELINE",
      ladder: [{ name: "720p", height: 720, bitrate: 2_500_000 }],
      frameRate: 30,
      rolloverSeconds: 60,
      archive,
      origin,
      tags: { stack: "test" },
      ...overrides,
    });
  });
}

describe("LiveChannel", () => {
  const stackOf = (stack: Deployment<LiveChannel>) => templateOf(stack.one("aws:cloudformation/stack:Stack"));
  const keyReference = (name: string): string =>
    `{{resolve:secretsmanager:arn:aws:secretsmanager:us-east-1:123456789012:${name}:SecretString:::v1}}`;

  it("accepts RTMP only from the given addresses, with a secret key of 32 random characters", async () => {
    const stack = await deployChannel();
    const { InputSecurityGroup: guard, Input: input } = stackOf(stack).Resources;
    assert.deepEqual(guard, {
      Type: "AWS::MediaLive::InputSecurityGroup",
      Properties: {
        WhitelistRules: [{ Cidr: "203.0.113.7/32" }, { Cidr: "198.51.100.0/24" }],
        Tags: { stack: "test" },
      },
    });
    assert.deepEqual(input, {
      Type: "AWS::MediaLive::Input",
      Properties: {
        Name: "channel-main",
        Type: "RTMP_PUSH",
        InputSecurityGroups: [{ "Fn::Join": ["", [{ Ref: "InputSecurityGroup" }]] }],
        Destinations: [{ StreamName: `live/${keyReference("channel-main-stream-key")}` }],
        Tags: { stack: "test" },
      },
    });
  });

  it("keeps the key in Secrets Manager, out of the template", async () => {
    const stack = await deployChannel();
    assert.deepEqual(stack.one("random:index/randomPassword:RandomPassword").inputs, { length: 32, special: false });
    const key = await valueOf(stack.result.ingest[0]!.streamKey);
    assert.equal(key.length, 32);
    const kept = stack.one("aws:secretsmanager/secretVersion:SecretVersion").inputs["secretString"];
    assert.equal(kept, key);
    assert.equal(JSON.stringify(stackOf(stack)).includes(key), false);
  });

  it("makes other keys for another version, for the same input", async () => {
    const stack = await deployChannel({ streamKeyVersion: 2, channelClass: "STANDARD" });
    for (const name of ["channel-main-stream-key", "channel-main-stream-key-2"])
      assert.deepEqual(stack.one("random:index/randomPassword:RandomPassword", name).inputs, {
        length: 32,
        special: false,
        keepers: { version: "2" },
      });
    assert.deepEqual(Object.keys(stackOf(stack).Resources), ["InputSecurityGroup", "StandardInput", "StandardChannel"]);
  });

  it("outputs OBS's server without the key", async () => {
    const { ingest } = (await deployChannel()).result;
    assert.equal(await valueOf(ingest[0]!.ingestServer), "rtmp://203.0.113.1:1935/live");
    assert.equal(await isSecret(ingest[0]!.ingestServer), false);
    assert.equal(await isSecret(ingest[0]!.streamKey), true);
  });

  it("feeds the packager and the archive by one pipeline", async () => {
    const { Resources, Outputs } = stackOf(await deployChannel());
    assert.deepEqual(Object.keys(Resources), ["InputSecurityGroup", "Input", "Channel"]);
    const channel = Resources["Channel"]!.Properties;
    assert.equal(channel["ChannelClass"], "SINGLE_PIPELINE");
    assert.deepEqual(channel["InputAttachments"], [
      {
        InputId: { Ref: "Input" },
        InputAttachmentName: "rtmp",
        InputSettings: { AudioSelectors: [{ Name: "default" }] },
      },
    ]);
    assert.deepEqual(channel["Destinations"], [
      { Id: "package", Settings: [{ Url: ingestUrl(1, "main") }] },
      { Id: "archive", Settings: [{ Url: "s3ssl://archive/main/$dt$/recording" }] },
    ]);
    assert.deepEqual(Outputs, {
      ChannelId: { Value: { Ref: "Channel" } },
      ChannelArn: { Value: { "Fn::GetAtt": ["Channel", "Arn"] } },
      InputId: { Value: { Ref: "Input" } },
      InputArn: { Value: { "Fn::GetAtt": ["Input", "Arn"] } },
    });
  });

  it("runs two pipelines as STANDARD, each with its own address, key and archive, in this order", async () => {
    const stack = await deployChannel({ channelClass: "STANDARD" });
    const { Resources } = stackOf(stack);
    // Other resources than a channel of one pipeline has, as the new ones are made before the old ones are removed.
    assert.deepEqual(Object.keys(Resources), ["InputSecurityGroup", "StandardInput", "StandardChannel"]);
    assert.deepEqual(Resources["StandardInput"]!.Properties["Destinations"], [
      { StreamName: `live/${keyReference("channel-main-stream-key")}` },
      { StreamName: `live/${keyReference("channel-main-stream-key-2")}` },
    ]);
    assert.deepEqual(Resources["StandardChannel"]!.Properties["Destinations"], [
      { Id: "package", Settings: [{ Url: ingestUrl(1, "main") }, { Url: ingestUrl(2, "main") }] },
      {
        Id: "archive",
        Settings: [
          { Url: "s3ssl://archive/main/$dt$/recording" },
          { Url: "s3ssl://archive/_standby/main/$dt$/recording" },
        ],
      },
    ]);
    const points = await Promise.all(
      stack.result.ingest.map(async ({ ingestServer, streamKey }) => [
        await valueOf(ingestServer),
        await valueOf(streamKey),
      ]),
    );
    assert.deepEqual(points, [
      ["rtmp://203.0.113.1:1935/live", "channel-main-stream-keyxxxxxxxxx"],
      ["rtmp://203.0.113.2:1935/live", "channel-main-stream-key-2xxxxxxx"],
    ]);
  });

  it("takes SRT with a passphrase that the encoder reads, where that is asked for", async () => {
    const stack = await deployChannel({ ingest: "srt" });
    const passphraseArn = "arn:aws:secretsmanager:us-east-1:123456789012:channel-main-stream-key";
    const { Resources } = stackOf(stack);
    assert.deepEqual(Resources["Input"]!.Properties, {
      Name: "channel-main",
      Type: "SRT_LISTENER",
      SrtSettings: {
        SrtListenerSettings: {
          Decryption: { Algorithm: "AES256", PassphraseSecretArn: passphraseArn },
          MinimumLatency: 1000,
        },
      },
      InputSecurityGroups: [{ "Fn::Join": ["", [{ Ref: "InputSecurityGroup" }]] }],
      Tags: { stack: "test" },
    });
    assert.deepEqual(
      statements(stack.one("aws:iam/rolePolicy:RolePolicy").inputs["policy"]).find(({ Sid }) => Sid === "Passphrase"),
      { Sid: "Passphrase", Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: passphraseArn },
    );
  });

  it("lets the encoder write to the archive and its own packager channel, and nothing else", async () => {
    const stack = await deployChannel();
    assert.deepEqual(statements(stack.one("aws:iam/role:Role").inputs["assumeRolePolicy"]), [
      {
        Effect: "Allow",
        Principal: { Service: "medialive.amazonaws.com" },
        Action: ["sts:AssumeRole", "sts:TagSession"],
      },
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
