import assert from "node:assert/strict";
import { changed, ofType, without } from "../support/lookup.ts";
import { entries, list, text } from "../support/read.ts";
import { stacks, type Stack } from "../support/stacks.ts";
import { channelProblems } from "./channel-rules.ts";
import { collectionProblems } from "./collection-rules.ts";
import { dataProblems } from "./data-rules.ts";
import { deliveryProblems } from "./delivery-rules.ts";
import { functionProblems } from "./function-rules.ts";
import { packagingProblems } from "./packaging-rules.ts";
import { queueProblems } from "./queue-rules.ts";
import { sourceProblems } from "./source-rules.ts";
import { streamProblems } from "./stream-rules.ts";

type Rule = (stack: Stack) => string[];

const rules: Readonly<Record<string, Rule>> = {
  channels: channelProblems,
  packaging: packagingProblems,
  queues: queueProblems,
  streams: streamProblems,
  functions: functionProblems,
  "sources of requests": sourceProblems,
  delivery: deliveryProblems,
  "data, topics and names": dataProblems,
  sets: collectionProblems,
};

describe("what AWS enforces and no schema holds", function () {
  this.timeout(180_000);
  let all: Stack[];
  let dev: Stack;
  before(async () => {
    all = await stacks();
    dev = all.find(({ name }) => name === "dev")!;
  });

  for (const [what, rule] of Object.entries(rules)) {
    it(`${what}: every stack is in order`, () => {
      for (const stack of all) assert.deepEqual(rule(stack), [], stack.name);
    });
  }

  /** Inputs of the one resource of a type, or of that name. */
  const inputsOf = (type: string, name?: string): Record<string, unknown> =>
    structuredClone(ofType(dev, type).find((resource) => name === undefined || resource.name === name)!.inputs);
  const channelType = "AWS::MediaLive::Channel";
  /** The problems of the dev stack with its channel's plain JSON edited: `from` must be there. */
  const channelWith = (from: string, to: string): string[] => {
    const inputs = JSON.stringify(inputsOf(channelType));
    assert.ok(inputs.includes(from), `${from} is not in the channel`);
    return channelProblems(
      changed(
        dev,
        channelType,
        "channel-main.Channel",
        JSON.parse(inputs.replace(from, to)) as Record<string, unknown>,
      ),
    );
  };

  it("finds a channel whose outputs, encodes and destinations don't fit together", () => {
    assert.deepEqual(channelWith('"DestinationRefId":"archive"', '"DestinationRefId":"tape"'), [
      'channel channel-main.Channel: refers to the destination "tape", which it does not have',
      'channel channel-main.Channel: has the destination "archive", which no output group uses',
    ]);
    assert.deepEqual(channelWith('"ChannelClass":"SINGLE_PIPELINE"', '"ChannelClass":"STANDARD"'), [
      'channel channel-main.Channel: the destination "package" needs 2 URL(s), one for each pipeline',
      'channel channel-main.Channel: the destination "archive" needs 2 URL(s), one for each pipeline',
      "channel channel-main.Channel: its input channel-main.Input has 1 address(es) for 2 pipeline(s)",
    ]);
    assert.deepEqual(channelWith('"NameModifier":"_480p"', '"NameModifier":"_720p"'), [
      'channel channel-main.Channel: two outputs of a group have the name modifier "_720p"',
    ]);
    assert.deepEqual(channelWith('"OutputName":"480p"', '"OutputName":"720p"'), [
      'channel channel-main.Channel: two outputs are named "720p"',
    ]);
    assert.deepEqual(channelWith('"VideoDescriptionName":"video_480p"', '"VideoDescriptionName":"video_540p"'), [
      'channel channel-main.Channel: an output uses the encode "video_540p", which there is not',
      'channel channel-main.Channel: no output uses the encode "video_480p"',
    ]);
    assert.deepEqual(channelWith('"AudioSelectorName":"default"', '"AudioSelectorName":"music"'), [
      'channel channel-main.Channel: no input has the audio selector "music"',
    ]);
    const bucket = ofType(dev, "aws:s3/bucket:Bucket").find(({ name }) => name === "archive")!.outputs["bucket"];
    assert.deepEqual(channelWith("$dt$/recording", "$dt$/"), [
      "channel channel-main.Channel: " +
        `s3ssl://${String(bucket)}/main/$dt$/ ` +
        "is neither an S3 destination with a base name nor a folder of CMAF ingest",
    ]);
  });

  it("finds segments, recordings and GOPs that don't agree, and what MediaPackage can't take", () => {
    assert.deepEqual(channelWith('"SegmentLength":1', '"SegmentLength":1.5').slice(0, 1), [
      "channel channel-main.Channel: 1.5 s don't hold whole GOPs of 1 s of video_720p",
    ]);
    assert.deepEqual(channelWith('"RolloverInterval":60', '"RolloverInterval":60.5').length, 3);
    assert.deepEqual(channelWith('"GopClosedCadence":1', '"GopClosedCadence":0'), [
      "channel channel-main.Channel: the GOPs of video_720p are not closed",
    ]);
    assert.deepEqual(channelWith('"FramerateDenominator":1', '"FramerateDenominator":8'), [
      "channel channel-main.Channel: a GOP of video_720p has 3.75 frames",
    ]);
    assert.deepEqual(channelWith('"MaxBitrate":2500000,', ""), [
      "channel channel-main.Channel: video_720p is QVBR without maxBitrate",
    ]);
    assert.deepEqual(channelWith('"ParControl":"SPECIFIED"', '"ParControl":"INITIALIZE_FROM_SOURCE"'), [
      "channel channel-main.Channel: video_720p takes its size, aspect or frame rate from the source, which " +
        "MediaPackage cannot",
    ]);
  });

  it("finds an unguarded or wrongly named input", () => {
    const input = (inputs: Record<string, unknown>): string[] =>
      channelProblems(changed(dev, "AWS::MediaLive::Input", "channel-main.Input", inputs));
    assert.deepEqual(input({ InputSecurityGroups: [] }), [
      "channel channel-main.Channel: its input channel-main.Input needs one input security group",
    ]);
    assert.deepEqual(input({ Destinations: [{ StreamName: "key" }] }), [
      "channel channel-main.Channel: its input channel-main.Input has a stream that is not named APPLICATION/INSTANCE",
    ]);
  });

  it("finds packaging that can't be played, or that anybody may put to or get from", () => {
    const mediaPackage = (type: string, name: string, inputs: Record<string, unknown>): string[] =>
      packagingProblems(changed(dev, `aws-native:mediapackagev2:${type}`, name, inputs));
    assert.deepEqual(
      mediaPackage("OriginEndpoint", "live-main", {
        startoverWindowSeconds: 30,
        segment: { segmentDurationSeconds: 31 },
        containerType: "TS",
      }),
      [
        "endpoint live-main: segments are 31 s, not 1 to 30",
        "endpoint live-main: a manifest's window holds less than three segments",
        "endpoint live-main: the startover window is 30 s, not 60 to 1209600",
        "endpoint live-main: DASH needs CMAF segments",
      ],
    );
    assert.deepEqual(mediaPackage("Channel", "live-main", { inputType: "HLS", channelGroupName: "other" }), [
      "live-main is in no channel group of the stack",
      "live-main does not take CMAF, which is what MediaLive's CMAF ingest group puts",
    ]);
    const open = (Principal: unknown, Action: string): object => ({
      policy: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal, Action, Resource: "*" }] },
    });
    assert.deepEqual(mediaPackage("ChannelPolicy", "channel-main", { ...open("*", "mediapackagev2:PutObject") }), [
      "policy channel-main: lets * put, which is no encoder's role",
    ]);
    assert.deepEqual(
      mediaPackage("OriginEndpointPolicy", "delivery-main", {
        ...open({ Service: "cloudfront.amazonaws.com" }, "mediapackagev2:GetObject"),
      }),
      ["policy delivery-main: lets others than the stack's distribution get"],
    );
    assert.deepEqual(
      packagingProblems(without(dev, "aws-native:mediapackagev2:OriginEndpointPolicy", "delivery-main")),
      ["live-main has no policy: nobody can get"],
    );
  });

  it("finds a stream that one bad record blocks, or loses", () => {
    const mapping = (inputs: Record<string, unknown>): string[] =>
      streamProblems(changed(dev, "aws:lambda/eventSourceMapping:EventSourceMapping", "changes", inputs));
    assert.deepEqual(mapping({ maximumRetryAttempts: -1, maximumRecordAgeInSeconds: undefined }), [
      "mapping changes: maximumRetryAttempts is -1, not 0 to 10000",
      "mapping changes: maximumRecordAgeInSeconds is undefined, not 60 to 86400",
    ]);
    assert.deepEqual(mapping({ destinationConfig: undefined, startingPosition: undefined }), [
      "mapping changes: it has no starting position",
      "mapping changes: nobody hears of records that are given up",
    ]);
    assert.deepEqual(mapping({ bisectBatchOnFunctionError: false, functionResponseTypes: [] }), [
      "mapping changes: one bad record has its whole batch given up",
      "mapping changes: one failed record brings its whole batch again",
    ]);
  });

  it("finds queues that lose or double work", () => {
    const queue = (inputs: Record<string, unknown>): string[] =>
      queueProblems(changed(dev, "aws:sqs/queue:Queue", "clips-convert", inputs));
    assert.deepEqual(queue({ visibilityTimeoutSeconds: 300 }), [
      "mapping clips-convert: messages are hidden 300 s, less than six times the consumer's 60 s",
    ]);
    assert.deepEqual(queue({ redrivePolicy: undefined }), [
      "mapping clips-convert: its queue gives messages up before five tries",
    ]);
    assert.deepEqual(queue({ messageRetentionSeconds: 1_209_601, receiveWaitTimeSeconds: 21 }), [
      "queue clips-convert: messageRetentionSeconds is 1209601, not 60 to 1209600",
      "queue clips-convert: receiveWaitTimeSeconds is 21, not 0 to 20",
      "queue clips-convert: its dead-letter queue keeps messages no longer than it does",
    ]);
    const mapping = (inputs: Record<string, unknown>): string[] =>
      queueProblems(changed(dev, "aws:lambda/eventSourceMapping:EventSourceMapping", "clips-convert", inputs));
    assert.deepEqual(mapping({ batchSize: 100, functionResponseTypes: [] }), [
      "mapping clips-convert: a batch of 100 needs a batching window",
      "mapping clips-convert: one failed message brings its whole batch again",
    ]);
  });

  it("finds functions over Lambda's limits, or without what they need", () => {
    const api = (inputs: Record<string, unknown>): string[] =>
      functionProblems(changed(dev, "aws:lambda/function:Function", "api", inputs));
    assert.deepEqual(api({ timeout: 30 }), ["function api: the API gives up on it before its own timeout"]);
    assert.deepEqual(api({ timeout: 901, memorySize: 64, runtime: "nodejs16.x" }).slice(0, 3), [
      "function api: its timeout is 901 s, not 1 to 900",
      "function api: its memory is 64 MB, not 128 to 10240",
      "function api: its runtime nodejs16.x is no supported Node.js",
    ]);
    assert.deepEqual(api({ environment: { variables: { AWS_REGION: "us-east-1", LONG: "x".repeat(4096) } } }), [
      "function api: its environment has 4132 bytes, not 4096 at most",
      "function api: it may not set AWS_REGION",
    ]);
    assert.deepEqual(api({ handler: "index.main" }), ["function api: its package has no index.main"]);
    assert.deepEqual(api({ role: "arn:aws:iam::000000000000:role/other", loggingConfig: { logGroup: "/other" } }), [
      "function api: its role is not one that Lambda may take",
      "function api: its log group is not of this stack",
    ]);
  });

  it("finds permissions for others than the stack's own sources, and sources without a permission", () => {
    const permission = (name: string, inputs: Record<string, unknown>): string[] =>
      sourceProblems(changed(dev, "aws:lambda/permission:Permission", name, inputs));
    assert.deepEqual(permission("clips-archive", { sourceAccount: undefined }), [
      "permission clips-archive: a bucket of that name in any account may invoke the function",
    ]);
    assert.deepEqual(permission("channel-changed", { sourceArn: "arn:aws:events:us-east-1:000000000000:rule/*" }), [
      'permission channel-changed: "arn:aws:events:us-east-1:000000000000:rule/*" is no source of this stack ' +
        "for events.amazonaws.com",
      'permission channel-changed: "arn:aws:events:us-east-1:000000000000:rule/*" is more than one source',
      "rule channel-changed: may not invoke its function",
    ]);
    assert.deepEqual(sourceProblems(without(dev, "aws:sqs/queuePolicy:QueuePolicy", "clips-ended-conversions")), [
      "rule clips-converted: may not send to its queue",
    ]);
    assert.deepEqual(sourceProblems(without(dev, "aws:lambda/permission:Permission", "clips-recognised")), [
      "subscription clips-recognised: may not invoke its function",
    ]);
    assert.deepEqual(sourceProblems(without(dev, "aws:lambda/permission:Permission", "clips-archive")), [
      "notification clips-archive: may not invoke its function",
    ]);
  });

  it("finds bucket, topic and trust policies that let in more than they should", () => {
    const edited = (type: string, name: string, key: string, edit: (policy: string) => string): Stack => {
      const before = text(inputsOf(type, name)[key]);
      assert.notEqual(edit(before), before);
      return changed(dev, type, name, { [key]: edit(before) });
    };
    const bucketPolicy = "aws:s3/bucketPolicy:BucketPolicy";
    assert.deepEqual(
      sourceProblems(edited(bucketPolicy, "archive", "policy", (policy) => policy.replace('"Deny"', '"Allow"'))),
      ["bucket policy archive: lets requests without TLS in", 'bucket policy archive: lets "*" do s3:*'],
    );
    assert.deepEqual(
      sourceProblems(
        edited(bucketPolicy, "vod", "policy", (policy) =>
          policy.replace(
            /"AWS:SourceArn":"[^"]*"/,
            '"AWS:SourceArn":"arn:aws:cloudfront::999999999999:distribution/E1"',
          ),
        ),
      ),
      ["bucket policy vod: lets cloudfront.amazonaws.com in for sources that are not of this stack or account"],
    );
    assert.deepEqual(sourceProblems(without(dev, bucketPolicy, "web")), ["bucket web: needs exactly one policy"]);
    assert.deepEqual(
      sourceProblems(
        edited("aws:sns/topicPolicy:TopicPolicy", "alarms", "policy", (policy) =>
          policy.replace('"aws:SourceAccount"', '"aws:PrincipalOrgID"'),
        ),
      ),
      ["policy alarms: lets cloudwatch.amazonaws.com in for sources that are not of this stack or account"],
    );
    assert.deepEqual(
      sourceProblems(
        edited("aws:iam/role:Role", "api", "assumeRolePolicy", (policy) =>
          policy.replace('{"Service":"lambda.amazonaws.com"}', '{"AWS":"*"}'),
        ),
      ),
      ["role api: is taken by others than one service"],
    );
    assert.deepEqual(
      sourceProblems(
        edited("aws:cloudwatch/eventRule:EventRule", "clips-converted", "eventPattern", (pattern) =>
          pattern.replace(/,"queue":\[[^\]]*\]/, ""),
        ),
      ),
      ["rule clips-converted: hears of what is not of this stack"],
    );
  });

  it("finds what CloudFront would refuse", () => {
    const distribution = (edit: (inputs: Record<string, unknown>) => Record<string, unknown>): string[] =>
      deliveryProblems(
        changed(
          dev,
          "aws:cloudfront/distribution:Distribution",
          "delivery",
          edit(inputsOf("aws:cloudfront/distribution:Distribution")),
        ),
      );
    assert.deepEqual(
      distribution(({ origins }) => ({
        origins: JSON.parse(
          JSON.stringify(origins).replace('"originShieldRegion":"us-east-1"', '"originShieldRegion":"us-west-1"'),
        ) as unknown,
        customErrorResponses: [404, 404, 429].map((errorCode) => ({ errorCode, errorCachingMinTtl: 1 })),
      })),
      [
        'distribution delivery: the origin "live" has its shield in "us-west-1", where there is none',
        "distribution delivery: error 429 cannot be customised",
        "distribution delivery: error 404 is customised twice",
      ],
    );
    assert.deepEqual(
      distribution(({ defaultCacheBehavior }) => ({
        defaultCacheBehavior: {
          ...Object(defaultCacheBehavior),
          targetOriginId: "pages",
          allowedMethods: ["GET", "POST"],
        },
      })),
      [
        'distribution delivery: the default behaviour has no origin "pages"',
        "distribution delivery: the default behaviour allows methods that are no set of CloudFront",
      ],
    );
    assert.deepEqual(
      distribution(({ origins }) => ({
        origins: list(origins).map((origin) =>
          Object.fromEntries(entries(origin).filter(([key]) => key !== "originAccessControlId")),
        ),
      })),
      [
        'distribution delivery: the origin "page" has no access control for s3',
        'distribution delivery: the origin "vod" has no access control for s3',
        'distribution delivery: the origin "live" has no access control for mediapackagev2',
      ],
    );
    assert.deepEqual(
      distribution(({ orderedCacheBehaviors }) => ({
        orderedCacheBehaviors: [...list(orderedCacheBehaviors), list(orderedCacheBehaviors)[0]],
      })),
      ["distribution delivery: has two behaviours for /api/*"],
    );
    assert.deepEqual(
      distribution(() => ({ defaultRootObject: "/index.html" })),
      ["distribution delivery: its root object begins with a slash"],
    );
    const other = (type: string, name: string, inputs: Record<string, unknown>): string[] =>
      deliveryProblems(changed(dev, `aws:cloudfront/${type}`, name, inputs));
    assert.deepEqual(other("function:Function", "delivery-page-route", { code: "x".repeat(10_241) }), [
      "function delivery-page-route: has 10241 bytes, not 10240 at most",
      "function delivery-page-route: has no handler(event)",
    ]);
    assert.deepEqual(
      other("cachePolicy:CachePolicy", "delivery-live", {
        minTtl: 5,
        parametersInCacheKeyAndForwardedToOrigin: {
          queryStringsConfig: { queryStrings: { items: Array.from({ length: 11 }, (_, i) => `q${i}`) } },
        },
      }),
      [
        "cache policy delivery-live: names more than 10 of a kind",
        "cache policy delivery-live: its times are not in order",
      ],
    );
    assert.deepEqual(
      other("responseHeadersPolicy:ResponseHeadersPolicy", "delivery", {
        customHeadersConfig: { items: [{ header: "X-Frame-Options", value: "x".repeat(1784) }] },
      }),
      ["headers delivery: a value is over 1783 characters", "headers delivery: X-Frame-Options is no custom header"],
    );
  });

  it("finds invalid tables, topics, alarms, keys and names", () => {
    const data = (type: string, name: string, inputs: Record<string, unknown>): string[] =>
      dataProblems(changed(dev, type, name, inputs));
    assert.deepEqual(
      data("aws:dynamodb/table:Table", "catalogue", { rangeKey: "id", ttl: { attributeName: "pk", enabled: true } }),
      [
        "table catalogue: its key id is not declared",
        "table catalogue: sk is declared and no key",
        "table catalogue: expires by a key",
      ],
    );
    const managed = { managedPolicyArns: ["arn:aws:iam::aws:policy/service-role/AmazonRekognitionServiceRole"] };
    assert.deepEqual(data("aws:iam/role:Role", "faces-publisher", managed), [
      "role faces-publisher: its managed policy reaches no topic, for none is named AmazonRekognition…",
    ]);
    const [alarm] = ofType(dev, "aws:cloudwatch/metricAlarm:MetricAlarm");
    assert.deepEqual(
      data("aws:cloudwatch/metricAlarm:MetricAlarm", alarm!.name, {
        period: 90,
        evaluationPeriods: 1000,
        datapointsToAlarm: 1001,
        alarmActions: ["arn:aws:sns:us-east-1:000000000000:other"],
      }),
      [
        `alarm ${alarm!.name}: a period of 90 s`,
        `alarm ${alarm!.name}: looks at more than a day`,
        `alarm ${alarm!.name}: needs more data points than it looks at`,
        `alarm ${alarm!.name}: tells arn:aws:sns:us-east-1:000000000000:other, which is no topic of this stack`,
      ],
    );
    assert.deepEqual(data("aws:sns/topic:Topic", "faces", { kmsMasterKeyId: "alias/aws/sns" }), [
      "faces: AWS services can't use alias/aws/sns",
    ]);
    assert.deepEqual(data("aws:s3/bucket:Bucket", "vod", { bucket: "Spotlight_VOD" }), [
      'aws:s3/bucket:Bucket vod: "Spotlight_VOD" is no name for it',
    ]);
    const long = "spotlight-a-stack-with-quite-a-name-${name}-${hex(7)}";
    assert.match(
      dataProblems({ ...dev, naming: long }).join("\n"),
      /"spotlight-a-stack-with-quite-a-name-clips-convert-recording-0123456" is no name for it/,
    );
  });

  it("finds members of a set that the provider would make one, and destinations without an order", () => {
    const type = "aws:s3/bucketNotification:BucketNotification";
    const [notification] = ofType(dev, type);
    const twice = { events: ["s3:ObjectCreated:*", "s3:ObjectCreated:*"] };
    assert.deepEqual(collectionProblems(changed(dev, type, notification!.name, { lambdaFunctions: [twice] })), [
      `${type} ${notification!.name}: lambdaFunctions.*.events is a set, in which these become one: ` +
        '"s3:ObjectCreated:*"',
    ]);
    const input = { ...notification!, type: "aws:medialive/input:Input", name: "input" };
    assert.deepEqual(collectionProblems({ ...dev, resources: [input] }), [
      "aws:medialive/input:Input input has destinations whose order the provider loses",
    ]);
  });

  it("names resources on AWS by the stack, so that stacks in one account don't meet", () => {
    assert.equal(dev.naming, "spotlight-dev-${name}-${hex(7)}");
  });
});
