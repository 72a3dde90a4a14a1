import assert from "node:assert/strict";
import fc from "fast-check";
import {
  eventId,
  subjectKind,
  clipId,
  isBroadcast,
  isChannelId,
  isMarkClip,
  isPersonId,
  markId,
  parseClipId,
  parseMarkId,
  parseRecordingId,
  personSlug,
  recordingId,
} from "../../domain/ids.ts";
import { recordingNames } from "./arbitraries.ts";

describe("ids", () => {
  it("of recordings say what they name", () => {
    assert.equal(
      recordingId({ channel: "main", broadcast: "20261122T180000", number: 12 }),
      "main.20261122T180000.000012",
    );
    fc.assert(fc.property(recordingNames, (name) => assert.deepEqual(parseRecordingId(recordingId(name)), name)));
    for (const id of ["", "main.20261122T180000.12", "main.20269922T180000.000012", "MAIN.20261122T180000.000012"])
      assert.equal(parseRecordingId(id), undefined);
  });

  it("of clips say what they name", () => {
    const example = {
      channel: "main",
      broadcast: "20261122T180000",
      subject: "son-heung-min",
      number: 12,
      startMs: 34_500,
    };
    assert.equal(clipId(example), "main.20261122T180000.son-heung-min.000012-34500");
    const clips = fc.tuple(recordingNames, fc.string({ unit: "grapheme" }), fc.nat(9_999_999_999));
    fc.assert(
      fc.property(clips, ([name, subject, startMs]) => {
        const clip = { ...name, subject: personSlug(subject), startMs };
        assert.deepEqual(parseClipId(clipId(clip)), clip);
      }),
    );
    for (const id of [
      "",
      "main.20261122T180000.ada.000012",
      "main.20261122T180000.ada.000012-01",
      "main.20261122T180000.a da.000012-1",
    ]) {
      assert.equal(parseClipId(id), undefined);
    }
  });

  it("of marks and of their clips have the mark's time, and no other clips have", () => {
    const mark = { channel: "main", subject: "_goal", atMs: Date.parse("2026-11-22T18:12:34.567Z") };
    const broadcast = "20261122T180000";
    assert.equal(markId(mark), "main._goal.20261122T181234567");
    assert.equal(clipId({ ...mark, broadcast }), "main.20261122T180000._goal.20261122T181234567");
    const times = fc.tuple(recordingNames, fc.string(), fc.date({ min: new Date(0), max: new Date("9999-12-31") }));
    fc.assert(
      fc.property(times, ([{ channel, broadcast: of }, label, at]) => {
        fc.pre(!Number.isNaN(at.getTime()));
        const name = { channel, subject: eventId(label), atMs: at.getTime() };
        assert.deepEqual(parseMarkId(markId(name)), name);
        assert.deepEqual(parseClipId(clipId({ ...name, broadcast: of })), { ...name, broadcast: of });
        assert.ok(isMarkClip(clipId({ ...name, broadcast: of })));
      }),
    );
    for (const id of [
      "",
      "main.goal.20261122T181234567",
      "main._goal.20261122T186034567",
      "main._goal.20261122T181234",
    ])
      assert.equal(parseMarkId(id), undefined, id);
    assert.equal(parseClipId(`main.${broadcast}.ada.20261122T181234567`), undefined);
    assert.ok(!isMarkClip(`main.${broadcast}._goal.000012-34500`));
  });

  it("of people are the slug of the name", () => {
    assert.equal(personSlug("Son Heung-min"), "son-heung-min");
    assert.equal(personSlug("  Zoë  Müller "), "zoe-muller");
  });

  it("of people distinguish names in other scripts", () => {
    assert.match(personSlug("손흥민"), /^person-[0-9a-f]{6}$/);
    assert.notEqual(personSlug("손흥민"), personSlug("이강인"));
    assert.match(personSlug("Łukasz"), /^ukasz-[0-9a-f]{6}$/);
  });

  it("of people are always valid", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 200 }), (name) =>
        assert.ok(isPersonId(personSlug(name)), personSlug(name)),
      ),
    );
  });

  it("of events and of people never meet", () => {
    assert.deepEqual([eventId("Goal"), personSlug("Goal"), personSlug("_goal")], ["_goal", "goal", "goal"]);
    assert.deepEqual(["_goal", "goal"].map(subjectKind), ["event", "person"]);
    assert.ok(!isPersonId("_goal"));
    const clip = { channel: "main", broadcast: "20261122T180000", subject: "_goal", number: 1, startMs: 0 };
    assert.deepEqual(parseClipId(clipId(clip)), clip);
  });

  it("of channels and broadcasts are checked", () => {
    assert.deepEqual(["main", "a-1", "-a", "", "A", "a".repeat(33)].map(isChannelId), [
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
    assert.deepEqual(["20261122T180000", "20261122T250000", "2026-11-22", ""].map(isBroadcast), [
      true,
      false,
      false,
      false,
    ]);
  });
});
