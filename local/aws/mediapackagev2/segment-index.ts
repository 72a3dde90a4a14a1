import type { DatabaseSync } from "node:sqlite";
import { openDatabase, transaction } from "../../database.ts";

/** One finished segment of one rendition. */
export interface IndexedSegment {
  /** Media sequence number: continues across jobs and restarts, and is the same in every rendition. */
  sequence: number;
  /**
   * Counts the encoding jobs that had a segment. Between adjacent segments of different periods is a discontinuity.
   */
  period: number;
  /** Identifies the period in URLs, so that a URL always returns the same content. */
  token: string;
  /** Wall-clock time of its start, ms since the epoch. */
  startMs: number;
  /** Seconds. */
  duration: number;
  /** Seconds on the encoding job's timeline. */
  mediaStart: number;
  /** False for a segment that a rendition lacks (its encoder died before the others'): a gap. */
  present: boolean;
}

/** A rendition as one period's initialization segment describes it. */
export interface PeriodRendition {
  name: string;
  width: number;
  height: number;
  bitrate: number;
  frameRate: number;
  codecs: string;
}

const schema = `
  CREATE TABLE IF NOT EXISTS endpoint (
    id TEXT PRIMARY KEY, next_sequence INTEGER NOT NULL, next_period INTEGER NOT NULL
  );
  CREATE TABLE IF NOT EXISTS segment (
    endpoint TEXT NOT NULL, rendition TEXT NOT NULL, sequence INTEGER NOT NULL, period INTEGER NOT NULL,
    token TEXT NOT NULL,
    start_ms REAL NOT NULL, duration REAL NOT NULL, media_start REAL NOT NULL, present INTEGER NOT NULL,
    PRIMARY KEY (endpoint, rendition, sequence)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS period (
    endpoint TEXT NOT NULL, token TEXT NOT NULL, rendition TEXT NOT NULL, details TEXT NOT NULL,
    PRIMARY KEY (endpoint, token, rendition)
  ) WITHOUT ROWID;
`;

/** The segments of all endpoints; survives a restart, so that playlists continue where they were. */
export class SegmentIndex {
  readonly #database: DatabaseSync;

  constructor(file: string) {
    this.#database = openDatabase(file, schema);
  }

  /** The first unused media sequence number and period of an endpoint. */
  next(endpoint: string): { sequence: number; period: number } {
    const row = this.#database.prepare("SELECT next_sequence, next_period FROM endpoint WHERE id = ?").get(endpoint);
    return { sequence: Number(row?.["next_sequence"] ?? 0), period: Number(row?.["next_period"] ?? 0) };
  }

  /** Records a finished segment. */
  add(endpoint: string, rendition: string, segment: IndexedSegment): void {
    const { sequence, period, token, startMs, duration, mediaStart, present } = segment;
    transaction(this.#database, () => {
      this.#database
        .prepare("INSERT OR REPLACE INTO segment VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
        .run(endpoint, rendition, sequence, period, token, startMs, duration, mediaStart, present ? 1 : 0);
      this.#database
        .prepare(
          `INSERT INTO endpoint VALUES (?1, ?2, ?3) ON CONFLICT (id) DO UPDATE
            SET next_sequence = max(next_sequence, ?2), next_period = max(next_period, ?3)`,
        )
        .run(endpoint, sequence + 1, period + 1);
    });
  }

  /** Records a rendition of a period. */
  describe(endpoint: string, token: string, rendition: PeriodRendition): void {
    this.#database
      .prepare("INSERT OR REPLACE INTO period VALUES (?, ?, ?, ?)")
      .run(endpoint, token, rendition.name, JSON.stringify(rendition));
  }

  /** The renditions of a period. */
  renditions(endpoint: string, token: string): PeriodRendition[] {
    const rows = this.#database
      .prepare("SELECT details FROM period WHERE endpoint = ? AND token = ?")
      .all(endpoint, token);
    return rows.map((row) => JSON.parse(String(row["details"])) as PeriodRendition);
  }

  /** A rendition's segments that play in a time range (epoch milliseconds), in order. */
  between(endpoint: string, rendition: string, fromMs: number, toMs: number): IndexedSegment[] {
    const rows = this.#database
      .prepare(
        `SELECT * FROM segment
          WHERE endpoint = ? AND rendition = ? AND start_ms + duration * 1000 > ? AND start_ms < ?
          ORDER BY sequence`,
      )
      .all(endpoint, rendition, fromMs, toMs);
    return rows.map(toSegment);
  }

  /** Length of an endpoint's longest segment, in seconds; 0 if there is none. */
  longest(endpoint: string): number {
    const row = this.#database.prepare("SELECT max(duration) AS longest FROM segment WHERE endpoint = ?").get(endpoint);
    return Number(row?.["longest"] ?? 0);
  }

  /**
   * Forgets segments that ended before `beforeMs`, and periods without segments except the current one. Returns what
   * was forgotten, so that its files can be deleted.
   */
  prune(
    endpoint: string,
    beforeMs: number,
    presentToken: string,
  ): { rendition: string; token: string; sequence: number | "init" }[] {
    const segments = this.#database
      .prepare(
        `DELETE FROM segment WHERE endpoint = ? AND start_ms + duration * 1000 < ?
          RETURNING rendition, token, sequence`,
      )
      .all(endpoint, beforeMs);
    const periods = this.#database
      .prepare(
        `DELETE FROM period WHERE endpoint = ?1 AND token <> ?2
          AND token NOT IN (SELECT token FROM segment WHERE endpoint = ?1)
          RETURNING rendition, token`,
      )
      .all(endpoint, presentToken);
    return [...segments, ...periods].map((row) => ({
      rendition: String(row["rendition"]),
      token: String(row["token"]),
      sequence: row["sequence"] === undefined ? "init" : Number(row["sequence"]),
    }));
  }

  close(): void {
    this.#database.close();
  }
}

function toSegment(row: Record<string, unknown>): IndexedSegment {
  return {
    sequence: Number(row["sequence"]),
    period: Number(row["period"]),
    token: String(row["token"]),
    startMs: Number(row["start_ms"]),
    duration: Number(row["duration"]),
    mediaStart: Number(row["media_start"]),
    present: row["present"] === 1,
  };
}
