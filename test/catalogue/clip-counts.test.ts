import assert from "node:assert/strict";
import { UpdateCommand, type DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { createCatalogue, type Catalogue } from "../../catalogue/index.ts";
import { recordingId } from "../../domain/ids.ts";
import { person } from "../domain/subjects.ts";
import { broadcast, rules } from "./broadcast.ts";
import { startDatabase, type TestDatabase } from "./table.ts";

/** One recording of broadcast `day`, in which Ada has `clips` clips. */
async function index(catalogue: Catalogue, day: number, clips: number): Promise<void> {
  const name = { channel: "main", broadcast: `202611${String(day).padStart(2, "0")}T180000`, number: 0 };
  const id = recordingId(name);
  const archivedAt = `2026-11-${String(day).padStart(2, "0")}T18:01:40.000Z`;
  await catalogue.recordings.archived({ ...name, id, bucket: "archive", key: id, archivedAt });
  await catalogue.recordings.converted(id, { durationMs: 100_000, renditions: [] });
  const box = { left: 0.25, top: 0.125, width: 0.25, height: 0.5 };
  const appearances = Array.from({ length: clips }, (_, position) => {
    const startMs = position * 10_000;
    return { recording: id, startMs, endMs: startMs + 2000, similarity: 90, box, bestMs: startMs };
  });
  await catalogue.moments.index(name, [{ subject: person("ada"), appearances }], rules);
}

/** The number of Ada's clips, as the API tells it. */
async function count(catalogue: Catalogue): Promise<number | undefined> {
  return (await catalogue.people.countClips(["ada"])).get("ada");
}

/** The client, which sends only so many updates and fails at all others. */
function failing(client: DynamoDBDocumentClient, sent: number): DynamoDBDocumentClient {
  let left = sent;
  return new Proxy(client, {
    get(target, name) {
      if (name !== "send") return Reflect.get(target, name) as unknown;
      return async (command: UpdateCommand) => {
        if (command instanceof UpdateCommand && left-- <= 0) throw new Error("cut off");
        return target.send(command);
      };
    },
  });
}

describe("the number of a person's clips", () => {
  let database: TestDatabase;
  let client: DynamoDBDocumentClient;
  let table: string;
  let catalogue: Catalogue;
  before(async () => (database = await startDatabase()));
  after(() => database.stop());
  beforeEach(async () => {
    ({ client, table } = await database.table());
    catalogue = createCatalogue({ client, table });
    await catalogue.people.create({ name: "Ada" });
  });

  it("is over all broadcasts, also when many are indexed at once, twice", async () => {
    const days = [1, 2, 3, 4, 5];
    await Promise.all([...days, ...days].map((day) => index(catalogue, day, day)));
    assert.equal(await count(catalogue), 15);
    await Promise.all(days.map((day) => index(catalogue, day, 1)));
    assert.equal(await count(catalogue), 5);
  });

  it("is read with the people, however many broadcasts they were in", async () => {
    for (let day = 1; day <= 12; day++) await index(catalogue, day, 1);
    let requests = 0;
    const counting = new Proxy(client, {
      get(target, name) {
        requests += name === "send" ? 1 : 0;
        return Reflect.get(target, name) as unknown;
      },
    });
    assert.equal(await count(createCatalogue({ client: counting, table })), 12);
    assert.equal(requests, 1);
  });

  it("is right after the next try, wherever a change was cut off", async () => {
    await index(catalogue, 1, 3);
    for (let sent = 0; ; sent++) {
      const wanted = 1 + (sent % 5);
      const outcome = await index(createCatalogue({ client: failing(client, sent), table }), 1, wanted).then(
        () => "done",
        (error: unknown) => String(error),
      );
      await index(catalogue, 2, sent % 2);
      await index(catalogue, 1, wanted);
      assert.equal(await count(catalogue), wanted + (sent % 2), `cut off after ${sent} updates`);
      if (outcome === "done") break;
      assert.equal(outcome, "Error: cut off");
    }
  });

  it("is less by a deleted clip", async () => {
    await index(catalogue, 22, 3);
    await catalogue.clips.delete(`main.${broadcast}.ada.000000-10000`);
    assert.equal(await count(catalogue), 2);
  });

  it("is right for rows from before people had one", async () => {
    for (const day of [1, 2]) await index(catalogue, day, 2);
    const remove = (pk: string, sk: string, names: string) =>
      client.send(new UpdateCommand({ TableName: table, Key: { pk, sk }, UpdateExpression: `REMOVE ${names}` }));
    await remove("PEOPLE", "PERSON#ada", "clips, countVersion, countedSince, allCounted");
    for (const day of ["01", "02"])
      await remove(`MOMENTS#main.202611${day}T180000.ada`, "STATE", "counted, countedVersion");
    assert.equal(await count(catalogue), 4);
    await index(catalogue, 2, 5);
    assert.equal(await count(catalogue), 7);
    await index(catalogue, 3, 1);
    assert.equal(await count(catalogue), 8);
  });

  it("begins anew when it cannot be right", async () => {
    await index(catalogue, 1, 5);
    await index(catalogue, 2, 2);
    await client.send(
      new UpdateCommand({
        TableName: table,
        Key: { pk: "PEOPLE", sk: "PERSON#ada" },
        UpdateExpression: "SET clips = :wrong",
        ExpressionAttributeValues: { ":wrong": 1 },
      }),
    );
    await index(catalogue, 1, 1);
    assert.equal(await count(catalogue), 3);
  });

  it("is nothing for a person of the same name who comes after", async () => {
    await index(catalogue, 1, 2);
    await catalogue.people.delete("ada");
    await catalogue.people.create({ name: "Ada" });
    assert.equal(await count(catalogue), 0);
    await index(catalogue, 1, 3);
    assert.equal(await count(catalogue), 3);
  });
});
