import assert from "node:assert/strict";
import fc from "fast-check";
import { failedMessages, fittingBatches } from "../../../../../local/aws/lambda/event-source-mapping/sqs-event.ts";
import type { ReceivedMessage } from "../../../../../local/aws/sqs/queue-service.ts";

const batch = [{ messageId: "a" }, { messageId: "b" }];

describe("lambda: a partial batch response", () => {
  const cases: [what: string, response: unknown, failed: string[]][] = [
    ["an empty list: full success", { batchItemFailures: [] }, []],
    ["a null list: full success", { batchItemFailures: null }, []],
    ["an empty object: full success", {}, []],
    ["null: full success", null, []],
    ["an empty string: full success", "", []],
    ["one id: that message", { batchItemFailures: [{ itemIdentifier: "b" }] }, ["b"]],
    ["all ids: all messages", { batchItemFailures: [{ itemIdentifier: "b" }, { itemIdentifier: "a" }] }, ["a", "b"]],
    [
      "an unknown id: the whole batch",
      { batchItemFailures: [{ itemIdentifier: "a" }, { itemIdentifier: "c" }] },
      ["a", "b"],
    ],
    ["an empty id: the whole batch", { batchItemFailures: [{ itemIdentifier: "" }] }, ["a", "b"]],
    ["a null id: the whole batch", { batchItemFailures: [{ itemIdentifier: null }] }, ["a", "b"]],
    ["a wrong key: the whole batch", { batchItemFailures: [{ id: "a" }] }, ["a", "b"]],
    ["another object: the whole batch", { failures: [] }, ["a", "b"]],
    ["a string: the whole batch", "ok", ["a", "b"]],
  ];
  for (const [what, response, failed] of cases) {
    it(`handles ${what}`, () =>
      assert.deepEqual(
        failedMessages(JSON.stringify(response), batch).map(({ messageId }) => messageId),
        failed,
      ));
  }
});

describe("lambda: batches that fit into an event", () => {
  it("keep every message once, in order, and stay below the limit unless a single message exceeds it", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 400 }), { minLength: 1, maxLength: 20 }), (bodies) => {
        const messages = bodies.map((body, i): ReceivedMessage => ({
          messageId: String(i),
          receiptHandle: "",
          body,
          md5OfBody: "",
          attributes: {},
          md5OfAttributes: undefined,
          systemAttributes: {},
        }));
        const batches = fittingBatches(messages, "arn:aws:sqs:us-east-1:000000000000:q", 1500);
        assert.deepEqual(batches.flat(), messages);
        assert.ok(batches.every((part) => part.length > 0));
      }),
    );
  });
});
