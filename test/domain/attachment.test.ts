import assert from "node:assert/strict";
import { attachment, exportFileName } from "../../domain/attachment.ts";
import type { Clip } from "../../domain/model.ts";

const clip = (name: string, start: string): Clip => ({
  id: "main.20261122T180000.x.000000-1000",
  subject: { kind: "person", id: "x", name },
  channel: "main",
  broadcast: "20261122T180000",
  start,
  end: start,
  durationMs: 0,
  similarity: 95,
  review: "unreviewed",
  poster: "",
  pieces: [],
  appearances: [],
});

describe("the name of an export's file", () => {
  it("says who, when and how many moments", () => {
    const son = clip("Son Heung-min", "2026-11-22T18:02:10.500Z");
    assert.equal(exportFileName([son]), "Son Heung-min 2026-11-22 18.02.10.mp4");
    assert.equal(exportFileName([son, son]), "Son Heung-min 2026-11-22 18.02.10 (2 moments).mp4");
    assert.equal(
      exportFileName([son, clip("Ada", "2026-11-22T18:03:00.000Z")]),
      "Moments 2026-11-22 18.02.10 (2 moments).mp4",
    );
  });

  it("has nothing that a file system refuses", () => {
    assert.equal(exportFileName([clip('A/C\\D:"E"', "2026-11-22T18:02:10Z")]), "A_C_D__E_ 2026-11-22 18.02.10.mp4");
  });

  it("is sent in UTF-8, with a plain name beside it", () => {
    assert.equal(
      attachment("손흥민 Müller (1).mp4"),
      "attachment; filename=\"___ Muller (1).mp4\"; filename*=UTF-8''" +
        "%EC%86%90%ED%9D%A5%EB%AF%BC%20M%C3%BCller%20%281%29.mp4",
    );
  });
});
