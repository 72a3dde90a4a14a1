import { Socket } from "node:net";
import { Muxer, type Encoder } from "node-av/api";
import type { Packet } from "node-av/lib";

/** Writes one rendition as fragmented MP4 (CMAF) with sound and picture together, to an inherited pipe. */
export class FragmentOutput {
  readonly #muxer: Muxer;
  readonly #pipe: Socket;

  private constructor(muxer: Muxer, pipe: Socket) {
    this.#muxer = muxer;
    this.#pipe = pipe;
  }

  static async open(
    descriptor: number,
    partSeconds: number,
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
          movflags: "+empty_moov+default_base_moof+frag_keyframe+skip_trailer",
          frag_duration: Math.round(partSeconds * 1e6),
          use_editlist: false,
          flush_packets: 1,
          // If sound stops, the picture must not wait for FFmpeg's default of 10 s.
          max_interleave_delta: 1_000_000,
        },
      },
    );
    muxer.addStream(video);
    if (audio !== undefined) muxer.addStream(audio);
    return new FragmentOutput(muxer, pipe);
  }

  writeVideo(packet: Packet): void {
    this.#muxer.writePacketSync(packet, 0);
  }

  writeAudio(packet: Packet): void {
    this.#muxer.writePacketSync(packet, 1);
  }

  /** Ends the output; resolves once the reader has received everything. */
  async close(): Promise<void> {
    this.#muxer.closeSync();
    await new Promise<void>((resolve) => {
      this.#pipe.once("error", () => resolve());
      this.#pipe.end(() => resolve());
    });
  }
}
