import { multivariantPlaylist } from "../../../hls/multivariant-playlist.ts";
import { recordingId } from "../../../domain/ids.ts";
import type { Appearance, Rendition } from "../../../domain/model.ts";
import type { Harness } from "./harness.ts";
import { person } from "../../domain/subjects.ts";

/** The broadcast of the fixtures. */
export const broadcast = "20261122T180000";

const rules = { paddingMs: 500, gapMs: 3000, minMs: 500 };

export const hd: Rendition = { name: "720p", width: 1280, height: 720, bitrate: 2_500_000 };
export const sd: Rendition = { name: "360p", width: 640, height: 360, bitrate: 800_000 };

/** Where someone is seen in a recording, from and to in milliseconds. */
export function seen(number: number, startMs: number, endMs: number, similarity = 95): Appearance {
  const recording = recordingId({ channel: "main", broadcast, number });
  return {
    recording,
    startMs,
    endMs,
    similarity,
    box: { left: 0.25, top: 0.125, width: 0.25, height: 0.5 },
    bestMs: startMs + 1000,
  };
}

/**
 * A recording of 10 s, ending at 18:00:10 plus 10 s for each `number`, converted, and indexed with these appearances by
 * person. Its playlists have five segments of 2 s in each rendition.
 */
export async function addRecording(
  harness: Pick<Harness, "catalogue" | "aws">,
  number: number,
  people: Record<string, Appearance[]>,
  renditions: Rendition[] = [hd, sd],
): Promise<string> {
  const { channels, recordings, moments } = harness.catalogue;
  const name = { channel: "main", broadcast, number };
  const id = recordingId(name);
  await channels.sawBroadcast("main", broadcast);
  const archivedAt = new Date(Date.parse("2026-11-22T18:00:10.000Z") + number * 10_000).toISOString();
  await recordings.archived({
    ...name,
    id,
    bucket: "archive",
    key: `main/${broadcast}/recording.${digits(number)}.ts`,
    archivedAt,
  });
  await recordings.converted(id, { durationMs: 10_000, renditions });
  await moments.index(
    name,
    Object.entries(people).map(([id, appearances]) => ({ subject: person(id), appearances })),
    rules,
  );
  await recordings.indexed(id);
  for (const { name: rendition } of renditions) {
    const segments = [1, 2, 3, 4, 5].map(
      (segment) => `#EXTINF:2.000000,\nindex_${rendition}_${String(segment).padStart(5, "0")}.ts\n`,
    );
    harness.aws.on(`GET ${playlistPath(number, rendition)}`, {
      body:
        "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:1\n#EXT-X-PLAYLIST-TYPE:VOD\n" +
        `${segments.join("")}#EXT-X-ENDLIST\n`,
    });
  }
  harness.aws.on(`GET ${multivariantPath(number)}`, {
    body: multivariantPlaylist(
      renditions.map(({ name: rendition, width, height, bitrate }) => ({
        uri: `index_${rendition}.m3u8`,
        bandwidth: bitrate * 1.5,
        averageBandwidth: bitrate,
        width,
        height,
        codecs: ["avc1.64001f", "mp4a.40.2"],
        frameRate: 30,
      })),
      3,
    ),
  });
  return id;
}

/** Where the API reads a recording's multivariant playlist. */
export function multivariantPath(number: number): string {
  return `/vod-bucket/vod/main/${broadcast}/${digits(number)}/hls/index.m3u8`;
}

/** Where the API reads a recording's playlist. */
export function playlistPath(number: number, rendition: string): string {
  return `/vod-bucket/vod/main/${broadcast}/${digits(number)}/hls/index_${rendition}.m3u8`;
}

/** A segment as playlists name it. */
export function segment(number: number, rendition: string, index: number): string {
  return `/vod/main/${broadcast}/${digits(number)}/hls/index_${rendition}_${String(index).padStart(5, "0")}.ts`;
}

function digits(number: number): string {
  return String(number).padStart(6, "0");
}
