import { randomBytes } from "node:crypto";
import { RtmpError } from "./errors.ts";

const size = 1536;

/**
 * The server's side of the plain RTMP handshake (Adobe RTMP 1.0, section 5.2). Clients that start a digest handshake
 * (OBS, FFmpeg, Larix) accept it, because the response announces no version with a digest.
 */
export class Handshake {
  #waiting: Buffer = Buffer.alloc(0);
  #answered = false;
  readonly #reply: (bytes: Buffer) => void;

  constructor(reply: (bytes: Buffer) => void) {
    this.#reply = reply;
  }

  /**
   * Reads bytes as they arrive. Returns what follows the handshake once it is complete, undefined before. Throws if the
   * client does not use RTMP.
   */
  push(bytes: Buffer): Buffer | undefined {
    this.#waiting = this.#waiting.length === 0 ? bytes : Buffer.concat([this.#waiting, bytes]);
    if (this.#waiting.length > 0 && this.#waiting[0] !== 3)
      throw new RtmpError("protocol", "the client does not use RTMP");
    if (!this.#answered && this.#waiting.length >= 1 + size) {
      const random = randomBytes(size);
      random.fill(0, 0, 8); // time 0 and the four zeros of the plain handshake
      this.#reply(Buffer.concat([Buffer.of(3), random, this.#waiting.subarray(1, 1 + size)]));
      this.#answered = true;
    }
    return this.#waiting.length >= 1 + 2 * size ? this.#waiting.subarray(1 + 2 * size) : undefined;
  }
}
