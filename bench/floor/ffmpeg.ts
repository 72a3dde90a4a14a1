/**
 * Thin wrappers around FFmpeg's own functions, for the floors. Everything runs in the caller's thread (and x264's), and
 * frame and packet objects are reused. Nothing is freed before the process ends, after a few files: the garbage
 * collector can't see which of FFmpeg's objects depend on each other.
 */
import {
  AV_BUFFERSRC_FLAG_KEEP_REF,
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_PICTURE_TYPE_NONE,
  AVERROR_EAGAIN,
  AVERROR_EOF,
  AVMEDIA_TYPE_AUDIO,
  AVMEDIA_TYPE_VIDEO,
  FF_ENCODER_AAC,
  FF_ENCODER_LIBX264,
  type AVPixelFormat,
  type AVSampleFormat,
} from "node-av/constants";
import {
  avGetSampleFmtName,
  avRescaleQ,
  Codec,
  CodecContext,
  Dictionary,
  FFmpegError,
  Filter,
  FilterGraph,
  FilterInOut,
  FormatContext,
  Frame,
  IOContext,
  Packet,
  Rational,
  type FilterContext,
  type IRational,
  type Stream,
} from "node-av/lib";

/** FFmpeg options by name. */
export type Options = Record<string, string | number>;

const alive: unknown[] = [];

/** Protects an FFmpeg object from garbage collection. */
export function keep<Part>(part: Part): Part {
  alive.push(part);
  return part;
}

/** Returns FFmpeg's result; throws if it is an error. */
function check(result: number, what: string): number {
  FFmpegError.throwIfError(result, what);
  return result;
}

function found<Part>(part: Part | null | undefined, what: string): Part {
  if (part === null || part === undefined) throw new Error(`FFmpeg: no ${what}.`);
  return part;
}

/** An opened file. */
export interface Input {
  video: Stream;
  audio: Stream | undefined;
  /** Packets in file order, each valid until the next one is requested. */
  packets(): Generator<Packet>;
}

export function openInput(file: string): Input {
  const context = keep(new FormatContext());
  check(context.openInputSync(file), `Opening ${file}`);
  check(context.findStreamInfoSync(), "Finding the streams");
  const streams = keep(context.streams);
  const packet = newPacket();
  return {
    video: found(
      streams.find(({ codecpar }) => codecpar.codecType === AVMEDIA_TYPE_VIDEO),
      "video in the input",
    ),
    audio: streams.find(({ codecpar }) => codecpar.codecType === AVMEDIA_TYPE_AUDIO),
    *packets() {
      for (let result = context.readFrameSync(packet); result !== AVERROR_EOF; result = context.readFrameSync(packet)) {
        check(result, "Reading a packet");
        packet.timeBase = found(streams[packet.streamIndex], "stream for the packet").timeBase;
        yield packet;
        packet.unref();
      }
    },
  };
}

export function openDecoder(stream: Stream, threads: number, options: Options = {}): CodecContext {
  const codec = found(Codec.findDecoder(stream.codecpar.codecId), "decoder for the input");
  const context = keep(new CodecContext());
  context.allocContext3(codec);
  check(stream.codecpar.toContext(context), "Configuring the decoder");
  context.pktTimebase = stream.timeBase;
  context.threadCount = threads;
  check(context.open2Sync(codec, keep(Dictionary.fromObject(options))), "Opening the decoder");
  return context;
}

/** Decodes a packet (null flushes). The frame is valid only during the call of `take`. */
export function decode(
  decoder: CodecContext,
  packet: Packet | null,
  frame: Frame,
  timeBase: IRational,
  take: (frame: Frame) => void,
): void {
  check(decoder.sendPacketSync(packet), "Decoding");
  const base = new Rational(timeBase.num, timeBase.den);
  while (more(decoder.receiveFrameSync(frame), "Decoding")) {
    frame.pts = frame.bestEffortTimestamp;
    frame.timeBase = base;
    take(frame);
    frame.unref();
  }
}

/** A filter graph with one input and several outputs, in the order of their labels. */
export interface Graph {
  /**
   * Filters a frame (null flushes), which the caller keeps. Each result is valid only during the call of `take`.
   */
  run(frame: Frame | null, take: (output: number, frame: Frame) => void): void;
  sinks: readonly FilterContext[];
}

/**
 * @param description with an input `[in]` and an output for each of `outputs`
 * @param like the first frame to filter
 */
export function openGraph(description: string, outputs: readonly string[], like: Frame, timeBase: Rational): Graph {
  const graph = keep(new FilterGraph());
  graph.alloc();
  graph.nbThreads = 1;
  const video = like.isVideo();
  const source = keep(
    found(
      graph.createFilter(
        found(Filter.getByName(video ? "buffer" : "abuffer"), "source filter"),
        "in",
        video ? pictureArguments(like, timeBase) : soundArguments(like, timeBase),
      ),
      "source filter",
    ),
  );
  const sinks = outputs.map((label) =>
    keep(
      found(
        graph.createFilter(found(Filter.getByName(video ? "buffersink" : "abuffersink"), "sink filter"), label),
        "sink filter",
      ),
    ),
  );
  const segment = keep(found(graph.segmentParse(description), `filter graph ${description}`));
  check(segment.createFilters(), description);
  check(segment.applyOpts(), description);
  const [beginnings, ends] = [keep(new FilterInOut()), keep(new FilterInOut())];
  check(segment.apply(beginnings, ends), description);
  for (const { filter, pad } of loosePads(beginnings)) check(source.link(0, filter, pad), description);
  for (const { name, filter, pad } of loosePads(ends))
    check(filter.link(pad, found(sinks[outputs.indexOf(name)], `output ${name}`), 0), description);
  check(graph.configSync(), `Configuring the filter graph ${description}`);
  const result = newFrame();
  const timeBases = sinks.map((sink) => sink.buffersinkGetTimeBase());
  return {
    sinks,
    run(frame, take) {
      check(source.buffersrcAddFrameSync(frame, AV_BUFFERSRC_FLAG_KEEP_REF), "Filtering");
      for (const [output, sink] of sinks.entries()) {
        while (more(sink.buffersinkGetFrameSync(result), "Filtering")) {
          result.timeBase = timeBases[output]!;
          take(output, result);
          result.unref();
        }
      }
    },
  };
}

/** The pads of a parsed graph that are not linked yet. */
function* loosePads(list: FilterInOut): Generator<{ name: string; filter: FilterContext; pad: number }> {
  for (let end: FilterInOut | null = list; end?.name != null; end = keep(end.next))
    yield { name: end.name, filter: keep(found(end.filterCtx, "filter for the pad")), pad: end.padIdx };
}

function pictureArguments(frame: Frame, timeBase: Rational): string {
  const { num, den } = frame.sampleAspectRatio;
  return [
    `video_size=${frame.width}x${frame.height}`,
    `pix_fmt=${frame.format}`,
    `time_base=${timeBase.num}/${timeBase.den}`,
    `pixel_aspect=${num}/${Math.max(1, den)}`,
    `colorspace=${frame.colorSpace}`,
    `range=${frame.colorRange}`,
  ].join(":");
}

function soundArguments(frame: Frame, timeBase: Rational): string {
  return [
    `time_base=${timeBase.num}/${timeBase.den}`,
    `sample_rate=${frame.sampleRate}`,
    `sample_fmt=${avGetSampleFmtName(sampleFormat(frame)) ?? ""}`,
    `channel_layout=${frame.channelLayout.mask}`,
  ].join(":");
}

function sampleFormat(frame: Frame & { format: AVPixelFormat | AVSampleFormat }): AVSampleFormat {
  return frame.format as AVSampleFormat;
}

/** An opened encoder. */
export interface BareEncoder {
  context: CodecContext;
  /** Encodes a frame (null flushes). Each packet is valid only during the call of `take`. */
  encode(frame: Frame | null, take: (packet: Packet) => void): void;
}

/** Opens an x264 encoder for the output of `sink`. `set` configures it, such as its bit rate. */
export function openVideoEncoder(
  sink: FilterContext,
  frameRate: { num: number; den: number },
  globalHeader: boolean,
  set: (context: CodecContext) => void,
  options: Options,
): BareEncoder {
  const codec = found(Codec.findEncoderByName(FF_ENCODER_LIBX264), "x264");
  const context = keep(new CodecContext());
  context.allocContext3(codec);
  context.width = sink.buffersinkGetWidth();
  context.height = sink.buffersinkGetHeight();
  context.pixelFormat = sink.buffersinkGetFormat() as AVPixelFormat;
  context.sampleAspectRatio = sink.buffersinkGetSampleAspectRatio();
  context.colorRange = sink.buffersinkGetColorRange();
  context.colorSpace = sink.buffersinkGetColorspace();
  context.framerate = new Rational(frameRate.num, frameRate.den);
  context.timeBase = new Rational(frameRate.den, frameRate.num);
  context.threadCount = 0;
  context.maxBFrames = 0;
  set(context);
  return openEncoder(context, codec, globalHeader, options);
}

/** Opens an AAC encoder for the output of `sink`, which must be frames of 1024 samples. */
export function openAudioEncoder(sink: FilterContext, bitrate: number, globalHeader: boolean): BareEncoder {
  const codec = found(Codec.findEncoderByName(FF_ENCODER_AAC), "AAC encoder");
  const context = keep(new CodecContext());
  context.allocContext3(codec);
  context.sampleRate = sink.buffersinkGetSampleRate();
  context.sampleFormat = sink.buffersinkGetFormat() as AVSampleFormat;
  context.channelLayout = sink.buffersinkGetChannelLayout();
  context.timeBase = new Rational(1, context.sampleRate);
  context.bitRate = BigInt(bitrate);
  return openEncoder(context, codec, globalHeader, {});
}

function openEncoder(context: CodecContext, codec: Codec, globalHeader: boolean, options: Options): BareEncoder {
  if (globalHeader) context.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
  check(context.open2Sync(codec, keep(Dictionary.fromObject(options))), "Opening the encoder");
  const packet = newPacket();
  const { timeBase } = context;
  return {
    context,
    encode(frame, take) {
      if (frame !== null) {
        frame.pictType = AV_PICTURE_TYPE_NONE;
        frame.pts = avRescaleQ(frame.pts, frame.timeBase, timeBase);
        frame.timeBase = timeBase;
      }
      check(context.sendFrameSync(frame), "Encoding");
      while (more(context.receivePacketSync(packet), "Encoding")) {
        packet.timeBase = timeBase;
        take(packet);
        packet.unref();
      }
    },
  };
}

/** A muxer. */
export interface Output {
  /** Writes a packet that the caller keeps. */
  write(packet: Packet, stream: number): void;
  finish(): void;
  /** Bytes written to memory so far. */
  bytes(): number;
}

/**
 * Opens a muxer for streams that come from encoders or are copied from an input. Without a file, it only counts the
 * bytes.
 */
export function openOutput(
  file: string | undefined,
  format: string,
  sources: readonly (CodecContext | Stream)[],
  options: Options = {},
): Output {
  const context = keep(new FormatContext());
  check(context.allocOutputContext2(null, format, file ?? null), `Creating a ${format} file`);
  let bytes = 0;
  if (file === undefined) {
    const memory = keep(new IOContext());
    memory.allocContextWithCallbacks(65_536, 1, null, (written) => {
      bytes += written.length;
      return written.length;
    });
    context.pb = memory;
  }
  const streams = sources.map((source) => {
    const stream = context.newStream();
    if (source instanceof CodecContext) {
      check(stream.codecpar.fromContext(source), "Describing the stream");
      stream.avgFrameRate = source.framerate;
    } else {
      check(source.codecpar.copy(stream.codecpar), "Describing the stream");
      stream.avgFrameRate = source.avgFrameRate;
      stream.codecpar.codecTag = 0;
    }
    stream.timeBase = source.timeBase;
    return keep(stream);
  });
  if (file !== undefined && format !== "hls") check(context.openOutputSync(), `Opening ${file}`);
  check(context.writeHeaderSync(keep(Dictionary.fromObject(options))), "Writing the header");
  const copy = newPacket();
  return {
    write(packet, index) {
      check(copy.ref(packet), "Taking a packet");
      copy.streamIndex = index;
      copy.rescaleTs(packet.timeBase, streams[index]!.timeBase);
      check(context.interleavedWriteFrameSync(copy), "Writing a packet");
    },
    finish() {
      check(context.writeTrailerSync(), "Finishing the file");
      if (file !== undefined && format !== "hls") context.closeOutputSync();
    },
    bytes: () => bytes,
  };
}

export function newFrame(): Frame {
  const frame = keep(new Frame());
  frame.alloc();
  return frame;
}

export function newPacket(): Packet {
  const packet = keep(new Packet());
  packet.alloc();
  return packet;
}

/** Whether there was a result: FFmpeg returns EAGAIN or EOF when there is none. */
function more(result: number, what: string): boolean {
  if (result === AVERROR_EAGAIN || result === AVERROR_EOF) return false;
  check(result, what);
  return true;
}
