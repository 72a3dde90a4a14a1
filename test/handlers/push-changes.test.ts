import assert from "node:assert/strict";
import { timeOfStreamId } from "../../domain/stream-id.ts";
import { createHandler, type ChangeEvent } from "../../handlers/push-changes.ts";
import type { Stream } from "../../pipeline/stream/open-stream.ts";
import type { AwsServer } from "./aws-server.ts";
import { handlerSuite } from "./handler-suite.ts";
import type { MemoryLog } from "./memory-log.ts";
import { connectionPath, sentTo, streamParts } from "./stream-parts.ts";

const start = Date.parse("2026-11-22T18:00:00Z");

const event = (id: string, more: Record<string, unknown> = {}): ChangeEvent => ({
  source: "spotlight",
  "detail-type": "clip.ready",
  detail: {
    id,
    type: "clip.ready",
    at: "2026-11-22T18:00:00.000Z",
    clip: "main.20261122T180000.ada.000012-0",
    subject: { kind: "person", id: "ada" },
    channel: "main",
    broadcast: "20261122T180000",
    ...more,
  },
});

describe("push-changes", () => {
  let stream: Stream;
  let aws: AwsServer;
  let log: MemoryLog;
  let handle: (event: ChangeEvent) => Promise<void>;
  let nowMs: number;

  let parts: Parameters<typeof streamParts>[0];
  handlerSuite((given) => {
    parts = given;
    ({ aws, log } = given);
  });
  beforeEach(async () => {
    nowMs = start;
    stream = await streamParts(parts, { now: () => nowMs, atMost: 500 });
    handle = createHandler({ ...stream, log });
  });

  async function connected(count: number): Promise<string[]> {
    const ids = Array.from({ length: count }, (_, at) => `connection${String(at).padStart(5, "0")}=`);
    for (const id of ids) {
      await stream.connections.add(id, nowMs);
      aws.answer(connectionPath(id), {});
    }
    return ids;
  }

  it("tells every client, and keeps the message for those who are away", async () => {
    const ids = await connected(120);
    await handle(event("change-1"));
    const [message] = sentTo(aws, ids[0]!) as [{ id: string }];
    const { id, ...content } = message;
    assert.equal(timeOfStreamId(id), start);
    assert.deepEqual(content, {
      type: "clip.ready",
      at: "2026-11-22T18:00:00.000Z",
      clip: "main.20261122T180000.ada.000012-0",
      channel: "main",
      broadcast: "20261122T180000",
      subject: { kind: "person", id: "ada" },
    });
    for (const one of ids) assert.deepEqual(sentTo(aws, one), [message]);
    nowMs += 5000;
    const later = await stream.messages.add({ type: "clip.changed" });
    assert.deepEqual(await stream.messages.after(later.id), [message]);
    assert.deepEqual(log.lines.at(-1)?.fields, {
      change: "change-1",
      type: "clip.ready",
      sent: 120,
      gone: 0,
      failed: 0,
    });
  });

  it("tells a change once, however often it is delivered", async () => {
    const [id] = (await connected(1)) as [string];
    await handle(event("change-1"));
    await handle(event("change-1"));
    await handle(event("change-2"));
    assert.equal(sentTo(aws, id).length, 2);
    assert.deepEqual(log.steps, ["change-pushed", "change-repeated", "change-pushed"]);
  });

  it("forgets clients that are gone, and goes on when one fails", async () => {
    const [gone, failing, there] = (await connected(3)) as [string, string, string];
    aws.answer(connectionPath(gone), { status: 410, error: "GoneException" });
    aws.answer(connectionPath(failing), { status: 429, error: "LimitExceededException" });
    await handle(event("change-1"));
    assert.equal(sentTo(aws, there).length, 1);
    assert.deepEqual(await stream.connections.all(), [failing, there]);
    const { sent, gone: left, failed } = log.lines.at(-1)!.fields;
    assert.deepEqual([sent, left, failed], [1, 1, 1]);
  });

  it("passes on nothing that is not meant for all", async () => {
    const [id] = (await connected(1)) as [string];
    await handle(event("change-1", { name: "Ada", secret: "s", subject: { kind: "person", id: "ada", name: "Ada" } }));
    const [message] = sentTo(aws, id) as [Record<string, unknown>];
    assert.deepEqual(Object.keys(message).sort(), ["at", "broadcast", "channel", "clip", "id", "subject", "type"]);
    assert.deepEqual(message["subject"], { kind: "person", id: "ada" });
  });

  it("fails where the message could not be kept, so that it is delivered again", async () => {
    const messages = { ...stream.messages, add: () => Promise.reject(new Error("throttled")) };
    await assert.rejects(createHandler({ ...stream, messages, log })(event("change-1")), /throttled/);
    assert.equal(await stream.messages.wasPushed("change-1"), false);
  });
});
