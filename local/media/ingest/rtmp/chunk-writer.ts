import type { RtmpMessage } from "./chunk-reader.ts";

/** The chunk size that we announce and use. */
export const outgoingChunkSize = 4096;

/** A message as chunks of chunk stream `chunkStreamId` (2..63), with a full header. */
export function writeMessage(
  chunkStreamId: number,
  { type, timestamp, streamId, payload }: RtmpMessage,
  chunkSize = outgoingChunkSize,
): Buffer {
  const extended = timestamp >= 0xffffff;
  const header = Buffer.alloc(extended ? 16 : 12);
  header[0] = chunkStreamId;
  header.writeUIntBE(extended ? 0xffffff : timestamp, 1, 3);
  header.writeUIntBE(payload.length, 4, 3);
  header[7] = type;
  header.writeUInt32LE(streamId, 8);
  if (extended) header.writeUInt32BE(timestamp, 12);
  const parts = [header, payload.subarray(0, chunkSize)];
  const continuation = Buffer.concat([Buffer.of(0xc0 | chunkStreamId), header.subarray(12)]);
  for (let at = chunkSize; at < payload.length; at += chunkSize)
    parts.push(continuation, payload.subarray(at, at + chunkSize));
  return Buffer.concat(parts);
}
