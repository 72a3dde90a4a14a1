import type { IndexedSegment, PeriodRendition } from "./segment-index.ts";

/** One encoding job's part of a presentation. */
export interface DashPeriod {
  token: string;
  /** Wall-clock time of its media time 0, ms since the epoch. */
  startedAt: number;
  /** Highest first. */
  renditions: readonly PeriodRendition[];
  /** In order, with consecutive numbers. */
  segments: readonly IndexedSegment[];
}

export interface DashManifest {
  periods: readonly DashPeriod[];
  segmentSeconds: number;
  windowSeconds: number;
  /** How often players reload the manifest, in seconds. */
  updateSeconds: number;
  /** How far behind live players stay, in seconds. */
  delaySeconds: number;
  /** No more segments follow. */
  ended: boolean;
  /** ms since the epoch. */
  now: number;
  /** Base name of the segments' files. */
  segmentName: string;
}

/** Ticks per second in timelines: fine enough for every frame rate. */
const timescale = 1_000_000;

/**
 * A live media presentation description (ISO/IEC 23009-1). Presentation times are wall-clock times: availability
 * starts at the epoch, and each period at the wall-clock time of its media time 0.
 */
export function dashManifest(manifest: DashManifest): string {
  const { periods, segmentSeconds, windowSeconds, updateSeconds, delaySeconds, ended, now } = manifest;
  const attributes = [
    'xmlns="urn:mpeg:dash:schema:mpd:2011"',
    'profiles="urn:mpeg:dash:profile:isoff-live:2011"',
    'type="dynamic"',
    'availabilityStartTime="1970-01-01T00:00:00Z"',
    `publishTime="${new Date(now).toISOString()}"`,
    ...(ended ? [] : [`minimumUpdatePeriod="${seconds(updateSeconds)}"`]),
    `minBufferTime="${seconds(segmentSeconds)}"`,
    `timeShiftBufferDepth="${seconds(windowSeconds)}"`,
    `suggestedPresentationDelay="${seconds(delaySeconds)}"`,
  ];
  const body = periods.map((period, i) => periodElement(manifest, period, ended && i === periods.length - 1));
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<MPD ${attributes.join(" ")}>`,
    ...body,
    `  <UTCTiming schemeIdUri="urn:mpeg:dash:utc:direct:2014" value="${new Date(now).toISOString()}"/>`,
    "</MPD>",
    "",
  ].join("\n");
}

function periodElement(
  { segmentName }: DashManifest,
  { token, startedAt, renditions, segments }: DashPeriod,
  last: boolean,
): string {
  const end = segments.at(-1);
  const duration = last && end !== undefined ? ` duration="${seconds(end.mediaStart + end.duration)}"` : "";
  const [best] = renditions;
  const template = (rendition: string, kind: string): string =>
    [
      `      <SegmentTemplate timescale="${timescale}" startNumber="${segments[0]?.sequence ?? 0}" ` +
        `initialization="${segmentName}_${rendition}_${token}_init_${kind}.mp4" ` +
        `media="${segmentName}_${rendition}_${token}_$Number$_${kind}.m4s">`,
      `        <SegmentTimeline>${timeline(segments)}</SegmentTimeline>`,
      "      </SegmentTemplate>",
    ].join("\n");
  const codecOf = (rendition: PeriodRendition, prefix: string): string | undefined =>
    rendition.codecs.split(",").find((codec) => codec.startsWith(prefix));
  const audio = best === undefined ? undefined : codecOf(best, "mp4a");
  return [
    `  <Period id="${token}" start="${seconds(startedAt / 1000)}"${duration}>`,
    '    <AdaptationSet id="1" contentType="video" mimeType="video/mp4" segmentAlignment="true" startWithSAP="1">',
    template("$RepresentationID$", "video"),
    ...renditions.map((rendition) => {
      const { name, width, height, bitrate, frameRate } = rendition;
      return (
        `      <Representation id="${name}" bandwidth="${bitrate}" ` +
        `codecs="${codecOf(rendition, "avc1") ?? ""}" width="${width}" height="${height}" ` +
        `frameRate="${fraction(frameRate)}"/>`
      );
    }),
    "    </AdaptationSet>",
    ...(audio === undefined || best === undefined
      ? []
      : [
          '    <AdaptationSet id="2" contentType="audio" mimeType="audio/mp4" ' +
            'segmentAlignment="true" startWithSAP="1">',
          template(best.name, "audio"),
          `      <Representation id="audio" bandwidth="128000" codecs="${audio}" audioSamplingRate="48000"/>`,
          "    </AdaptationSet>",
        ]),
    "  </Period>",
  ].join("\n");
}

/** One element for each run of equally long segments. */
function timeline(segments: readonly IndexedSegment[]): string {
  const runs: { t: number; d: number; r: number }[] = [];
  for (const { mediaStart, duration } of segments) {
    const t = Math.round(mediaStart * timescale);
    // Up to the next segment's start, so that rounding leaves no gaps.
    const d = Math.round((mediaStart + duration) * timescale) - t;
    const run = runs.at(-1);
    if (run !== undefined && Math.abs(run.d - d) <= 1 && Math.abs(run.t + run.d * (run.r + 1) - t) <= run.r + 2)
      run.r += 1;
    else runs.push({ t, d, r: 0 });
  }
  return runs.map(({ t, d, r }) => `<S t="${t}" d="${d}"${r > 0 ? ` r="${r}"` : ""}/>`).join("");
}

function seconds(value: number): string {
  return `PT${Number(value.toFixed(3))}S`;
}

/** 29.97 is 30000/1001. */
function fraction(frameRate: number): string {
  return Number.isInteger(frameRate) ? String(frameRate) : `${Math.round(frameRate * 1001)}/1001`;
}
