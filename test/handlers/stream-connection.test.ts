import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { timeOfStreamId } from "../../domain/stream-id.ts";
import { createHandler, type ConnectionEvent, type ConnectionResponse } from "../../handlers/stream-connection.ts";
import type { Stream } from "../../pipeline/stream/open-stream.ts";
import type { AwsServer } from "./aws-server.ts";
import { handlerSuite } from "./handler-suite.ts";
import type { MemoryLog } from "./memory-log.ts";
import { connectionPath, sentTo, streamParts } from "./stream-parts.ts";

const start = Date.parse("2026-11-22T18:00:00Z");
const minute = 60_000;

describe("stream-connection", () => {
  let stream: Stream;
  let aws: AwsServer;
  let log: MemoryLog;
  let handle: (event: ConnectionEvent) => Promise<ConnectionResponse>;
  let nowMs: number;

  let parts: Parameters<typeof streamParts>[0];
  handlerSuite((given) => {
    parts = given;
    ({ aws, log } = given);
  });
  beforeEach(async () => {
    nowMs = start;
    const now = (): number => nowMs;
    stream = await streamParts(parts, { now, atMost: 2 });
    const originSecretSha256 = createHash("sha256").update("the secret").digest("hex");
    handle = createHandler({ ...stream, originSecretSha256, now, log });
    for (const id of ["A=", "B=", "C="]) aws.answer(connectionPath(id), {});
  });

  const connect = (headers: Record<string, string>): ConnectionEvent => ({
    requestContext: { eventType: "CONNECT", connectionId: "A=", connectedAt: nowMs },
    headers,
  });
  const message = (body: string, connectionId = "A="): ConnectionEvent => ({
    requestContext: { eventType: "MESSAGE", connectionId, connectedAt: nowMs },
    body,
  });
  const after = (id: string | null): ConnectionEvent => message(JSON.stringify({ after: id }));
  const isReset = (sent: unknown): void => {
    const { type, id } = sent as { type: string; id: string };
    assert.equal(type, "reset");
    assert.equal(timeOfStreamId(id), nowMs);
  };

  it("lets in who comes through the distribution", async () => {
    assert.deepEqual(await handle(connect({ "X-Origin-Verify": "the secret" })), { statusCode: 200 });
    assert.deepEqual(await handle(connect({ "x-origin-verify": "a guess" })), { statusCode: 403 });
    assert.deepEqual(await handle(connect({})), { statusCode: 403 });
    assert.deepEqual(await stream.connections.all(), []);
  });

  it("refuses more clients than there may be, until one leaves or is too old to be open", async () => {
    await handle(message("{}", "A="));
    await handle(message("{}", "B="));
    const headers = { "x-origin-verify": "the secret" };
    assert.deepEqual(await handle(connect(headers)), { statusCode: 503 });
    await handle(message("{}", "C="));
    assert.deepEqual(await stream.connections.all(), ["A=", "B="]);
    assert.deepEqual(aws.calls.at(-1), { operation: connectionPath("C="), input: undefined });
    await handle({ requestContext: { eventType: "DISCONNECT", connectionId: "A=", connectedAt: nowMs } });
    assert.deepEqual(await handle(connect(headers)), { statusCode: 200 });
    await handle(message("{}", "C="));
    assert.deepEqual(await handle(connect(headers)), { statusCode: 503 });
    nowMs += 120 * minute;
    assert.deepEqual(await handle(connect(headers)), { statusCode: 200 });
  });

  it("tells a client without an id to fetch everything, and where the stream is", async () => {
    for (const body of ["{}", '{"after":null}', "no JSON", "[]", '{"after":7}', '{"after":"1"}'])
      await handle(message(body));
    const sent = sentTo(aws, "A=");
    assert.equal(sent.length, 6);
    sent.forEach(isReset);
    assert.deepEqual(await stream.connections.all(), ["A="]);
  });

  it("sends what a client missed, in order", async () => {
    const first = await stream.messages.add({ type: "clip.ready", clip: "one" });
    nowMs += minute;
    const second = await stream.messages.add({ type: "clip.ready", clip: "two" });
    nowMs += 1000;
    const third = await stream.messages.add({ type: "clip.removed", clip: "one" });
    nowMs += minute;
    await handle(after(first.id));
    assert.deepEqual(sentTo(aws, "A="), [second, third]);
    assert.deepEqual(log.lines.at(-1)?.fields, { missed: 2 });
  });

  it("also sends what may have become visible after that id: the ten seconds before it", async () => {
    const slow = await stream.messages.add({ type: "clip.ready", clip: "slow" });
    nowMs += 9000;
    const known = await stream.messages.add({ type: "clip.ready", clip: "known" });
    await handle(after(known.id));
    assert.deepEqual(sentTo(aws, "A="), [slow]);
  });

  it("resets a client that was away for more than an hour, missed over a hundred messages, or is ahead", async () => {
    const old = await stream.messages.add({ type: "clip.ready" });
    nowMs += 60 * minute + 1;
    await handle(after(old.id));
    const known = await stream.messages.add({ type: "clip.ready" });
    for (let i = 0; i < 100; i++) await stream.messages.add({ type: "clip.ready" });
    await handle(after(known.id));
    assert.equal(sentTo(aws, "A=").length, 101);
    isReset(sentTo(aws, "A=")[0]);
    aws.calls.length = 0;
    await stream.messages.add({ type: "clip.ready" });
    await handle(after(known.id));
    assert.equal(sentTo(aws, "A=").length, 1);
    isReset(sentTo(aws, "A=")[0]);
    nowMs -= 11_000;
    await handle(after(known.id));
    isReset(sentTo(aws, "A=")[1]);
  });

  it("forgets a client that left while it was sent what it missed", async () => {
    const { id } = await stream.messages.add({ type: "clip.ready" });
    nowMs += minute;
    await stream.messages.add({ type: "clip.ready" });
    await stream.messages.add({ type: "clip.ready" });
    aws.answer(connectionPath("A="), { status: 410, error: "GoneException" });
    await handle(after(id));
    assert.equal(sentTo(aws, "A=").length, 1);
    assert.deepEqual(await stream.connections.all(), []);
  });
});
