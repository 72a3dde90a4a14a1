import type { Converted } from "../../catalogue/index.ts";
import type { Rendition } from "../../domain/model.ts";
import { EventError, type Fields } from "../runtime/event.ts";

/**
 * What a COMPLETE event says of the conversion: the MP4's duration, and the renditions of the HLS group.
 * `planned` fills in what the service leaves out: not every group's event carries bitrates.
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/ev_status_complete.html
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
  const durations = outputs
    .filter(
      ({ type, output }) =>
        type === "FILE_GROUP" && output.texts("outputFilePaths").some((path) => path.endsWith(".mp4")),
    )
    .map(({ output }) => output.number("durationInMs"));
  const durationMs = durations[0];
  if (durationMs === undefined || durationMs <= 0) throw new EventError(`${detail.path} has no MP4 with a duration`);
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
  const video = output.fields("videoDetails");
  const width = video.number("widthInPx");
  const height = video.number("heightInPx");
  const measured = video.optionalNumber("averageBitrate");
  const expected = planned.find((rendition) => rendition.name === name)?.bitrate;
  // 2.7 bits a pixel: what the default ladder spends on 720p.
  const bitrate = (measured !== undefined && measured > 0 ? measured : expected) ?? width * height * 2.7;
  return [{ name, width, height, bitrate: Math.round(bitrate) }];
}
