import type { Converted } from "../../catalogue/index.ts";
import type { Rendition } from "../../domain/model.ts";
import { EventError, type Fields } from "../runtime/event.ts";

/**
 * What a COMPLETE event says of the conversion: the MP4's duration, and the renditions of the HLS group. `planned`
 * fills in what the service leaves out: AWS's model requires no member of an output's details, an output that was
 * passed through may have no `videoDetails`, and not every group has bitrates. Without a duration of its own, the MP4
 * is as long as the other outputs, which are cut from the same input.
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/ev_status_complete.html
 * https://docs.aws.amazon.com/mediaconvert/latest/apireference/jobs-id.html#jobs-id-model-outputdetail
 * Throws `EventError` when nothing playable came out.
 */
export function conversionResult(detail: Fields, planned: readonly Rendition[]): Converted {
  const groups = detail.list("outputGroupDetails");
  const outputs = groups.flatMap((group) =>
    group.list("outputDetails").map((output) => ({ type: group.text("type"), output })),
  );
  const renditions = outputs
    .filter(({ type }) => type === "HLS_GROUP")
    .flatMap(({ output }) => renditionOf(output, planned));
  const mp4 = outputs.find(
    ({ type, output }) =>
      type === "FILE_GROUP" && output.texts("outputFilePaths").some((path) => path.endsWith(".mp4")),
  )?.output;
  if (mp4 === undefined) throw new EventError(`${detail.path} has no MP4`);
  const durationMs = [mp4, ...outputs.map(({ output }) => output)]
    .map((output) => output.optionalNumber("durationInMs"))
    .find((ms) => ms !== undefined);
  if (durationMs === undefined || durationMs <= 0) throw new EventError(`${detail.path} has no duration`);
  if (renditions.length === 0) throw new EventError(`${detail.path} has no rendition in the HLS group`);
  return {
    durationMs: Math.round(durationMs),
    renditions: renditions.sort((a, b) => b.height - a.height || b.bitrate - a.bitrate),
  };
}

function renditionOf(output: Fields, planned: readonly Rendition[]): Rendition[] {
  const name = output
    .texts("outputFilePaths")
    .map((path) => /\/index_([A-Za-z0-9-]+)\.m3u8$/.exec(path)?.[1])
    .find((match) => match !== undefined);
  if (name === undefined) return [];
  const video = output.optionalFields("videoDetails");
  const expected = planned.find((rendition) => rendition.name === name);
  const width = video?.optionalNumber("widthInPx") ?? expected?.width;
  const height = video?.optionalNumber("heightInPx") ?? expected?.height;
  if (width === undefined || height === undefined) throw new EventError(`${output.path} has no size of its video`);
  const measured = video?.optionalNumber("averageBitrate");
  // 2.7 bits a pixel: what the default ladder spends on 720p.
  const bitrate = (measured !== undefined && measured > 0 ? measured : expected?.bitrate) ?? width * height * 2.7;
  return [{ name, width, height, bitrate: Math.round(bitrate) }];
}
