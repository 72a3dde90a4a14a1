import assert from "node:assert/strict";
import fc from "fast-check";
import { ApiError } from "../../../local/cli/demo/api-client.ts";
import { Keep } from "../../../local/cli/keep.ts";
import { createLog } from "../../../local/log.ts";

interface Stored {
  id: string;
  broadcast: string;
  bytes: number;
  confirmed: boolean;
  /** Deleting it is answered by this status. */
  refused?: number;
}

/** An API with these recordings, oldest first, in pages of three. */
function apiOf(recordings: readonly Stored[]) {
  const left = new Map(recordings.map((recording) => [recording.id, recording]));
  const deleted: string[] = [];
  const get = async (path: string): Promise<unknown> => {
    const { pathname, searchParams } = new URL(path, "http://api");
    const from = Number(searchParams.get("cursor") ?? 0);
    const broadcast = searchParams.get("broadcast");
    assert.equal(searchParams.get("limit"), "100");
    const all =
      pathname === "/recordings"
        ? recordings.map(({ id, broadcast: of }) => ({ id, channel: "main", broadcast: of }))
        : recordings.flatMap((one) =>
            one.confirmed && one.broadcast === broadcast ? [{ appearances: [{ recording: one.id }] }] : [],
          );
    const isLeft = (item: object): boolean => !("id" in item) || left.has(String(item.id));
    return {
      items: all.slice(from, from + 3).filter(isLeft),
      nextCursor: from + 3 < all.length ? String(from + 3) : null,
    };
  };
  return {
    deleted,
    bytes: () => [...left.values()].reduce((sum, { bytes }) => sum + bytes, 0),
    get: <Answer>(path: string) => get(path) as Promise<Answer>,
    async delete(path: string): Promise<void> {
      const id = path.replace("/recordings/", "");
      const { refused } = left.get(id) ?? {};
      if (refused !== undefined) throw new ApiError(refused, {}, `DELETE ${path}: refused`);
      left.delete(id);
      deleted.push(id);
    },
  };
}

describe("what --keep deletes", () => {
  const run = async (recordings: readonly Stored[], limit: number, rounds = 1) => {
    const api = apiOf(recordings);
    const lines: string[] = [];
    const log = createLog({ write: (line) => lines.push(line.replace(/\d\d:\d\d:\d\d /, "").trimEnd()) }, "keep");
    const keep = new Keep({ limit, bytes: api.bytes, api, log });
    for (let round = 0; round < rounds; round++) await keep.run();
    return { deleted: api.deleted, bytes: api.bytes(), lines };
  };
  const stored = (id: string, gigabytes: number, more: Partial<Stored> = {}): Stored => ({
    ...{ id, broadcast: "20261122T180000", bytes: gigabytes * 1e9, confirmed: false },
    ...more,
  });

  it("is nothing while the recordings fit", async () => {
    assert.deepEqual(await run([stored("1", 5), stored("2", 15)], 20e9), { deleted: [], bytes: 20e9, lines: [] });
  });

  it("is the oldest without confirmed clips, until the others fit", async () => {
    const recordings = [stored("1", 5, { confirmed: true }), stored("2", 5), stored("3", 5), stored("4", 10)];
    assert.deepEqual(await run(recordings, 16e9), {
      deleted: ["2", "3"],
      bytes: 15e9,
      lines: [
        "keep         deleted the oldest 2 recordings without confirmed clips: recordings take 15 GB, and 16 GB " +
          "are kept",
      ],
    });
  });

  it("is never more than what has no confirmed clips: then the log says so, once", async () => {
    const confirmed = { confirmed: true };
    assert.deepEqual(await run([stored("1", 15, confirmed), stored("2", 1), stored("3", 15, confirmed)], 20e9, 3), {
      deleted: ["2"],
      bytes: 30e9,
      lines: [
        "keep         deleted the oldest recording without confirmed clips: recordings take 30 GB, and 20 GB are kept",
        "WARN keep         recordings take more than the 20 GB of --keep, and all others have confirmed clips or are " +
          "being processed: delete some of them yourself, or keep more",
      ],
    });
  });

  it("passes over what is being processed or gone, and tells once why it can do nothing", async () => {
    const refused = [stored("1", 5, { refused: 409 }), stored("2", 5, { refused: 404 }), stored("3", 5)];
    assert.deepEqual((await run(refused, 11e9)).deleted, ["3"]);
    const { deleted, lines } = await run([stored("1", 5, { refused: 401 }), stored("2", 5)], 1e9, 2);
    assert.deepEqual([deleted, lines], [[], ["WARN keep         DELETE /recordings/1: refused"]]);
  });

  it("is never confirmed, begins with the oldest, and ends as soon as the rest fits", async () => {
    const recording = fc.record({
      bytes: fc.integer({ min: 0, max: 100 }),
      confirmed: fc.boolean(),
      broadcast: fc.constantFrom("20261122T180000", "20261123T180000"),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(recording, { maxLength: 20 }), fc.integer({ min: 1, max: 500 }), async (all, limit) => {
        const recordings = all.map((one, index) => ({ ...one, id: String(index) }));
        const { deleted, bytes } = await run(recordings, limit);
        const deletable = recordings.filter(({ confirmed }) => !confirmed).map(({ id }) => id);
        assert.deepEqual(deleted, deletable.slice(0, deleted.length));
        if (bytes > limit) assert.equal(deleted.length, deletable.length);
        const last = recordings.find(({ id }) => id === deleted.at(-1));
        if (last !== undefined) assert.ok(bytes + last.bytes > limit, "the last one had to go");
      }),
    );
  });
});
