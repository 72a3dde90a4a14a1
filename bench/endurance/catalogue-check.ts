import { ListBucketsCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import type { Static } from "typebox";
import type { ClipSchema } from "../../api/schemas/clip.ts";
import type { PersonSchema } from "../../api/schemas/person.ts";
import type { RecordingSchema } from "../../api/schemas/recording.ts";
import { parseArchiveKey } from "../../domain/archive-key.ts";
import { parseRecordingId, recordingId } from "../../domain/ids.ts";
import { until, type Spotlight } from "../../test/support/spotlight.ts";
import { allOf } from "./small-system.ts";

type Recording = Static<typeof RecordingSchema>;
type Clip = Static<typeof ClipSchema>;
type Person = Static<typeof PersonSchema>;

/** What is wrong in a catalogue whose recordings are all settled, each as text; empty lists if nothing is. */
export interface CatalogueFaults {
  /** Recordings of the archive that the catalogue lacks, that failed, or whose number was left out. */
  lost: string[];
  /** Recordings, clips and appearances that are there twice. */
  twice: string[];
  /** People whose number of clips is not that of the clips listed. */
  miscounted: string[];
}

/** A catalogue as the API shows it, and what the archive has. */
export interface CatalogueView {
  recordings: Recording[];
  clips: Clip[];
  people: Person[];
  /** Ids of the recordings in the archive bucket. */
  archived: string[];
}

const settledStates: readonly Recording["state"][] = ["indexed", "idle", "failed"];

/** Reads everything. */
export async function viewCatalogue(spotlight: Spotlight): Promise<CatalogueView> {
  return {
    archived: await archivedRecordings(spotlight),
    recordings: await allOf<Recording>(spotlight, "/recordings?order=asc&limit=100"),
    clips: await allOf<Clip>(spotlight, "/clips?order=asc&limit=100"),
    people: await allOf<Person>(spotlight, "/people"),
  };
}

/**
 * Waits until the catalogue knows all recordings of the archive and expects nothing more of any, `but` for so many: a
 * channel that is live has always some. `within` milliseconds.
 */
export async function untilSettled(
  spotlight: Spotlight,
  { within, but = 0 }: { within: number; but?: number },
): Promise<CatalogueView> {
  let open: string[] = [];
  return until(
    async () => {
      const view = await viewCatalogue(spotlight);
      open = unsettled(view);
      return open.length <= but ? view : undefined;
    },
    { within, what: () => `all recordings are settled: ${open.join(", ")}; log:\n${spotlight.log()}` },
  );
}

/** Waits until all of these recordings are indexed. `within` milliseconds. */
export async function untilIndexed(
  spotlight: Spotlight,
  ids: readonly string[],
  { within }: { within: number },
): Promise<void> {
  await until(
    async () => {
      const { recordings } = await viewCatalogue(spotlight);
      return ids.every((id) => recordings.some((recording) => recording.id === id && recording.state === "indexed"));
    },
    { within, what: () => `${ids.join(", ")} are indexed; log:\n${spotlight.log()}` },
  );
}

/** Recordings of which the catalogue expects more, or that it does not know yet though they are in the archive. */
function unsettled({ recordings, archived }: CatalogueView): string[] {
  const known = new Set(recordings.map(({ id }) => id));
  return [
    ...recordings.filter(({ state }) => !settledStates.includes(state)).map(({ id, state }) => `${id} (${state})`),
    ...archived.filter((id) => !known.has(id)).map((id) => `${id} (unknown)`),
  ];
}

/** Checks a settled catalogue. `known`: ids of recordings that were seen at any time. */
export function checkCatalogue(view: CatalogueView, known: Iterable<string> = []): CatalogueFaults {
  const { recordings, clips, people, archived } = view;
  const listed = new Set(recordings.map(({ id }) => id));
  const expected = new Set([...archived, ...known, ...leftOut(archived)]);
  return {
    lost: [
      ...[...expected].filter((id) => !listed.has(id)).map((id) => `${id} is not listed`),
      ...recordings.filter(({ state }) => state === "failed").map(({ id, error }) => `${id} failed: ${error ?? ""}`),
    ],
    twice: [
      ...repeated(recordings.map(({ id }) => id)).map((id) => `recording ${id}`),
      ...repeated(clips.map(({ id }) => id)).map((id) => `clip ${id}`),
      ...[...Map.groupBy(clips, ({ broadcast, channel, subject }) => `${channel} ${broadcast} ${subject.id}`).values()]
        .map((moments) => moments.flatMap((clip) => clip.appearances.map((seen) => ({ ...seen, clip: clip.id }))))
        .flatMap(overlapping),
    ],
    miscounted: people.flatMap(({ id, clips: counted }) => {
      const there = clips.filter(({ subject }) => subject.id === id).length;
      return counted === there ? [] : [`${id} has ${there} clips, and is said to have ${counted}`];
    }),
  };
}

/** Recordings whose number lies below one that was archived in the same broadcast: numbers are given in order. */
function leftOut(archived: readonly string[]): string[] {
  const names = archived.flatMap((id) => parseRecordingId(id) ?? []);
  return names.flatMap(({ channel, broadcast, number }) =>
    Array.from({ length: number }, (_, before) => recordingId({ channel, broadcast, number: before })),
  );
}

function repeated(ids: readonly string[]): string[] {
  return [...new Set(ids.filter((id, i) => ids.indexOf(id) !== i))];
}

/** Appearances of one subject that overlap in a recording. */
function overlapping(seen: readonly { recording: string; startMs: number; endMs: number; clip: string }[]): string[] {
  const ordered = seen.toSorted((a, b) => a.recording.localeCompare(b.recording) || a.startMs - b.startMs);
  return ordered.slice(1).flatMap((next, i) => {
    const before = ordered[i]!;
    const apart = before.recording !== next.recording || before.endMs <= next.startMs;
    return apart ? [] : [`appearance in ${next.recording} at ${next.startMs} ms: ${before.clip} and ${next.clip}`];
  });
}

async function archivedRecordings({ environment }: Spotlight): Promise<string[]> {
  const s3 = new S3Client({
    endpoint: environment["AWS_ENDPOINT_URL"]!,
    region: environment["AWS_REGION"]!,
    credentials: {
      accessKeyId: environment["AWS_ACCESS_KEY_ID"]!,
      secretAccessKey: environment["AWS_SECRET_ACCESS_KEY"]!,
    },
  });
  try {
    const { Buckets: buckets = [] } = await s3.send(new ListBucketsCommand({}));
    const archive = buckets.find(({ Name }) => Name?.includes("archive"))?.Name;
    if (archive === undefined) throw new Error("The stack has no archive bucket.");
    const { Contents: objects = [], IsTruncated: more } = await s3.send(new ListObjectsV2Command({ Bucket: archive }));
    if (more === true) throw new Error("The archive has more objects than one listing takes.");
    return objects.map(({ Key: key = "" }) => recordingId(parseArchiveKey(key)));
  } finally {
    s3.destroy();
  }
}
