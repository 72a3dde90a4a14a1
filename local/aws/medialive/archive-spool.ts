import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import type { Log } from "../../log.ts";
import type { Cloud } from "../cloud.ts";
import { onceThereIsRoom } from "../support/once-there-is-room.ts";

/** Where a broadcast's recordings go. */
export interface ArchiveTarget {
  /** The role that stores the recordings. */
  roleArn: string;
  bucket: string;
  /** Keys are `PREFIX.NNNNNN.EXTENSION`. */
  prefix: string;
  extension: string;
}

export const archiveSchema = `
  CREATE TABLE IF NOT EXISTS broadcast (folder TEXT PRIMARY KEY, target TEXT NOT NULL, next_number INTEGER NOT NULL);
`;

/**
 * Moves one broadcast's archive files to their bucket, numbered in order. Until then a file keeps its number and stays
 * on disk, despite errors, a full disk and restarts of the engine.
 */
export class ArchiveSpool {
  readonly #cloud: Cloud;
  readonly #database: DatabaseSync;
  readonly #folder: string;
  readonly #target: ArchiveTarget;
  readonly #log: Log;
  readonly #closing: AbortSignal;

  /**
   * Starts (or, after a restart, resumes) the broadcast whose files are below `folder`.
   *
   * @param options.closing ends waiting for space: what is left is for the engine's next start
   */
  constructor(options: {
    cloud: Cloud;
    database: DatabaseSync;
    folder: string;
    target: ArchiveTarget;
    log: Log;
    closing: AbortSignal;
  }) {
    this.#cloud = options.cloud;
    this.#database = options.database;
    this.#folder = options.folder;
    this.#target = options.target;
    this.#log = options.log;
    this.#closing = options.closing;
    mkdirSync(this.#outbox, { recursive: true });
    this.#database
      .prepare("INSERT OR IGNORE INTO broadcast VALUES (?, ?, 0)")
      .run(this.#folder, JSON.stringify(this.#target));
  }

  /** The broadcasts that may have files left from an earlier run. */
  static unfinished(database: DatabaseSync): { folder: string; target: ArchiveTarget }[] {
    return database
      .prepare("SELECT folder, target FROM broadcast ORDER BY folder")
      .all()
      .map((row) => ({ folder: String(row["folder"]), target: JSON.parse(String(row["target"])) as ArchiveTarget }));
  }

  /** Numbers a finished file and stores it, after those that could not be stored before. Never rejects. */
  async add(file: string): Promise<void> {
    await this.#unlessClosing(async () => {
      const row = await onceThereIsRoom(
        () =>
          this.#database
            .prepare("UPDATE broadcast SET next_number = next_number + 1 WHERE folder = ? RETURNING next_number")
            .get(this.#folder),
        this.#closing,
      );
      const number = Number(row?.["next_number"]) - 1;
      const numbered = join(this.#outbox, String(number).padStart(6, "0"));
      await onceThereIsRoom(() => renameSync(file, numbered), this.#closing);
      await this.#deliver();
    });
  }

  /** Adds the files of an encoder that died: a truncated transport stream still plays. Never rejects. */
  async addInterrupted(folder: string): Promise<void> {
    // One that died before its first file has none.
    if (!existsSync(folder)) return;
    for (const name of readdirSync(folder).sort()) {
      const file = join(folder, name);
      if (statSync(file).size > 0) await this.add(file);
      else rmSync(file);
    }
  }

  /** Stores the files that an earlier run left; forgets the broadcast once none remain. Never rejects. */
  async resume(): Promise<void> {
    for (const job of readdirSync(this.#folder).sort())
      if (job !== basename(this.#outbox)) await this.addInterrupted(join(this.#folder, job));
    await this.#unlessClosing(() => this.#deliver());
    await this.finish();
  }

  /** Ends the broadcast: forgets it unless files remain to be stored. Never rejects. */
  async finish(): Promise<void> {
    await this.#unlessClosing(async () => {
      if (this.#isDelivered())
        await onceThereIsRoom(() => {
          rmSync(this.#folder, { recursive: true, force: true });
          this.#database.prepare("DELETE FROM broadcast WHERE folder = ?").run(this.#folder);
        }, this.#closing);
    });
  }

  #isDelivered(): boolean {
    return readdirSync(this.#folder, { recursive: true, withFileTypes: true }).every((entry) => entry.isDirectory());
  }

  async #unlessClosing(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (cause) {
      if (!this.#closing.aborted) throw cause;
    }
  }

  get #outbox(): string {
    return join(this.#folder, "numbered");
  }

  async #deliver(): Promise<void> {
    for (const number of readdirSync(this.#outbox).sort()) {
      const { bucket, prefix, extension, roleArn } = this.#target;
      const key = `${prefix}.${number}.${extension}`;
      try {
        const role = this.#cloud.iam.assume(roleArn, "medialive.amazonaws.com");
        const file = join(this.#outbox, number);
        await onceThereIsRoom(() => this.#cloud.objects.put(role, bucket, key, file, "video/mp2t"), this.#closing);
      } catch (cause) {
        if (this.#closing.aborted) return;
        this.#log.error(
          `${key} could not be stored in ${bucket} ` +
            `(${cause instanceof Error ? cause.message : String(cause)}); ` +
            "trying again with the next recording",
        );
        return;
      }
    }
  }
}
