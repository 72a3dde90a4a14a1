import type { Checksum, ChecksumAlgorithm } from "./checksums.ts";
import type { ObjectAttributes, ObjectIndex } from "./object-index.ts";

/** A multipart upload in progress. */
export interface Upload extends ObjectAttributes {
  id: string;
  bucket: string;
  key: string;
  /** ms since the epoch. */
  initiated: number;
  checksum?: { algorithm: ChecksumAlgorithm; type: Checksum["type"] };
}

export interface Part {
  number: number;
  blob: string;
  size: number;
  /** MD5 of its bytes, hexadecimal. */
  etag: string;
  modified: number;
  checksum?: Checksum;
}

const schema = `
  CREATE TABLE IF NOT EXISTS uploads (
    id TEXT PRIMARY KEY, bucket TEXT NOT NULL, key TEXT NOT NULL, initiated INTEGER NOT NULL, attributes TEXT NOT NULL,
    checksum TEXT) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS parts (
    upload TEXT NOT NULL, number INTEGER NOT NULL, blob TEXT NOT NULL, size INTEGER NOT NULL, etag TEXT NOT NULL,
    modified INTEGER NOT NULL, checksum TEXT, PRIMARY KEY (upload, number)) WITHOUT ROWID;
`;

/** Multipart uploads and their parts, in the same database as the objects. */
export class UploadIndex {
  readonly #objects: ObjectIndex;

  constructor(objects: ObjectIndex) {
    this.#objects = objects;
    objects.database.exec(schema);
  }

  create(upload: Upload): void {
    const { headers, metadata, tags } = upload;
    this.#objects.database
      .prepare("INSERT INTO uploads VALUES (?, ?, ?, ?, ?, ?)")
      .run(
        upload.id,
        upload.bucket,
        upload.key,
        upload.initiated,
        JSON.stringify({ headers, metadata, tags }),
        upload.checksum === undefined ? null : JSON.stringify(upload.checksum),
      );
  }

  get(id: string): Upload | undefined {
    const row = this.#objects.database.prepare("SELECT * FROM uploads WHERE id = ?").get(id);
    return row === undefined ? undefined : toUpload(row);
  }

  /** A bucket's uploads, ordered by key, then by start time. */
  list(bucket: string): Upload[] {
    return this.#objects.database
      .prepare("SELECT * FROM uploads WHERE bucket = ? ORDER BY key, initiated")
      .all(bucket)
      .map(toUpload);
  }

  /** Stores a part; returns the blob of the part that it replaces. Undefined if the upload does not exist. */
  putPart(upload: string, part: Part): { replaced?: string } | undefined {
    return this.#objects.transaction(() => {
      if (this.get(upload) === undefined) return undefined;
      const old = this.#objects.database
        .prepare("SELECT blob FROM parts WHERE upload = ? AND number = ?")
        .get(upload, part.number);
      this.#objects.database
        .prepare("INSERT OR REPLACE INTO parts VALUES (?, ?, ?, ?, ?, ?, ?)")
        .run(
          upload,
          part.number,
          part.blob,
          part.size,
          part.etag,
          part.modified,
          part.checksum === undefined ? null : JSON.stringify(part.checksum),
        );
      return old === undefined ? {} : { replaced: String(old["blob"]) };
    });
  }

  parts(upload: string): Part[] {
    return this.#objects.database
      .prepare("SELECT * FROM parts WHERE upload = ? ORDER BY number")
      .all(upload)
      .map(toPart);
  }

  /**
   * Removes an upload and its parts; returns their blobs. Call it inside a transaction if other changes belong to it.
   */
  delete(id: string): string[] {
    this.#objects.database.prepare("DELETE FROM uploads WHERE id = ?").run(id);
    return this.#objects.database
      .prepare("DELETE FROM parts WHERE upload = ? RETURNING blob")
      .all(id)
      .map((row) => String(row["blob"]));
  }

  /** Every blob that a part uses. */
  blobs(): string[] {
    return this.#objects.database
      .prepare("SELECT blob FROM parts")
      .all()
      .map((row) => String(row["blob"]));
  }
}

function toUpload(row: Record<string, unknown>): Upload {
  const attributes = JSON.parse(String(row["attributes"])) as ObjectAttributes;
  return {
    id: String(row["id"]),
    bucket: String(row["bucket"]),
    key: String(row["key"]),
    initiated: Number(row["initiated"]),
    ...attributes,
    ...(typeof row["checksum"] === "string"
      ? { checksum: JSON.parse(row["checksum"]) as NonNullable<Upload["checksum"]> }
      : {}),
  };
}

function toPart(row: Record<string, unknown>): Part {
  return {
    number: Number(row["number"]),
    blob: String(row["blob"]),
    size: Number(row["size"]),
    etag: String(row["etag"]),
    modified: Number(row["modified"]),
    ...(typeof row["checksum"] === "string" ? { checksum: JSON.parse(row["checksum"]) as Checksum } : {}),
  };
}
