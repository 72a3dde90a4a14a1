import type { LiveSettings, RenditionSettings } from "../../media/live/settings.ts";
import {
  EncoderSettingsSchema,
  type EncoderSettings,
  type Output,
  type OutputGroup,
  type VideoDescription,
} from "./encoder-schema.ts";
import { checkSettings, notSupported } from "./settings.ts";

/** A channel's settings for the local encoder, and the destinations of its two outputs. */
export interface ChannelSettings {
  live: LiveSettings;
  /** Id of the destination for the packaged renditions; undefined without an HLS group. */
  packageDestination?: string;
  /** Where recordings go; undefined without an archive group. */
  archive?: { destination: string; nameModifier: string; extension: string };
}

/**
 * Translates a channel's `encoderSettings`. Throws for a setting that would change the result on AWS but has no effect
 * here, and for settings that MediaLive would reject: unknown descriptions, outputs of the same name, missing values.
 */
export function readEncoderSettings(value: unknown): ChannelSettings {
  const path = "encoderSettings";
  const settings = checkSettings(EncoderSettingsSchema, value, path);
  const groups = settings.outputGroups ?? [];
  const hls = groups.filter((group) => group.outputGroupSettings.hlsGroupSettings !== undefined);
  const archives = groups.filter((group) => (group.outputGroupSettings.archiveGroupSettings ?? []).length > 0);
  if (groups.length === 0 || hls.length + archives.length < groups.length)
    throw notSupported(`${path}.outputGroups`, "must have at least one group, and only HLS and archive groups");
  if (hls.length > 1 || archives.length > 1)
    throw notSupported(
      `${path}.outputGroups`,
      "has several groups of the same type; the local engine supports one HLS and one archive group",
    );
  refuseSameNames(groups);

  const names = new Map<string, string>();
  const hlsOutputs = hls.flatMap((group) => group.outputs ?? []);
  const archiveOutputs = archives.flatMap((group) => group.outputs ?? []);
  for (const out of hlsOutputs) {
    const video = out.videoDescriptionName;
    if (names.has(video)) throw notSupported(`${path}.outputGroups`, `packages the video description "${video}" twice`);
    names.set(video, renditionName(out));
  }
  if (archiveOutputs.length > 1) throw notSupported(`${path}.outputGroups`, "has more than one archive output");
  const [archiveOutput] = archiveOutputs;
  const archived = archiveOutput?.videoDescriptionName;
  if (archived !== undefined && !names.has(archived)) names.set(archived, archived);

  const descriptions = settings.videoDescriptions ?? [];
  for (const name of names.keys())
    if (!descriptions.some((description) => description.name === name))
      throw notSupported(`${path}.videoDescriptions`, `must include "${name}", which an output uses`);
  const renditions = descriptions
    .flatMap((description, i) => {
      const name = names.get(description.name);
      if (name === undefined) return [];
      return [{ description: description.name, ...rendition(description, name, `${path}.videoDescriptions[${i}]`) }];
    })
    .sort((a, b) => b.settings.height - a.settings.height);
  const [first] = renditions;
  if (first === undefined) throw notSupported(`${path}.videoDescriptions`, "must include one that an output uses");
  if (
    renditions.some(
      ({ gopSeconds, frameRate }) =>
        gopSeconds !== first.gopSeconds ||
        frameRate?.num !== first.frameRate?.num ||
        frameRate?.den !== first.frameRate?.den,
    )
  )
    throw notSupported(
      `${path}.videoDescriptions`,
      "must share one frame rate and GOP size, so that players can switch between renditions",
    );
  const archiveGroup = archives[0]?.outputGroupSettings.archiveGroupSettings?.[0];
  const archiveSettings = archiveOutput?.outputSettings?.archiveOutputSettings;
  const hlsGroup = hls[0]?.outputGroupSettings.hlsGroupSettings;
  return {
    live: {
      renditions: renditions.map(({ settings: rung }) => rung),
      audioBitrate: audioBitrate(settings, [...hlsOutputs, ...archiveOutputs]),
      gopSeconds: first.gopSeconds,
      ...(first.frameRate === undefined ? {} : { frameRate: first.frameRate }),
      packaged: renditions
        .filter(({ description }) => hlsOutputs.some((out) => out.videoDescriptionName === description))
        .map(({ settings: rung }) => rung.name),
      ...(archived === undefined || archiveGroup === undefined
        ? {}
        : {
            archive: { rendition: names.get(archived)!, rolloverSeconds: archiveGroup.rolloverInterval ?? 300 },
          }),
    },
    ...(hlsGroup === undefined ? {} : { packageDestination: hlsGroup.destination.destinationRefId }),
    ...(archiveGroup === undefined || archiveOutput === undefined
      ? {}
      : {
          archive: {
            destination: archiveGroup.destination.destinationRefId,
            nameModifier: archiveSettings?.nameModifier ?? "",
            extension: archiveSettings?.extension ?? "ts",
          },
        }),
  };
}

/** MediaLive rejects two outputs of a group that would write the same files. */
function refuseSameNames(groups: readonly OutputGroup[]): void {
  for (const { name, outputs = [] } of groups) {
    const modifiers = outputs.map(
      ({ outputSettings: kinds }) =>
        kinds?.hlsOutputSettings?.nameModifier ?? kinds?.archiveOutputSettings?.nameModifier ?? "",
    );
    const twice = modifiers.find((modifier, i) => modifiers.indexOf(modifier) !== i);
    if (twice !== undefined)
      throw notSupported(
        "encoderSettings.outputGroups",
        `has two outputs with the name modifier "${twice}"; give each its own`,
      );
    if (modifiers.length === 0)
      throw notSupported("encoderSettings.outputGroups", `has a group "${name ?? ""}" without outputs`);
  }
}

/** A rendition is named after its files' modifier (`_720p`), which is part of URLs. */
function renditionName(out: Output): string {
  const modifier = out.outputSettings?.hlsOutputSettings?.nameModifier ?? out.outputName ?? "";
  const name = modifier.replace(/^[_-]+/, "");
  if (!/^[A-Za-z0-9][A-Za-z0-9-]*$/.test(name))
    throw notSupported(
      "encoderSettings.outputGroups",
      `has an output with the name modifier "${modifier}"; use letters, digits and "-"`,
    );
  return name;
}

const profiles = { BASELINE: "baseline", MAIN: "main", HIGH: "high" } as const;

/** x264's lookahead in frames; the default of `veryfast` is 10. */
const lookaheads = { LOW: 0, MEDIUM: 5, HIGH: 10 } as const;

function rendition(
  { width, height, codecSettings: { h264Settings: codec } }: VideoDescription,
  name: string,
  path: string,
): { settings: RenditionSettings; gopSeconds: number; frameRate?: { num: number; den: number } } {
  const codecPath = `${path}.codecSettings.h264Settings`;
  const required = (member: "bitrate" | "maxBitrate" | "framerateNumerator"): number => {
    const value = codec[member];
    if (value === undefined) throw notSupported(`${codecPath}.${member}`, "is required");
    return value;
  };
  const qvbr = codec.rateControlMode === "QVBR";
  const frameRate =
    codec.framerateControl === "SPECIFIED"
      ? { num: required("framerateNumerator"), den: codec.framerateDenominator ?? 1 }
      : undefined;
  if (codec.gopSizeUnits !== "SECONDS" && frameRate === undefined)
    throw notSupported(`${codecPath}.gopSize`, "in frames needs a specified frame rate");
  return {
    settings: {
      name,
      width,
      height,
      bitrate: required(qvbr ? "maxBitrate" : "bitrate"),
      ...(codec.bufSize === undefined ? {} : { bufferSize: codec.bufSize }),
      // Maps levels 1 to 10 to x264's CRF: 8, which AWS recommends for 720p and above, becomes x264's default of 23.
      lookahead: lookaheads[codec.lookAheadRateControl ?? "MEDIUM"],
      ...(qvbr ? { quality: 39 - 2 * (codec.qvbrQualityLevel ?? 8) } : {}),
      profile: profiles[codec.profile ?? "MAIN"],
      timecode: codec.timecodeInsertion === "PIC_TIMING_SEI",
    },
    gopSeconds:
      codec.gopSizeUnits === "SECONDS" || frameRate === undefined
        ? codec.gopSize
        : (codec.gopSize * frameRate.den) / frameRate.num,
    ...(frameRate === undefined ? {} : { frameRate }),
  };
}

/** The bit rate of the audio track that all outputs share; 0 if no output has audio. */
function audioBitrate(settings: EncoderSettings, outputs: readonly Output[]): number {
  const names = new Set(outputs.flatMap((out) => out.audioDescriptionNames ?? []));
  if (names.size === 0) return 0;
  if (names.size > 1 || outputs.some((out) => out.audioDescriptionNames?.length !== 1))
    throw notSupported("encoderSettings.outputGroups", "must give every output the same single audio description");
  const [name] = names;
  const description = settings.audioDescriptions?.find((candidate) => candidate.name === name);
  if (description === undefined)
    throw notSupported("encoderSettings.audioDescriptions", `must include "${name ?? ""}", which an output uses`);
  return description.codecSettings?.aacSettings?.bitrate ?? 128_000;
}
