import assert from "node:assert/strict";
import { ClipPipeline } from "../../components/clip-pipeline.ts";
import { Sweeper } from "../../components/sweeper.ts";
import { account, deploy, functionDefaults, statements, type Deployment, type Inputs } from "./mocks.ts";
import { ladder, makeParts } from "./pipeline-parts.ts";

const arn = (service: string, name: string): string => `arn:aws:${service}:us-east-1:${account}:${name}`;

describe("Sweeper", () => {
  let stack: Deployment<Sweeper>;
  before(async () => {
    stack = await deploy(() => {
      const { archive, vod, catalogue, recognition } = makeParts();
      const channels = ["main", "second"];
      const pipeline = new ClipPipeline("clips", {
        archive,
        vod,
        catalogue,
        recognition,
        channels,
        ladder,
        channelClass: "SINGLE_PIPELINE",
        accountId: account,
        encodeAll: false,
        celebrities: true,
        shots: false,
        similarityThreshold: 80,
        clipPaddingMs: 500,
        clipGapMs: 3000,
        clipMinMs: 400,
        functions: functionDefaults,
      });
      return new Sweeper("sweeper", { catalogue, archive, pipeline, channels, functions: functionDefaults });
    });
  });

  it("runs every quarter of an hour", () => {
    assert.deepEqual(stack.one("aws:cloudwatch/eventRule:EventRule", "sweeper").inputs, {
      description: "Look for recordings that got lost on their way to clips",
      scheduleExpression: "rate(15 minutes)",
    });
    assert.deepEqual(stack.one("aws:cloudwatch/eventTarget:EventTarget", "sweeper").inputs, {
      rule: "sweeper",
      arn: arn("lambda", "sweeper"),
    });
    assert.deepEqual(stack.one("aws:lambda/permission:Permission", "sweeper").inputs, {
      action: "lambda:InvokeFunction",
      function: "sweeper",
      principal: "events.amazonaws.com",
      sourceArn: arn("cloudwatch", "sweeper"),
    });
  });

  it("is configured with what it sweeps and where to send it", () => {
    const { environment, deadLetterConfig, timeout } = stack.one("aws:lambda/function:Function", "sweeper").inputs;
    assert.deepEqual((environment as Inputs)["variables"], {
      CATALOGUE_TABLE: "catalogue",
      ARCHIVE_BUCKET: "archive",
      CONVERT_QUEUE_URL: `https://sqs.us-east-1.amazonaws.com/${account}/clips-convert`,
      ENDED_CONVERSIONS_QUEUE_URL: `https://sqs.us-east-1.amazonaws.com/${account}/clips-ended-conversions`,
      SEARCHES_QUEUE_URL: `https://sqs.us-east-1.amazonaws.com/${account}/clips-searches`,
      INDEX_CLIPS_FUNCTION: "clips-index-clips",
      CHANNEL_IDS: "main,second",
      COLLECTION_ID: "spotlight-test-faces",
      CELEBRITIES: "true",
      SHOTS: "false",
      SIMILARITY_THRESHOLD: "80",
    });
    // The next sweep comes anyway.
    assert.equal(deadLetterConfig, undefined);
    assert.equal(timeout, 300);
  });

  it("may list its channels' recordings, ask for jobs and hand on what it finds, and nothing else", () => {
    const own = statements(stack.one("aws:iam/rolePolicy:RolePolicy", "sweeper").inputs["policy"]).filter(
      ({ Sid }) => !["WriteOwnLog", "SendTraces"].includes(Sid ?? ""),
    );
    assert.deepEqual(own, [
      {
        Sid: "Catalogue",
        Effect: "Allow",
        Action: [
          "dynamodb:GetItem",
          "dynamodb:BatchGetItem",
          "dynamodb:Query",
          "dynamodb:PutItem",
          "dynamodb:UpdateItem",
        ],
        Resource: arn("dynamodb", "catalogue"),
      },
      {
        Sid: "CatalogueIndexes",
        Effect: "Allow",
        Action: "dynamodb:Query",
        Resource: ["gsi1", "gsi2"].map((index) => `${arn("dynamodb", "catalogue")}/index/${index}`),
      },
      {
        Sid: "ListArchive",
        Effect: "Allow",
        Action: "s3:ListBucket",
        Resource: "arn:aws:s3:::archive",
        Condition: { StringEquals: { "s3:prefix": ["main/", "second/"] } },
      },
      {
        Sid: "SendWork",
        Effect: "Allow",
        Action: "sqs:SendMessage",
        Resource: [arn("sqs", "clips-convert"), arn("sqs", "clips-ended-conversions"), arn("sqs", "clips-searches")],
      },
      {
        Sid: "AskForConversions",
        Effect: "Allow",
        Action: "mediaconvert:GetJob",
        Resource: arn("mediaconvert", "clips"),
      },
      {
        Sid: "ReadResults",
        Effect: "Allow",
        Action: ["rekognition:GetFaceSearch", "rekognition:GetCelebrityRecognition", "rekognition:GetSegmentDetection"],
        Resource: "*",
      },
      {
        Sid: "GoOn",
        Effect: "Allow",
        Action: "lambda:InvokeFunction",
        Resource: arn("lambda", "clips-index-clips"),
      },
    ]);
  });
});
