import { list, pick, repeated, text, texts } from "../support/read.ts";
import { ofType } from "../support/lookup.ts";
import type { Resource, Stack } from "../support/stacks.ts";

/** What MediaLive refuses of inputs and channels although its model allows it. */
export function channelProblems(stack: Stack): string[] {
  return ofType(stack, "aws:medialive/channel:Channel").flatMap((channel) => {
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
  return channel.inputs["channelClass"] === "STANDARD" ? 2 : 1;
}

/**
 * Output groups refer to destinations that exist; each has a URL for each pipeline, and no two pipelines write to one
 * place.
 * https://docs.aws.amazon.com/medialive/latest/ug/hls-destinations.html
 */
function destinationProblems(channel: Resource): string[] {
  const destinations = list(channel.inputs["destinations"]);
  const ids = destinations.map((destination) => text(pick(destination, "id")));
  const urls = destinations.map((destination) =>
    list(pick(destination, "settings")).map((setting) => text(pick(setting, "url"))),
  );
  const used = groupsOf(channel)
    .flatMap((group) =>
      Object.values(Object(pick(group, "outputGroupSettings")) as Record<string, unknown>).flatMap(list),
    )
    .map((settings) => text(pick(settings, "destination", "destinationRefId")));
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
      .filter((url) => !/^(s3ssl|s3|https):\/\/[^/\s]+\/\S*[^/\s]$/.test(url))
      .map((url) => `${url} is no destination with a base name`),
  ];
}

/**
 * Outputs use encodes that exist and are named once, encodes use audio selectors of the input; each encode is used.
 * https://docs.aws.amazon.com/medialive/latest/ug/creating-a-channel-step6.html
 */
function encodeProblems(channel: Resource): string[] {
  const settings = channel.inputs["encoderSettings"];
  const videos = list(pick(settings, "videoDescriptions")).map((video) => text(pick(video, "name")));
  const audios = list(pick(settings, "audioDescriptions")).map((audio) => text(pick(audio, "name")));
  const outputs = groupsOf(channel).flatMap((group) => list(pick(group, "outputs")));
  const usedVideos = outputs.map((output) => text(pick(output, "videoDescriptionName")));
  const usedAudios = outputs.flatMap((output) => texts(pick(output, "audioDescriptionNames")));
  const selectors = list(channel.inputs["inputAttachments"]).flatMap((attachment) =>
    list(pick(attachment, "inputSettings", "audioSelectors")).map((selector) => text(pick(selector, "name"))),
  );
  const wanted = list(pick(settings, "audioDescriptions")).map((audio) => text(pick(audio, "audioSelectorName")));
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
    list(pick(group, "outputs")).map((output) => text(pick(output, "outputName"))),
  );
  const modifiers = groups.flatMap((group) =>
    repeated(
      list(pick(group, "outputs")).map((output) =>
        text(pick(output, "outputSettings", "hlsOutputSettings", "nameModifier")),
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
    const settings = pick(group, "outputGroupSettings");
    return [
      pick(settings, "hlsGroupSettings", "segmentLength"),
      ...list(pick(settings, "archiveGroupSettings")).map((archive) => pick(archive, "rolloverInterval")),
    ].filter((length) => typeof length === "number");
  });
  return list(pick(channel.inputs["encoderSettings"], "videoDescriptions")).flatMap((video) => {
    const h264 = pick(video, "codecSettings", "h264Settings");
    const name = text(pick(video, "name"));
    const gop = Number(pick(h264, "gopSize"));
    const frames = (gop * Number(pick(h264, "framerateNumerator"))) / Number(pick(h264, "framerateDenominator"));
    return [
      ...(pick(h264, "gopSizeUnits") === "SECONDS" && Number.isInteger(frames)
        ? []
        : [`a GOP of ${name} has ${frames} frames`]),
      ...lengths
        .filter((length) => length % gop !== 0)
        .map((length) => `${length} s don't hold whole GOPs of ${gop} s of ${name}`),
      ...(pick(h264, "gopClosedCadence") === 1 ? [] : [`the GOPs of ${name} are not closed`]),
      ...(pick(h264, "rateControlMode") === "QVBR" && typeof pick(h264, "maxBitrate") !== "number"
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
  return list(pick(channel.inputs["encoderSettings"], "videoDescriptions")).flatMap((video) => {
    const h264 = pick(video, "codecSettings", "h264Settings");
    const given =
      [pick(video, "width"), pick(video, "height")].every((length) => typeof length === "number" && length % 2 === 0) &&
      pick(h264, "parControl") === "SPECIFIED" &&
      pick(h264, "framerateControl") === "SPECIFIED";
    return given
      ? []
      : [
          `${text(pick(video, "name"))} takes its size, aspect or frame rate from the source, which ` +
            "MediaPackage cannot",
        ];
  });
}

/**
 * A push input is guarded and has an address for each pipeline of its channel, named APPLICATION/INSTANCE.
 * https://docs.aws.amazon.com/medialive/latest/ug/input-create-rtmp-push.html
 */
function inputProblems(stack: Stack, channel: Resource): string[] {
  const arns = list(channel.inputs["inputAttachments"]).map((attachment) => text(pick(attachment, "inputId")));
  const inputs = ofType(stack, "aws:medialive/input:Input").filter(({ outputs }) =>
    arns.includes(text(outputs["arn"]).split(":").at(-1) ?? ""),
  );
  if (inputs.length !== arns.length) return ["attaches an input that is not of this stack"];
  return inputs
    .filter(({ inputs: input }) => input["type"] === "RTMP_PUSH")
    .flatMap(({ name, inputs: input }) => {
      const streams = list(input["destinations"]).map((destination) => text(pick(destination, "streamName")));
      const inVpc = input["vpc"] !== undefined;
      return [
        ...(streams.length === pipelines(channel)
          ? []
          : [`its input ${name} has ${streams.length} address(es) for ${pipelines(channel)} pipeline(s)`]),
        ...(list(input["inputSecurityGroups"]).length === (inVpc ? 0 : 1)
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
  return list(pick(channel.inputs["encoderSettings"], "outputGroups"));
}
