import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { openDatabase } from "../../database.ts";

/** A face of a collection. Boxes are fractions of the picture it came from. */
export interface StoredFace {
  faceId: string;
  imageId: string;
  externalImageId?: string;
  box: { left: number; top: number; width: number; height: number };
  confidence: number;
  embedding: Float32Array;
}

export interface StoredCollection {
  id: string;
  createdMs: number;
}

const schema = `
  CREATE TABLE IF NOT EXISTS collections (id TEXT PRIMARY KEY, created_ms INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS faces (
    collection TEXT NOT NULL REFERENCES collections (id) ON DELETE CASCADE,
    face_id TEXT NOT NULL, image_id TEXT NOT NULL,
    external_image_id TEXT,
    box TEXT NOT NULL, confidence REAL NOT NULL, embedding BLOB NOT NULL, PRIMARY KEY (collection, face_id)
  ) STRICT;
`;

/** The collections and their faces, durable. */
export class CollectionStore {
  readonly #database: DatabaseSync;

  constructor(folder: string) {
    this.#database = openDatabase(join(folder, "collections.db"), schema);
    this.#database.exec("PRAGMA foreign_keys = ON");
  }

  /** Does nothing if the collection already exists. */
  create(id: string, nowMs: number): boolean {
    return (
      this.#database
        .prepare("INSERT INTO collections (id, created_ms) VALUES (?, ?) ON CONFLICT DO NOTHING")
        .run(id, nowMs).changes > 0
    );
  }

  /** Deletes the collection and its faces. */
  remove(id: string): boolean {
    return this.#database.prepare("DELETE FROM collections WHERE id = ?").run(id).changes > 0;
  }

  find(id: string): StoredCollection | undefined {
    return this.collections().find((collection) => collection.id === id);
  }

  collections(): StoredCollection[] {
    const rows = this.#database.prepare("SELECT id, created_ms FROM collections ORDER BY id").all();
    return rows.map((row) => ({ id: String(row["id"]), createdMs: Number(row["created_ms"]) }));
  }

  /** Adds a face; adding the same face again has no effect. */
  addFace(collection: string, face: StoredFace): void {
    const { embedding } = face;
    this.#database
      .prepare(
        `INSERT INTO faces (collection, face_id, image_id, external_image_id, box, confidence, embedding)
          VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
      )
      .run(
        collection,
        face.faceId,
        face.imageId,
        face.externalImageId ?? null,
        JSON.stringify(face.box),
        face.confidence,
        new Uint8Array(embedding.buffer, embedding.byteOffset, embedding.byteLength),
      );
  }

  removeFace(collection: string, faceId: string): boolean {
    return (
      this.#database.prepare("DELETE FROM faces WHERE collection = ? AND face_id = ?").run(collection, faceId).changes >
      0
    );
  }

  faces(collection: string): StoredFace[] {
    const rows = this.#database.prepare("SELECT * FROM faces WHERE collection = ? ORDER BY face_id").all(collection);
    return rows.map((row) => ({
      faceId: String(row["face_id"]),
      imageId: String(row["image_id"]),
      externalImageId: typeof row["external_image_id"] === "string" ? row["external_image_id"] : undefined,
      box: JSON.parse(String(row["box"])) as StoredFace["box"],
      confidence: Number(row["confidence"]),
      embedding: toFloats(row["embedding"]),
    }));
  }

  close(): void {
    this.#database.close();
  }
}

/** The floats of a stored embedding. SQLite's bytes may lie at any address, so they are copied. */
function toFloats(bytes: unknown): Float32Array {
  if (!(bytes instanceof Uint8Array)) throw new Error("A stored embedding is damaged.");
  return new Float32Array(Uint8Array.from(bytes).buffer);
}
