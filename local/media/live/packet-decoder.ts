import { AVERROR_EAGAIN, type AVCodecID } from "node-av/constants";
import { Codec, CodecContext, Frame, Packet, Rational } from "node-av/lib";

/** The time base of a feed: milliseconds. */
const milliseconds = new Rational(1, 1000);

/** Decodes one track. Packets that can't be decoded are skipped: what follows may be whole. */
export class PacketDecoder {
  readonly #context: CodecContext;
  readonly #packet = new Packet();
  readonly #frame = new Frame();

  private constructor(context: CodecContext) {
    this.#context = context;
    this.#packet.alloc();
    this.#frame.alloc();
  }

  /**
   * A decoder of a track with this configuration, as containers hold it: an AVCDecoderConfigurationRecord, an
   * AudioSpecificConfig. `undefined` if it can't be used.
   */
  static open(codecId: AVCodecID, configuration: Buffer): PacketDecoder | undefined {
    const codec = Codec.findDecoder(codecId);
    const context = new CodecContext();
    context.allocContext3(codec);
    context.extraData = configuration;
    context.pktTimebase = milliseconds;
    context.threadCount = 1;
    if (context.open2Sync(codec) >= 0) return new PacketDecoder(context);
    context.freeContext();
    return undefined;
  }

  /** Frames per second that the stream itself tells; 0 if it doesn't. */
  get frameRate(): number {
    const { num, den } = this.#context.framerate;
    return den === 0 ? 0 : num / den;
  }

  /** Decodes a packet; presentation time in milliseconds. The caller frees the frames. */
  decode(data: Buffer, atMs: number, presentMs: number): Frame[] {
    this.#packet.unref();
    this.#packet.data = data;
    this.#packet.dts = BigInt(atMs);
    this.#packet.pts = BigInt(presentMs);
    this.#packet.timeBase = milliseconds;
    const frames: Frame[] = [];
    if (this.#context.sendPacketSync(this.#packet) === AVERROR_EAGAIN) {
      frames.push(...this.#receive());
      this.#context.sendPacketSync(this.#packet);
    }
    return [...frames, ...this.#receive()];
  }

  /** The frames that are left; the decoder is done with. */
  finish(): Frame[] {
    this.#context.sendPacketSync(null);
    const frames = this.#receive();
    this.#packet.free();
    this.#frame.free();
    this.#context.freeContext();
    return frames;
  }

  #receive(): Frame[] {
    const frames: Frame[] = [];
    while (this.#context.receiveFrameSync(this.#frame) >= 0) {
      const frame = this.#frame.clone();
      this.#frame.unref();
      if (frame === null) continue;
      frame.timeBase = milliseconds;
      frames.push(frame);
    }
    return frames;
  }
}
