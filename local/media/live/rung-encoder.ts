import { Encoder } from "node-av/api";
import { AV_PIX_FMT_YUV420P, EOF, FF_ENCODER_LIBX264 } from "node-av/constants";
import { FFmpegError, Frame, Rational, type Packet } from "node-av/lib";
import { timecodeAt, withTimecode } from "../timecode-sei.ts";
import type { RenditionSettings } from "./settings.ts";

/** Of an encoder: one by default for each of its threads but one holds back a picture, which viewers wait for. */
const threads = 2;

export interface RungSettings {
  /** Width and height are even. */
  rung: RenditionSettings;
  /** Frames per second. */
  rate: { num: number; den: number };
  /** Frames between keyframes. */
  gopSize: number;
  /** Wall clock of time 0, in epoch milliseconds, for timecodes. */
  startedAt: number;
}

/**
 * Encodes one rung at a constant rate. Black costs nearly nothing: once a group of pictures was all black, its packets
 * are used again, and the encoder rests. When the next picture comes, the encoder gets what it has missed of the group.
 * That fits because groups are closed, and each is as long as the other.
 */
export class RungEncoder {
  readonly encoder: Encoder;
  readonly #settings: RungSettings;
  /** Takes each packet, which is freed afterwards. */
  readonly #take: (packet: Packet) => void;
  readonly #black: Frame;
  /** The packets of a black group, as far as they have come. */
  readonly #blackGroup: Packet[] = [];
  /** Number of the first picture of those that have been black until now. */
  #blackSince: number | undefined;
  #resting = false;
  /** How many packets were given away. */
  #given = 0;

  private constructor(settings: RungSettings, encoder: Encoder, take: (packet: Packet) => void) {
    this.#settings = settings;
    this.encoder = encoder;
    this.#take = take;
    this.#black = blackFrame(settings.rung);
  }

  static async create(settings: RungSettings, take: (packet: Packet) => void): Promise<RungEncoder> {
    const { rung, rate, gopSize } = settings;
    const encoder = await Encoder.create(FF_ENCODER_LIBX264, {
      bitrate: rung.bitrate,
      maxRate: rung.bitrate,
      bufSize: rung.bufferSize ?? rung.bitrate,
      gopSize,
      maxBFrames: 0,
      threadCount: threads,
      configure: (context) => {
        context.framerate = new Rational(rate.num, rate.den);
        context.timeBase = new Rational(rate.den, rate.num);
      },
      options: {
        preset: "veryfast",
        profile: rung.profile,
        "x264-params": [
          `scenecut=0:min-keyint=${gopSize}:rc-lookahead=${rung.lookahead}:sync-lookahead=0`,
          `pic-struct=${rung.timecode === true ? 1 : 0}`,
        ].join(":"),
        "forced-idr": true,
        ...(rung.quality === undefined ? {} : { crf: rung.quality }),
      },
    });
    return new RungEncoder(settings, encoder, take);
  }

  /** Encodes the picture with this number, counted from 0; undefined: black. The caller frees it. */
  encode(picture: Frame | undefined, number: number): void {
    const { gopSize } = this.#settings;
    const begin = number - (number % gopSize);
    if (picture === undefined) {
      this.#blackSince ??= number;
      // What the encoder holds back is of the group before this one.
      this.#resting ||= number === begin && this.#blackGroup.length === gopSize && this.#blackSince <= number - gopSize;
      if (this.#resting) return this.#repeat(number + 1);
    } else {
      this.#blackSince = undefined;
      if (this.#blackGroup.length < gopSize) this.#forget();
      if (this.#resting) for (let missed = begin; missed < number; missed++) this.#feed(this.#black, missed);
      this.#resting = false;
    }
    this.#feed(picture ?? this.#black, number);
  }

  finish(): void {
    this.encoder.encodeSync(null);
    this.#drain();
  }

  close(): void {
    this.#forget();
    this.#black.free();
    this.encoder.close();
  }

  #feed(frame: Frame, number: number): void {
    frame.timeBase = this.#timeBase;
    frame.pts = BigInt(number);
    frame.duration = 1n;
    this.encoder.encodeSync(frame);
    this.#drain();
  }

  #drain(): void {
    for (
      let packet = this.encoder.receiveSync();
      packet !== null && packet !== EOF;
      packet = this.encoder.receiveSync()
    ) {
      this.#keep(packet);
      // The encoder has missed some pictures, which were repeated.
      if (Number(packet.pts) >= this.#given) this.#give(packet);
      packet.free();
    }
  }

  /** Keeps the packet if it is the next one of a black group. */
  #keep(packet: Packet): void {
    const number = Number(packet.pts);
    const place = number % this.#settings.gopSize;
    if (this.#blackSince === undefined || number - place < this.#blackSince) return;
    if (place !== this.#blackGroup.length) return;
    const kept = packet.clone();
    if (kept !== null) this.#blackGroup.push(kept);
  }

  /** Gives away packets of the black group up to this number. */
  #repeat(end: number): void {
    while (this.#given < end) {
      const packet = this.#blackGroup[this.#given % this.#settings.gopSize]!.clone();
      if (packet === null) throw new Error("there is no memory for a packet.");
      packet.pts = packet.dts = BigInt(this.#given);
      this.#give(packet);
      packet.free();
    }
  }

  #give(packet: Packet): void {
    this.#given = Number(packet.pts) + 1;
    if (this.#settings.rung.timecode === true && packet.isKeyframe) this.#stamp(packet);
    this.#take(packet);
  }

  #stamp(packet: Packet): void {
    const { data, pts, dts, duration, timeBase } = packet;
    if (data === null) return;
    const { startedAt, rate } = this.#settings;
    const at = startedAt + (Number(pts) * timeBase.num * 1000) / timeBase.den;
    // New data makes a new packet of it.
    packet.data = withTimecode(data, timecodeAt(at, rate.num / rate.den));
    Object.assign(packet, { pts, dts, duration, timeBase, isKeyframe: true });
  }

  #forget(): void {
    for (const packet of this.#blackGroup.splice(0)) packet.free();
  }

  get #timeBase(): Rational {
    const { num, den } = this.#settings.rate;
    return new Rational(den, num);
  }
}

/** Black of limited range in a rung's size. */
function blackFrame({ width, height }: RenditionSettings): Frame {
  const frame = new Frame();
  frame.alloc();
  frame.width = width;
  frame.height = height;
  frame.format = AV_PIX_FMT_YUV420P;
  FFmpegError.throwIfError(frame.getBuffer(), "could not allocate a black picture");
  // Frame.fromVideoBuffer would leave the pixels in memory that JavaScript takes back.
  for (const [i, plane] of (frame.data ?? []).entries()) plane.fill(i === 0 ? 16 : 128);
  return frame;
}
