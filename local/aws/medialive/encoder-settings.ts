import type { Properties } from "../../engine/provider.ts";
import type { LiveSettings, RenditionSettings } from "../../media/live/settings.ts";
import { maybeNumber, maybeText, text, texts } from "../support/inputs.ts";
import { anyValue, items, listAt, members, notSupported, objectAt, oneOf, refuseUnknown } from "./known-settings.ts";

/** A channel's encoder settings as the local encoder takes them, and where its two outputs go. */
export interface ChannelSettings {
  live: LiveSettings;
  /** Id of the destination that takes the packaged renditions; undefined without an HLS group. */
  packageDestination?: string;
  /** Where recordings go; undefined without an archive group. */
  archive?: { destination: string; nameModifier: string; extension: string };
}

const destination = members({ destinationRefId: anyValue });

const aac = members({
  bitrate: anyValue,
  codingMode: oneOf("CODING_MODE_2_0"),
  inputType: oneOf("NORMAL"),
  profile: oneOf("LC"),
  rateControlMode: anyValue,
  rawFormat: oneOf("NONE"),
  sampleRate: oneOf(48_000),
  spec: anyValue,
  vbrQuality: anyValue,
});

/**
 * How the encoder decides and what it signals may differ from AWS's; what a viewer or the pipeline would notice may
 * not.
 */
const h264 = members({
  adaptiveQuantization: anyValue,
  bitrate: anyValue,
  bufFillPct: anyValue,
  bufSize: anyValue,
  colorMetadata: anyValue,
  entropyEncoding: anyValue,
  flickerAq: anyValue,
  framerateControl: oneOf("SPECIFIED", "INITIALIZE_FROM_SOURCE"),
  framerateDenominator: anyValue,
  framerateNumerator: anyValue,
  gopBReference: anyValue,
  gopClosedCadence: oneOf(1),
  gopNumBFrames: anyValue,
  gopSize: anyValue,
  gopSizeUnits: oneOf("SECONDS", "FRAMES"),
  level: anyValue,
  lookAheadRateControl: oneOf("LOW", "MEDIUM", "HIGH"),
  maxBitrate: anyValue,
  minIInterval: anyValue,
  numRefFrames: anyValue,
  parControl: anyValue,
  parDenominator: oneOf(1),
  parNumerator: oneOf(1),
  profile: oneOf("BASELINE", "MAIN", "HIGH"),
  qualityLevel: anyValue,
  qvbrQualityLevel: anyValue,
  rateControlMode: oneOf("CBR", "VBR", "QVBR"),
  scanType: oneOf("PROGRESSIVE"),
  sceneChangeDetect: oneOf("DISABLED"),
  softness: anyValue,
  spatialAq: anyValue,
  subgopLength: anyValue,
  syntax: anyValue,
  temporalAq: anyValue,
  timecodeInsertion: oneOf("DISABLED"),
});

const output = members({
  outputName: anyValue,
  videoDescriptionName: anyValue,
  audioDescriptionNames: anyValue,
  outputSettings: members({
    hlsOutputSettings: members({
      nameModifier: anyValue,
      segmentModifier: anyValue,
      h264PackagingType: anyValue,
      hlsSettings: members({ standardHlsSettings: members({ audioRenditionSets: anyValue, m3u8Settings: anyValue }) }),
    }),
    archiveOutputSettings: members({
      nameModifier: anyValue,
      extension: anyValue,
      containerSettings: members({ m2tsSettings: anyValue }),
    }),
  }),
});

const known = members({
  timecodeConfig: members({ source: anyValue, syncThreshold: anyValue }),
  audioDescriptions: items(
    members({ name: anyValue, audioSelectorName: anyValue, codecSettings: members({ aacSettings: aac }) }),
  ),
  videoDescriptions: items(
    members({
      name: anyValue,
      width: anyValue,
      height: anyValue,
      respondToAfd: oneOf("NONE"),
      scalingBehavior: oneOf("DEFAULT"),
      sharpness: anyValue,
      codecSettings: members({ h264Settings: h264 }),
    }),
  ),
  outputGroups: items(
    members({
      name: anyValue,
      outputs: items(output),
      outputGroupSettings: members({
        // How files are put to an HTTP server; the packager takes fragments as they are made.
        hlsGroupSettings: members({
          destination,
          hlsCdnSettings: anyValue,
          mode: oneOf("LIVE"),
          outputSelection: anyValue,
          segmentLength: anyValue,
          indexNSegments: anyValue,
          keepSegments: anyValue,
          programDateTime: anyValue,
          programDateTimePeriod: anyValue,
          inputLossAction: oneOf("PAUSE_OUTPUT", "EMIT_OUTPUT"),
          tsFileMode: anyValue,
          manifestDurationFormat: anyValue,
          streamInfResolution: anyValue,
          codecSpecification: anyValue,
          minSegmentLength: anyValue,
        }),
        archiveGroupSettings: items(members({ destination, rolloverInterval: anyValue, archiveCdnSettings: anyValue })),
      }),
    }),
  ),
});

/**
 * Understands a channel's `encoderSettings`. Throws for a setting that would change the result on AWS and has no effect
 * here, and for what MediaLive would reject: unknown descriptions, outputs of the same name, missing values.
 */
export function readEncoderSettings(settings: Properties): ChannelSettings {
  const path = "encoderSettings";
  refuseUnknown(settings, known, path);
  const groups = listAt(settings, "outputGroups");
  const hls = groups.filter((group) => objectAt(group, "outputGroupSettings")["hlsGroupSettings"] !== undefined);
  const archives = groups.filter(
    (group) => listAt(objectAt(group, "outputGroupSettings"), "archiveGroupSettings").length > 0,
  );
  if (groups.length === 0 || hls.length + archives.length < groups.length)
    throw notSupported(`${path}.outputGroups`, "must have HLS and archive groups only, and at least one");
  if (hls.length > 1 || archives.length > 1)
    throw notSupported(
      `${path}.outputGroups`,
      "has more than one group of a kind; the local engine runs one HLS and one archive group",
    );
  refuseSameNames(groups);

  const names = new Map<string, string>();
  const hlsOutputs = hls.flatMap((group) => listAt(group, "outputs"));
  const archiveOutputs = archives.flatMap((group) => listAt(group, "outputs"));
  for (const out of hlsOutputs) {
    const video = text(out, "videoDescriptionName");
    if (names.has(video)) throw notSupported(`${path}.outputGroups`, `packages the video description "${video}" twice`);
    names.set(video, renditionName(out));
  }
  if (archiveOutputs.length > 1) throw notSupported(`${path}.outputGroups`, "has more than one archive output");
  const [archiveOutput] = archiveOutputs;
  const archived = archiveOutput === undefined ? undefined : text(archiveOutput, "videoDescriptionName");
  if (archived !== undefined && !names.has(archived)) names.set(archived, archived);

  const descriptions = listAt(settings, "videoDescriptions");
  for (const name of names.keys())
    if (!descriptions.some((description) => description["name"] === name))
      throw notSupported(`${path}.videoDescriptions`, `has none named "${name}", which an output uses`);
  const used = descriptions.filter((description) => names.has(text(description, "name")));
  const renditions = used
    .map((description, i) => ({
      description: text(description, "name"),
      ...rendition(description, names.get(text(description, "name"))!, `${path}.videoDescriptions[${i}]`),
    }))
    .sort((a, b) => b.settings.height - a.settings.height);
  const [first] = renditions;
  if (first === undefined) throw notSupported(`${path}.videoDescriptions`, "has none that an output uses");
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
      "must share one frame rate and GOP size, so that viewers can change between them",
    );
  const nameOf = (description: string): string => names.get(description)!;
  const archiveGroup = archives.flatMap((group) =>
    listAt(objectAt(group, "outputGroupSettings"), "archiveGroupSettings"),
  )[0];
  const archiveSettings =
    archiveOutput === undefined ? {} : objectAt(objectAt(archiveOutput, "outputSettings"), "archiveOutputSettings");
  return {
    live: {
      renditions: renditions.map(({ settings: rung }) => rung),
      audioBitrate: audioBitrate(settings, [...hlsOutputs, ...archiveOutputs]),
      gopSeconds: first.gopSeconds,
      ...(first.frameRate === undefined ? {} : { frameRate: first.frameRate }),
      packaged: renditions
        .filter(({ description }) => hlsOutputs.some((out) => out["videoDescriptionName"] === description))
        .map(({ settings: rung }) => rung.name),
      ...(archived === undefined || archiveGroup === undefined
        ? {}
        : {
            archive: {
              rendition: nameOf(archived),
              rolloverSeconds: maybeNumber(archiveGroup, "rolloverInterval") ?? 300,
            },
          }),
    },
    ...(hls[0] === undefined
      ? {}
      : {
          packageDestination: text(
            objectAt(objectAt(objectAt(hls[0], "outputGroupSettings"), "hlsGroupSettings"), "destination"),
            "destinationRefId",
          ),
        }),
    ...(archiveGroup === undefined || archiveOutput === undefined
      ? {}
      : {
          archive: {
            destination: text(objectAt(archiveGroup, "destination"), "destinationRefId"),
            nameModifier: maybeText(archiveSettings, "nameModifier") ?? "",
            extension: maybeText(archiveSettings, "extension") ?? "ts",
          },
        }),
  };
}

/** MediaLive rejects two outputs of a group that would write the same files. */
function refuseSameNames(groups: readonly Properties[]): void {
  for (const group of groups) {
    const modifiers = listAt(group, "outputs").map((out) => {
      const kinds = objectAt(out, "outputSettings");
      return (
        maybeText(
          { ...objectAt(kinds, "archiveOutputSettings"), ...objectAt(kinds, "hlsOutputSettings") },
          "nameModifier",
        ) ?? ""
      );
    });
    const twice = modifiers.find((modifier, i) => modifiers.indexOf(modifier) !== i);
    if (twice !== undefined)
      throw notSupported(
        "encoderSettings.outputGroups",
        `has two outputs with the name modifier "${twice}"; give each its own`,
      );
    if (modifiers.length === 0)
      throw notSupported(
        "encoderSettings.outputGroups",
        `has a group "${maybeText(group, "name") ?? ""}" without outputs`,
      );
  }
}

/** A rendition is named after its files' modifier (`_720p`), which is part of URLs. */
function renditionName(out: Properties): string {
  const modifier =
    maybeText(objectAt(objectAt(out, "outputSettings"), "hlsOutputSettings"), "nameModifier") ??
    maybeText(out, "outputName") ??
    "";
  const name = modifier.replace(/^[_-]+/, "");
  if (!/^[A-Za-z0-9][A-Za-z0-9-]*$/.test(name))
    throw notSupported(
      "encoderSettings.outputGroups",
      `has an output with the name modifier "${modifier}"; use letters, digits and "-"`,
    );
  return name;
}

const profiles = { BASELINE: "baseline", MAIN: "main", HIGH: "high" } as const;

/** Frames, on x264's scale; `veryfast` itself looks 10 ahead. */
const lookaheads = { LOW: 0, MEDIUM: 5, HIGH: 10 } as const;

function rendition(
  description: Properties,
  name: string,
  path: string,
): { settings: RenditionSettings; gopSeconds: number; frameRate?: { num: number; den: number } } {
  const codec = objectAt(objectAt(description, "codecSettings"), "h264Settings");
  const required = (owner: Properties, member: string): number => {
    const value = maybeNumber(owner, member);
    if (value === undefined || value <= 0) throw notSupported(`${path}.${member}`, "must be given, above 0");
    return value;
  };
  const mode = maybeText(codec, "rateControlMode") ?? "CBR";
  const bitrate = mode === "QVBR" ? required(codec, "maxBitrate") : required(codec, "bitrate");
  const bufferSize = maybeNumber(codec, "bufSize");
  const num = maybeNumber(codec, "framerateNumerator");
  const frameRate =
    codec["framerateControl"] === "SPECIFIED"
      ? { num: num ?? required(codec, "framerateNumerator"), den: maybeNumber(codec, "framerateDenominator") ?? 1 }
      : undefined;
  const gop = required(codec, "gopSize");
  if (codec["gopSizeUnits"] !== "SECONDS" && frameRate === undefined)
    throw notSupported(`${path}.gopSize`, "in frames needs a specified frame rate");
  return {
    settings: {
      name,
      width: required(description, "width"),
      height: required(description, "height"),
      bitrate,
      ...(bufferSize === undefined ? {} : { bufferSize }),
      // MediaLive's levels 1..10 on x264's scale: 8, which AWS advises for 720p and more, is x264's own default of 23.
      lookahead: lookaheads[(maybeText(codec, "lookAheadRateControl") ?? "MEDIUM") as keyof typeof lookaheads],
      ...(mode === "QVBR" ? { quality: 39 - 2 * (maybeNumber(codec, "qvbrQualityLevel") ?? 8) } : {}),
      profile: profiles[(maybeText(codec, "profile") ?? "MAIN") as keyof typeof profiles],
    },
    gopSeconds:
      codec["gopSizeUnits"] === "SECONDS" || frameRate === undefined ? gop : (gop * frameRate.den) / frameRate.num,
    ...(frameRate === undefined ? {} : { frameRate }),
  };
}

/** The bit rate of the one sound track that all outputs share; 0 where none has sound. */
function audioBitrate(settings: Properties, outputs: readonly Properties[]): number {
  const names = new Set(outputs.flatMap((out) => texts(out, "audioDescriptionNames")));
  if (names.size === 0) return 0;
  if (names.size > 1 || outputs.some((out) => texts(out, "audioDescriptionNames").length !== 1))
    throw notSupported("encoderSettings.outputGroups", "must give every output the same one audio description");
  const [name] = names;
  const description = listAt(settings, "audioDescriptions").find((candidate) => candidate["name"] === name);
  if (description === undefined)
    throw notSupported("encoderSettings.audioDescriptions", `has none named "${name ?? ""}", which an output uses`);
  return maybeNumber(objectAt(objectAt(description, "codecSettings"), "aacSettings"), "bitrate") ?? 128_000;
}
