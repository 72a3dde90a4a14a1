import type { RtmpMessage } from "./chunk-reader.ts";
import { ByteReader, UnreadableError } from "./byte-reader.ts";

/** Type of a message that holds others. */
export const aggregateType = 22;

/**
 * The messages within an aggregate: FLV tags, whose times are moved so that the first has the aggregate's own time.
 * Source: Adobe RTMP 1.0, section 7.1.6. A cut off aggregate gives those that are whole.
 */
export function readAggregate({ timestamp, streamId, payload }: RtmpMessage): RtmpMessage[] {
  const reader = new ByteReader(payload);
  const messages: RtmpMessage[] = [];
  let offset: number | undefined;
  try {
    while (!reader.atEnd) {
      const header = reader.take(11);
      const time = (header.readUIntBE(4, 3) | (header[7]! << 24)) >>> 0;
      offset ??= timestamp - time;
      const body = reader.take(header.readUIntBE(1, 3));
      messages.push({ type: header[0]!, timestamp: (time + offset) >>> 0, streamId, payload: body });
      reader.take(4); // the tag's length again
    }
  } catch (cause) {
    if (!(cause instanceof UnreadableError)) throw cause;
  }
  return messages;
}
