import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CollectionStore } from "../../../../local/aws/rekognition/store.ts";
import { openDatabase } from "../../../../local/database.ts";

describe("the store of collections", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "collections-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("reads the faces of earlier versions as dlib's, whose vectors had any length", () => {
    const old = openDatabase(
      join(folder, "collections.db"),
      `CREATE TABLE collections (id TEXT PRIMARY KEY, created_ms INTEGER NOT NULL) STRICT;
        CREATE TABLE faces (
          collection TEXT NOT NULL REFERENCES collections (id) ON DELETE CASCADE,
          face_id TEXT NOT NULL, image_id TEXT NOT NULL,
          external_image_id TEXT,
          box TEXT NOT NULL, confidence REAL NOT NULL, embedding BLOB NOT NULL, PRIMARY KEY (collection, face_id)
        ) STRICT;`,
    );
    old.prepare("INSERT INTO collections VALUES ('people', 1)").run();
    old
      .prepare("INSERT INTO faces VALUES ('people', 'face', 'image', 'ada', '{}', 99, ?)")
      .run(new Uint8Array(Float32Array.of(3, 4).buffer));
    old.close();
    for (let start = 0; start < 2; start++) {
      const store = new CollectionStore(folder);
      assert.deepEqual(
        store.faces("people").map(({ externalImageId, model, embedding }) => [externalImageId, model, [...embedding]]),
        [["ada", "1.0", [...Float32Array.of(0.6, 0.8)]]],
      );
      assert.deepEqual([store.outdated("1.0"), store.outdated("2.0")], [[], ["ada"]]);
      store.close();
    }
  });
});
