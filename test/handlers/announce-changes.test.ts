import assert from "node:assert/strict";
import { PutEventsCommand, type EventBridgeClient, type PutEventsResultEntry } from "@aws-sdk/client-eventbridge";
import { marshall } from "@aws-sdk/util-dynamodb";
import { createHandler, type StreamRecord } from "../../handlers/announce-changes.ts";
import type { Change } from "../../domain/changes.ts";
import { memoryLog, type MemoryLog } from "./memory-log.ts";

const person = (id: string, name: string) => ({ pk: "PEOPLE", sk: `PERSON#${id}`, id, name, faces: {} });

function record(number: number, before: object | undefined, after: object | undefined): StreamRecord {
  const { pk, sk } = { pk: "", sk: "", ...before, ...after };
  return {
    eventID: `event-${number}`,
    dynamodb: {
      ApproximateCreationDateTime: 1_795_000_000,
      Keys: marshall({ pk, sk }),
      ...(before !== undefined && { OldImage: marshall(before) }),
      ...(after !== undefined && { NewImage: marshall(after) }),
      SequenceNumber: String(number),
    },
  };
}

describe("announce-changes", () => {
  let log: MemoryLog;
  /** The details of each call. */
  let calls: Change[][];
  let answer: (entries: readonly unknown[]) => PutEventsResultEntry[];
  const events: Pick<EventBridgeClient, "send"> = {
    send: (command: unknown) => {
      assert.ok(command instanceof PutEventsCommand);
      const entries = command.input.Entries ?? [];
      for (const { EventBusName: bus, Source: source } of entries)
        assert.deepEqual([bus, source], ["bus", "spotlight"]);
      calls.push(
        entries.map(({ Detail: detail = "", DetailType: type }) => {
          const change = JSON.parse(detail) as Change;
          assert.equal(change.type, type);
          return change;
        }),
      );
      return Promise.resolve({ Entries: answer(entries) });
    },
  };
  const handle = (...records: StreamRecord[]) => createHandler({ events, bus: "bus", log })({ Records: records });

  beforeEach(() => {
    log = memoryLog();
    calls = [];
    answer = (entries) => entries.map((_, at) => ({ EventId: String(at) }));
  });

  it("tells what was written, with the id and time of the write", async () => {
    const response = await handle(
      record(1, undefined, person("ada", "Ada")),
      record(2, person("ada", "Ada"), person("ada", "Ada")),
      record(3, undefined, { pk: "ACT#1", sk: "ACT" }),
    );
    assert.deepEqual(response, { batchItemFailures: [] });
    assert.deepEqual(calls, [
      [
        {
          id: "event-1",
          type: "person.changed",
          at: new Date(1_795_000_000_000).toISOString(),
          subject: { kind: "person", id: "ada" },
        },
      ],
    ]);
  });

  it("says nothing when DynamoDB removes an item that expired", async () => {
    await handle({
      ...record(1, person("ada", "Ada"), undefined),
      userIdentity: { type: "Service", principalId: "dynamodb.amazonaws.com" },
    });
    assert.deepEqual(calls, []);
  });

  it("puts ten events a call", async () => {
    await handle(...Array.from({ length: 23 }, (_, at) => record(at, undefined, person(`p-${at}`, `P ${at}`))));
    assert.deepEqual(
      calls.map((call) => call.length),
      [10, 10, 3],
    );
  });

  it("reports the first record that the bus refused, so that it comes again with those after it", async () => {
    answer = (entries) => entries.map((_, at) => (at === 1 ? { ErrorCode: "InternalFailure" } : { EventId: "1" }));
    const response = await handle(...[1, 2, 3].map((at) => record(at, undefined, person(`p-${at}`, "P"))));
    assert.deepEqual(response, { batchItemFailures: [{ itemIdentifier: "2" }] });
    assert.deepEqual(log.steps, ["changes-postponed: Error: The event bus answered InternalFailure: "]);
  });

  it("tells what comes before a record that it can't read, then fails with it at the head of a batch", async () => {
    const bad = record(2, undefined, { pk: "PEOPLE", sk: "PERSON#grace", id: "grace" });
    const good = record(1, undefined, person("ada", "Ada"));
    assert.deepEqual(await handle(good, bad, good), { batchItemFailures: [{ itemIdentifier: "2" }] });
    assert.equal(calls.flat().length, 1);
    await assert.rejects(handle(bad, good), {
      message: "The change event-2 could not be announced",
      cause: new TypeError('The catalogue\'s item PEOPLE/PERSON#grace has no text "name"'),
    });
    assert.equal(calls.flat().length, 1);
  });
});
