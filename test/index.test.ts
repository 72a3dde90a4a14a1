import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import * as pulumi from "@pulumi/pulumi";
import { projectFolder } from "../components/bundle.ts";
import { account, deploy, statements, valueOf, type Deployment, type Inputs } from "./components/mocks.ts";

interface ChannelOutputs {
  ingestServer: string;
  streamKey: string;
  playbackUrl: string;
}

interface StackOutputs {
  pageUrl: pulumi.Output<string>;
  apiUrl: pulumi.Output<string>;
  ingestServer: pulumi.Output<string>;
  streamKey: pulumi.Output<string>;
  adminToken: pulumi.Output<string>;
  playbackUrl: pulumi.Output<string>;
  channels: pulumi.Output<Record<string, ChannelOutputs>>;
}

/** Inputs that give a resource its physical name, where it is not `name`. */
const namingInputs: Record<string, string> = {
  "aws:s3/bucket:Bucket": "bucket",
  "aws:rekognition/collection:Collection": "collectionId",
  "aws:cloudwatch/dashboard:Dashboard": "dashboardName",
  "aws-native:mediapackagev2:ChannelGroup": "channelGroupName",
};

/** Types whose names are inside something else that has a name of its own. */
const scoped = ["aws:apigatewayv2/stage:Stage"];

describe("two stacks in one account", function () {
  this.timeout(60_000);

  it("share no physical name: each carries its stack's or is left to Pulumi, which adds random digits", async () => {
    const config = {
      "spotlight:ingestCidrs": '["203.0.113.7/32"]',
      "spotlight:alarmEmail": "ops@example.com",
      "spotlight:monthlyBudgetUsd": "100",
    };
    const names = async (stack: string): Promise<string[]> => {
      // The query makes Node.js run the program again.
      const { resources } = await deploy(
        async () => {
          await import(`../index.ts?stack=${stack}`);
        },
        config,
        stack,
      );
      return resources
        .filter(({ type }) => !scoped.includes(type))
        .flatMap(({ type, inputs }) => {
          const given = [namingInputs[type] ?? "name", "namePrefix", "bucketPrefix"]
            .map((key) => inputs[key])
            .filter((name) => typeof name === "string");
          return given.map((name) => `${type} ${name}`);
        });
    };
    const first = await names("first");
    const second = await names("second");
    assert.equal(first.length, 17);
    assert.deepEqual(
      first.filter((name) => second.includes(name)),
      [],
    );
    assert.deepEqual(first.map((name) => name.replaceAll("first", "second")).sort(), second.sort());
  });
});

/** Whether a type of resource takes tags, by its provider's own types. */
async function takesTags(type: string): Promise<boolean> {
  const [provider = "", path = "", name = path] = type.split(":");
  const file =
    provider === "aws-native"
      ? `${path}/${name.charAt(0).toLowerCase()}${name.slice(1)}`
      : path === "ec2"
        ? `${path}/${name.toLowerCase()}`
        : path;
  const types = await readFile(
    `${projectFolder}/node_modules/@pulumi/${provider}/${file.replace(/^index\//, "")}.d.ts`,
    "utf8",
  );
  return new RegExp(`interface ${name}Args \\{[^]*?^    tags\\?:`, "m").test(types);
}

describe("what is made of everything that configuration can switch on", function () {
  this.timeout(60_000);
  let stack: Deployment<void>;
  const everything = "everything";

  before(async () => {
    stack = await deploy(
      async () => {
        await import(`../index.ts?with=${everything}`);
      },
      {
        "spotlight:ingestCidrs": '["203.0.113.7/32"]',
        "spotlight:alarmEmail": "ops@example.com",
        "spotlight:monthlyBudgetUsd": "100",
        "spotlight:privateIngest": '{"cidr":"10.20.0.0/24"}',
        "spotlight:channelSchedule":
          '[{"channel":"main","start":"cron(50 17 ? * SAT *)","stop":"cron(15 20 ? * SAT *)"}]',
      },
    );
  });

  it("tags every taggable resource with its project and stack", async () => {
    const untagged = new Set<string>();
    for (const { type, inputs } of stack.resources) {
      const { tags } = inputs;
      if (tags === undefined) untagged.add(type);
      else
        assert.deepEqual(
          tags,
          type.startsWith("aws-native:")
            ? [
                { key: "project", value: "spotlight" },
                { key: "stack", value: "test" },
              ]
            : { project: "spotlight", stack: "test" },
          type,
        );
    }
    const forgotten: string[] = [];
    for (const type of untagged) if (await takesTags(type)) forgotten.push(type);
    // An object's tags are paid for each; its bucket has them.
    assert.deepEqual(forgotten, ["aws:s3/bucketObjectv2:BucketObjectv2"]);
    assert.ok(await takesTags("aws-native:mediapackagev2:Channel"));
  });
});

describe("the program", () => {
  let stack: Deployment<StackOutputs>;

  before(async function () {
    // Bundles every function, as a deployment does.
    this.timeout(120_000);
    const config = {
      "spotlight:ingestCidrs": '["203.0.113.7/32"]',
      "spotlight:channels": '[{"id":"main","name":"Main"},{"id":"court-2","name":"Court 2"}]',
    };
    stack = await deploy(async () => (await import("../index.ts")) satisfies StackOutputs, config);
  });

  it("registers the whole pipeline, each channel with its own input, packaging and policies", () => {
    const counts = stack.counts();
    delete counts["aws:s3/bucketObjectv2:BucketObjectv2"];
    assert.deepEqual(counts, {
      "aws:s3/bucket:Bucket": 3,
      "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": 3,
      "aws:s3/bucketOwnershipControls:BucketOwnershipControls": 3,
      "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": 3,
      "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": 3,
      "aws:s3/bucketPolicy:BucketPolicy": 3,
      "aws:s3/bucketNotification:BucketNotification": 1,
      "aws:dynamodb/table:Table": 2,
      "aws:dynamodb/tableItem:TableItem": 1,
      "aws:rekognition/collection:Collection": 1,
      "aws:sns/topic:Topic": 2,
      "aws:sns/topicPolicy:TopicPolicy": 1,
      "aws:sns/topicSubscription:TopicSubscription": 1,
      "aws:iam/role:Role": 18,
      "aws:iam/rolePolicy:RolePolicy": 18,
      "aws-native:mediapackagev2:ChannelGroup": 1,
      "aws-native:mediapackagev2:Channel": 2,
      "aws-native:mediapackagev2:ChannelPolicy": 2,
      "aws-native:mediapackagev2:OriginEndpoint": 2,
      "aws-native:mediapackagev2:OriginEndpointPolicy": 2,
      "random:index/randomPassword:RandomPassword": 4,
      "aws:secretsmanager/secret:Secret": 2,
      "aws:secretsmanager/secretVersion:SecretVersion": 2,
      "aws:cloudformation/stack:Stack": 2,
      "aws:lambda/function:Function": 13,
      "aws:lambda/permission:Permission": 12,
      "aws:lambda/eventSourceMapping:EventSourceMapping": 5,
      "aws:cloudwatch/logGroup:LogGroup": 14,
      "aws:cloudwatch/metricAlarm:MetricAlarm": 47,
      "aws:cloudwatch/logMetricFilter:LogMetricFilter": 3,
      "aws:cloudwatch/dashboard:Dashboard": 1,
      "aws:cloudwatch/eventBus:EventBus": 1,
      "aws:cloudwatch/eventRule:EventRule": 6,
      "aws:cloudwatch/eventTarget:EventTarget": 6,
      "aws:sqs/queue:Queue": 13,
      "aws:sqs/queuePolicy:QueuePolicy": 2,
      "aws:mediaconvert/queue:Queue": 2,
      "aws:apigatewayv2/api:Api": 2,
      "aws:apigatewayv2/integration:Integration": 2,
      "aws:apigatewayv2/route:Route": 6,
      "aws:apigatewayv2/stage:Stage": 2,
      "aws:cloudfront/distribution:Distribution": 1,
      "aws:cloudfront/originAccessControl:OriginAccessControl": 2,
      "aws:cloudfront/cachePolicy:CachePolicy": 4,
      "aws:cloudfront/originRequestPolicy:OriginRequestPolicy": 1,
      "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy": 3,
      "aws:cloudfront/function:Function": 2,
    });
  });

  it("answers the stack outputs that scripts read, of the first channel", async () => {
    const { pageUrl, apiUrl, ingestServer, streamKey, adminToken, playbackUrl } = stack.result;
    assert.deepEqual(await Promise.all([pageUrl, apiUrl, ingestServer, playbackUrl].map(valueOf)), [
      "https://d111111abcdef8.cloudfront.net",
      "https://d111111abcdef8.cloudfront.net/api",
      "rtmp://203.0.113.1:1935/live",
      "https://d111111abcdef8.cloudfront.net/out/v1/spotlight-test-live/main/live/low-latency.m3u8",
    ]);
    assert.deepEqual([(await valueOf(streamKey)).length, (await valueOf(adminToken)).length], [32, 40]);
    assert.deepEqual(
      await Promise.all(
        [pageUrl, apiUrl, ingestServer, playbackUrl, streamKey, adminToken].map((output) => pulumi.isSecret(output)),
      ),
      [false, false, false, false, true, true],
    );
  });

  it("answers each channel's addresses and its own key, as a secret", async () => {
    const { channels, ingestServer, streamKey, playbackUrl } = stack.result;
    const of = await valueOf(channels);
    assert.deepEqual(Object.keys(of), ["main", "court-2"]);
    assert.deepEqual(of["main"], {
      ingestServer: await valueOf(ingestServer),
      streamKey: await valueOf(streamKey),
      playbackUrl: await valueOf(playbackUrl),
    });
    assert.equal(
      of["court-2"]!.playbackUrl,
      "https://d111111abcdef8.cloudfront.net/out/v1/spotlight-test-live/court-2/live/low-latency.m3u8",
    );
    assert.notEqual(of["court-2"]!.streamKey, of["main"].streamKey);
    assert.equal(await pulumi.isSecret(channels), true);
  });

  it("passes functions the channels and where each is played", () => {
    const expected = ["main", "court-2"].map((id, at) => ({
      id,
      name: ["Main", "Court 2"][at],
      channelId: "1234567",
      inputId: `channel-${id}-id`,
      playback: {
        lowLatencyHls: `/out/v1/spotlight-test-live/${id}/live/low-latency.m3u8`,
        hls: `/out/v1/spotlight-test-live/${id}/live/index.m3u8`,
        dash: `/out/v1/spotlight-test-live/${id}/live/index.mpd`,
        startoverSeconds: 10_800,
      },
    }));
    for (const name of ["api", "channel-changed"]) {
      const { variables } = stack.one("aws:lambda/function:Function", name).inputs["environment"] as {
        variables: Record<string, string>;
      };
      assert.deepEqual(JSON.parse(variables["CHANNELS"]!), expected);
    }
  });

  it("runs every function on Node.js 24 and arm64 in a role of its own, with a log that ends", () => {
    const functions = stack.all("aws:lambda/function:Function").map(({ inputs }) => inputs);
    assert.ok(
      functions.every(
        (inputs) => inputs["runtime"] === "nodejs24.x" && (inputs["architectures"] as string[]).join() === "arm64",
      ),
    );
    assert.equal(new Set(functions.map((inputs) => inputs["role"])).size, functions.length);
    assert.equal(
      new Set(functions.map((inputs) => (inputs["loggingConfig"] as Inputs)["logGroup"])).size,
      functions.length,
    );
    assert.ok(stack.all("aws:cloudwatch/logGroup:LogGroup").every(({ inputs }) => inputs["retentionInDays"] === 30));
  });

  it("has no wildcard action, and a wildcard resource only where AWS defines no resource", () => {
    const anywhere = new Set<string>();
    for (const { name, inputs } of stack.all("aws:iam/rolePolicy:RolePolicy")) {
      for (const { Effect, Action, Resource } of statements(inputs["policy"])) {
        assert.equal(Effect, "Allow");
        const actions = [Action].flat();
        assert.deepEqual(
          actions.filter((action) => action.includes("*")),
          [],
          name,
        );
        if ([Resource].flat().includes("*")) for (const action of actions) anywhere.add(action);
      }
    }
    assert.deepEqual([...anywhere].sort(), [
      "dynamodb:ListStreams",
      "mediaconvert:Probe",
      "medialive:ListAlerts",
      "rekognition:DetectFaces",
      "rekognition:GetCelebrityRecognition",
      "rekognition:GetFaceSearch",
      "rekognition:GetSegmentDetection",
      "rekognition:StartCelebrityRecognition",
      "xray:PutTelemetryRecords",
      "xray:PutTraceSegments",
    ]);
  });

  it("lets every bucket be reached by TLS only, and lets only one function be invoked by each source", () => {
    for (const { inputs } of stack.all("aws:s3/bucketPolicy:BucketPolicy"))
      assert.equal(statements(inputs["policy"])[0]?.Sid, "TlsOnly");
    assert.deepEqual(
      stack
        .all("aws:lambda/permission:Permission")
        .map(({ inputs }) => [inputs["principal"], inputs["function"], typeof inputs["sourceArn"]]),
      [
        ["apigateway.amazonaws.com", "api", "string"],
        ["apigateway.amazonaws.com", "api", "string"],
        ["apigateway.amazonaws.com", "api", "string"],
        ["events.amazonaws.com", "auto-stop", "string"],
        ["events.amazonaws.com", "channel-changed", "string"],
        ["s3.amazonaws.com", "clips-recording-archived", "string"],
        ["sns.amazonaws.com", "clips-index-clips", "string"],
        ["events.amazonaws.com", "stream-push", "string"],
        ["apigateway.amazonaws.com", "stream-connection", "string"],
        ["apigateway.amazonaws.com", "stream-connection", "string"],
        ["apigateway.amazonaws.com", "stream-connection", "string"],
        ["events.amazonaws.com", "sweeper", "string"],
      ],
    );
  });

  it("keeps what matters when the stack goes, and marks what is its own", () => {
    assert.deepEqual(
      stack.all("aws:s3/bucket:Bucket").map(({ name, inputs }) => [name, inputs["forceDestroy"], inputs["tags"]]),
      [
        ["archive", false, { project: "spotlight", stack: "test" }],
        ["vod", false, { project: "spotlight", stack: "test" }],
        ["web", true, { project: "spotlight", stack: "test" }],
      ],
    );
    assert.equal(stack.one("aws:dynamodb/table:Table", "catalogue").inputs["deletionProtectionEnabled"], true);
  });

  it("serves what it uploads: the page's own files", () => {
    const keys = stack.all("aws:s3/bucketObjectv2:BucketObjectv2").map(({ inputs }) => inputs["key"]);
    assert.ok(keys.includes("index.html"));
    assert.equal(stack.one("aws:s3/bucketNotification:BucketNotification").inputs["bucket"], "archive");
    assert.equal(JSON.stringify(stack.all("aws:s3/bucketPolicy:BucketPolicy")).includes(account), true);
  });
});
