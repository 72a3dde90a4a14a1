import assert from "node:assert/strict";
import fc from "fast-check";
import {
  isShutdown,
  readHandshake,
  readStreamId,
  rejectionPacket,
  shutdownPacket,
} from "../../../../../local/media/ingest/srt/handshake.ts";

/** A caller's handshake packet with these extensions. */
function handshake(type: number, ...extensions: Buffer[]): Buffer {
  const packet = Buffer.alloc(64);
  packet.writeUInt16BE(0x8000, 0);
  packet.writeUInt32BE(type, 36);
  packet.writeUInt32BE(0x12345678, 40);
  return Buffer.concat([packet, ...extensions]);
}

function extension(type: number, words: Buffer): Buffer {
  const header = Buffer.alloc(4);
  header.writeUInt16BE(type, 0);
  header.writeUInt16BE(words.length / 4, 2);
  return Buffer.concat([header, words]);
}

/** Text in words of four bytes, each in reverse. */
function words(text: string): Buffer {
  const bytes = Buffer.from(text);
  const padded = Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
  return padded.swap32();
}

describe("SRT's handshake", () => {
  it("tells its phase, and whose it is", () => {
    assert.deepEqual(
      [1, 0xffffffff, 1010].map((type) => readHandshake(handshake(type))),
      [
        { phase: "induction", rejection: 0, socketId: 0x12345678 },
        { phase: "conclusion", rejection: 0, socketId: 0x12345678 },
        { phase: "rejection", rejection: 1010, socketId: 0x12345678 },
      ],
    );
    assert.equal(readHandshake(handshake(1).subarray(0, 63)), undefined);
    assert.equal(readHandshake(Buffer.alloc(1316)), undefined);
  });

  it("carries any stream id, behind other extensions", () => {
    const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 100 }).filter((id) => !id.includes("\0"));
    fc.assert(
      fc.property(text, (id) => {
        const packet = handshake(0xffffffff, extension(1, Buffer.alloc(12)), extension(5, words(id)));
        assert.equal(readStreamId(packet), id);
      }),
    );
    assert.equal(readStreamId(handshake(0xffffffff, extension(1, Buffer.alloc(12)))), undefined);
  });

  it("can be read whatever strangers send", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        for (const packet of [Buffer.from(bytes), handshake(0xffffffff, Buffer.from(bytes))]) {
          readHandshake(packet);
          readStreamId(packet);
          isShutdown(packet);
        }
      }),
    );
  });

  it("is answered to the socket that it came from", () => {
    const answer = rejectionPacket(handshake(0xffffffff, extension(1, Buffer.alloc(12))), 1403);
    assert.deepEqual(readHandshake(answer), { phase: "rejection", rejection: 1403, socketId: 0x12345678 });
    assert.equal(answer.readUInt32BE(12), 0x12345678);
    const goodbye = shutdownPacket(0x12345678);
    assert.ok(isShutdown(goodbye));
    assert.equal(goodbye.readUInt32BE(12), 0x12345678);
  });
});
