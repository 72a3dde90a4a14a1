import assert from "node:assert/strict";
import fc from "fast-check";
import { ChunkReader, type RtmpMessage } from "../../../../../local/media/ingest/rtmp/chunk-reader.ts";
import { writeMessage } from "../../../../../local/media/ingest/rtmp/chunk-writer.ts";
import { RtmpError } from "../../../../../local/media/ingest/rtmp/errors.ts";

const message = fc.record({
  type: fc.constantFrom(8, 9, 18, 20),
  timestamp: fc.oneof(fc.nat(2 ** 24 - 2), fc.integer({ min: 2 ** 24 - 1, max: 2 ** 32 - 1 })),
  streamId: fc.constantFrom(0, 1),
  payload: fc.uint8Array({ maxLength: 900 }).map((bytes) => Buffer.from(bytes)),
});

/** Chunks of several chunk streams, taken in turns as encoders interleave sound and picture. */
function interleave(messages: readonly RtmpMessage[], chunkSize: number): Buffer {
  const queues = messages.map((each, i) => {
    const bytes = writeMessage(3 + i, each, chunkSize);
    const header = each.timestamp >= 0xffffff ? 16 : 12;
    const chunks = [bytes.subarray(0, header + Math.min(chunkSize, each.payload.length))];
    const continuation = header - 11;
    for (let at = chunks[0]!.length; at < bytes.length; at += continuation + chunkSize)
      chunks.push(bytes.subarray(at, at + continuation + chunkSize));
    return chunks;
  });
  const out: Buffer[] = [];
  while (queues.some((queue) => queue.length > 0))
    for (const queue of queues) out.push(queue.shift() ?? Buffer.alloc(0));
  return Buffer.concat(out);
}

function readAll(reader: ChunkReader, bytes: Buffer, cuts: readonly number[]): RtmpMessage[] {
  const messages: RtmpMessage[] = [];
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  let from = 0;
  for (const place of [...places, bytes.length]) {
    messages.push(...reader.push(bytes.subarray(from, place)));
    from = place;
  }
  return messages;
}

const byPayload = (messages: readonly RtmpMessage[]): string[] =>
  messages
    .map(({ type, timestamp, streamId, payload }) => `${type} ${timestamp} ${streamId} ${payload.toString("hex")}`)
    .sort();

describe("RTMP chunks", () => {
  it("become the sent messages, however they are interleaved and split", () => {
    fc.assert(
      fc.property(
        fc.array(message, { minLength: 1, maxLength: 5 }),
        fc.array(fc.nat(5000), { maxLength: 20 }),
        (messages, cuts) => {
          assert.deepEqual(
            byPayload(readAll(new ChunkReader(1024), interleave(messages, 128), cuts)),
            byPayload(messages),
          );
        },
      ),
    );
  });

  it("follow the announced chunk size from the next chunk on", () => {
    const size = Buffer.alloc(4);
    size.writeUInt32BE(4096);
    const long: RtmpMessage = { type: 9, timestamp: 40, streamId: 1, payload: Buffer.alloc(3000, 7) };
    const bytes = Buffer.concat([
      writeMessage(2, { type: 1, timestamp: 0, streamId: 0, payload: size }),
      writeMessage(6, long, 4096),
    ]);
    assert.deepEqual(byPayload([...new ChunkReader(8192).push(bytes)]), byPayload([long]));
  });

  it("add up differences of timestamps across the 32-bit wrap", () => {
    const first = writeMessage(4, { type: 8, timestamp: 0xffffffff - 10, streamId: 1, payload: Buffer.of(1) });
    const difference = Buffer.of(0x40 | 4, 0, 0, 23, 0, 0, 1, 8, 2); // type 1 header: 23 ms later
    const same = Buffer.of(0xc0 | 4, 3); // type 3: as much later again
    const times = [...new ChunkReader(64).push(Buffer.concat([first, difference, same]))].map(
      ({ timestamp }) => timestamp,
    );
    assert.deepEqual(times, [0xffffffff - 10, 12, 35]);
  });

  it("may leave the extended timestamp out of continuation chunks, as some encoders do", () => {
    const sent: RtmpMessage = {
      type: 9,
      timestamp: 0x01000000,
      streamId: 1,
      payload: Buffer.from("0123456789".repeat(20)),
    };
    const whole = writeMessage(6, sent, 128);
    const without = Buffer.concat([whole.subarray(0, 16 + 128 + 1), whole.subarray(16 + 128 + 5)]);
    assert.deepEqual(byPayload([...new ChunkReader(1024).push(without)]), byPayload([sent]));
  });

  it("may repeat a header without its stream id in the middle of a message, as some encoders do", () => {
    const sent: RtmpMessage = { type: 9, timestamp: 40, streamId: 1, payload: Buffer.from("0123456789".repeat(40)) };
    const whole = writeMessage(6, sent, 128);
    const header = whole.subarray(1, 8);
    const [first, second, third] = [0, 1, 2].map((i) => whole.subarray(12 + i * 129, 12 + i * 129 + 128));
    const rest = whole.subarray(12 + 3 * 129 - 1);
    for (const [what, again] of [
      ["length and type", Buffer.concat([Buffer.of(0x46, 0, 0, 0), header.subarray(3)])],
      ["time", Buffer.of(0x86, 0, 0, 0)],
    ] as const) {
      const bytes = Buffer.concat([whole.subarray(0, 12), first!, again, second!, Buffer.of(0xc6), third!, rest]);
      assert.deepEqual(byPayload([...new ChunkReader(1024).push(bytes)]), byPayload([sent]), what);
    }
  });

  it("of a message that is abandoned cost nothing but that message", () => {
    const abandoned = writeMessage(6, { type: 9, timestamp: 40, streamId: 1, payload: Buffer.alloc(500, 1) }).subarray(
      0,
      140,
    );
    const next: RtmpMessage = { type: 9, timestamp: 80, streamId: 1, payload: Buffer.alloc(300, 2) };
    const other = Buffer.concat([Buffer.of(0x46, 0, 0, 33, 0, 0, 3, 8), Buffer.of(7, 7, 7)]);
    const abort = writeMessage(2, { type: 2, timestamp: 0, streamId: 0, payload: Buffer.of(0, 0, 0, 6) });
    for (const [what, parts, expected] of [
      ["a full header", [abandoned, writeMessage(6, next, 128)], [next]],
      [
        "a message of another type",
        [abandoned, other],
        [{ type: 8, timestamp: 73, streamId: 1, payload: Buffer.of(7, 7, 7) }],
      ],
      ["an abort", [abandoned, abort, writeMessage(6, next, 128)], [next]],
    ] as const)
      assert.deepEqual(byPayload([...new ChunkReader(1024).push(Buffer.concat(parts))]), byPayload(expected), what);
  });

  it("are rejected if a message is too large, before its bytes are read", () => {
    const header = writeMessage(3, { type: 20, timestamp: 0, streamId: 0, payload: Buffer.alloc(2000) }).subarray(
      0,
      12,
    );
    assert.throws(() => [...new ChunkReader(1024).push(header)], { name: "RtmpError", code: "limit" });
  });

  it("are rejected on too many chunk streams", () => {
    const bytes = Buffer.concat(
      Array.from({ length: 17 }, (_, i) =>
        writeMessage(3 + i, { type: 8, timestamp: 0, streamId: 1, payload: Buffer.of(1) }),
      ),
    );
    assert.throws(() => [...new ChunkReader(64).push(bytes)], { name: "RtmpError", code: "limit" });
  });

  it("fail only with an RtmpError on random bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), fc.array(fc.nat(600), { maxLength: 8 }), (bytes, cuts) => {
        try {
          readAll(new ChunkReader(4096), Buffer.from(bytes), cuts);
        } catch (cause) {
          assert.ok(cause instanceof RtmpError, String(cause));
        }
      }),
      { numRuns: 1000 },
    );
  });
});
