import assert from "node:assert/strict";
import fc from "fast-check";
import { Function } from "../../components/function.ts";
import { WorkQueue } from "../../components/work-queue.ts";
import { deploy, functionDefaults } from "./mocks.ts";

describe("WorkQueue", () => {
  it("hides a message for six times its consumer's timeout and moves it away after five attempts", async () => {
    const stack = await deploy(() => new WorkQueue("convert", { consumerTimeoutSeconds: 60 }));
    assert.deepEqual(stack.counts(), { "aws:sqs/queue:Queue": 2 });
    const { redrivePolicy, ...inputs } = stack.one("aws:sqs/queue:Queue", "convert").inputs;
    assert.deepEqual(inputs, {
      visibilityTimeoutSeconds: 360,
      messageRetentionSeconds: 345_600,
      receiveWaitTimeSeconds: 20,
      sqsManagedSseEnabled: true,
    });
    assert.deepEqual(JSON.parse(String(redrivePolicy)), {
      deadLetterTargetArn: "arn:aws:sqs:us-east-1:123456789012:convert-dead",
      maxReceiveCount: 5,
    });
    assert.deepEqual(stack.one("aws:sqs/queue:Queue", "convert-dead").inputs, {
      messageRetentionSeconds: 1_209_600,
      sqsManagedSseEnabled: true,
    });
  });

  it("lets the consumer report the messages that failed", async () => {
    const stack = await deploy(() => {
      const queue = new WorkQueue("convert", { consumerTimeoutSeconds: 60 });
      queue.feed(
        new Function("convert-recording", {
          ...functionDefaults,
          entry: "handlers/convert-recording.ts",
          environment: {},
          statements: [],
          timeoutSeconds: 60,
        }),
        5,
      );
    });
    assert.deepEqual(stack.one("aws:lambda/eventSourceMapping:EventSourceMapping").inputs, {
      eventSourceArn: "arn:aws:sqs:us-east-1:123456789012:convert",
      functionName: "arn:aws:lambda:us-east-1:123456789012:convert-recording",
      batchSize: 5,
      functionResponseTypes: ["ReportBatchItemFailures"],
    });
  });

  it("refuses a consumer that may take longer than messages are hidden for", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 900 }),
        fc.integer({ min: 1, max: 900 }),
        async (queueSeconds, functionSeconds) => {
          const feed = deploy(() => {
            const consumer = new Function("convert-recording", {
              ...functionDefaults,
              entry: "handlers/convert-recording.ts",
              environment: {},
              statements: [],
              timeoutSeconds: functionSeconds,
            });
            new WorkQueue("convert", { consumerTimeoutSeconds: queueSeconds }).feed(consumer, 1);
          });
          if (functionSeconds > queueSeconds) await assert.rejects(feed, /Use the same timeout for both/);
          else await feed;
        },
      ),
      { numRuns: 20 },
    );
  });
});
