import { list, pick, repeated, text, texts } from "../support/read.ts";
import { ofType } from "../support/lookup.ts";
import type { Resource, Stack } from "../support/stacks.ts";

/** What MediaLive refuses of inputs and channels although its model allows it. */
export function channelProblems(stack: Stack): string[] {
  return ofType(stack, "AWS::MediaLive::Channel").flatMap((channel) => {
    const rules = [
      destinationProblems,
      encodeProblems,
      outputNameProblems,
      gopProblems,
      packagingProblems,
      (one: Resource) => inputProblems(stack, one),
    ];
    return rules.flatMap((rule) => rule(channel).map((problem) => `channel ${channel.name}: ${problem}`));
  });
}

/** One URL for each pipeline: https://docs.aws.amazon.com/medialive/latest/ug/plan-redundancy.html */
function pipelines(channel: Resource): number {
  return channel.inputs["ChannelClass"] === "STANDARD" ? 2 : 1;
}

/**
 * Output groups refer to destinations that exist; each has a URL for each pipeline, and no two pipelines write to one
 * place.
 * https://docs.aws.amazon.com/medialive/latest/ug/creating-cmafi-output-group.html
 */
function destinationProblems(channel: Resource): string[] {
  const destinations = list(channel.inputs["Destinations"]);
  const ids = destinations.map((destination) => text(pick(destination, "Id")));
  const urls = destinations.map((destination) =>
    list(pick(destination, "Settings")).map((setting) => text(pick(setting, "Url"))),
  );
  const used = groupsOf(channel)
    .flatMap((group) =>
      Object.values(Object(pick(group, "OutputGroupSettings")) as Record<string, unknown>).flatMap(list),
    )
    .map((settings) => text(pick(settings, "Destination", "DestinationRefId")));
  return [
    ...used.filter((id) => !ids.includes(id)).map((id) => `refers to the destination "${id}", which it does not have`),
    ...ids.filter((id) => !used.includes(id)).map((id) => `has the destination "${id}", which no output group uses`),
    ...ids
      .filter((_, index) => urls[index]?.length !== pipelines(channel))
      .map((id) => `the destination "${id}" needs ${pipelines(channel)} URL(s), one for each pipeline`),
    ...repeated(urls.flat()).map((url) => `two pipelines or groups write to ${url}`),
    // https://docs.aws.amazon.com/medialive/latest/ug/valid-characters-s3.html
    ...urls
      .flat()
      .filter((url) => !/^(s3ssl|s3):\/\/[^/\s]+\/\S*[^/\s]$|^https:\/\/[^/\s]+\/\S*\/$/.test(url))
      .map((url) => `${url} is neither an S3 destination with a base name nor a folder of CMAF ingest`),
  ];
}

/**
 * Outputs use encodes that exist and are named once, encodes use audio selectors of the input; each encode is used.
 * https://docs.aws.amazon.com/medialive/latest/ug/creating-a-channel-step6.html
 */
function encodeProblems(channel: Resource): string[] {
  const settings = channel.inputs["EncoderSettings"];
  const videos = list(pick(settings, "VideoDescriptions")).map((video) => text(pick(video, "Name")));
  const audios = list(pick(settings, "AudioDescriptions")).map((audio) => text(pick(audio, "Name")));
  const outputs = groupsOf(channel).flatMap((group) => list(pick(group, "Outputs")));
  const usedVideos = outputs.flatMap((output) => texts(pick(output, "VideoDescriptionName")));
  const usedAudios = outputs.flatMap((output) => texts(pick(output, "AudioDescriptionNames")));
  const selectors = list(channel.inputs["InputAttachments"]).flatMap((attachment) =>
    list(pick(attachment, "InputSettings", "AudioSelectors")).map((selector) => text(pick(selector, "Name"))),
  );
  const wanted = list(pick(settings, "AudioDescriptions")).map((audio) => text(pick(audio, "AudioSelectorName")));
  return [
    ...repeated([...videos, ...audios]).map((name) => `two encodes are named "${name}"`),
    ...[
      ...usedVideos.filter((name) => !videos.includes(name)),
      ...usedAudios.filter((name) => !audios.includes(name)),
    ].map((name) => `an output uses the encode "${name}", which there is not`),
    ...[
      ...videos.filter((name) => !usedVideos.includes(name)),
      ...audios.filter((name) => !usedAudios.includes(name)),
    ].map((name) => `no output uses the encode "${name}"`),
    ...wanted.filter((name) => !selectors.includes(name)).map((name) => `no input has the audio selector "${name}"`),
  ];
}

/**
 * Output names are unique in a channel, name modifiers in a group:
 * https://docs.aws.amazon.com/medialive/latest/ug/hls-output-names.html
 */
function outputNameProblems(channel: Resource): string[] {
  const groups = groupsOf(channel);
  const names = groups.flatMap((group) =>
    list(pick(group, "Outputs")).map((output) => text(pick(output, "OutputName"))),
  );
  const modifiers = groups.flatMap((group) =>
    repeated(
      list(pick(group, "Outputs")).map((output) =>
        text(
          pick(output, "OutputSettings", "CmafIngestOutputSettings", "NameModifier") ??
            pick(output, "OutputSettings", "ArchiveOutputSettings", "NameModifier"),
        ),
      ),
    ),
  );
  return [
    ...repeated(names).map((name) => `two outputs are named "${name}"`),
    ...names.filter((name) => !/^[\w-]{1,255}$/.test(name)).map((name) => `"${name}" is no output name`),
    ...modifiers.map((modifier) => `two outputs of a group have the name modifier "${modifier}"`),
  ];
}

/**
 * Segments and recordings hold whole, closed GOPs, and a GOP whole frames: then all renditions are cut at one time.
 * https://docs.aws.amazon.com/medialive/latest/ug/video-encode-gop.html
 */
function gopProblems(channel: Resource): string[] {
  const lengths = groupsOf(channel).flatMap((group) => {
    const settings = pick(group, "OutputGroupSettings");
    return [
      pick(settings, "CmafIngestGroupSettings", "SegmentLength"),
      pick(settings, "ArchiveGroupSettings", "RolloverInterval"),
    ].filter((length) => typeof length === "number");
  });
  return list(pick(channel.inputs["EncoderSettings"], "VideoDescriptions")).flatMap((video) => {
    const h264 = pick(video, "CodecSettings", "H264Settings");
    const name = text(pick(video, "Name"));
    const gop = Number(pick(h264, "GopSize"));
    const frames = (gop * Number(pick(h264, "FramerateNumerator"))) / Number(pick(h264, "FramerateDenominator"));
    return [
      ...(pick(h264, "GopSizeUnits") === "SECONDS" && Number.isInteger(frames)
        ? []
        : [`a GOP of ${name} has ${frames} frames`]),
      ...lengths
        .filter((length) => length % gop !== 0)
        .map((length) => `${length} s don't hold whole GOPs of ${gop} s of ${name}`),
      ...(pick(h264, "GopClosedCadence") === 1 ? [] : [`the GOPs of ${name} are not closed`]),
      ...(pick(h264, "RateControlMode") === "QVBR" && typeof pick(h264, "MaxBitrate") !== "number"
        ? [`${name} is QVBR without maxBitrate`]
        : []),
    ];
  });
}

/**
 * What MediaPackage needs of encodes: size, aspect and frame rate given, not taken from the source.
 * https://docs.aws.amazon.com/medialive/latest/ug/mediapackage-encode-packaging.html
 */
function packagingProblems(channel: Resource): string[] {
  return list(pick(channel.inputs["EncoderSettings"], "VideoDescriptions")).flatMap((video) => {
    const h264 = pick(video, "CodecSettings", "H264Settings");
    const given =
      [pick(video, "Width"), pick(video, "Height")].every((length) => typeof length === "number" && length % 2 === 0) &&
      pick(h264, "ParControl") === "SPECIFIED" &&
      pick(h264, "FramerateControl") === "SPECIFIED";
    return given
      ? []
      : [
          `${text(pick(video, "Name"))} takes its size, aspect or frame rate from the source, which ` +
            "MediaPackage cannot",
        ];
  });
}

/**
 * A push input is guarded and has an address for each pipeline of its channel, named APPLICATION/INSTANCE.
 * https://docs.aws.amazon.com/medialive/latest/ug/input-create-rtmp-push.html
 */
function inputProblems(stack: Stack, channel: Resource): string[] {
  const ids = list(channel.inputs["InputAttachments"]).map((attachment) => text(pick(attachment, "InputId")));
  const inputs = ofType(stack, "AWS::MediaLive::Input").filter(({ id }) => ids.includes(id));
  if (inputs.length !== ids.length) return ["attaches an input that is not of this stack"];
  return inputs
    .filter(({ inputs: input }) => input["Type"] === "RTMP_PUSH")
    .flatMap(({ name, inputs: input }) => {
      const streams = list(input["Destinations"]).map((destination) => text(pick(destination, "StreamName")));
      const inVpc = input["Vpc"] !== undefined;
      return [
        ...(streams.length === pipelines(channel)
          ? []
          : [`its input ${name} has ${streams.length} address(es) for ${pipelines(channel)} pipeline(s)`]),
        ...(list(input["InputSecurityGroups"]).length === (inVpc ? 0 : 1)
          ? []
          : [
              `its input ${name} needs ` +
                (inVpc ? "no input security group: the VPC's guard it" : "one input security group"),
            ]),
        ...streams
          .filter((stream) => !/^[\w-]+\/[\w-]+$/.test(stream))
          .map(() => `its input ${name} has a stream that is not named APPLICATION/INSTANCE`),
      ];
    });
}

function groupsOf(channel: Resource): unknown[] {
  return list(pick(channel.inputs["EncoderSettings"], "OutputGroups"));
}
