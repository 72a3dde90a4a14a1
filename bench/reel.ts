import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { ListBucketsCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { DynamoDBDocumentClient, PutCommand } from "@aws-sdk/lib-dynamodb";
import { clipItem } from "../catalogue/moment-items.ts";
import { createCatalogue } from "../catalogue/index.ts";
import { clipId, recordingId } from "../domain/ids.ts";
import { mediaPlaylistKey } from "../domain/vod-keys.ts";
import type { Measurement } from "./measurement.ts";
import { awsOf, withSpotlight, type MeasuredSpotlight } from "./running-spotlight.ts";
import { median } from "./statistics.ts";

/** The most clips that a reel takes; each is of a recording of its own. */
const clips = 500;
const rounds = 9;
const broadcast = "20260101T180000";
const segments = 5;
const segmentSeconds = 2;

/** Measures how long the longest reel takes to its first byte. */
export const reel: Measurement = {
  name: "reel",
  about: `the first byte of a reel of ${clips} clips: of a new function, and of one that has played it`,
  measure: (bench) =>
    withSpotlight(join(bench.folder, "reel"), async (spotlight) => {
      await fill(spotlight, (text) => bench.say(text));
      const first = await firstByteMs(spotlight, 0);
      const later: number[] = [];
      for (let round = 1; round <= rounds; round++) later.push(await firstByteMs(spotlight, round));
      return [
        {
          name: `a reel of ${clips} clips, first`,
          value: first,
          unit: "ms",
          note: `reads ${clips} recordings and their playlists`,
        },
        { name: `a reel of ${clips} clips, again`, value: median(later), unit: "ms", note: `median of ${rounds}` },
      ];
    }),
};

/** Each call is new to the distribution, which would answer a second one from its cache. */
async function firstByteMs({ outputs }: MeasuredSpotlight, call: number): Promise<number> {
  const begun = performance.now();
  const response = await fetch(`${outputs.apiUrl}/reel.m3u8?person=ada`, {
    headers: { authorization: `Bearer nobody-${call}` },
  });
  const ms = performance.now() - begun;
  const moments = (await response.text()).match(/EXT-X-DATERANGE/g)?.length ?? 0;
  if (moments !== clips) throw new Error(`The reel (${response.status}) has ${moments} moments, not ${clips}.`);
  return ms;
}

/** Stores converted recordings of ten seconds, with a playlist and a clip each. */
async function fill({ environment }: MeasuredSpotlight, say: (text: string) => void): Promise<void> {
  const { table, options } = await awsOf(environment);
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(options), {
    marshallOptions: { removeUndefinedValues: true },
  });
  const s3 = new S3Client({ ...options, forcePathStyle: true });
  const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
  const bucket = Buckets.map(({ Name = "" }) => Name).find((name) => name.includes("vod"));
  if (bucket === undefined) throw new Error("The stack has no bucket for converted recordings.");
  const catalogue = createCatalogue({ client, table });
  const { id: subject } = await catalogue.people.create({ name: "Ada" });
  await catalogue.channels.sawBroadcast("main", broadcast);
  for (let number = 0; number < clips; number++) {
    const name = { channel: "main", broadcast, number };
    const recording = recordingId(name);
    const archivedAt = new Date(Date.UTC(2026, 0, 1, 18) + (number + 1) * segments * segmentSeconds * 1000);
    await catalogue.recordings.archived({
      ...name,
      id: recording,
      bucket: "archive",
      key: "key",
      archivedAt: archivedAt.toISOString(),
    });
    const renditions = [{ name: "720p", width: 1280, height: 720, bitrate: 3_000_000, codecs: "avc1.64001f" }];
    await catalogue.recordings.converted(recording, { durationMs: segments * segmentSeconds * 1000, renditions });
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: mediaPlaylistKey(name, "720p"), Body: playlist() }));
    await client.send(new PutCommand({ TableName: table, Item: clip(name, subject, archivedAt.getTime()) }));
  }
  say(`${clips} recordings stored`);
  s3.destroy();
  client.destroy();
}

function playlist(): string {
  const lines = Array.from(
    { length: segments },
    (_, index) => `#EXTINF:${segmentSeconds}.000,\nindex_720p_${String(index).padStart(5, "0")}.ts`,
  );
  const head = ["#EXTM3U", "#EXT-X-VERSION:3", `#EXT-X-TARGETDURATION:${segmentSeconds}`, "#EXT-X-PLAYLIST-TYPE:VOD"];
  return [...head, ...lines, "#EXT-X-ENDLIST", ""].join("\n");
}

function clip(
  name: { channel: string; broadcast: string; number: number },
  subject: string,
  endMs: number,
): Record<string, unknown> {
  const recording = recordingId(name);
  const startMs = endMs - segments * segmentSeconds * 1000;
  return clipItem(
    {
      id: clipId({ ...name, subject, startMs: 2000 }),
      channel: name.channel,
      broadcast: name.broadcast,
      start: new Date(startMs + 1500).toISOString(),
      end: new Date(startMs + 7500).toISOString(),
      durationMs: 6000,
      similarity: 95,
      poster: "/vod/poster.jpg",
      pieces: [{ recording, startMs: 1500, endMs: 7500 }],
      appearances: [
        {
          recording,
          startMs: 2000,
          endMs: 7000,
          similarity: 95,
          box: { left: 0.4, top: 0.2, width: 0.1, height: 0.2 },
          bestMs: 4000,
        },
      ],
      seen: { startMs: startMs + 2000, endMs: startMs + 7000 },
    },
    { id: subject, name: undefined },
    "unreviewed",
  );
}
