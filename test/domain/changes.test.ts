import assert from "node:assert/strict";
import fc from "fast-check";
import { changeOf, changeTypes, type Stored } from "../../domain/changes.ts";
import type { Review } from "../../domain/model.ts";

const place = { channel: "main", broadcast: "20261122T180000" };
const clip = (given: { review?: Review; similarity?: number; of?: string } = {}): Stored => ({
  is: "clip",
  of: given.of ?? "ada",
  clip: {
    id: "main.20261122T180000.ada.000003-1500",
    ...place,
    start: "2026-11-22T18:00:01.000Z",
    end: "2026-11-22T18:00:09.000Z",
    similarity: given.similarity ?? 97,
    review: given.review ?? "unreviewed",
  },
});
const clips = (number: number, of = "ada"): Stored => ({ is: "clips", of, ...place, clips: number });
const channel = (state: "idle" | "running", live: boolean, broadcast?: string): Stored => ({
  is: "channel",
  channel: { id: "main", state, live, broadcast },
});
const person = (name: string, faces: string[] = [], mergedInto?: string): Stored => ({
  is: "person",
  person: {
    id: "ada",
    name,
    celebrity: undefined,
    faces: faces.map((id) => ({ id, box: { left: 0, top: 0, width: 1, height: 1 }, quality: 90 })),
  },
  mergedInto,
});
const recording = (state: "archived" | "indexed"): Stored => ({
  is: "recording",
  recording: { id: "main.20261122T180000.000003", ...place, state },
});

const at = "2026-11-22T18:05:00.000Z";
const typeOf = (before: Stored | undefined, after: Stored | undefined): string | undefined =>
  changeOf({ id: "1", at, before, after })?.type;

describe("changeOf", () => {
  it("tells what a clip means to viewers", () => {
    assert.deepEqual(changeOf({ id: "1", at, before: undefined, after: clip() }), {
      id: "1",
      type: "clip.ready",
      at,
      clip: "main.20261122T180000.ada.000003-1500",
      subject: { kind: "person", id: "ada" },
      ...place,
    });
    assert.equal(typeOf(clip(), clip({ review: "confirmed" })), "clip.changed");
    assert.equal(typeOf(clip(), clip({ similarity: 98 })), "clip.changed");
    assert.equal(typeOf(clip(), clip({ of: "grace" })), "clip.changed");
    assert.equal(typeOf(clip(), clip({ review: "rejected" })), "clip.removed");
    assert.equal(typeOf(clip(), undefined), "clip.removed");
    assert.equal(typeOf(clip({ review: "rejected" }), clip()), "clip.ready");
  });

  it("keeps what viewers don't see to itself", () => {
    assert.equal(typeOf(undefined, clip({ review: "rejected" })), undefined);
    assert.equal(typeOf(clip({ review: "rejected" }), undefined), undefined);
    assert.equal(typeOf(clip({ review: "rejected" }), clip({ review: "rejected", similarity: 98 })), undefined);
  });

  it("tells of a person's first visible clip in a broadcast, and of no event's", () => {
    assert.equal(typeOf(undefined, clips(0)), undefined);
    assert.deepEqual(changeOf({ id: "1", at, before: clips(0), after: clips(2) }), {
      id: "1",
      type: "person.appeared",
      at,
      subject: { kind: "person", id: "ada" },
      ...place,
    });
    assert.equal(typeOf(clips(2), clips(3)), undefined);
    assert.equal(typeOf(clips(1), clips(0)), undefined);
    assert.equal(typeOf(clips(0, "_goal"), clips(1, "_goal")), undefined);
  });

  it("tells when the watch list changes, without names", () => {
    assert.deepEqual(changeOf({ id: "1", at, before: undefined, after: person("Ada") }), {
      id: "1",
      type: "person.changed",
      at,
      subject: { kind: "person", id: "ada" },
    });
    assert.equal(typeOf(person("Ada"), person("Ada L.")), "person.changed");
    assert.equal(typeOf(person("Ada", ["a"]), person("Ada", ["a", "b"])), "person.changed");
    assert.equal(typeOf(person("Ada"), person("Ada", [], "grace")), "person.changed");
    assert.equal(typeOf(person("Ada"), undefined), "person.changed");
    assert.equal(typeOf(person("Ada", ["a", "b"]), person("Ada", ["b", "a"])), undefined);
  });

  it("tells the states of channels, recordings and exports", () => {
    assert.deepEqual(changeOf({ id: "1", at, before: channel("idle", false), after: channel("running", true) }), {
      id: "1",
      type: "channel.changed",
      at,
      channel: "main",
      state: "running",
      live: true,
    });
    assert.equal(typeOf(channel("idle", false), channel("idle", false)), undefined);
    assert.equal(
      changeOf({ id: "1", at, before: channel("running", true), after: channel("running", true, place.broadcast) })
        ?.broadcast,
      place.broadcast,
    );
    assert.deepEqual(changeOf({ id: "1", at, before: recording("archived"), after: recording("indexed") }), {
      id: "1",
      type: "recording.changed",
      at,
      recording: "main.20261122T180000.000003",
      ...place,
      state: "indexed",
    });
    const deleted = changeOf({ id: "1", at, before: recording("indexed"), after: undefined });
    assert.deepEqual([deleted?.type, deleted?.state], ["recording.changed", "deleted"]);
    assert.deepEqual(
      changeOf({ id: "1", at, before: undefined, after: { is: "export", id: "e1", state: "waiting" } }),
      { id: "1", type: "export.changed", at, export: "e1", state: "waiting" },
    );
  });

  const review = fc.constantFrom<Review>("unreviewed", "confirmed", "rejected");
  const anyClip = fc.option(
    fc.record({ review, similarity: fc.integer({ min: 0, max: 2 }), of: fc.constantFrom("ada", "grace") }),
    { nil: undefined },
  );

  it("says nothing of a write that changes nothing", () => {
    fc.assert(
      fc.property(anyClip, (given) => {
        const item = given && clip(given);
        assert.equal(typeOf(item, structuredClone(item)), undefined);
      }),
    );
  });

  it("lets a listener who knows only the events know which clip is visible, after any history", () => {
    fc.assert(
      fc.property(fc.array(anyClip, { maxLength: 20 }), (history) => {
        let before: Stored | undefined;
        let seen = false;
        for (const given of history) {
          const after = given && clip(given);
          const type = typeOf(before, after);
          if (type === "clip.ready") assert.equal(seen, false);
          if (type === "clip.changed" || type === "clip.removed") assert.equal(seen, true);
          if (type === "clip.ready") seen = true;
          if (type === "clip.removed") seen = false;
          assert.equal(seen, given !== undefined && given.review !== "rejected");
          before = after;
        }
      }),
    );
  });

  it("tells each type at some time", () => {
    const told = [
      typeOf(undefined, clip()),
      typeOf(clip(), clip({ similarity: 1 })),
      typeOf(clip(), undefined),
      typeOf(clips(0), clips(1)),
      typeOf(undefined, person("Ada")),
      typeOf(undefined, recording("archived")),
      typeOf(channel("idle", false), channel("running", false)),
      typeOf(undefined, { is: "export", id: "e1", state: "waiting" }),
    ];
    assert.deepEqual(told, changeTypes);
  });
});
