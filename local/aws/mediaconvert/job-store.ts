import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { openDatabase } from "../../database.ts";

export type JobStatus = "SUBMITTED" | "PROGRESSING" | "COMPLETE" | "CANCELED" | "ERROR";

/** A stored job. Times are milliseconds since the epoch. */
export interface Job {
  id: string;
  status: JobStatus;
  /** Queue ARN. */
  queue: string;
  role: string;
  /** As received. */
  settings: unknown;
  userMetadata: Record<string, string>;
  clientRequestToken?: string;
  submittedAt: number;
  startedAt?: number;
  finishedAt?: number;
  percent?: number;
  errorCode?: number;
  errorMessage?: string;
  /** As the service returns them. */
  outputGroupDetails?: unknown[];
}

/** Jobs in SQLite: an accepted job is converted even if the process dies in between. */
export class JobStore {
  readonly #database: DatabaseSync;

  constructor(dataFolder: string) {
    this.#database = openDatabase(
      join(dataFolder, "mediaconvert.db"),
      `CREATE TABLE IF NOT EXISTS jobs (
        number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL, status TEXT NOT NULL, token TEXT,
        submitted_at INTEGER NOT NULL, job TEXT NOT NULL);
       CREATE INDEX IF NOT EXISTS jobs_by_status ON jobs (status, number);
       CREATE INDEX IF NOT EXISTS jobs_by_token ON jobs (token);`,
    );
  }

  put(job: Job): void {
    this.#database
      .prepare(
        `INSERT INTO jobs (id, status, token, submitted_at, job) VALUES (?, ?, ?, ?, ?)
          ON CONFLICT (id) DO UPDATE SET status = excluded.status, job = excluded.job`,
      )
      .run(job.id, job.status, job.clientRequestToken ?? null, job.submittedAt, JSON.stringify(job));
  }

  get(id: string): Job | undefined {
    return this.#read("SELECT job FROM jobs WHERE id = ?", id)[0];
  }

  /** The job created with this token since the given time. */
  withToken(token: string, since: number): Job | undefined {
    return this.#read(
      "SELECT job FROM jobs WHERE token = ? AND submitted_at >= ? ORDER BY number DESC LIMIT 1",
      token,
      since,
    )[0];
  }

  /** Jobs to run, oldest first, including those that a stopped engine left unfinished. */
  unfinished(): Job[] {
    return this.#read("SELECT job FROM jobs WHERE status IN ('SUBMITTED', 'PROGRESSING') ORDER BY number");
  }

  /** Newest first. */
  list(limit: number, status?: JobStatus): Job[] {
    return status === undefined
      ? this.#read("SELECT job FROM jobs ORDER BY number DESC LIMIT ?", limit)
      : this.#read("SELECT job FROM jobs WHERE status = ? ORDER BY number DESC LIMIT ?", status, limit);
  }

  close(): void {
    this.#database.close();
  }

  #read(query: string, ...values: (string | number)[]): Job[] {
    return (this.#database.prepare(query).all(...values) as { job: string }[]).map((row) => JSON.parse(row.job) as Job);
  }
}
