import { HeadObjectCommand, NotFound, type S3Client } from "@aws-sdk/client-s3";
import type { Catalogue } from "../../catalogue/index.ts";
import { sightingsFrom } from "../../domain/appearances.ts";
import type { ClipRules } from "../../domain/clips.ts";
import type { Person, Recording } from "../../domain/model.ts";
import type { OpenRecording, PersonSearch, SearchOutcome } from "../../domain/person-search.ts";
import { mp4Key } from "../../domain/vod-keys.ts";
import { DetectorError, type Detector } from "../detectors/detector.ts";
import { readFindings } from "../detectors/findings.ts";
import type { StepLog } from "../runtime/step-log.ts";
import { searchTag, searchToken } from "./job-names.ts";
import type { SearchQueue } from "./queue.ts";

/** What searches of the archive work with. */
export interface AdvanceSearchesDeps {
  catalogue: Catalogue;
  detectors: readonly Detector[];
  s3: S3Client;
  queue: SearchQueue;
  vodBucket: string;
  /** Where detectors report that a job ended, and the role that they report with. */
  topicArn: string;
  roleArn: string;
  rules: ClipRules;
  /** 0–100: a subject needs one frame that is this similar. */
  similarityThreshold: number;
  log: StepLog;
}

/**
 * How many recordings all searches of the archive search at a time, so that most of the 20 jobs that Rekognition runs
 * for an account at once are free for what is being streamed.
 * https://docs.aws.amazon.com/general/latest/gr/rekognition.html
 */
const atOnce = 5;
/** Recordings that one call takes up; whatever is left comes with the next message. */
const takenAtMost = 100;

/** A running search with what it needs. */
interface Work {
  search: PersonSearch;
  person: Person;
  /** The detectors that can find this person. */
  detectors: readonly Detector[];
}

/**
 * Takes every running search as far as it gets now: stores what ended jobs found, and takes up more recordings, oldest
 * search first. All that it needs to know is in the catalogue and at Rekognition, so any call continues after a crash,
 * and calling it twice, or twice at once, finds the same. Throws when something could not be done now.
 */
export async function advanceSearches(deps: AdvanceSearchesDeps): Promise<void> {
  const { catalogue, queue, log } = deps;
  const { searches, people } = catalogue;
  const failures: unknown[] = [];
  const works: Work[] = [];
  let room = atOnce;
  for (const search of await searches.running()) {
    const person = await people.get(search.person);
    const detectors = person === undefined ? [] : deps.detectors.filter((detector) => detector.isWanted([person]));
    if (person === undefined || detectors.length === 0) {
      // Forgotten, or without a photo by now.
      await searches.cancel(search.person);
      log.info("search-cancelled", { person: search.person });
      continue;
    }
    works.push({ search, person, detectors });
    for (const open of search.open) if (!(await attempt({ search, person, detectors }, open))) room--;
  }
  let takes = takenAtMost;
  for (const work of works) await takeUp(work);
  if (failures.length > 0)
    throw new AggregateError(failures, `${failures.length} recordings could not be searched now`);

  /** Takes up recordings while there is room. */
  async function takeUp(work: Work): Promise<void> {
    for (let ids = await searches.upcoming(work.search); ids.length > 0; ids = await searches.upcoming(work.search)) {
      for (const recording of ids) {
        if (room <= 0) return;
        if (takes-- === 0) {
          room = 0;
          return queue.wake();
        }
        const search = await searches.take(work.search, recording);
        // Another call is at work on this search, or it was cancelled.
        if (search === undefined) return;
        work.search = search;
        if (!(await attempt(work, { recording, jobs: {} }))) room--;
      }
    }
  }

  /** Advances the search of one recording; returns whether it ended. */
  async function attempt(work: Work, open: OpenRecording): Promise<boolean> {
    log.about(open.recording);
    try {
      const outcome = await advance(deps, work, open);
      if (outcome === undefined) return false;
      await searches.close(work.search, open.recording, outcome);
      log.info("recording-searched", { person: work.person.id, outcome });
      return true;
    } catch (error) {
      failures.push(error);
      log.warn("search-postponed", error, { person: work.person.id });
      return false;
    } finally {
      log.about(undefined);
    }
  }
}

/** Does what can be done for one recording; `undefined` while it waits for something. */
async function advance(deps: AdvanceSearchesDeps, work: Work, open: OpenRecording): Promise<SearchOutcome | undefined> {
  const { catalogue, log } = deps;
  const recording = await catalogue.recordings.get(open.recording);
  switch (recording?.state) {
    case "indexed":
      break;
    case "archived":
    case "converting":
    case "analysing":
      // Its own results would replace what is found now.
      return undefined;
    default:
      return "failed";
  }
  const missing = work.detectors.filter(({ name }) => open.jobs[name] === undefined);
  if (missing.length > 0) {
    if (!(await exists(deps, mp4Key(recording)))) return "expired";
    try {
      for (const detector of missing) await start(deps, work, recording, detector);
      return undefined;
    } catch (error) {
      if (!(error instanceof DetectorError)) throw error;
      log.error("search-failed", error.message, { person: work.person.id });
      return "failed";
    }
  }
  for (const detector of work.detectors) {
    const { status, reason } = (await detector.outcome(open.jobs[detector.name] ?? "")) ?? {};
    if (status === "IN_PROGRESS") return undefined;
    if (status !== "SUCCEEDED") {
      log.error("search-failed", reason ?? "Rekognition no longer knows the job", { person: work.person.id });
      return "failed";
    }
  }
  return index(deps, work, recording, open);
}

async function start(
  { catalogue, vodBucket, topicArn, roleArn }: AdvanceSearchesDeps,
  { search }: Work,
  recording: Recording,
  detector: Detector,
): Promise<void> {
  const job = await detector.start({
    bucket: vodBucket,
    key: mp4Key(recording),
    token: searchToken(search, recording.id, detector.letter),
    tag: searchTag(recording.id),
    topicArn,
    roleArn,
  });
  await catalogue.searches.started(search, recording.id, detector.name, job);
}

/** Stores where the person was seen. A face that is more like someone else's on the watch list is not theirs. */
async function index(
  { catalogue, rules, similarityThreshold }: AdvanceSearchesDeps,
  { person, detectors }: Work,
  recording: Recording,
  { jobs }: OpenRecording,
): Promise<SearchOutcome> {
  const { id, durationMs } = recording;
  if (durationMs === undefined) throw new Error(`Recording "${id}" is indexed, but was not converted`);
  const known = Object.entries(jobs).map(([detector, job]) => ({ detector, job }));
  const findings = await readFindings(detectors, known, await catalogue.people.list());
  const sightings = sightingsFrom(findings, { id, durationMs }, { ...rules, similarityThreshold });
  const subject = { kind: "person", id: person.id, name: person.name } as const;
  const sighting = sightings.find((one) => one.subject.id === person.id) ?? { subject, appearances: [] };
  await catalogue.moments.indexSubject(recording, sighting, rules);
  return sighting.appearances.length > 0 ? "found" : "nothing";
}

/** Whether the recording's file is still there: it expires before its row does. */
async function exists({ s3, vodBucket }: AdvanceSearchesDeps, key: string): Promise<boolean> {
  try {
    await s3.send(new HeadObjectCommand({ Bucket: vodBucket, Key: key }));
    return true;
  } catch (error) {
    if (error instanceof NotFound) return false;
    throw error;
  }
}
