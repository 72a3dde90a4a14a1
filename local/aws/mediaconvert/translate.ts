import { posix } from "node:path";
import type { AudioPlan, ConvertOutput, VideoPlan } from "../../media/convert/plan.ts";
import {
  badRequest,
  integer,
  list,
  members,
  oneOf,
  s3Address,
  text,
  type S3Address,
  type Settings,
} from "./settings.ts";

/** A job's settings, understood: what to read, what to make and where each output goes. */
export interface TranslatedJob {
  input: S3Address;
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
 * Translates MediaConvert `JobSettings` (as on the wire) into what FFmpeg is to do. Whatever MediaConvert would refuse,
 * and whatever is not carried out here as written, is a BadRequestException that names the setting.
 * https://docs.aws.amazon.com/mediaconvert/latest/apireference/jobs.html
 */
export function translate(value: unknown): TranslatedJob {
  const settings = members(value, "/settings", ["inputs", "outputGroups", "timecodeConfig", "adAvailOffset"]);
  if (settings["timecodeConfig"] !== undefined)
    members(settings["timecodeConfig"], "/settings/timecodeConfig", ["source"]);
  const inputs = list(settings["inputs"], "/settings/inputs");
  if (inputs.length > 1) throw badRequest("/settings/inputs", "the local engine converts one input a job");
  const input = readInput(inputs[0]);
  const groups = list(settings["outputGroups"], "/settings/outputGroups").flatMap((group, i) =>
    readGroup(group, `/settings/outputGroups/${i}`, input),
  );
  const places = groups.map(
    (group) => `${group.bucket}/${group.prefix}${"base" in group.output ? group.output.base : group.output.path}`,
  );
  const twice = places.find((place, i) => places.indexOf(place) !== i);
  if (twice !== undefined) throw badRequest("/settings/outputGroups", `two outputs would be written to s3://${twice}`);
  return { input: input.address, groups };
}

interface Input {
  address: S3Address;
  audioSelectors: readonly string[];
}

function readInput(value: unknown): Input {
  const path = "/settings/inputs/0";
  const input = members(value, path, [
    "fileInput",
    "audioSelectors",
    "videoSelector",
    "timecodeSource",
    "filterEnable",
    "deblockFilter",
    "denoiseFilter",
    "inputScanType",
    "psiControl",
  ]);
  const selectors = (input["audioSelectors"] ?? {}) as Settings;
  for (const [name, selector] of Object.entries(selectors))
    members(selector, `${path}/audioSelectors/${name}`, [
      "defaultSelection",
      "offset",
      "programSelection",
      "selectorType",
      "tracks",
    ]);
  if (input["videoSelector"] !== undefined)
    members(input["videoSelector"], `${path}/videoSelector`, ["colorSpace", "rotate", "programNumber"]);
  return { address: s3Address(input["fileInput"], `${path}/fileInput`), audioSelectors: Object.keys(selectors) };
}

function readGroup(value: unknown, path: string, input: Input): TranslatedGroup[] {
  const group = members(value, path, ["name", "customName", "outputGroupSettings", "outputs"]);
  const settings = members(group["outputGroupSettings"], `${path}/outputGroupSettings`, [
    "type",
    "hlsGroupSettings",
    "fileGroupSettings",
  ]);
  const outputs = list(group["outputs"], `${path}/outputs`).map((output, i) => ({
    path: `${path}/outputs/${i}`,
    ...readOutput(output, `${path}/outputs/${i}`, input),
  }));
  const type = oneOf(settings["type"], `${path}/outputGroupSettings/type`, [
    "HLS_GROUP_SETTINGS",
    "FILE_GROUP_SETTINGS",
  ]);
  if (type === "HLS_GROUP_SETTINGS") {
    const hlsPath = `${path}/outputGroupSettings/hlsGroupSettings`;
    const hls = members(settings["hlsGroupSettings"], hlsPath, [
      "destination",
      "segmentLength",
      "minSegmentLength",
      "segmentControl",
      "directoryStructure",
      "manifestDurationFormat",
      "manifestCompression",
      "codecSpecification",
      "outputSelection",
      "programDateTime",
      "programDateTimePeriod",
      "streamInfResolution",
      "clientCache",
      "segmentLengthControl",
      "targetDurationCompatibilityMode",
      "timedMetadataId3Frame",
      "captionLanguageSetting",
      "minFinalSegmentLength",
    ]);
    if (hls["minSegmentLength"] === undefined) throw badRequest(`${hlsPath}/minSegmentLength`, "is required");
    const place = destination(hls["destination"], `${hlsPath}/destination`, input);
    const modifiers = outputs.map((output) => output.modifier);
    const repeated = modifiers.findIndex((modifier, i) => modifier === "" || modifiers.indexOf(modifier) !== i);
    if (repeated >= 0)
      throw badRequest(
        `${path}/outputs/${repeated}/nameModifier`,
        "the outputs of an HLS group need distinct name modifiers",
      );
    const renditions = outputs.map(({ modifier, video, audio, container, path: where }) => {
      if (container !== "M3U8")
        throw badRequest(`${where}/containerSettings/container`, "an HLS output's container is M3U8");
      if (video === undefined || video.kind === "frames")
        throw badRequest(`${where}/videoDescription`, "an HLS output needs H_264 or PASSTHROUGH video here");
      return { modifier, video: video.plan, ...(audio === undefined ? {} : { audio }) };
    });
    return [
      {
        type: "HLS_GROUP",
        bucket: place.bucket,
        prefix: place.prefix,
        output: {
          kind: "hls",
          base: place.base,
          segmentSeconds: integer(hls["segmentLength"], `${hlsPath}/segmentLength`, 1, 2_147_483_647),
          renditions,
        },
      },
    ];
  }
  const file = members(settings["fileGroupSettings"], `${path}/outputGroupSettings/fileGroupSettings`, ["destination"]);
  const place = destination(file["destination"], `${path}/outputGroupSettings/fileGroupSettings/destination`, input);
  return outputs.map(({ modifier, extension, video, audio, container, path: where }): TranslatedGroup => {
    const base = `${place.base}${modifier}`;
    const shared = { type: "FILE_GROUP" as const, bucket: place.bucket, prefix: place.prefix };
    if (video === undefined) throw badRequest(`${where}/videoDescription`, "an output without video is not made here");
    if (video.kind === "frames") {
      if (container !== "RAW")
        throw badRequest(`${where}/containerSettings/container`, "a frame capture's container is RAW");
      return { ...shared, output: { kind: "frames", base, ...video.plan } };
    }
    if (container !== "MP4")
      throw badRequest(
        `${where}/containerSettings/container`,
        "a file output's container is MP4 or, for frame captures, RAW",
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

/** `s3://b/a/c` → prefix `a/`, base `c`; a destination that ends with `/` takes the input's file name. */
function destination(value: unknown, path: string, input: Input): { bucket: string; prefix: string; base: string } {
  const { bucket, key } = s3Address(value, path);
  const at = key.lastIndexOf("/") + 1;
  return { bucket, prefix: key.slice(0, at), base: key.slice(at) || posix.parse(input.address.key).name };
}

type Video =
  | { kind: "video"; plan: VideoPlan }
  | {
      kind: "frames";
      plan: { width?: number; height?: number; everyMs: number; quality: number; maxCaptures: number };
    };

interface Output {
  modifier: string;
  extension?: string;
  container: string;
  video?: Video;
  audio?: AudioPlan;
}

function readOutput(value: unknown, path: string, input: Input): Output {
  const output = members(value, path, [
    "nameModifier",
    "extension",
    "containerSettings",
    "videoDescription",
    "audioDescriptions",
    "outputSettings",
  ]);
  const container = members(output["containerSettings"], `${path}/containerSettings`, [
    "container",
    "m3u8Settings",
    "mp4Settings",
  ]);
  const descriptions =
    output["audioDescriptions"] === undefined ? [] : list(output["audioDescriptions"], `${path}/audioDescriptions`);
  if (descriptions.length > 1)
    throw badRequest(`${path}/audioDescriptions`, "the local engine makes one sound track an output");
  return {
    modifier: output["nameModifier"] === undefined ? "" : text(output["nameModifier"], `${path}/nameModifier`),
    ...(output["extension"] === undefined ? {} : { extension: text(output["extension"], `${path}/extension`) }),
    container: text(container["container"], `${path}/containerSettings/container`),
    ...(output["videoDescription"] === undefined
      ? {}
      : { video: readVideo(output["videoDescription"], `${path}/videoDescription`) }),
    ...(descriptions.length === 0 ? {} : { audio: readAudio(descriptions[0], `${path}/audioDescriptions/0`, input) }),
  };
}

function readVideo(value: unknown, path: string): Video {
  const video = members(value, path, [
    "width",
    "height",
    "scalingBehavior",
    "sharpness",
    "antiAlias",
    "timecodeInsertion",
    "colorMetadata",
    "respondToAfd",
    "afdSignaling",
    "dropFrameTimecode",
    "codecSettings",
  ]);
  const codecPath = `${path}/codecSettings`;
  const settings = members(video["codecSettings"], codecPath, [
    "codec",
    "h264Settings",
    "frameCaptureSettings",
    "passthroughSettings",
  ]);
  const size = (name: "width" | "height"): number | undefined => {
    if (video[name] === undefined) return undefined;
    const pixels = integer(video[name], `${path}/${name}`, 32, 8192);
    if (pixels % 2 !== 0) throw badRequest(`${path}/${name}`, "must be even");
    return pixels;
  };
  const [width, height] = [size("width"), size("height")];
  switch (oneOf(settings["codec"], `${codecPath}/codec`, ["H_264", "FRAME_CAPTURE", "PASSTHROUGH"])) {
    case "PASSTHROUGH":
      if (width !== undefined || height !== undefined)
        throw badRequest(path, "a passed-through picture can't be scaled");
      return { kind: "video", plan: { copy: true } };
    case "FRAME_CAPTURE": {
      const where = `${codecPath}/frameCaptureSettings`;
      const capture = members(settings["frameCaptureSettings"], where, [
        "framerateNumerator",
        "framerateDenominator",
        "maxCaptures",
        "quality",
      ]);
      const [numerator, denominator] = [
        integer(capture["framerateNumerator"], `${where}/framerateNumerator`, 1, 2_147_483_647),
        integer(capture["framerateDenominator"], `${where}/framerateDenominator`, 1, 2_147_483_647),
      ];
      return {
        kind: "frames",
        plan: {
          ...(width === undefined ? {} : { width }),
          ...(height === undefined ? {} : { height }),
          everyMs: (denominator * 1000) / numerator,
          quality: integer(capture["quality"] ?? 80, `${where}/quality`, 1, 100),
          maxCaptures: integer(capture["maxCaptures"] ?? 10_000_000, `${where}/maxCaptures`, 1, 10_000_000),
        },
      };
    }
    case "H_264":
      return {
        kind: "video",
        plan: {
          copy: false,
          ...(width === undefined ? {} : { width }),
          ...(height === undefined ? {} : { height }),
          ...readH264(settings["h264Settings"], `${codecPath}/h264Settings`),
        },
      };
  }
}

function readH264(value: unknown, path: string): { maxBitrate: number; gopSeconds: number } {
  const h264 = members(value, path, [
    "rateControlMode",
    "maxBitrate",
    "bitrate",
    "qvbrSettings",
    "gopSize",
    "gopSizeUnits",
    "gopClosedCadence",
    "gopBReference",
    "numberBFramesBetweenReferenceFrames",
    "numberReferenceFrames",
    "minIInterval",
    "sceneChangeDetect",
    "codecProfile",
    "codecLevel",
    "qualityTuningLevel",
    "framerateControl",
    "parControl",
    "adaptiveQuantization",
    "spatialAdaptiveQuantization",
    "temporalAdaptiveQuantization",
    "flickerAdaptiveQuantization",
    "entropyEncoding",
    "interlaceMode",
    "dynamicSubGop",
    "hrdBufferSize",
    "slices",
    "syntax",
    "softness",
    "repeatPps",
    "unregisteredSeiTimecode",
  ]);
  const mode = oneOf(h264["rateControlMode"], `${path}/rateControlMode`, ["QVBR", "CBR", "VBR"]);
  const bitrate = mode === "QVBR" ? h264["maxBitrate"] : (h264["maxBitrate"] ?? h264["bitrate"]);
  if (mode === "QVBR" && h264["bitrate"] !== undefined)
    throw badRequest(`${path}/bitrate`, "is not allowed with QVBR; use maxBitrate");
  oneOf(h264["gopSizeUnits"], `${path}/gopSizeUnits`, ["SECONDS"]);
  if (h264["sceneChangeDetect"] !== "DISABLED")
    throw badRequest(`${path}/sceneChangeDetect`, "must be DISABLED: segments of all renditions must begin together");
  const gopSeconds = h264["gopSize"];
  if (typeof gopSeconds !== "number" || gopSeconds <= 0)
    throw badRequest(`${path}/gopSize`, "a number of seconds is required");
  return {
    maxBitrate: integer(bitrate, `${path}/${mode === "CBR" ? "bitrate" : "maxBitrate"}`, 1000, 1_152_000_000),
    gopSeconds,
  };
}

function readAudio(value: unknown, path: string, input: Input): AudioPlan {
  const audio = members(value, path, [
    "audioSourceName",
    "audioTypeControl",
    "codecSettings",
    "languageCodeControl",
    "streamName",
    "languageCode",
  ]);
  const source = text(audio["audioSourceName"] ?? "Audio Selector 1", `${path}/audioSourceName`);
  if (!input.audioSelectors.includes(source))
    throw badRequest(`${path}/audioSourceName`, `the input has no audio selector "${source}"`);
  const settings = members(audio["codecSettings"], `${path}/codecSettings`, ["codec", "aacSettings"]);
  if (oneOf(settings["codec"], `${path}/codecSettings/codec`, ["AAC", "PASSTHROUGH"]) === "PASSTHROUGH")
    return { copy: true };
  const aac = members(settings["aacSettings"], `${path}/codecSettings/aacSettings`, [
    "bitrate",
    "codingMode",
    "sampleRate",
    "codecProfile",
    "rateControlMode",
    "rawFormat",
    "specification",
    "audioDescriptionBroadcasterMix",
  ]);
  oneOf(aac["codingMode"], `${path}/codecSettings/aacSettings/codingMode`, ["CODING_MODE_2_0"]);
  integer(aac["sampleRate"], `${path}/codecSettings/aacSettings/sampleRate`, 48_000, 48_000);
  return {
    copy: false,
    bitrate: integer(aac["bitrate"] ?? 96_000, `${path}/codecSettings/aacSettings/bitrate`, 6000, 1_024_000),
  };
}
