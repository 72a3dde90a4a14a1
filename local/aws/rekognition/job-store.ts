import { join } from "node:path";
import type { DatabaseSync, SQLOutputValue } from "node:sqlite";
import { deserialize, serialize } from "node:v8";
import { setImmediate } from "node:timers/promises";
import type { FaceReport, FrameReport, VideoReport } from "../../vision/report.ts";
import { openDatabase } from "../../database.ts";
import type { Principal } from "../cloud.ts";

export type JobApi = "StartFaceSearch" | "StartCelebrityRecognition" | "StartSegmentDetection";

/** A video job's request, stored with the job so that it can run after a restart. */
export interface JobRequest {
  api: JobApi;
  video: { bucket: string; key: string };
  /** The principal that reads the video. */
  principal: Principal;
  jobTag?: string;
  /** The topic for the completion, and the role that publishes it. */
  notification?: { topicArn: string; roleArn: string };
  /** Face search only. */
  search?: { collectionId: string; threshold: number };
}

export interface Job {
  id: string;
  request: JobRequest;
  status: "IN_PROGRESS" | "SUCCEEDED" | "FAILED";
  statusMessage?: string;
  finishedMs?: number;
  /** How many times the vision worker crashed during this job. */
  crashes: number;
}

/** Results are kept for seven days, as on AWS. */
const keptMs = 7 * 24 * 60 * 60 * 1000;

const schema = `
  CREATE TABLE IF NOT EXISTS jobs (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, token TEXT UNIQUE, request TEXT NOT NULL,
    status TEXT NOT NULL,
    status_message TEXT, created_ms INTEGER NOT NULL, finished_ms INTEGER, notified INTEGER NOT NULL DEFAULT 0,
    crashes INTEGER NOT NULL DEFAULT 0,
    result TEXT
  ) STRICT;
  CREATE TABLE IF NOT EXISTS analyses (
    object TEXT PRIMARY KEY, created_ms INTEGER NOT NULL, report BLOB NOT NULL, bucket TEXT, key TEXT
  ) STRICT;
`;

/** Video jobs, their results, and the faces found in each video, durable. */
export class JobStore {
  readonly #database: DatabaseSync;

  constructor(folder: string) {
    this.#database = openDatabase(join(folder, "jobs.db"), schema);
    this.#addPlaces();
  }

  add(id: string, token: string | undefined, request: JobRequest, nowMs: number): void {
    this.#database
      .prepare("INSERT INTO jobs (id, token, request, status, created_ms) VALUES (?, ?, ?, 'IN_PROGRESS', ?)")
      .run(id, token ?? null, JSON.stringify(request), nowMs);
  }

  find(id: string): Job | undefined {
    const row = this.#database.prepare("SELECT * FROM jobs WHERE id = ?").get(id);
    return row === undefined ? undefined : toJob(row);
  }

  findByToken(token: string): Job | undefined {
    const row = this.#database.prepare("SELECT * FROM jobs WHERE token = ?").get(token);
    return row === undefined ? undefined : toJob(row);
  }

  /** Jobs that are not done, or whose completion has not been published, oldest first. */
  unfinished(): Job[] {
    return this.#database.prepare("SELECT * FROM jobs WHERE notified = 0 ORDER BY number").all().map(toJob);
  }

  running(): number {
    return Number(
      this.#database.prepare("SELECT count(*) AS jobs FROM jobs WHERE status = 'IN_PROGRESS'").get()?.["jobs"],
    );
  }

  /** `result` is the JSON of the job's results. */
  finish(
    id: string,
    status: "SUCCEEDED" | "FAILED",
    outcome: { statusMessage?: string; result?: string },
    nowMs: number,
  ): void {
    this.#database
      .prepare("UPDATE jobs SET status = ?, status_message = ?, result = ?, finished_ms = ? WHERE id = ?")
      .run(status, outcome.statusMessage ?? null, outcome.result ?? null, nowMs, id);
  }

  markNotified(id: string): void {
    this.#database.prepare("UPDATE jobs SET notified = 1 WHERE id = ?").run(id);
  }

  noteCrash(id: string): void {
    this.#database.prepare("UPDATE jobs SET crashes = crashes + 1 WHERE id = ?").run(id);
  }

  result(id: string): string | undefined {
    const value = this.#database.prepare("SELECT result FROM jobs WHERE id = ?").get(id)?.["result"];
    return typeof value === "string" ? value : undefined;
  }

  /** The faces found earlier in the object with this identity. */
  analysis(object: string): VideoReport | undefined {
    const report = this.#database.prepare("SELECT report FROM analyses WHERE object = ?").get(object)?.["report"];
    return report instanceof Uint8Array ? (deserialize(report) as VideoReport) : undefined;
  }

  keepAnalysis(object: string, place: { bucket: string; key: string }, report: VideoReport, nowMs: number): void {
    this.#database
      .prepare("INSERT OR REPLACE INTO analyses (object, created_ms, report, bucket, key) VALUES (?, ?, ?, ?, ?)")
      .run(object, nowMs, serialize(report), place.bucket, place.key);
  }

  /** Analyses older than the results of jobs, with the place of their video. */
  oldAnalyses(nowMs: number): { object: string; bucket: string | undefined; key: string | undefined }[] {
    return this.#database
      .prepare("SELECT object, bucket, key FROM analyses WHERE created_ms < ?")
      .all(nowMs - keptMs)
      .map(({ object, bucket, key }) => ({ object: String(object), bucket: textOf(bucket), key: textOf(key) }));
  }

  forgetAnalysis(object: string): void {
    this.#database.prepare("DELETE FROM analyses WHERE object = ?").run(object);
  }

  /** Removes the faces from all analyses for which `isForgotten` holds. Pauses between videos. */
  async forgetFaces(isForgotten: (face: FaceReport) => boolean): Promise<void> {
    for (const { object } of this.#database.prepare("SELECT object FROM analyses").all()) {
      const report = this.analysis(String(object));
      const frames = report?.frames.map((frame) => ({
        ...frame,
        faces: frame.faces.filter((face) => !isForgotten(face)),
      }));
      if (report !== undefined && frames !== undefined && countOf(frames) < countOf(report.frames))
        this.#database
          .prepare("UPDATE analyses SET report = ? WHERE object = ?")
          .run(serialize({ ...report, frames }), String(object));
      await setImmediate();
    }
  }

  /** Removes these faces of a collection from the results of all jobs. */
  forgetMatches(faceIds: readonly string[]): void {
    for (const faceId of faceIds)
      this.#database.prepare("UPDATE jobs SET result = NULL WHERE instr(result, ?) > 0").run(JSON.stringify(faceId));
  }

  forgetOld(nowMs: number): void {
    this.#database.prepare("DELETE FROM jobs WHERE finished_ms < ? AND notified = 1").run(nowMs - keptMs);
  }

  close(): void {
    this.#database.close();
  }

  /** Analyses of earlier versions don't say where their video is, and last as long as results. */
  #addPlaces(): void {
    const columns = this.#database.prepare("PRAGMA table_info(analyses)").all();
    if (!columns.some(({ name }) => name === "bucket"))
      this.#database.exec("ALTER TABLE analyses ADD COLUMN bucket TEXT; ALTER TABLE analyses ADD COLUMN key TEXT");
  }
}

function countOf(frames: readonly FrameReport[]): number {
  return frames.reduce((sum, { faces }) => sum + faces.length, 0);
}

function textOf(value: SQLOutputValue | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function toJob(row: Record<string, SQLOutputValue>): Job {
  const status = row["status"];
  return {
    id: String(row["id"]),
    request: JSON.parse(String(row["request"])) as JobRequest,
    status: status === "SUCCEEDED" || status === "FAILED" ? status : "IN_PROGRESS",
    statusMessage: typeof row["status_message"] === "string" ? row["status_message"] : undefined,
    finishedMs: typeof row["finished_ms"] === "number" ? row["finished_ms"] : undefined,
    crashes: Number(row["crashes"]),
  };
}
