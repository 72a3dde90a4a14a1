import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { CopyObjectCommand, DeleteObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { AwsError } from "../../../../local/aws/errors.ts";
import { createS3 } from "../../../../local/aws/s3/index.ts";
import type { ServiceModule } from "../../../../local/aws/cloud.ts";
import { startStorageCloud, type StorageCloud } from "../../../support/storage.ts";

const Bucket = "archive";
const functionArn = "arn:aws:lambda:us-east-1:000000000000:function:recording-archived";
const queueArn = "arn:aws:sqs:us-east-1:000000000000:events";
const topicArn = "arn:aws:sns:us-east-1:000000000000:events";
const notification = "aws:s3/bucketNotification:BucketNotification";

describe("S3 notifications", () => {
  let storage: StorageCloud;
  let s3: ServiceModule;
  let client: S3Client;
  let roleArn: string;
  let failure: Error | undefined;

  beforeEach(async () => {
    failure = undefined;
    storage = await startStorageCloud({ fail: () => failure });
    s3 = await createS3(storage.cloud);
    storage.gateway.register(s3.api!);
    await storage.apply(s3, "aws:s3/bucket:Bucket", { bucket: Bucket });
    const { arn, config } = await storage.role([{ Effect: "Allow", Action: "s3:*", Resource: "*" }]);
    roleArn = arn;
    client = new S3Client({ ...config, forcePathStyle: true });
  });

  afterEach(async () => {
    client.destroy();
    await s3.stop();
    await storage.stop();
  });

  const put = (Key: string, Body = "video"): Promise<unknown> =>
    client.send(new PutObjectCommand({ Bucket, Key, Body }));

  it("sends S3's record of a new object to a function, with the key form-encoded", async () => {
    await storage.apply(s3, notification, {
      bucket: Bucket,
      lambdaFunctions: [
        {
          id: "main",
          lambdaFunctionArn: functionArn,
          events: ["s3:ObjectCreated:*"],
          filterPrefix: "main/",
          filterSuffix: ".ts",
        },
      ],
    });
    await s3.start!();
    const before = Date.now();
    await put("main/a b+c%é/recording.000001.ts");
    const [sent] = await storage.received(1);
    assert.deepEqual(
      [sent!.to, sent!.source],
      [functionArn, { kind: "service", service: "s3.amazonaws.com", sourceArn: "arn:aws:s3:::archive" }],
    );
    const { Records } = sent!.message as {
      Records: { eventTime: string; responseElements: Record<string, string>; s3: { object: { sequencer: string } } }[];
    };
    const [record] = Records;
    const time = Date.parse(record!.eventTime);
    assert.ok(time >= before && time <= Date.now());
    assert.match(record!.s3.object.sequencer, /^[0-9A-F]{16}$/);
    assert.match(record!.responseElements["x-amz-request-id"]!, /^[0-9A-F]{16}$/);
    assert.deepEqual(Records, [
      {
        eventVersion: "2.1",
        eventSource: "aws:s3",
        awsRegion: "us-east-1",
        eventTime: record!.eventTime,
        eventName: "ObjectCreated:Put",
        userIdentity: { principalId: `AWS:${roleArn}` },
        requestParameters: { sourceIPAddress: "127.0.0.1" },
        responseElements: record!.responseElements,
        s3: {
          s3SchemaVersion: "1.0",
          configurationId: "main",
          bucket: { name: Bucket, ownerIdentity: { principalId: "000000000000" }, arn: "arn:aws:s3:::archive" },
          object: {
            key: "main/a+b%2Bc%25%C3%A9/recording.000001.ts",
            size: 5,
            eTag: createHash("md5").update("video").digest("hex"),
            sequencer: record!.s3.object.sequencer,
          },
        },
      },
    ]);
  });

  it("filters by prefix, suffix and event", async () => {
    await storage.apply(s3, notification, {
      bucket: Bucket,
      lambdaFunctions: [
        {
          lambdaFunctionArn: functionArn,
          events: ["s3:ObjectCreated:Put"],
          filterPrefix: "main/",
          filterSuffix: ".ts",
        },
      ],
      queues: [{ queueArn, events: ["s3:ObjectRemoved:*"] }],
      topics: [{ topicArn, events: ["s3:ObjectCreated:Copy"] }],
    });
    await s3.start!();
    // S3 tests its queues and topics first.
    await storage.received(2);
    await put("other/1.ts");
    await put("main/1.mp4");
    await put("main/1.ts");
    await client.send(new CopyObjectCommand({ Bucket, Key: "main/2.ts", CopySource: `${Bucket}/main/1.ts` }));
    await client.send(new DeleteObjectCommand({ Bucket, Key: "main/2.ts" }));
    await client.send(new DeleteObjectCommand({ Bucket, Key: "never.ts" }));
    const sent = await storage.received(5);
    const told = sent.map(({ to, message }) => {
      const parsed = (typeof message === "string" ? JSON.parse(message) : message) as {
        Event?: string;
        Records?: { eventName: string; s3: { object: { key: string; size?: number } } }[];
      };
      const [record] = parsed.Records ?? [];
      return [to, parsed.Event ?? record?.eventName, record?.s3.object.key, record?.s3.object.size];
    });
    assert.deepEqual(told, [
      [queueArn, "s3:TestEvent", undefined, undefined],
      [topicArn, "s3:TestEvent", undefined, undefined],
      [functionArn, "ObjectCreated:Put", "main/1.ts", 5],
      [topicArn, "ObjectCreated:Copy", "main/2.ts", 5],
      [queueArn, "ObjectRemoved:Delete", "main/2.ts", undefined],
    ]);
  });

  it("sends every event to EventBridge if enabled, with the key unencoded", async () => {
    await storage.apply(s3, notification, { bucket: Bucket, eventbridge: true });
    await s3.start!();
    await put("a b+é");
    const [sent] = await storage.received(1);
    const event = sent!.message as {
      source: string;
      "detail-type": string;
      resources: string[];
      detail: { object: { key: string }; reason: string; bucket: unknown };
    };
    assert.deepEqual(
      [
        event.source,
        event["detail-type"],
        event.resources,
        event.detail.bucket,
        event.detail.object.key,
        event.detail.reason,
      ],
      ["aws.s3", "Object Created", ["arn:aws:s3:::archive"], { name: Bucket }, "a b+é", "PutObject"],
    );
  });

  it("orders writes of a key by sequencer", async () => {
    await storage.apply(s3, notification, {
      bucket: Bucket,
      lambdaFunctions: [{ lambdaFunctionArn: functionArn, events: ["s3:ObjectCreated:*"] }],
    });
    await s3.start!();
    for (let i = 0; i < 20; i++) await put("same", String(i));
    const sequencers = (await storage.received(20)).map(
      ({ message }) =>
        (message as { Records: { s3: { object: { sequencer: string } } }[] }).Records[0]!.s3.object.sequencer,
    );
    assert.deepEqual(sequencers, [...new Set(sequencers)].sort());
  });

  it("keeps an event until its destination accepts it, even across a restart", async () => {
    await storage.apply(s3, notification, {
      bucket: Bucket,
      lambdaFunctions: [{ lambdaFunctionArn: functionArn, events: ["s3:ObjectCreated:*"] }],
    });
    failure = new Error("not now");
    await s3.start!();
    await put("kept");
    await s3.stop();
    assert.equal(storage.sent.length, 0);
    failure = undefined;
    s3 = await createS3(storage.cloud);
    await s3.start!();
    assert.equal((await storage.received(1))[0]!.to, functionArn);
  });

  it("retries after a failure, and drops and logs events that the destination forbids", async () => {
    await storage.apply(s3, notification, {
      bucket: Bucket,
      lambdaFunctions: [{ lambdaFunctionArn: functionArn, events: ["s3:ObjectCreated:*"] }],
    });
    failure = new Error("not now");
    await s3.start!();
    await put("again");
    failure = undefined;
    await storage.received(1);
    failure = new AwsError("AccessDenied", "no permission for s3.amazonaws.com", 403);
    await put("forbidden");
    failure = new Error("must not be asked twice");
    await s3.stop();
    assert.ok(
      storage.errors.some(
        (line) =>
          line ===
          `Dropped an S3 event that could not be delivered to ${functionArn}: no permission for s3.amazonaws.com`,
      ),
      storage.errors.join("\n"),
    );
  });

  it("rejects overlapping rules and unsupported events", async () => {
    const lambdaFunctions = [
      { lambdaFunctionArn: functionArn, events: ["s3:ObjectCreated:*"], filterPrefix: "a" },
      { lambdaFunctionArn: functionArn, events: ["s3:ObjectCreated:Put"], filterPrefix: "ab" },
    ];
    await assert.rejects(storage.apply(s3, notification, { bucket: Bucket, lambdaFunctions }), {
      code: "InvalidArgument",
      message: /overlap/,
    });
    await assert.rejects(
      storage.apply(s3, notification, { bucket: Bucket, queues: [{ queueArn, events: ["s3:ObjectRestore:Post"] }] }),
      { code: "InvalidArgument", message: /s3:ObjectRestore:Post/ },
    );
  });
});
