import { Socket } from "node:net";
import { Muxer, type Encoder } from "node-av/api";
import { FFmpegError, type Packet } from "node-av/lib";

/**
 * Writes one rendition as fragmented MP4 (CMAF) with sound and picture together, to an inherited pipe. A fragment ends
 * with the last picture of a part, and has the sound that goes with it: sound that is ahead waits. The picture waits
 * for the first sound only, without which the initialization segment can't be written.
 */
export class FragmentOutput {
  readonly #muxer: Muxer;
  readonly #pipe: Socket;
  readonly #partLengths: readonly number[];
  /** The part of the GOP that is being written, and how many pictures of it are. */
  #part = 0;
  #pictures = 0;
  /** How far the picture has come, in seconds. */
  #pictureEnd = 0;
  readonly #waitingSound: Packet[] = [];
  /** Pictures before the first sound; undefined once it has come. */
  #waitingPictures: Packet[] | undefined;

  private constructor(muxer: Muxer, pipe: Socket, lengths: readonly number[], hasSound: boolean) {
    this.#muxer = muxer;
    this.#pipe = pipe;
    this.#partLengths = lengths;
    this.#waitingPictures = hasSound ? [] : undefined;
  }

  /** @param lengths How many pictures each part of a GOP has. */
  static async open(
    descriptor: number,
    lengths: readonly number[],
    video: Encoder,
    audio: Encoder | undefined,
  ): Promise<FragmentOutput> {
    const pipe = new Socket({ fd: descriptor, readable: false, writable: true });
    const muxer = await Muxer.open(
      { write: (bytes) => void pipe.write(Buffer.from(bytes)) }, // FFmpeg reuses its buffer
      {
        format: "mp4",
        useSyncQueue: false,
        useAsyncWrite: false,
        options: {
          movflags: "+empty_moov+default_base_moof+frag_custom+skip_trailer",
          use_editlist: false,
          flush_packets: 1,
          // If sound stops, the picture must not wait for FFmpeg's default of 10 s.
          max_interleave_delta: 1_000_000,
        },
      },
    );
    muxer.addStream(video);
    if (audio !== undefined) muxer.addStream(audio);
    return new FragmentOutput(muxer, pipe, lengths, audio !== undefined);
  }

  writeVideo(packet: Packet): void {
    const kept = this.#waitingPictures === undefined ? null : packet.clone();
    if (kept === null) this.#writePicture(packet);
    else this.#waitingPictures?.push(kept);
  }

  writeAudio(packet: Packet): void {
    const kept = packet.clone();
    if (kept !== null) this.#waitingSound.push(kept);
    this.#writeWaiting();
    this.#writeSound();
  }

  #writeWaiting(): void {
    const waiting = this.#waitingPictures ?? [];
    this.#waitingPictures = undefined;
    for (const picture of waiting) {
      this.#writePicture(picture);
      picture.free();
    }
  }

  #writePicture(packet: Packet): void {
    if (packet.isKeyframe) {
      // A GOP that was cut short ends its last part.
      if (this.#pictures > 0) this.#endPart();
      this.#part = 0;
    }
    this.#muxer.writePacketSync(packet, 0);
    this.#pictureEnd = endOf(packet);
    this.#writeSound();
    this.#pictures += 1;
    if (this.#pictures === this.#partLengths[this.#part]) this.#endPart();
  }

  /** Writes the sound that begins before the picture's end. */
  #writeSound(until = this.#pictureEnd): void {
    for (let next = this.#waitingSound[0]; next !== undefined && startOf(next) < until; next = this.#waitingSound[0]) {
      this.#waitingSound.shift();
      this.#muxer.writePacketSync(next, 1);
      next.free();
    }
  }

  #endPart(): void {
    const context = this.#muxer.getFormatContext();
    FFmpegError.throwIfError(context.interleavedWriteFrameSync(null), "Writing what waits for the other track");
    FFmpegError.throwIfError(context.writeFrameSync(null), "Ending a fragment");
    this.#part += 1;
    this.#pictures = 0;
  }

  /** Ends the output; resolves once the reader has received everything. */
  async close(): Promise<void> {
    this.#writeSound(Infinity);
    this.#muxer.closeSync();
    await new Promise<void>((resolve) => {
      this.#pipe.once("error", () => resolve());
      this.#pipe.end(() => resolve());
    });
  }
}

function startOf({ pts, timeBase }: Packet): number {
  return (Number(pts) * timeBase.num) / timeBase.den;
}

function endOf({ pts, duration, timeBase }: Packet): number {
  return (Number(pts + duration) * timeBase.num) / timeBase.den;
}
