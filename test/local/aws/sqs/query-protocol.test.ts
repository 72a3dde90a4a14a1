import assert from "node:assert/strict";
import { XMLParser } from "fast-xml-parser";
import { createTestCloud, type TestCloud } from "../../../support/cloud.ts";

/** As a CLI or an SDK from before November 2023 calls SQS: a form in, XML out. */
describe("sqs in its former protocol", () => {
  let cloud: TestCloud;
  let queueUrl: string;
  let authorization: string;

  before(async () => {
    cloud = await createTestCloud();
    const { credentials } = cloud.clientOf(
      await cloud.role("tester", "ec2.amazonaws.com", [{ Effect: "Allow", Action: "sqs:*", Resource: "*" }]),
    );
    authorization =
      `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/20261122/us-east-1/sqs/aws4_request, ` +
      "SignedHeaders=host, Signature=0";
    queueUrl = String((await cloud.apply("aws:sqs/queue:Queue", "work", { name: "work" })).outputs["url"]);
    await cloud.start();
  });
  after(() => cloud.stop());

  const call = async (Action: string, parameters: Record<string, string> = {}): Promise<[number, unknown]> => {
    const response = await fetch(new URL("/", queueUrl), {
      method: "POST",
      headers: { authorization },
      body: new URLSearchParams({ Action, Version: "2012-11-05", ...parameters }),
    });
    assert.equal(response.headers.get("content-type"), "text/xml");
    const document = new XMLParser({ parseTagValue: false }).parse(await response.text()) as Record<string, unknown>;
    const outer = Object.values(document)[0] as Record<string, unknown>;
    return [response.status, outer[`${Action}Result`] ?? outer["Error"]];
  };

  it("sends, receives with attributes, and deletes", async () => {
    const [status, sent] = await call("SendMessage", {
      QueueUrl: queueUrl,
      MessageBody: "a <b> & c",
      DelaySeconds: "0",
      "MessageAttribute.1.Name": "kind",
      "MessageAttribute.1.Value.DataType": "String",
      "MessageAttribute.1.Value.StringValue": "test",
    });
    assert.equal(status, 200);
    const { MessageId, MD5OfMessageBody } = sent as Record<string, string>;
    assert.equal(MD5OfMessageBody, "6d641a791ab9cbbe67bd5288905538b1");
    const [, received] = await call("ReceiveMessage", {
      QueueUrl: queueUrl,
      "AttributeName.1": "All",
      "MessageAttributeName.1": "All",
      MaxNumberOfMessages: "10",
    });
    const { Message } = received as { Message: Record<string, unknown> };
    assert.equal(Message["MessageId"], MessageId);
    assert.equal(Message["Body"], "a <b> & c");
    assert.deepEqual(Message["MessageAttribute"], {
      Name: "kind",
      Value: { DataType: "String", StringValue: "test" },
    });
    const names = (Message["Attribute"] as { Name: string }[]).map(({ Name }) => Name).sort();
    assert.deepEqual(names.slice(0, 2), ["ApproximateFirstReceiveTimestamp", "ApproximateReceiveCount"]);
    assert.deepEqual(
      await call("DeleteMessageBatch", {
        QueueUrl: queueUrl,
        "DeleteMessageBatchRequestEntry.1.Id": "one",
        "DeleteMessageBatchRequestEntry.1.ReceiptHandle": String(Message["ReceiptHandle"]),
        "DeleteMessageBatchRequestEntry.2.Id": "two",
        "DeleteMessageBatchRequestEntry.2.ReceiptHandle": "x",
      }),
      [
        200,
        {
          DeleteMessageBatchResultEntry: { Id: "one" },
          BatchResultErrorEntry: {
            Id: "two",
            SenderFault: "true",
            Code: "ReceiptHandleIsInvalid",
            Message: 'The input receipt handle "x" is not a valid receipt handle.',
          },
        },
      ],
    );
  });

  it("lists queues and reads their attributes", async () => {
    assert.deepEqual(await call("ListQueues"), [200, { QueueUrl: queueUrl }]);
    assert.deepEqual(await call("GetQueueAttributes", { QueueUrl: queueUrl, "AttributeName.1": "VisibilityTimeout" }), [
      200,
      { Attribute: { Name: "VisibilityTimeout", Value: "30" } },
    ]);
  });

  it("reports errors by their former names", async () => {
    assert.deepEqual(await call("GetQueueUrl", { QueueName: "nope" }), [
      400,
      {
        Type: "Sender",
        Code: "AWS.SimpleQueueService.NonExistentQueue",
        Message: "The specified queue does not exist.",
      },
    ]);
    const [status] = await call("CreateQueue", { QueueName: "new" });
    assert.equal(status, 501);
  });
});
