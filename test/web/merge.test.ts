import assert from "node:assert/strict";
import fc from "fast-check";
import type { Clip } from "../../web/src/api/types.ts";
import { extended, refreshed, settled } from "../../web/src/shared/merge-clips.ts";
import { SON, clip } from "./fixtures.ts";

const ids = (clips: readonly Clip[]): string[] => clips.map(({ id }) => id);
const newestFirst = (seconds: readonly number[]): Clip[] =>
  seconds.toSorted((a, b) => b - a).map((second) => clip(SON, second));
const distinct = fc.uniqueArray(fc.integer({ min: 0, max: 500 }), { minLength: 1, maxLength: 40 });

describe("web: merging pages of clips", () => {
  it("puts new clips in front and keeps what older pages brought", () => {
    const shown = newestFirst([10, 20, 30, 40]);
    const { clips, restarted } = refreshed(shown, newestFirst([30, 40, 50]), false);
    assert.deepEqual(ids(clips), ids(newestFirst([10, 20, 30, 40, 50])));
    assert.equal(restarted, false);
  });

  it("updates changed clips and removes those that are gone", () => {
    const grown = clip(SON, 40, { durationMs: 9000 });
    const { clips } = refreshed(newestFirst([10, 20, 30, 40]), [grown, clip(SON, 20)], false);
    assert.deepEqual(ids(clips), ids(newestFirst([10, 20, 40])));
    assert.equal(clips[0]?.durationMs, 9000);
  });

  it("starts over when so much is new that pages between are missing", () => {
    const page = newestFirst([100, 110]);
    assert.deepEqual(refreshed(newestFirst([10, 20]), page, false), { clips: page, restarted: true });
  });

  it("shows nothing once everything is deleted", () => {
    assert.deepEqual(refreshed(newestFirst([10, 20]), [], true).clips, []);
  });

  it("keeps every page newest first and without duplicates, whatever was added or removed", () => {
    fc.assert(
      fc.property(distinct, distinct, fc.integer({ min: 1, max: 24 }), (before, now, limit) => {
        const truth = newestFirst(now);
        const page = truth.slice(0, limit);
        const { clips, restarted } = refreshed(newestFirst(before), page, page.length === truth.length);
        assert.deepEqual(ids(clips.slice(0, page.length)), ids(page));
        assert.deepEqual(ids(clips), ids(clips.toSorted((a, b) => b.start.localeCompare(a.start))));
        assert.equal(new Set(ids(clips)).size, clips.length);
        if (restarted) assert.equal(clips.length, page.length);
      }),
    );
  });

  it("adds an older page without showing a clip twice", () => {
    assert.deepEqual(
      ids(extended(newestFirst([30, 40]), newestFirst([10, 20, 30]))),
      ids(newestFirst([10, 20, 30, 40])),
    );
  });

  it("moves nothing while it holds still: the same clips in the same order, in their newest form", () => {
    fc.assert(
      fc.property(distinct, distinct, (before, now) => {
        const shown = newestFirst(before);
        const still = ids(settled(shown, newestFirst(now)));
        assert.deepEqual(
          still,
          ids(shown).filter((id) => ids(newestFirst(now)).includes(id)),
        );
      }),
    );
  });
});
