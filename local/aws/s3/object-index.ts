import type { DatabaseSync } from "node:sqlite";
import { openDatabase, transaction } from "../../database.ts";
import type { Checksum } from "./checksums.ts";
import { checkWriteConditions, type Conditions } from "./conditions.ts";
import { noSuchBucket } from "./errors.ts";
import { isLifecycle, isNotification, type BucketConfiguration } from "./bucket-configuration.ts";
import { afterPrefix } from "./key-order.ts";

/** An object's attributes, without its bytes. */
export interface ObjectAttributes {
  /** Headers that a GET returns as stored (`content-type`, `cache-control`, …), by lower-case name. */
  headers: Record<string, string>;
  /** The user's metadata, by name without `x-amz-meta-`. */
  metadata: Record<string, string>;
  tags: Record<string, string>;
}

export interface StoredObject extends ObjectAttributes {
  bucket: string;
  key: string;
  /** Where its bytes are; see {@link BlobStore}. */
  blob: string;
  size: number;
  /** Without quotes. */
  etag: string;
  /** Time of the last write, ms since the epoch. */
  modified: number;
  checksum?: Checksum;
}

/** A pending notification; `body` is JSON in its destination's format. */
export interface Delivery {
  id: number;
  destination: string;
  body: string;
}

/** Builds the deliveries of a write, inside its transaction. `sequence` grows with every write. */
export type Announce = (sequence: number) => readonly Omit<Delivery, "id">[];

const schema = `
  CREATE TABLE IF NOT EXISTS buckets (
    name TEXT PRIMARY KEY, created INTEGER NOT NULL, configuration TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS objects (
    bucket TEXT NOT NULL, key BLOB NOT NULL, blob TEXT NOT NULL, size INTEGER NOT NULL, etag TEXT NOT NULL,
    modified INTEGER NOT NULL, attributes TEXT NOT NULL, checksum TEXT, PRIMARY KEY (bucket, key)) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS objects_by_age ON objects (bucket, modified);
  CREATE TABLE IF NOT EXISTS deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT, destination TEXT NOT NULL, body TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS sequence (id INTEGER PRIMARY KEY AUTOINCREMENT);
`;

/**
 * Buckets and the objects in them, by key in the order of the keys' UTF-8 bytes (keys are stored as bytes for that). A
 * write and the notifications that it causes are one transaction, so neither exists without the other.
 */
export class ObjectIndex {
  readonly database: DatabaseSync;

  constructor(file: string) {
    this.database = openDatabase(file, schema);
  }

  close(): void {
    if (this.database.isOpen) this.database.close();
  }

  /** Runs `work` as one transaction: all of it happens, or nothing. */
  transaction<T>(work: () => T): T {
    return transaction(this.database, work);
  }

  buckets(): { name: string; created: number }[] {
    return this.database
      .prepare("SELECT name, created FROM buckets ORDER BY name")
      .all()
      .map((row) => ({ name: String(row["name"]), created: Number(row["created"]) }));
  }

  hasBucket(name: string): boolean {
    return this.database.prepare("SELECT 1 FROM buckets WHERE name = ?").get(name) !== undefined;
  }

  createBucket(name: string): void {
    this.database.prepare("INSERT OR IGNORE INTO buckets VALUES (?, ?, '{}')").run(name, Date.now());
  }

  /** Removes a bucket with all its objects and returns their blobs. */
  deleteBucket(name: string): string[] {
    return this.transaction(() => {
      const blobs = this.database.prepare("DELETE FROM objects WHERE bucket = ? RETURNING blob").all(name);
      this.database.prepare("DELETE FROM buckets WHERE name = ?").run(name);
      return blobs.map((row) => String(row["blob"]));
    });
  }

  isEmpty(bucket: string): boolean {
    return this.database.prepare("SELECT 1 FROM objects WHERE bucket = ? LIMIT 1").get(bucket) === undefined;
  }

  /** Throws NoSuchBucket. */
  configuration(bucket: string): BucketConfiguration {
    const row = this.database.prepare("SELECT configuration FROM buckets WHERE name = ?").get(bucket);
    if (row === undefined) throw noSuchBucket(bucket);
    const stored = JSON.parse(String(row["configuration"])) as Record<string, unknown>;
    return {
      policy: typeof stored["policy"] === "string" ? stored["policy"] : undefined,
      notification: isNotification(stored["notification"]) ? stored["notification"] : undefined,
      lifecycle: isLifecycle(stored["lifecycle"]) ? stored["lifecycle"] : undefined,
      blockPublicPolicy: stored["blockPublicPolicy"] === true,
    };
  }

  /** Changes some of a bucket's configuration; undefined removes. Throws NoSuchBucket. */
  configure(bucket: string, change: Partial<BucketConfiguration>): void {
    const configuration = { ...this.configuration(bucket), ...change };
    this.database
      .prepare("UPDATE buckets SET configuration = ? WHERE name = ?")
      .run(JSON.stringify(configuration), bucket);
  }

  object(bucket: string, key: string): StoredObject | undefined {
    const row = this.database
      .prepare("SELECT * FROM objects WHERE bucket = ? AND key = ?")
      .get(bucket, Buffer.from(key));
    return row === undefined ? undefined : toObject(row);
  }

  /**
   * Makes `object` the bucket's object of its key. Returns the blob that it replaced. Throws NoSuchBucket,
   * PreconditionFailed, or NoSuchKey for an `If-Match` without an object.
   */
  put(object: StoredObject, conditions: Conditions, announce: Announce): string | undefined {
    if (!this.hasBucket(object.bucket)) throw noSuchBucket(object.bucket);
    const replaced = this.object(object.bucket, object.key);
    checkWriteConditions(conditions, object.key, replaced);
    const { headers, metadata, tags } = object;
    this.database
      .prepare("INSERT OR REPLACE INTO objects VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
      .run(
        object.bucket,
        Buffer.from(object.key),
        object.blob,
        object.size,
        object.etag,
        object.modified,
        JSON.stringify({ headers, metadata, tags }),
        object.checksum === undefined ? null : JSON.stringify(object.checksum),
      );
    this.#announce(announce);
    return replaced?.blob;
  }

  /** Replaces an object's tags. */
  tag(object: StoredObject, tags: Record<string, string>): void {
    const { headers, metadata } = object;
    this.database
      .prepare("UPDATE objects SET attributes = ? WHERE bucket = ? AND key = ?")
      .run(JSON.stringify({ headers, metadata, tags }), object.bucket, Buffer.from(object.key));
  }

  /** Removes an object, if it exists. Returns its blob. */
  delete(bucket: string, key: string, announce: Announce): string | undefined {
    const row = this.database
      .prepare("DELETE FROM objects WHERE bucket = ? AND key = ? RETURNING blob")
      .get(bucket, Buffer.from(key));
    if (row === undefined) return undefined;
    this.#announce(announce);
    return String(row["blob"]);
  }

  /** Objects whose keys begin with `prefix`, in key order, from the bound `from` on (see key-order.ts). Read lazily. */
  *objects(bucket: string, prefix: string, from: Uint8Array = new Uint8Array()): Generator<StoredObject> {
    const first = Buffer.from(prefix);
    const start = Buffer.compare(first, from) > 0 ? first : from;
    const end = afterPrefix(prefix);
    const rows =
      end === undefined
        ? this.database
            .prepare("SELECT * FROM objects WHERE bucket = ? AND key >= ? ORDER BY key")
            .iterate(bucket, start)
        : this.database
            .prepare("SELECT * FROM objects WHERE bucket = ? AND key >= ? AND key < ? ORDER BY key")
            .iterate(bucket, start, end);
    for (const row of rows) yield toObject(row);
  }

  /** Keys under `prefix` last written before `before` (ms since the epoch), oldest first, at most `limit`. */
  olderThan(bucket: string, prefix: string, before: number, limit: number): string[] {
    return this.database
      .prepare(
        "SELECT key FROM objects WHERE bucket = ? AND modified < ? AND key >= ? AND key < ? ORDER BY modified LIMIT ?",
      )
      .all(bucket, before, Buffer.from(prefix), afterPrefix(prefix) ?? Buffer.of(0xff), limit)
      .map((row) => textOf(row["key"]));
  }

  /** What a bucket's objects take, in bytes. */
  bytesIn(bucket: string): number {
    const row = this.database.prepare("SELECT sum(size) AS bytes FROM objects WHERE bucket = ?").get(bucket);
    return Number(row?.["bytes"] ?? 0);
  }

  /** Every blob that an object uses. */
  blobs(): Set<string> {
    return new Set(
      this.database
        .prepare("SELECT blob FROM objects")
        .all()
        .map((row) => String(row["blob"])),
    );
  }

  /** Pending notifications, oldest first. */
  deliveries(after: number, limit: number): Delivery[] {
    return this.database
      .prepare("SELECT id, destination, body FROM deliveries WHERE id > ? ORDER BY id LIMIT ?")
      .all(after, limit)
      .map((row) => ({ id: Number(row["id"]), destination: String(row["destination"]), body: String(row["body"]) }));
  }

  delivered(id: number): void {
    this.database.prepare("DELETE FROM deliveries WHERE id = ?").run(id);
  }

  /** Adds a notification that is not caused by a write. */
  deliver(delivery: Omit<Delivery, "id">): void {
    this.database
      .prepare("INSERT INTO deliveries (destination, body) VALUES (?, ?)")
      .run(delivery.destination, delivery.body);
  }

  #announce(announce: Announce): void {
    const { lastInsertRowid } = this.database.prepare("INSERT INTO sequence DEFAULT VALUES").run();
    this.database.prepare("DELETE FROM sequence").run();
    for (const delivery of announce(Number(lastInsertRowid))) this.deliver(delivery);
  }
}

function textOf(key: unknown): string {
  return key instanceof Uint8Array ? Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString() : "";
}

function toObject(row: Record<string, unknown>): StoredObject {
  const attributes = JSON.parse(String(row["attributes"])) as ObjectAttributes;
  const checksum = typeof row["checksum"] === "string" ? (JSON.parse(row["checksum"]) as Checksum) : undefined;
  return {
    bucket: String(row["bucket"]),
    key: textOf(row["key"]),
    blob: String(row["blob"]),
    size: Number(row["size"]),
    etag: String(row["etag"]),
    modified: Number(row["modified"]),
    ...attributes,
    ...(checksum === undefined ? {} : { checksum }),
  };
}
