import { posix } from "node:path";
import type { AudioPlan, ConvertOutput, VideoPlan } from "../../media/convert/plan.ts";
import {
  JobSettingsSchema,
  type AudioDescription,
  type H264Settings,
  type Input,
  type Output,
  type OutputGroup,
  type VideoDescription,
} from "./job-schema.ts";
import { checkAssembly, readParts, type TranslatedPart } from "./assembly.ts";
import { badRequest, checkSettings, s3Address, type S3Address } from "./settings.ts";

/** A job's inputs, and its outputs with their destinations. */
export interface TranslatedJob {
  /** The first input. */
  input: S3Address;
  /** What to put together, in order, for the job's one MP4; absent for a job of one whole input. */
  parts?: readonly TranslatedPart[];
  groups: readonly TranslatedGroup[];
}

export interface TranslatedGroup {
  type: "HLS_GROUP" | "FILE_GROUP";
  bucket: string;
  /** Key prefix that the output's paths are relative to, empty or ending with `/`. */
  prefix: string;
  output: ConvertOutput;
}

/**
 * Translates MediaConvert `JobSettings` (as on the wire) into a plan for FFmpeg. Throws BadRequestException, naming the
 * setting, for anything that MediaConvert would reject or this engine does not apply as written.
 * https://docs.aws.amazon.com/mediaconvert/latest/apireference/jobs.html
 */
export function translate(value: unknown): TranslatedJob {
  const settings = checkSettings(JobSettingsSchema, value, "/settings");
  const inputs = settings.inputs.map((input, i) => readInput(input, `/settings/inputs/${i}`));
  const source = { address: inputs[0]!.address, audioSelectors: inputs.flatMap((input) => input.audioSelectors) };
  const groups = settings.outputGroups.flatMap((group, i) => readGroup(group, `/settings/outputGroups/${i}`, source));
  const places = groups.map(
    (group) => `${group.bucket}/${group.prefix}${"base" in group.output ? group.output.base : group.output.path}`,
  );
  const twice = places.find((place, i) => places.indexOf(place) !== i);
  if (twice !== undefined) throw badRequest("/settings/outputGroups", `two outputs would be written to s3://${twice}`);
  const isWhole =
    settings.inputs.length === 1 && !settings.inputs.some(({ crop, inputClippings }) => crop ?? inputClippings);
  if (isWhole) return { input: source.address, groups };
  checkAssembly(groups);
  const parts = settings.inputs.flatMap((input, i) => readParts(input, inputs[i]!, `/settings/inputs/${i}`));
  return { input: source.address, parts, groups };
}

interface Source {
  address: S3Address;
  audioSelectors: readonly string[];
}

function readInput({ fileInput, audioSelectors = {} }: Input, path: string): Source {
  return { address: s3Address(fileInput, `${path}/fileInput`), audioSelectors: Object.keys(audioSelectors) };
}

function readGroup(group: OutputGroup, path: string, source: Source): TranslatedGroup[] {
  const { type, hlsGroupSettings: hls, fileGroupSettings: file } = group.outputGroupSettings;
  const outputs = group.outputs.map((output, i) => readOutput(output, `${path}/outputs/${i}`, source));
  if (type === "HLS_GROUP_SETTINGS") {
    const hlsPath = `${path}/outputGroupSettings/hlsGroupSettings`;
    if (hls === undefined) throw badRequest(hlsPath, "is required");
    const place = destination(hls.destination, `${hlsPath}/destination`, source.address);
    const modifiers = outputs.map((output) => output.modifier);
    const repeated = modifiers.findIndex((modifier, i) => modifier === "" || modifiers.indexOf(modifier) !== i);
    if (repeated >= 0)
      throw badRequest(
        `${path}/outputs/${repeated}/nameModifier`,
        "the outputs of an HLS group need distinct name modifiers",
      );
    const renditions = outputs.map(({ modifier, video, audio, container, path: where }) => {
      if (container !== "M3U8")
        throw badRequest(`${where}/containerSettings/container`, "must be M3U8 for an HLS output");
      if (video === undefined || video.kind === "frames")
        throw badRequest(`${where}/videoDescription`, "must be H_264 or PASSTHROUGH video for an HLS output");
      return { modifier, video: video.plan, ...(audio === undefined ? {} : { audio }) };
    });
    return [
      {
        type: "HLS_GROUP",
        bucket: place.bucket,
        prefix: place.prefix,
        output: { kind: "hls", base: place.base, segmentSeconds: hls.segmentLength, renditions },
      },
    ];
  }
  const filePath = `${path}/outputGroupSettings/fileGroupSettings`;
  if (file === undefined) throw badRequest(filePath, "is required");
  const place = destination(file.destination, `${filePath}/destination`, source.address);
  return outputs.map(({ modifier, extension, video, audio, container, path: where }): TranslatedGroup => {
    const base = `${place.base}${modifier}`;
    const shared = { type: "FILE_GROUP" as const, bucket: place.bucket, prefix: place.prefix };
    if (video === undefined)
      throw badRequest(
        `${where}/videoDescription`,
        "is required; the local engine does not support audio-only outputs",
      );
    if (video.kind === "frames") {
      if (container !== "RAW")
        throw badRequest(`${where}/containerSettings/container`, "must be RAW for a frame capture");
      return { ...shared, output: { kind: "frames", base, ...video.plan } };
    }
    if (container !== "MP4")
      throw badRequest(
        `${where}/containerSettings/container`,
        "must be MP4 for a file output, or RAW for a frame capture",
      );
    return {
      ...shared,
      output: {
        kind: "mp4",
        path: `${base}.${extension ?? "mp4"}`,
        video: video.plan,
        ...(audio === undefined ? {} : { audio }),
      },
    };
  });
}

/** `s3://b/a/c` → prefix `a/`, base `c`; a destination that ends with `/` uses the input's file name. */
function destination(
  value: string,
  path: string,
  address: S3Address,
): { bucket: string; prefix: string; base: string } {
  const { bucket, key } = s3Address(value, path);
  const at = key.lastIndexOf("/") + 1;
  return { bucket, prefix: key.slice(0, at), base: key.slice(at) || posix.parse(address.key).name };
}

type Video =
  | { kind: "video"; plan: VideoPlan }
  | {
      kind: "frames";
      plan: { width?: number; height?: number; everyMs: number; quality: number; maxCaptures: number };
    };

interface OutputPlan {
  path: string;
  modifier: string;
  extension?: string;
  container: string;
  video?: Video;
  audio?: AudioPlan;
}

function readOutput(output: Output, path: string, source: Source): OutputPlan {
  const audio = output.audioDescriptions?.[0];
  return {
    path,
    modifier: output.nameModifier ?? "",
    ...(output.extension === undefined ? {} : { extension: output.extension }),
    container: output.containerSettings.container,
    ...(output.videoDescription === undefined
      ? {}
      : { video: readVideo(output.videoDescription, `${path}/videoDescription`) }),
    ...(audio === undefined ? {} : { audio: readAudio(audio, `${path}/audioDescriptions/0`, source) }),
  };
}

function readVideo({ width, height, codecSettings: settings }: VideoDescription, path: string): Video {
  const size = { ...(width === undefined ? {} : { width }), ...(height === undefined ? {} : { height }) };
  switch (settings.codec) {
    case "PASSTHROUGH":
      if (width !== undefined || height !== undefined)
        throw badRequest(path, "PASSTHROUGH video cannot be scaled; leave out width and height");
      return { kind: "video", plan: { copy: true } };
    case "FRAME_CAPTURE": {
      const capture = settings.frameCaptureSettings;
      if (capture === undefined) throw badRequest(`${path}/codecSettings/frameCaptureSettings`, "is required");
      return {
        kind: "frames",
        plan: {
          ...size,
          everyMs: (capture.framerateDenominator * 1000) / capture.framerateNumerator,
          quality: capture.quality ?? 80,
          maxCaptures: capture.maxCaptures ?? 10_000_000,
        },
      };
    }
    case "H_264": {
      const h264Path = `${path}/codecSettings/h264Settings`;
      if (settings.h264Settings === undefined) throw badRequest(h264Path, "is required");
      return { kind: "video", plan: { copy: false, ...size, ...readH264(settings.h264Settings, h264Path) } };
    }
  }
}

function readH264(h264: H264Settings, path: string): { maxBitrate: number; gopSeconds: number } {
  const { rateControlMode: mode, bitrate, gopSize: gopSeconds } = h264;
  if (mode === "QVBR" && bitrate !== undefined)
    throw badRequest(`${path}/bitrate`, "is not allowed with QVBR; use maxBitrate");
  const maxBitrate = h264.maxBitrate ?? bitrate;
  if (maxBitrate === undefined) throw badRequest(`${path}/${mode === "CBR" ? "bitrate" : "maxBitrate"}`, "is required");
  return { maxBitrate, gopSeconds };
}

/** An input without any audio selector gives silence, as with MediaConvert (`AudioSourceName`). */
function readAudio({ audioSourceName, codecSettings }: AudioDescription, path: string, source: Source): AudioPlan {
  const selector = audioSourceName ?? "Audio Selector 1";
  const isSilent = source.audioSelectors.length === 0;
  if (!isSilent && !source.audioSelectors.includes(selector))
    throw badRequest(`${path}/audioSourceName`, `the input has no audio selector "${selector}"`);
  if (codecSettings.codec === "PASSTHROUGH") return { copy: true };
  if (codecSettings.aacSettings === undefined) throw badRequest(`${path}/codecSettings/aacSettings`, "is required");
  return { copy: false, bitrate: codecSettings.aacSettings.bitrate ?? 96_000, ...(isSilent && { silent: true }) };
}
