import type { Channel, Clip, Person, Recording } from "../../web/src/api/types.ts";

/** The admin's token in these tests. */
export const TOKEN = "test-admin-token";

/** When the tests' broadcast began. */
export const KICK_OFF = Date.parse("2026-11-22T18:00:00.000Z");

export function channel(part: Partial<Channel> = {}): Channel {
  return {
    id: "main",
    name: "Main",
    state: "idle",
    live: false,
    broadcast: null,
    startedAt: null,
    playback: {
      lowLatencyHls: "/out/v1/main/low-latency.m3u8",
      hls: "/out/v1/main/index.m3u8",
      dash: "/out/v1/main/index.mpd",
      startoverSeconds: 10_800,
    },
    ingest: { server: "rtmp://127.0.0.1:1935/spotlight", streamKey: "main-9f8e7d6c5b4a", alerts: [] },
    ...part,
  };
}

export function liveChannel(part: Partial<Channel> = {}): Channel {
  return channel({
    state: "running",
    live: true,
    broadcast: "20261122T180000",
    startedAt: new Date(KICK_OFF).toISOString(),
    ...part,
  });
}

export function person(id: string, name: string, part: Partial<Person> = {}): Person {
  return { id, name, celebrity: null, celebrityId: null, photos: 1, clips: 0, ...part };
}

export const SON = person("son-heung-min", "Son Heung-min", { clips: 3 });
export const ADA = person("ada-hegerberg", "Ada Hegerberg", { clips: 1 });

/** A broadcast some days before that of the tests, with its recordings and clips. */
export function earlier(days: number): { name: string; of: <One extends Clip | Recording>(one: One) => One } {
  const startMs = KICK_OFF - days * 86_400_000;
  const name = new Date(startMs).toISOString().slice(0, 19).replace(/[-:]/g, "");
  const moved = (text: string) => text.replaceAll("20261122T180000", name);
  const before = (iso: string) => new Date(Date.parse(iso) - days * 86_400_000).toISOString();
  return {
    name,
    of: (one) => ({
      ...one,
      id: moved(one.id),
      broadcast: name,
      ...(one.start !== null && { start: before(one.start) }),
      ...("end" in one && { end: before(one.end), playlist: moved(one.playlist), poster: moved(one.poster) }),
    }),
  };
}

/** A clip of a person that starts so many seconds into the broadcast. */
export function clip(of: Person, startSeconds: number, part: Partial<Clip> = {}): Clip {
  const { durationMs = 3000 } = part;
  const start = KICK_OFF + startSeconds * 1000;
  const recording = String(Math.floor(startSeconds / 10)).padStart(6, "0");
  const id = `main.20261122T180000.${of.id}.${recording}-${(startSeconds % 10) * 1000}`;
  return {
    id,
    subject: { kind: "person", id: of.id, name: of.name },
    channel: "main",
    broadcast: "20261122T180000",
    start: new Date(start).toISOString(),
    end: new Date(start + durationMs).toISOString(),
    durationMs,
    similarity: 96.4,
    review: "unreviewed",
    poster: `/vod/main/20261122T180000/${recording}/posters/poster.0000000.jpg`,
    playlist: `/api/clips/${id}/playlist.m3u8`,
    mp4: `/vod/main/20261122T180000/${recording}/recording.mp4#t=1.000,4.000`,
    appearances: [
      {
        recording: `main.20261122T180000.${recording}`,
        startMs: 1000,
        endMs: 4000,
        similarity: 96.4,
        box: { left: 0.42, top: 0.2, width: 0.14, height: 0.3 },
      },
    ],
    ...part,
  };
}

/** A recording of 10 s by its number in the broadcast. */
export function recording(number: number, part: Partial<Recording> = {}): Recording {
  return {
    id: `main.20261122T180000.${String(number).padStart(6, "0")}`,
    channel: "main",
    broadcast: "20261122T180000",
    state: "indexed",
    start: new Date(KICK_OFF + number * 10_000).toISOString(),
    durationMs: 10_000,
    frames: {
      path: `/vod/main/20261122T180000/${String(number).padStart(6, "0")}/posters/poster.{index}.jpg`,
      everyMs: 2000,
      count: 5,
    },
    error: null,
    errorCode: null,
    ...part,
  };
}

/** One that could not be converted. */
export function failedRecording(number: number, part: Partial<Recording> = {}): Recording {
  return recording(number, {
    state: "failed",
    error: "It could not be converted.",
    errorCode: "conversion",
    errorDetail: "MediaConvert can't convert the recording: Forbidden (s3://archive-1a2b3c4/main/recording.ts)",
    ...part,
  });
}

/** The clip of a mark that was set so many seconds into the broadcast. */
export function eventClip(name: string, seconds: number): Clip {
  const id = `_${name.toLowerCase()}`;
  return clip(person(id, name), seconds, { subject: { kind: "event", id, name }, durationMs: 18_000 });
}
