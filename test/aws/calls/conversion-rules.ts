import { entries, list, pick, repeated, text, texts } from "../support/read.ts";

/**
 * What MediaConvert refuses of a CreateJob although its model allows it. Names are the wire's, with small first
 * letters.
 */
export function conversionProblems(job: unknown): string[] {
  const groups = list(pick(job, "settings", "outputGroups"));
  return [
    ...namesProblems(groups),
    ...audioProblems(job, groups),
    ...assemblyProblems(job),
    ...groups.flatMap(hlsProblems),
    ...groups.flatMap(codecProblems),
    ...frameCaptureProblems(groups),
    ...requestLimits(job),
  ];
}

/**
 * "When you create multiple outputs in the same output group, Name modifier is required", and no two outputs may write
 * one file.
 * https://docs.aws.amazon.com/mediaconvert/latest/apireference/jobs.html
 */
function namesProblems(groups: readonly unknown[]): string[] {
  const files = groups.flatMap((group) =>
    outputsOf(group).map((output) => {
      const extension = text(pick(output, "extension")) || text(pick(output, "containerSettings", "container"));
      return `${destinationOf(group)}${text(pick(output, "nameModifier"))}.${extension}`;
    }),
  );
  return [
    ...groups
      .filter(
        (group) =>
          outputsOf(group).length > 1 && outputsOf(group).some((output) => text(pick(output, "nameModifier")) === ""),
      )
      .map((group) => `the outputs of group ${nameOf(group)} need name modifiers`),
    ...repeated(files).map((file) => `two outputs write ${file}`),
    ...groups
      .filter((group) => !/^s3:\/\/[^/]+\/.*[^/]$/.test(destinationOf(group)))
      .map((group) => `the destination of group ${nameOf(group)} is not s3://BUCKET/PATH with a base name`),
  ];
}

/**
 * Every output's sound comes from a selector of an input.
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/audio-selectors.html
 */
function audioProblems(job: unknown, groups: readonly unknown[]): string[] {
  const selectors = list(pick(job, "settings", "inputs")).flatMap((input) =>
    entries(pick(input, "audioSelectors")).map(([name]) => name),
  );
  const used = groups
    .flatMap(outputsOf)
    .flatMap((output) => list(pick(output, "audioDescriptions")).map((audio) => text(pick(audio, "audioSourceName"))));
  return [...new Set(used)]
    .filter((name) => !selectors.includes(name))
    .map((name) => `no input has the audio selector "${name}"`);
}

/**
 * A job has at most 150 inputs; clippings are timecodes; crops are even.
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/setting-up-an-assembly-workflow-job.html
 */
function assemblyProblems(job: unknown): string[] {
  const inputs = list(pick(job, "settings", "inputs"));
  const timecodes = inputs
    .flatMap((input) => list(pick(input, "inputClippings")))
    .flatMap((clipping) => [pick(clipping, "startTimecode"), pick(clipping, "endTimecode")])
    .filter((timecode) => timecode !== undefined);
  const lengths = inputs.flatMap((input) =>
    ["x", "y", "width", "height"].map((side) => pick(input, "crop", side)).filter((length) => length !== undefined),
  );
  return [
    ...(inputs.length > 150 ? [`${inputs.length} inputs are more than 150`] : []),
    ...timecodes
      .map(text)
      .filter((timecode) => !/^([01]\d|2[0-4]):[0-5]\d:[0-5]\d[:;]\d\d$/.test(timecode))
      .map((timecode) => `"${timecode}" is no timecode`),
    ...(lengths.some((length) => Number(length) % 2 !== 0) ? ["a crop has an odd side"] : []),
  ];
}

/**
 * With explicit GOPs a segment must hold whole ones, or renditions drift apart.
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/setting-up-abr-outputs.html
 */
function hlsProblems(group: unknown): string[] {
  const hls = pick(group, "outputGroupSettings", "hlsGroupSettings");
  if (hls === undefined) return [];
  const segment = Number(pick(hls, "segmentLength"));
  const wrong = outputsOf(group).filter((output) => {
    const h264 = pick(output, "videoDescription", "codecSettings", "h264Settings");
    return pick(h264, "gopSizeUnits") === "SECONDS" && segment % Number(pick(h264, "gopSize")) !== 0;
  });
  return [
    ...wrong.map(
      (output) => `segments of ${segment} s don't hold whole GOPs of output ${text(pick(output, "nameModifier"))}`,
    ),
    ...outputsOf(group)
      .filter((output) => pick(output, "containerSettings", "container") !== "M3U8")
      .map(() => `an HLS output of group ${nameOf(group)} is not in M3U8`),
  ];
}

/**
 * QVBR needs MaxBitrate; H.264 takes even sizes only; a codec needs its own settings, and passthrough cannot scale.
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/cbr-vbr-qvbr.html
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/video-passthrough.html
 */
function codecProblems(group: unknown): string[] {
  return outputsOf(group).flatMap((output) => {
    const at = `output ${text(pick(output, "nameModifier")) || text(pick(output, "extension"))} of ${nameOf(group)}`;
    const video = pick(output, "videoDescription");
    const codec = pick(video, "codecSettings", "codec");
    const h264 = pick(video, "codecSettings", "h264Settings");
    const size = [pick(video, "width"), pick(video, "height")];
    const problems: string[] = [];
    if (codec === "H_264" && h264 === undefined) problems.push(`${at} has no h264Settings`);
    if (codec === "H_264" && pick(h264, "rateControlMode") === "QVBR" && typeof pick(h264, "maxBitrate") !== "number")
      problems.push(`${at} is QVBR without maxBitrate`);
    if (codec === "H_264" && size.some((length) => Number(length ?? 0) % 2 !== 0))
      problems.push(`${at} has an odd size`);
    if (codec === "PASSTHROUGH" && size.some((length) => length !== undefined))
      problems.push(`${at} passes the picture through and cannot scale it`);
    return problems;
  });
}

/**
 * Frame captures are alone in their output, without sound and container, and only beside another output.
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/file-group-with-frame-capture-output.html
 */
function frameCaptureProblems(groups: readonly unknown[]): string[] {
  const outputs = groups.flatMap(outputsOf);
  const captures = outputs.filter(
    (output) => pick(output, "videoDescription", "codecSettings", "codec") === "FRAME_CAPTURE",
  );
  return [
    ...(captures.length > 0 && captures.length === outputs.length
      ? ["a job needs another output than frame captures"]
      : []),
    ...captures
      .filter(
        (output) =>
          pick(output, "audioDescriptions") !== undefined || pick(output, "containerSettings", "container") !== "RAW",
      )
      .map(() => "a frame capture has sound or a container"),
  ];
}

/** https://docs.aws.amazon.com/general/latest/gr/mediaconvert.html and the API's own sentences on CreateJob. */
function requestLimits(job: unknown): string[] {
  const metadata = entries(pick(job, "userMetadata"));
  return [
    ...(metadata.length > 10 || metadata.some(([key, value]) => key.length > 128 || text(value).length > 256)
      ? ["userMetadata is over 10 entries, or 128 characters a key, or 256 a value"]
      : []),
    ...(text(pick(job, "clientRequestToken")) === ""
      ? ["a job without clientRequestToken is made twice when the call is repeated"]
      : []),
    ...(/^arn:aws:iam::\d{12}:role\/.+$/.test(text(pick(job, "role"))) ? [] : ["role is no role's ARN"]),
    ...texts(list(pick(job, "settings", "inputs")).map((input) => pick(input, "fileInput")))
      .filter((file) => !file.startsWith("s3://"))
      .map((file) => `the input ${file} is not in S3`),
  ];
}

function outputsOf(group: unknown): unknown[] {
  return list(pick(group, "outputs"));
}

function nameOf(group: unknown): string {
  return `"${text(pick(group, "name"))}"`;
}

function destinationOf(group: unknown): string {
  const settings = pick(group, "outputGroupSettings");
  return (
    text(pick(settings, "hlsGroupSettings", "destination")) || text(pick(settings, "fileGroupSettings", "destination"))
  );
}
