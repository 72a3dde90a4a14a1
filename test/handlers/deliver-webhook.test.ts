import assert from "node:assert/strict";
import type { Catalogue } from "../../catalogue/index.ts";
import { signWebhook } from "../../domain/webhook-signature.ts";
import type { Webhook } from "../../domain/webhooks.ts";
import { createHandler, type DeliveryEvent } from "../../handlers/deliver-webhook.ts";
import type { PostResult } from "../../pipeline/webhooks/post.ts";
import type { WebhookMessage } from "../../pipeline/webhooks/queue.ts";
import { startDatabase, type TestDatabase } from "../catalogue/table.ts";
import { memoryLog, type MemoryLog } from "./memory-log.ts";

const at = "2026-11-22T18:05:00.000Z";
const change = { id: "event-1", type: "clip.ready", at, clip: "main.20261122T180000.ada.000003-1500" };
const body = JSON.stringify({ type: "clip.ready", timestamp: at, data: change });

describe("deliver-webhook", () => {
  let database: TestDatabase;
  let webhooks: Catalogue["webhooks"];
  let webhook: Webhook;
  let log: MemoryLog;
  let queued: WebhookMessage[];
  let hidden: [string, number][];
  let posted: { url: string; body: string; headers: Record<string, string> }[];
  let answer: PostResult | (() => Promise<PostResult>);
  before(async () => (database = await startDatabase()));
  after(() => database.stop());
  beforeEach(async () => {
    ({ webhooks } = await database.catalogue());
    webhook = await webhooks.create({ url: "https://a.example/?key=of-theirs", types: ["clip.ready"] });
    log = memoryLog();
    [queued, hidden, posted] = [[], [], []];
    answer = { status: 204 };
  });

  const now = (): number => Date.parse(at) + 1000;
  const handle = (...records: DeliveryEvent["Records"]) =>
    createHandler({
      webhooks,
      queue: { add: async (message) => void queued.push(message) },
      hide: async (handle, seconds) => void hidden.push([handle, seconds]),
      post: async (url, sent, headers) => {
        posted.push({ url, body: sent, headers });
        return typeof answer === "function" ? answer() : answer;
      },
      log,
      now,
    })({ Records: records });
  const record = (content: object, attempts = 1, messageId = "m0"): DeliveryEvent["Records"][number] => ({
    messageId,
    receiptHandle: `handle of ${messageId}`,
    body: JSON.stringify(content),
    attributes: { ApproximateReceiveCount: String(attempts) },
  });
  const message = (): WebhookMessage => ({ webhook: webhook.id, id: "event-1", type: "clip.ready", body });

  it("makes of an event a message for each webhook that wants it", async () => {
    const other = await webhooks.create({ url: "https://b.example/", types: ["clip.ready", "clip.changed"] });
    await webhooks.create({ url: "https://c.example/", types: ["clip.changed"] });
    const gone = await webhooks.create({ url: "https://d.example/", types: ["clip.ready"] });
    await webhooks.tried(gone.id, { at, type: "clip.ready", status: 410, attempts: 1 }, "gone");
    const event = { version: "0", source: "spotlight", "detail-type": "clip.ready", detail: change };
    assert.deepEqual(await handle(record(event)), { batchItemFailures: [] });
    assert.deepEqual(
      queued.toSorted((a, b) => (a.webhook < b.webhook ? -1 : 1)),
      [webhook, other]
        .map(({ id }) => ({ ...message(), webhook: id }))
        .sort((a, b) => (a.webhook < b.webhook ? -1 : 1)),
    );
    assert.deepEqual(posted, []);
  });

  it("sends the body signed, and notes that it was delivered", async () => {
    assert.deepEqual(await handle(record(message())), { batchItemFailures: [] });
    assert.deepEqual(posted, [
      { url: webhook.url, body, headers: signWebhook(webhook.secret, { id: "event-1", atMs: now(), body }) },
    ]);
    assert.deepEqual((await webhooks.get(webhook.id))?.lastDelivery, {
      at: new Date(now()).toISOString(),
      type: "clip.ready",
      status: 204,
      attempts: 1,
    });
    assert.deepEqual(hidden, []);
  });

  it("tries again after growing pauses, and leaves the last failure to the queue", async () => {
    answer = { status: 500 };
    for (const attempts of [1, 2, 7, 8])
      assert.deepEqual(await handle(record(message(), attempts)), { batchItemFailures: [{ itemIdentifier: "m0" }] });
    assert.deepEqual(
      hidden.map(([, seconds]) => seconds),
      [5, 300, 28_800],
    );
    answer = { error: "No answer within 10 seconds" };
    await handle(record(message(), 3));
    assert.partialDeepStrictEqual(await webhooks.get(webhook.id), {
      failures: 5,
      lastDelivery: { error: "No answer within 10 seconds", attempts: 3 },
    });
    // A redirect is no delivery either.
    answer = { status: 302 };
    assert.equal((await handle(record(message()))).batchItemFailures.length, 1);
  });

  it("sends nothing more to a receiver that is gone, or a webhook that was deleted", async () => {
    answer = { status: 410 };
    assert.deepEqual(await handle(record(message())), { batchItemFailures: [] });
    assert.equal((await webhooks.get(webhook.id))?.disabled, true);
    assert.deepEqual(await handle(record(message())), { batchItemFailures: [] });
    await webhooks.delete(webhook.id);
    assert.deepEqual(await handle(record(message())), { batchItemFailures: [] });
    assert.equal(posted.length, 1);
  });

  it("sends to all of a batch at once, so that a slow receiver holds up nobody", async () => {
    const both = Promise.withResolvers<PostResult>();
    answer = () => {
      if (posted.length === 2) both.resolve({ status: 204 });
      return both.promise;
    };
    assert.deepEqual(await handle(record(message()), record(message(), 1, "m1")), { batchItemFailures: [] });
  });

  it("reports what is no message, and logs neither URLs nor secrets", async () => {
    assert.deepEqual(await handle(record({ hello: "world" }), record(message(), 1, "m1")), {
      batchItemFailures: [{ itemIdentifier: "m0" }],
    });
    assert.deepEqual(log.steps, ["delivery-postponed: EventError: message.webhook is missing", "webhook-delivered"]);
    const written = JSON.stringify(log.lines);
    assert.ok(!written.includes("of-theirs") && !written.includes(webhook.secret));
  });
});
