import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { openDatabase, transaction } from "../../database.ts";
import { unit } from "../../vision/recognisers/recogniser.ts";

/** A face of a collection. Boxes are fractions of the picture it came from. */
export interface StoredFace {
  faceId: string;
  imageId: string;
  externalImageId?: string;
  box: { left: number; top: number; width: number; height: number };
  confidence: number;
  embedding: Float32Array;
  /** Version of the recogniser that the embedding comes from. */
  model: string;
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
    box TEXT NOT NULL, confidence REAL NOT NULL, embedding BLOB NOT NULL, model TEXT NOT NULL,
    PRIMARY KEY (collection, face_id)
  ) STRICT;
`;

/** The collections and their faces, durable. */
export class CollectionStore {
  readonly #database: DatabaseSync;

  constructor(folder: string) {
    this.#database = openDatabase(join(folder, "collections.db"), schema);
    this.#database.exec("PRAGMA foreign_keys = ON");
    this.#addModel();
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

  /** Adds a face. The same face again has an effect only if another recogniser describes it. */
  addFace(collection: string, face: StoredFace): void {
    const { embedding } = face;
    this.#database
      .prepare(
        `INSERT INTO faces (collection, face_id, image_id, external_image_id, box, confidence, embedding, model)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?)
          ON CONFLICT DO UPDATE SET embedding = excluded.embedding, model = excluded.model`,
      )
      .run(
        collection,
        face.faceId,
        face.imageId,
        face.externalImageId ?? null,
        JSON.stringify(face.box),
        face.confidence,
        toBytes(embedding),
        face.model,
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
      model: String(row["model"]),
    }));
  }

  /** The external ids in all collections whose faces another recogniser described, and which have no newer face. */
  outdated(model: string): string[] {
    return this.#database
      .prepare(
        `SELECT external_image_id AS id FROM faces WHERE external_image_id IS NOT NULL
          GROUP BY external_image_id HAVING sum(model = ?) = 0 ORDER BY id`,
      )
      .all(model)
      .map(({ id }) => String(id));
  }

  close(): void {
    this.#database.close();
  }

  /** Before there was a choice of recognisers, all faces were dlib's, with vectors of any length. */
  #addModel(): void {
    const columns = this.#database.prepare("PRAGMA table_info(faces)").all();
    if (columns.some(({ name }) => name === "model")) return;
    transaction(this.#database, () => {
      this.#database.exec("ALTER TABLE faces ADD COLUMN model TEXT NOT NULL DEFAULT '1.0'");
      const update = this.#database.prepare("UPDATE faces SET embedding = ? WHERE rowid = ?");
      for (const { rowid, embedding } of this.#database.prepare("SELECT rowid, embedding FROM faces").all())
        update.run(toBytes(unit(toFloats(embedding))), rowid!);
    });
  }
}

function toBytes({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** The floats of a stored embedding. SQLite's bytes may lie at any address, so they are copied. */
function toFloats(bytes: unknown): Float32Array {
  if (!(bytes instanceof Uint8Array)) throw new Error("A stored embedding is damaged.");
  return new Float32Array(Uint8Array.from(bytes).buffer);
}
