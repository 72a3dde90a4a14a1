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
  /** Id of the destination for the packaged renditions; undefined without a CMAF ingest group. */
  packageDestination?: string;
  /** Where recordings go; undefined without an archive group. */
  archive?: { destination: string; nameModifier: string; extension: string };
}

/**
 * Translates a channel's `EncoderSettings`. Throws for a setting that would change the result on AWS but has no effect
 * here, and for settings that MediaLive would reject: unknown descriptions, outputs of the same name, missing values.
 */
export function readEncoderSettings(value: unknown): ChannelSettings {
  const path = "EncoderSettings";
  const settings = checkSettings(EncoderSettingsSchema, value, path);
  const groups = settings.OutputGroups ?? [];
  const cmaf = groups.filter((group) => group.OutputGroupSettings.CmafIngestGroupSettings !== undefined);
  const archives = groups.filter((group) => group.OutputGroupSettings.ArchiveGroupSettings !== undefined);
  if (groups.length === 0 || cmaf.length + archives.length < groups.length)
    throw notSupported(`${path}.OutputGroups`, "must have at least one group, and only CMAF ingest and archive groups");
  if (cmaf.length > 1 || archives.length > 1)
    throw notSupported(
      `${path}.OutputGroups`,
      "has several groups of the same type; the local engine supports one CMAF ingest and one archive group",
    );
  refuseSameNames(groups);

  const cmafOutputs = cmaf.flatMap((group) => group.Outputs ?? []);
  const archiveOutputs = archives.flatMap((group) => group.Outputs ?? []);
  // https://docs.aws.amazon.com/medialive/latest/ug/encode-rules.html
  if (cmafOutputs.some((out) => (out.VideoDescriptionName === undefined) === (namesOfSound(out).length === 0)))
    throw notSupported(`${path}.OutputGroups`, "has a CMAF ingest output that is not one video or one audio track");
  const names = new Map<string, string>();
  for (const out of cmafOutputs) {
    const video = out.VideoDescriptionName;
    if (video === undefined) continue;
    if (names.has(video)) throw notSupported(`${path}.OutputGroups`, `packages the video description "${video}" twice`);
    names.set(video, renditionName(out));
  }
  const packaged = new Set(names.keys());
  if (archiveOutputs.length > 1) throw notSupported(`${path}.OutputGroups`, "has more than one archive output");
  const [archiveOutput] = archiveOutputs;
  const archived = archiveOutput?.VideoDescriptionName;
  if (archiveOutput !== undefined && archived === undefined)
    throw notSupported(`${path}.OutputGroups`, "has an archive output without a video description");
  if (archived !== undefined && !names.has(archived)) names.set(archived, archived);

  const descriptions = settings.VideoDescriptions ?? [];
  for (const name of names.keys())
    if (!descriptions.some((description) => description.Name === name))
      throw notSupported(`${path}.VideoDescriptions`, `must include "${name}", which an output uses`);
  const renditions = descriptions
    .flatMap((description, i) => {
      const name = names.get(description.Name);
      if (name === undefined) return [];
      return [{ description: description.Name, ...rendition(description, name, `${path}.VideoDescriptions[${i}]`) }];
    })
    .sort((a, b) => b.settings.height - a.settings.height);
  const [first] = renditions;
  if (first === undefined) throw notSupported(`${path}.VideoDescriptions`, "must include one that an output uses");
  if (
    renditions.some(
      ({ gopSeconds, frameRate }) =>
        gopSeconds !== first.gopSeconds ||
        frameRate?.num !== first.frameRate?.num ||
        frameRate?.den !== first.frameRate?.den,
    )
  )
    throw notSupported(
      `${path}.VideoDescriptions`,
      "must share one frame rate and GOP size, so that players can switch between renditions",
    );
  const archiveGroup = archives[0]?.OutputGroupSettings.ArchiveGroupSettings;
  const archiveSettings = archiveOutput?.OutputSettings?.ArchiveOutputSettings;
  const cmafGroup = cmaf[0]?.OutputGroupSettings.CmafIngestGroupSettings;
  return {
    live: {
      renditions: renditions.map(({ settings: rung }) => rung),
      audioBitrate: audioBitrate(settings, groups),
      gopSeconds: first.gopSeconds,
      ...(first.frameRate === undefined ? {} : { frameRate: first.frameRate }),
      packaged: renditions.filter(({ description }) => packaged.has(description)).map(({ settings: { name } }) => name),
      ...(archived === undefined || archiveGroup === undefined
        ? {}
        : {
            archive: { rendition: names.get(archived)!, rolloverSeconds: archiveGroup.RolloverInterval ?? 300 },
          }),
    },
    ...(cmafGroup === undefined ? {} : { packageDestination: cmafGroup.Destination.DestinationRefId }),
    ...(archiveGroup === undefined || archiveOutput === undefined
      ? {}
      : {
          archive: {
            destination: archiveGroup.Destination.DestinationRefId,
            nameModifier: archiveSettings?.NameModifier ?? "",
            extension: archiveSettings?.Extension ?? "ts",
          },
        }),
  };
}

/** MediaLive rejects two outputs of a group that would write the same files. */
function refuseSameNames(groups: readonly OutputGroup[]): void {
  for (const { Name: name, Outputs: outputs = [] } of groups) {
    const modifiers = outputs.map(
      ({ OutputSettings: kinds }) =>
        kinds?.CmafIngestOutputSettings?.NameModifier ?? kinds?.ArchiveOutputSettings?.NameModifier ?? "",
    );
    const twice = modifiers.find((modifier, i) => modifiers.indexOf(modifier) !== i);
    if (twice !== undefined)
      throw notSupported(
        "EncoderSettings.OutputGroups",
        `has two outputs with the name modifier "${twice}"; give each its own`,
      );
    if (modifiers.length === 0)
      throw notSupported("EncoderSettings.OutputGroups", `has a group "${name ?? ""}" without outputs`);
  }
}

/** A rendition is named after its files' modifier (`_720p`), which is part of URLs. */
function renditionName(out: Output): string {
  const modifier = out.OutputSettings?.CmafIngestOutputSettings?.NameModifier ?? out.OutputName ?? "";
  const name = modifier.replace(/^[_-]+/, "");
  if (!/^[A-Za-z0-9][A-Za-z0-9-]*$/.test(name))
    throw notSupported(
      "EncoderSettings.OutputGroups",
      `has an output with the name modifier "${modifier}"; use letters, digits and "-"`,
    );
  return name;
}

const profiles = { BASELINE: "baseline", MAIN: "main", HIGH: "high" } as const;

/** x264's lookahead in frames; the default of `veryfast` is 10. */
const lookaheads = { LOW: 0, MEDIUM: 5, HIGH: 10 } as const;

function rendition(
  { Width: width, Height: height, CodecSettings: { H264Settings: codec } }: VideoDescription,
  name: string,
  path: string,
): { settings: RenditionSettings; gopSeconds: number; frameRate?: { num: number; den: number } } {
  const codecPath = `${path}.CodecSettings.H264Settings`;
  const required = (member: "Bitrate" | "MaxBitrate" | "FramerateNumerator"): number => {
    const value = codec[member];
    if (value === undefined) throw notSupported(`${codecPath}.${member}`, "is required");
    return value;
  };
  const qvbr = codec.RateControlMode === "QVBR";
  const frameRate =
    codec.FramerateControl === "SPECIFIED"
      ? { num: required("FramerateNumerator"), den: codec.FramerateDenominator ?? 1 }
      : undefined;
  if (codec.GopSizeUnits !== "SECONDS" && frameRate === undefined)
    throw notSupported(`${codecPath}.GopSize`, "in frames needs a specified frame rate");
  return {
    settings: {
      name,
      width,
      height,
      bitrate: required(qvbr ? "MaxBitrate" : "Bitrate"),
      ...(codec.BufSize === undefined ? {} : { bufferSize: codec.BufSize }),
      // Maps levels 1 to 10 to x264's CRF: 8, which AWS recommends for 720p and above, becomes x264's default of 23.
      lookahead: lookaheads[codec.LookAheadRateControl ?? "MEDIUM"],
      ...(qvbr ? { quality: 39 - 2 * (codec.QvbrQualityLevel ?? 8) } : {}),
      profile: profiles[codec.Profile ?? "MAIN"],
      timecode: codec.TimecodeInsertion === "PIC_TIMING_SEI",
    },
    gopSeconds:
      codec.GopSizeUnits === "SECONDS" || frameRate === undefined
        ? codec.GopSize
        : (codec.GopSize * frameRate.den) / frameRate.num,
    ...(frameRate === undefined ? {} : { frameRate }),
  };
}

/** The bit rate of the audio track that all output groups share; 0 if none has audio. */
function audioBitrate(settings: EncoderSettings, groups: readonly OutputGroup[]): number {
  const ofGroups = groups.map(({ Outputs: outputs = [] }) => outputs.flatMap(namesOfSound));
  const names = new Set(ofGroups.flat());
  if (names.size === 0) return 0;
  if (names.size > 1 || ofGroups.some((group) => group.length !== 1))
    throw notSupported("EncoderSettings.OutputGroups", "must give every group the same single audio description");
  const [name] = names;
  const description = settings.AudioDescriptions?.find((candidate) => candidate.Name === name);
  if (description === undefined)
    throw notSupported("EncoderSettings.AudioDescriptions", `must include "${name ?? ""}", which an output uses`);
  return description.CodecSettings?.AacSettings?.Bitrate ?? 128_000;
}

function namesOfSound({ AudioDescriptionNames: names = [] }: Output): readonly string[] {
  return names;
}
