import type { MediaPacket } from "../publication.ts";

/** RTMP's message types for media. They are FLV's tag types, and their payloads are FLV tag bodies. */
export const tagType = { audio: 8, video: 9, script: 18 } as const;

/** Frame types of video tags: decoding can begin at it; a command to the player rather than a picture. */
export const frameType = { key: 1, command: 5 } as const;

/** What a tag's body is: media, nothing that a stream needs, or media of a codec that is not supported. */
export type TagBody = { packet: MediaPacket } | { unsupported: string } | undefined;
