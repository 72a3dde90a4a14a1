import type { MediaPacket } from "../ingest/publication.ts";
import { tagType } from "../ingest/rtmp/tag.ts";
import { isInputLost } from "./flv.ts";
import { readFrameRate, readTagBody } from "../ingest/rtmp/tag-body.ts";

const fileHeader = 9 + 4;
const tagHeader = 11;
/** After each tag, its length again. */
const trailer = 4;

/**
 * What a feed says: a packet of the stream, the frame rate that the publisher announces, or up to when no picture
 * comes, in milliseconds.
 */
export type Fed = { packet: MediaPacket } | { frameRate: number } | { lostUntil: number };

/** Reads the FLV that a feed writes, however its bytes are split. Times are signed: sound may begin before 0. */
export class FlvReader {
  #waiting: Buffer = Buffer.alloc(0);
  #begun = false;

  *push(bytes: Buffer): Generator<Fed> {
    let rest = this.#waiting.length === 0 ? bytes : Buffer.concat([this.#waiting, bytes]);
    if (!this.#begun && rest.length >= fileHeader) {
      rest = rest.subarray(fileHeader);
      this.#begun = true;
    }
    while (this.#begun && rest.length >= tagHeader) {
      const size = rest.readUIntBE(1, 3);
      if (rest.length < tagHeader + size + trailer) break;
      const timestamp = rest.readUIntBE(4, 3) | (rest[7]! << 24);
      const body = rest.subarray(tagHeader, tagHeader + size);
      const fed = read(rest[0]!, timestamp, body);
      rest = rest.subarray(tagHeader + size + trailer);
      if (fed !== undefined) yield fed;
    }
    this.#waiting = rest;
  }
}

function read(type: number, timestamp: number, body: Buffer): Fed | undefined {
  if (type === tagType.script) {
    if (isInputLost(body)) return { lostUntil: timestamp };
    const frameRate = readFrameRate(body);
    return frameRate === undefined ? undefined : { frameRate };
  }
  const media = readTagBody(type, timestamp, body);
  return media !== undefined && "packet" in media ? media : undefined;
}
