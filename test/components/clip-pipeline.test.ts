import assert from "node:assert/strict";
import { ClipPipeline, type ClipPipelineArgs } from "../../components/clip-pipeline.ts";
import {
  account,
  deploy,
  functionDefaults,
  statements,
  type Deployment,
  type Inputs,
  type Statement,
} from "./mocks.ts";
import { ladder, makeParts } from "./pipeline-parts.ts";

const arn = (service: string, name: string): string => `arn:aws:${service}:us-east-1:${account}:${name}`;

async function deployPipeline(overrides: Partial<ClipPipelineArgs> = {}): Promise<Deployment<ClipPipeline>> {
  return deploy(() => {
    const { archive, vod, catalogue, recognition } = makeParts();
    return new ClipPipeline("clips", {
      archive,
      vod,
      catalogue,
      recognition,
      channels: ["main", "second"],
      channelClass: "SINGLE_PIPELINE",
      accountId: account,
      ladder,
      encodeAll: false,
      celebrities: true,
      shots: false,
      similarityThreshold: 80,
      clipPaddingMs: 500,
      clipGapMs: 3000,
      clipMinMs: 400,
      functions: functionDefaults,
      ...overrides,
    });
  });
}

function environment(stack: Deployment<unknown>, name: string): unknown {
  return (stack.one("aws:lambda/function:Function", name).inputs["environment"] as Inputs)["variables"];
}

/** What a function may do beyond its log, its failed events and the catalogue. */
function grants(stack: Deployment<unknown>, name: string): Statement[] {
  return statements(stack.one("aws:iam/rolePolicy:RolePolicy", name).inputs["policy"]).filter(
    ({ Sid }) =>
      !["WriteOwnLog", "SendTraces", "KeepFailedEvents", "Catalogue", "CatalogueIndexes"].includes(Sid ?? ""),
  );
}

describe("ClipPipeline", () => {
  let stack: Deployment<ClipPipeline>;

  before(async () => {
    stack = await deployPipeline();
  });

  it("has one function for each step and keeps what asynchronous ones could not take", () => {
    assert.deepEqual(
      stack
        .all("aws:lambda/function:Function")
        .map(({ name, inputs }) => [
          name,
          inputs["timeout"],
          (inputs["deadLetterConfig"] as Inputs | undefined)?.["targetArn"],
        ]),
      [
        // The messages of these two come again from their queues.
        ["clips-convert-recording", 60, undefined],
        ["clips-find-people", 30, undefined],
        ["clips-index-clips", 120, arn("sqs", "clips-index-clips-failed")],
        ["clips-recording-archived", 30, arn("sqs", "clips-recording-archived-failed")],
      ],
    );
  });

  it("starts with the recordings of both pipelines of a STANDARD channel", async () => {
    const { inputs } = (await deployPipeline({ channels: ["main"], channelClass: "STANDARD" })).one(
      "aws:s3/bucketNotification:BucketNotification",
    );
    assert.deepEqual(
      (inputs["lambdaFunctions"] as Inputs[]).map(({ id, filterPrefix }) => [id, filterPrefix]),
      [
        ["main", "main/"],
        ["_standbymain", "_standby/main/"],
      ],
    );
  });

  it("starts with recordings of its channels only, from its own archive", () => {
    assert.deepEqual(stack.one("aws:s3/bucketNotification:BucketNotification").inputs, {
      bucket: "archive",
      lambdaFunctions: ["main", "second"].map((channel) => ({
        id: channel,
        lambdaFunctionArn: arn("lambda", "clips-recording-archived"),
        events: ["s3:ObjectCreated:*"],
        filterPrefix: `${channel}/`,
        filterSuffix: ".ts",
      })),
    });
    assert.deepEqual(stack.one("aws:lambda/permission:Permission", "clips-archive").inputs, {
      action: "lambda:InvokeFunction",
      function: "clips-recording-archived",
      principal: "s3.amazonaws.com",
      sourceArn: "arn:aws:s3:::archive",
      sourceAccount: account,
    });
  });

  it("queues recordings for conversion, hidden for six times the converter's timeout", () => {
    assert.deepEqual(environment(stack, "clips-recording-archived"), {
      CATALOGUE_TABLE: "catalogue",
      CONVERT_QUEUE_URL: `https://sqs.us-east-1.amazonaws.com/${account}/clips-convert`,
    });
    assert.deepEqual(grants(stack, "clips-recording-archived"), [
      { Sid: "SendWork", Effect: "Allow", Action: "sqs:SendMessage", Resource: arn("sqs", "clips-convert") },
    ]);
    const timeout = Number(stack.one("aws:lambda/function:Function", "clips-convert-recording").inputs["timeout"]);
    assert.ok(
      Number(stack.one("aws:sqs/queue:Queue", "clips-convert").inputs["visibilityTimeoutSeconds"]) >= 6 * timeout,
    );
  });

  it("converts on a MediaConvert queue of its own, in a role that reads the archive and writes recordings", () => {
    assert.deepEqual(environment(stack, "clips-convert-recording"), {
      CATALOGUE_TABLE: "catalogue",
      VOD_BUCKET: "vod",
      MEDIACONVERT_QUEUE_ARN: arn("mediaconvert", "clips"),
      MEDIACONVERT_ROLE_ARN: arn("iam", "clips-converter"),
      LADDER: JSON.stringify(ladder),
      ENCODE_ALL: "false",
    });
    assert.deepEqual(grants(stack, "clips-convert-recording"), [
      {
        Sid: "ReceiveWork",
        Effect: "Allow",
        Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
        Resource: arn("sqs", "clips-convert"),
      },
      { Sid: "Convert", Effect: "Allow", Action: "mediaconvert:CreateJob", Resource: arn("mediaconvert", "clips") },
      { Sid: "Probe", Effect: "Allow", Action: "mediaconvert:Probe", Resource: "*" },
      { Sid: "ReadArchive", Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::archive/*" },
      {
        Sid: "PassRole",
        Effect: "Allow",
        Action: "iam:PassRole",
        Resource: arn("iam", "clips-converter"),
        Condition: { StringEquals: { "iam:PassedToService": "mediaconvert.amazonaws.com" } },
      },
    ]);
    assert.deepEqual(grants(stack, "clips-converter"), [
      { Sid: "ReadArchive", Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::archive/*" },
      { Sid: "WriteVod", Effect: "Allow", Action: "s3:PutObject", Resource: "arn:aws:s3:::vod/vod/*" },
    ]);
  });

  it("queues what became of its own conversions, and keeps putting a search off for eight hours", () => {
    const rule = stack.one("aws:cloudwatch/eventRule:EventRule").inputs;
    assert.deepEqual(JSON.parse(String(rule["eventPattern"])), {
      source: ["aws.mediaconvert"],
      "detail-type": ["MediaConvert Job State Change"],
      detail: { status: ["COMPLETE", "ERROR"], queue: [arn("mediaconvert", "clips")] },
    });
    assert.deepEqual(stack.one("aws:cloudwatch/eventTarget:EventTarget").inputs, {
      rule: "clips-converted",
      arn: arn("sqs", "clips-ended-conversions"),
    });
    const { queueUrl, policy } = stack.one("aws:sqs/queuePolicy:QueuePolicy").inputs;
    assert.equal(queueUrl, `https://sqs.us-east-1.amazonaws.com/${account}/clips-ended-conversions`);
    assert.deepEqual(statements(policy), [
      {
        Sid: "SendWork",
        Effect: "Allow",
        Principal: { Service: "events.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: arn("sqs", "clips-ended-conversions"),
        Condition: { ArnEquals: { "aws:SourceArn": arn("cloudwatch", "clips-converted") } },
      },
    ]);
    const { visibilityTimeoutSeconds, redrivePolicy } = stack.one(
      "aws:sqs/queue:Queue",
      "clips-ended-conversions",
    ).inputs;
    const { deadLetterTargetArn, maxReceiveCount } = JSON.parse(String(redrivePolicy)) as Record<string, unknown>;
    assert.deepEqual(
      [visibilityTimeoutSeconds, deadLetterTargetArn, maxReceiveCount],
      [180, arn("sqs", "clips-ended-conversions-dead"), 160],
    );
  });

  it("searches the recordings whose conversion ended", () => {
    assert.partialDeepStrictEqual(
      stack.one("aws:lambda/eventSourceMapping:EventSourceMapping", "clips-ended-conversions").inputs,
      {
        eventSourceArn: arn("sqs", "clips-ended-conversions"),
        functionName: arn("lambda", "clips-find-people"),
        functionResponseTypes: ["ReportBatchItemFailures"],
      },
    );
    assert.deepEqual(environment(stack, "clips-find-people"), {
      CATALOGUE_TABLE: "catalogue",
      VOD_BUCKET: "vod",
      COLLECTION_ID: "spotlight-test-faces",
      RECOGNITION_TOPIC_ARN: arn("sns", "faces"),
      RECOGNITION_ROLE_ARN: arn("iam", "faces-publisher"),
      CELEBRITIES: "true",
      SHOTS: "false",
      SIMILARITY_THRESHOLD: "80",
    });
    assert.deepEqual(grants(stack, "clips-find-people"), [
      {
        Sid: "ReceiveWork",
        Effect: "Allow",
        Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
        Resource: arn("sqs", "clips-ended-conversions"),
      },
      {
        Sid: "FindFaces",
        Effect: "Allow",
        Action: "rekognition:StartFaceSearch",
        Resource: arn("rekognition", "faces"),
      },
      { Sid: "FindCelebrities", Effect: "Allow", Action: "rekognition:StartCelebrityRecognition", Resource: "*" },
      { Sid: "ReadVod", Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::vod/vod/*" },
      {
        Sid: "PassRole",
        Effect: "Allow",
        Action: "iam:PassRole",
        Resource: arn("iam", "faces-publisher"),
        Condition: { StringEquals: { "iam:PassedToService": "rekognition.amazonaws.com" } },
      },
    ]);
  });

  it("encodes everything where the configuration says so", async () => {
    const encoding = await deployPipeline({ encodeAll: true });
    assert.equal((environment(encoding, "clips-convert-recording") as Inputs)["ENCODE_ALL"], "true");
  });

  it("may not ask for celebrities when they are off", async () => {
    const without = await deployPipeline({ celebrities: false });
    assert.equal((environment(without, "clips-find-people") as Inputs)["CELEBRITIES"], "false");
    assert.deepEqual(
      grants(without, "clips-find-people").map(({ Sid }) => Sid),
      ["ReceiveWork", "FindFaces", "ReadVod", "PassRole"],
    );
  });

  it("indexes clips when Rekognition says that it is done", () => {
    assert.deepEqual(stack.one("aws:sns/topicSubscription:TopicSubscription").inputs, {
      topic: arn("sns", "faces"),
      protocol: "lambda",
      endpoint: arn("lambda", "clips-index-clips"),
    });
    assert.deepEqual(stack.one("aws:lambda/permission:Permission", "clips-recognised").inputs, {
      action: "lambda:InvokeFunction",
      function: "clips-index-clips",
      principal: "sns.amazonaws.com",
      sourceArn: arn("sns", "faces"),
    });
    assert.deepEqual(environment(stack, "clips-index-clips"), {
      CATALOGUE_TABLE: "catalogue",
      COLLECTION_ID: "spotlight-test-faces",
      CELEBRITIES: "true",
      SHOTS: "false",
      SIMILARITY_THRESHOLD: "80",
      CLIP_PADDING_MS: "500",
      CLIP_GAP_MS: "3000",
      CLIP_MIN_MS: "400",
      SEARCHES_QUEUE_URL: "https://sqs.us-east-1.amazonaws.com/123456789012/clips-searches",
    });
    assert.deepEqual(grants(stack, "clips-index-clips"), [
      {
        Sid: "ReadResults",
        Effect: "Allow",
        Action: ["rekognition:GetFaceSearch", "rekognition:GetCelebrityRecognition", "rekognition:GetSegmentDetection"],
        Resource: "*",
      },
      { Sid: "SendWork", Effect: "Allow", Action: "sqs:SendMessage", Resource: arn("sqs", "clips-searches") },
    ]);
  });
});
