import assert from "node:assert/strict";
import type { RecordedCall } from "../../../local/aws/recorder.ts";
import { checkCall } from "./check-call.ts";
import { operationOf } from "./operation.ts";

const call = (more: Partial<RecordedCall>): RecordedCall => ({
  kind: "call",
  service: "sqs",
  method: "POST",
  path: "/",
  caller: "role/x",
  ...more,
});

describe("reading recorded calls", () => {
  it("finds the operation in the target header, or by method and path in the SDK's own routes", () => {
    assert.deepEqual(operationOf(call({ target: "AmazonSQS.SendMessage", body: { MessageBody: "b" } })), {
      client: "sqs",
      name: "SendMessage",
      input: { MessageBody: "b" },
      camelCase: false,
    });
    assert.deepEqual(operationOf(call({ service: "medialive", method: "GET", path: "/prod/channels/12" })), {
      client: "medialive",
      name: "DescribeChannel",
      input: { ChannelId: "12" },
      camelCase: true,
    });
    assert.equal(operationOf(call({ service: "mediaconvert", path: "/2017-08-29/jobs", body: {} }))?.name, "CreateJob");
  });

  it("leaves out what has no JSON, and refuses what the service does not have", () => {
    assert.equal(operationOf(call({ service: "s3", method: "PUT", path: "/bucket/key" })), undefined);
    assert.throws(() => operationOf(call({ service: "medialive", method: "PATCH", path: "/prod/channels/12" })), {
      message: "medialive has no operation PATCH /prod/channels/12.",
    });
  });

  it("checks a call by its model and by the service's own rules", () => {
    assert.deepEqual(
      checkCall(call({ target: "AmazonSQS.SendMessage", body: { QueueUrl: "q", MessageBody: "", Delay: 1 } })),
      {
        operation: "sqs SendMessage",
        problems: [
          "sqs SendMessage.Delay: SendMessageRequest has no such member",
          "sqs SendMessage: a message has 1 to 1048576 bytes, not 0",
        ],
        checked: 3,
      },
    );
    assert.deepEqual(
      checkCall(call({ service: "mediaconvert", path: "/2017-08-29/probe", body: { inputFiles: "s3://a/b" } }))
        ?.problems,
      ['mediaconvert Probe.inputFiles: "s3://a/b" is not a list'],
    );
  });
});
