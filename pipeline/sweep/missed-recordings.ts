import { ListObjectsV2Command, type S3Client } from "@aws-sdk/client-s3";
import type { Catalogue } from "../../catalogue/index.ts";
import { parseArchiveKey } from "../../domain/archive-key.ts";
import { recordingId } from "../../domain/ids.ts";
import { compareAfter, isRecordingKey, settledKey, type ArchivedObject, type SweepRules } from "./rules.ts";
import type { ConversionQueue } from "../conversion/queue.ts";
import type { StepLog } from "../runtime/step-log.ts";

/** What comparing archive and catalogue works with. */
export interface MissedRecordingsDeps {
  catalogue: Catalogue;
  s3: S3Client;
  archiveBucket: string;
  queue: ConversionQueue;
  rules: SweepRules;
  /** Milliseconds since the epoch. */
  now: () => number;
  log: StepLog;
}

/** What one comparison found. */
export interface Comparison {
  /** Objects looked at. */
  objects: number;
  /** Recordings that no event had announced, now noted and queued. */
  missed: number;
  failures: unknown[];
}

/** One page of the archive's listing. */
const pageSize = 1000;
/** The most pages of a channel that one sweep reads; the next sweep continues from there. */
const maxPages = 10;
/** Ids in one call of the catalogue. */
const batch = 100;

/**
 * Notes and queues the recordings of a channel whose archive event got lost: objects that have no row. Looks at what is
 * new since the last sweep only, and leaves alone what is so new that its event may still come.
 */
export async function noteMissedRecordings(deps: MissedRecordingsDeps, channel: string): Promise<Comparison> {
  const { catalogue, s3, archiveBucket, rules, now } = deps;
  const result: Comparison = { objects: 0, missed: 0, failures: [] };
  const [comparedTo, { broadcast }] = [
    await catalogue.channels.comparedTo(channel),
    await catalogue.channels.get(channel),
  ];
  let after = compareAfter(channel, { comparedTo, broadcast }, rules, now());
  for (let page = 0; page < maxPages; page++) {
    const { Contents = [], IsTruncated } = await s3.send(
      new ListObjectsV2Command({ Bucket: archiveBucket, Prefix: `${channel}/`, StartAfter: after, MaxKeys: pageSize }),
    );
    const objects = Contents.flatMap(({ Key: key, LastModified }) =>
      key === undefined || LastModified === undefined ? [] : [{ key, writtenMs: LastModified.getTime() }],
    );
    const last = objects.at(-1);
    if (last === undefined) break;
    const unnoted = await note(deps, objects, result);
    result.objects += objects.length;
    const settled = settledKey(objects, unnoted, rules, now());
    if (settled !== undefined) await catalogue.channels.compared(channel, settled);
    if (IsTruncated !== true) break;
    after = last.key;
  }
  return result;
}

/** Notes those of the objects that have no row. Answers the keys of those that could not be. */
async function note(
  { catalogue, archiveBucket, queue, rules, now, log }: MissedRecordingsDeps,
  objects: readonly ArchivedObject[],
  result: Comparison,
): Promise<Set<string>> {
  const unnoted = new Set<string>();
  const due = objects.filter(({ key, writtenMs }) => {
    const age = now() - writtenMs;
    return age >= rules.settledAfterMs && age < rules.lookBackMs && isRecordingKey(key);
  });
  for (let first = 0; first < due.length; first += batch) {
    const some = due.slice(first, first + batch).map((object) => ({ ...object, name: parseArchiveKey(object.key) }));
    const known = await catalogue.recordings.getMany(some.map(({ name }) => recordingId(name)));
    for (const { key, writtenMs, name } of some) {
      const id = recordingId(name);
      if (known.has(id)) continue;
      log.about(id);
      try {
        await catalogue.channels.sawBroadcast(name.channel, name.broadcast);
        const recording = await catalogue.recordings.archived({
          ...name,
          id,
          bucket: archiveBucket,
          key,
          archivedAt: new Date(writtenMs).toISOString(),
        });
        // It was deleted, and its object will be in a moment.
        if (recording === undefined) continue;
        await queue.add(recording);
        result.missed++;
        log.info("recording-missed", { key });
      } catch (error) {
        unnoted.add(key);
        result.failures.push(error);
        log.warn("sweep-postponed", error, { key });
      }
    }
  }
  log.about(undefined);
  return unnoted;
}
