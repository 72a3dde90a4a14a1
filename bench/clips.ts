import type { Figure, Measurement } from "./measurement.ts";
import { mean, percentile } from "./statistics.ts";
import { streamAndWatch, type SeenRecording, type StreamRecord } from "./streaming.ts";

/** Recordings that end in the first minute don't count, as caches are cold. In runs under two minutes, they do. */
const warmAfterMs = 60_000;
/** The most that the mean backlog may grow from the first to the last third of the stream. */
const steadyBacklog = 0.5;

/** Measures the time from a recording's end to its clip during a stream. */
export const clips: Measurement = {
  name: "clips",
  about: "seconds from a recording's end to its clip in GET /clips during the stream, and the backlog",
  async measure(bench) {
    const stream = await streamAndWatch(bench);
    if (stream.failed.length > 0) throw new Error(`Recordings failed: ${stream.failed.join("; ")}`);
    const warmFrom = stream.startedAt + (bench.minutes >= 2 ? warmAfterMs : 0);
    const inTime = stream.recordings.filter(({ endAt }) => endAt < stream.endedAt);
    const inClips = inTime.filter(
      (recording): recording is SeenRecording & { inClipAt: number } => recording.inClipAt !== undefined,
    );
    const delays = inClips
      .filter(({ endAt }) => endAt >= warmFrom)
      .map(({ endAt, inClipAt }) => (inClipAt - endAt) / 1000);
    const first = inClips.toSorted((a, b) => a.endAt - b.endAt)[0];
    const half =
      percentile(
        inTime.map(({ durationMs }) => durationMs),
        0.5,
      ) / 2000;
    const { spotlight, publisher } = stream.cores;
    return [
      {
        name: "a recording's end to its clip, median",
        value: percentile(delays, 0.5),
        unit: "s",
        atMost: half,
        note:
          `${delays.length} recordings of ${(half * 2).toFixed(0)} ` +
          `s${bench.minutes >= 2 ? " that ended after the first minute" : ""}; target: half their length`,
      },
      { name: "a recording's end to its clip, 95 %", value: percentile(delays, 0.95), unit: "s", atMost: half },
      {
        name: "a recording's end to its clip, worst",
        value: percentile(delays, 1),
        unit: "s",
        atMost: half,
        note:
          first === undefined
            ? undefined
            : `the stream's first recording, cold: ${((first.inClipAt - first.endAt) / 1000).toFixed(2)} s`,
      },
      ...backlogFigures(stream),
      {
        name: "Spotlight's CPU while streaming",
        value: spotlight * 100,
        unit: "% of a core",
        note: `the publisher, usually OBS on another machine, used ${Math.round(publisher * 100)} %`,
      },
    ];
  },
};

function backlogFigures({ startedAt, endedAt, backlog }: StreamRecord): Figure[] {
  const third = (endedAt - startedAt) / 3;
  const counts = (from: number, to: number): number[] =>
    backlog.filter(({ at }) => at >= from && at <= to).map(({ count }) => count);
  const [early, late] = [mean(counts(startedAt, startedAt + third)), mean(counts(endedAt - third, endedAt))];
  return [
    {
      name: "backlog, peak",
      value: Math.max(...backlog.map(({ count }) => count)),
      unit: "recordings",
      note: `at the end: ${backlog.at(-1)?.count ?? 0}`,
    },
    {
      name: "backlog growth, first to last third",
      value: late - early,
      unit: "recordings",
      atMost: steadyBacklog,
      note: `on average ${early.toFixed(2)} in the first third of the stream, ${late.toFixed(2)} in the last`,
    },
  ];
}
