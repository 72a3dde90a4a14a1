import assert from "node:assert/strict";
import { ScanCommand } from "@aws-sdk/lib-dynamodb";
import { storedIn } from "../../catalogue/changes.ts";
import { createCatalogue, type Catalogue } from "../../catalogue/index.ts";
import { changeOf, type Change } from "../../domain/changes.ts";
import { person } from "../domain/subjects.ts";
import { appearance, broadcast, convert, rules } from "./broadcast.ts";
import { startDatabase, type TestDatabase } from "./table.ts";

type Items = Map<string, Record<string, unknown>>;

describe("what the catalogue's items mean to others", () => {
  let database: TestDatabase;
  let options: Awaited<ReturnType<TestDatabase["table"]>>;
  let catalogue: Catalogue;
  before(async () => (database = await startDatabase()));
  after(() => database.stop());
  beforeEach(async () => {
    options = await database.table();
    catalogue = createCatalogue(options);
  });

  async function items(): Promise<Items> {
    const { Items: found = [] } = await options.client.send(new ScanCommand({ TableName: options.table }));
    return new Map(found.map((item) => [JSON.stringify([item["pk"], item["sk"]]), item]));
  }

  /** The changes that the difference between before and after `act` means, without what is the same for all. */
  async function changesOf(act: () => Promise<unknown>): Promise<Omit<Change, "id" | "at">[]> {
    const before = await items();
    await act();
    const after = await items();
    return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((key) => {
      const [pk = "", sk = ""] = JSON.parse(key) as string[];
      const stored = (all: Items) => storedIn({ pk, sk }, all.get(key));
      const change = changeOf({ id: "1", at: "", before: stored(before), after: stored(after) });
      if (change === undefined) return [];
      const { id, at, ...rest } = change;
      assert.deepEqual([id, at], ["1", ""]);
      return [rest];
    });
  }

  const where = { channel: "main", broadcast };
  const ada = { subject: { kind: "person" as const, id: "ada" } };
  const clip = `main.${broadcast}.ada.000000-1000`;

  it("tells each step of a recording, and the person in it once", async () => {
    assert.deepEqual(await changesOf(() => catalogue.people.create({ name: "Ada" })), [
      { type: "person.changed", ...ada },
    ]);
    const recording = `main.${broadcast}.000000`;
    assert.deepEqual(await changesOf(() => convert(catalogue, [0])), [
      { type: "recording.changed", recording, ...where, state: "analysing" },
      { type: "channel.changed", ...where, state: "idle", live: false },
    ]);
    const seen = { subject: person("ada"), appearances: [appearance(0, 1000, 3000)] };
    const index = () => catalogue.moments.index({ ...where, number: 0 }, [seen], rules);
    assert.deepEqual(await changesOf(index), [
      { type: "clip.ready", clip, ...ada, ...where },
      { type: "person.appeared", ...ada, ...where },
    ]);
    assert.deepEqual(await changesOf(index), []);
    assert.deepEqual(await changesOf(() => catalogue.clips.change(clip, { review: "confirmed" })), [
      { type: "clip.changed", clip, ...ada, ...where },
    ]);
    assert.deepEqual(await changesOf(() => catalogue.clips.change(clip, { review: "rejected" })), [
      { type: "clip.removed", clip, ...ada, ...where },
    ]);
  });

  it("says nothing of a channel's bookkeeping", async () => {
    const at = "2026-11-22T18:00:00.000Z";
    assert.deepEqual(await changesOf(() => catalogue.channels.sawInput("main", at)), []);
    assert.deepEqual(await changesOf(() => catalogue.channels.compared("main", "main/x")), []);
    assert.deepEqual(
      await changesOf(() => catalogue.channels.changeState("main", { state: "running", pipelines: 1, at })),
      [{ type: "channel.changed", channel: "main", state: "running", live: true }],
    );
  });

  it("tells when people are merged, and not their clip counts", async () => {
    for (const name of ["Ada", "Ada B"]) await catalogue.people.create({ name });
    const changes = await changesOf(() => catalogue.people.merge("ada-b", "ada"));
    assert.deepEqual(
      changes.map(({ type, subject }) => [type, subject?.id]),
      [["person.changed", "ada-b"]],
    );
    assert.deepEqual(await changesOf(() => catalogue.people.clipsChanged("ada", where)), []);
  });

  it("tells of an export by the API's states", async () => {
    const wanted = { id: "e1", fileName: "ada.mp4", clips: 1, durationMs: 2000 };
    assert.deepEqual(await changesOf(() => catalogue.exports.ask(wanted)), [
      { type: "export.changed", export: "e1", state: "waiting" },
    ]);
    const asked = (await catalogue.exports.get("e1"))!;
    assert.deepEqual(await changesOf(() => catalogue.exports.started(asked, "job")), []);
    assert.deepEqual(await changesOf(() => catalogue.exports.ended(asked, "complete")), [
      { type: "export.changed", export: "e1", state: "complete" },
    ]);
  });
});
