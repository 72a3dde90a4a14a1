import assert from "node:assert/strict";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { Catalogue } from "../../catalogue/index.ts";
import { createConversionQueue } from "../../pipeline/conversion/queue.ts";
import { createHandler, type S3NotificationEvent } from "../../handlers/recording-archived.ts";
import type { AwsServer } from "./aws-server.ts";
import { handlerSuite } from "./handler-suite.ts";
import type { MemoryLog } from "./memory-log.ts";
import { answerSends } from "./queue.ts";

const id = "main.20261122T180000.000012";
const key = "main/20261122T180000/recording.000012.ts";
const eventOf = (...keys: string[]): S3NotificationEvent => ({
  Records: keys.map((encoded) => ({
    eventName: "ObjectCreated:Put",
    eventTime: "2026-11-22T18:02:10.123Z",
    s3: { bucket: { name: "archive" }, object: { key: encoded, size: 1 } },
  })),
});

describe("recording-archived", () => {
  let aws: AwsServer;
  let catalogue: Catalogue;
  let log: MemoryLog;
  let handle: (event: S3NotificationEvent) => Promise<void>;
  handlerSuite((parts) => ({ aws, catalogue, log } = parts));
  beforeEach(() => {
    answerSends(aws);
    handle = createHandler({
      catalogue,
      queue: createConversionQueue({ client: new SQSClient(aws.options), url: "http://queue" }),
      log,
    });
  });

  const sent = (): unknown[] => aws.calls.map(({ input }) => input);
  const delays = (): unknown[] =>
    sent().map((input) => new Map<string, unknown>(Object.entries(input ?? {})).get("DelaySeconds"));
  const message = (recording: string, of: string): object => ({
    QueueUrl: "http://queue",
    MessageBody: JSON.stringify({ recording, bucket: "archive", key: of }),
  });

  it("notes the recording and queues its conversion", async () => {
    await handle(eventOf(key));
    assert.partialDeepStrictEqual(await catalogue.recordings.get(id), {
      state: "archived",
      bucket: "archive",
      key,
      archivedAt: "2026-11-22T18:02:10.123Z",
    });
    assert.equal((await catalogue.channels.get("main")).broadcast, "20261122T180000");
    assert.deepEqual(sent(), [message(id, key)]);
  });

  it("handles several records of one event, and their encoding", async () => {
    const other = "main/20261122T180000/recording.000013.ts";
    await handle(eventOf(key, encodeURIComponent(other)));
    assert.deepEqual(sent(), [message(id, key), message("main.20261122T180000.000013", other)]);
  });

  it("queues again what got no further, and leaves alone what did", async () => {
    await handle(eventOf(key));
    await handle(eventOf(key));
    assert.equal(sent().length, 2);
    await catalogue.recordings.converting(id, "job-1", []);
    await handle(eventOf(key));
    assert.equal(sent().length, 2);
    assert.equal(log.steps.at(-1), "recording-known");
  });

  it("lets a recording wait that may be one without input, until that is certain", async () => {
    const loses = (lost: boolean, at: string): Promise<unknown> =>
      catalogue.channels.changeInput("main", { pipeline: "0", lost, alarm: "a", at });
    await loses(true, "2026-11-22T18:01:05.000Z");
    await handle(eventOf(key));
    assert.deepEqual(delays(), [15], "what is before it is not known");
    await handle(eventOf("main/20261122T180000/recording.000013.ts"));
    await handle(eventOf("main/20261122T180000/recording.000000.ts"));
    assert.deepEqual(delays(), [15, 15, undefined], "the first one begins with a picture");
    await loses(false, "2026-11-22T18:02:00.000Z");
    await handle(eventOf("main/20261122T180000/recording.000014.ts"));
    assert.deepEqual(delays(), [15, 15, undefined, undefined], "there is input again");
  });

  it("lets a second pipeline's recording wait, until it is certain whether the first has the same", async () => {
    await handle(eventOf("_standby/main/20261122T180000/recording.000000.ts"));
    assert.deepEqual(delays(), [15]);
    assert.equal((await catalogue.recordings.get("main.20261122T180000.500000"))?.state, "archived");
  });

  it("does not let the recording wait in which the input was lost", async () => {
    await handle(eventOf(key));
    await catalogue.channels.changeInput("main", {
      pipeline: "0",
      lost: true,
      alarm: "a",
      at: "2026-11-22T18:02:11.000Z",
    });
    await handle(eventOf("main/20261122T180000/recording.000013.ts"));
    assert.deepEqual(delays(), [undefined, undefined]);
  });

  it("passes over a key that no channel wrote, without giving up the others", async () => {
    await handle(eventOf("notes.ts", "%", key));
    assert.deepEqual(sent(), [message(id, key)]);
    assert.match(log.steps[0] ?? "", /^recording-refused: ArchiveKeyError: The key "notes.ts" is not CHANNEL/);
  });

  it("fails, so that the event comes again, when the queue can't be reached", async () => {
    aws.answer("SendMessage", { status: 500, error: "InternalFailure" });
    await assert.rejects(handle(eventOf(key)), { message: "1 of the event's records could not be noted" });
    assert.equal((await catalogue.recordings.get(id))?.state, "archived");
  });
});
