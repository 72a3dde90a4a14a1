import assert from "node:assert/strict";
import { PutCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import { createCatalogue, type Catalogue } from "../../catalogue/index.ts";
import { recordingId } from "../../domain/ids.ts";
import { goal, person } from "../domain/subjects.ts";
import { appearance, broadcast, clock, convert, rules } from "./broadcast.ts";
import { startDatabase, type TestDatabase } from "./table.ts";

describe("the subjects of clips", () => {
  let database: TestDatabase;
  before(async () => (database = await startDatabase()));
  after(() => database.stop());

  const subjectsOf = async (catalogue: Catalogue, query: object = {}): Promise<string[]> =>
    (await catalogue.clips.list({ limit: 100, order: "asc", ...query })).items.map(
      ({ subject: { kind, id, name }, start }) => `${kind} ${id} ${name} ${start}`,
    );

  it("are people by their name of today, and events by the name that they were found with", async () => {
    const catalogue = await database.catalogue();
    await catalogue.people.create({ name: "Ada" });
    const [first, second] = await convert(catalogue, [0, 1]);
    const sightings = (number: number, ms: number) => [
      { subject: person("ada"), appearances: [appearance(number, ms, ms + 1000)] },
      { subject: goal, appearances: [appearance(number, ms + 500, ms + 1500)] },
    ];
    await catalogue.moments.index(first!, sightings(0, 2000), rules);
    await catalogue.moments.index(second!, sightings(1, 6000), rules);
    await catalogue.people.rename("ada", "Ada L.");
    const people = [`person ada Ada L. ${clock(1500)}`, `person ada Ada L. ${clock(15_500)}`];
    const events = [`event _goal Goal ${clock(2000)}`, `event _goal Goal ${clock(16_000)}`];
    assert.deepEqual(await subjectsOf(catalogue), [people[0], events[0], people[1], events[1]]);
    assert.deepEqual(await subjectsOf(catalogue, { kind: "person" }), people);
    assert.deepEqual(await subjectsOf(catalogue, { kind: "event" }), events);
    assert.deepEqual(await subjectsOf(catalogue, { kind: "event", person: ["ada"] }), []);
    const id = `main.${broadcast}._goal.000000-2500`;
    assert.deepEqual((await catalogue.clips.get(id))?.subject, goal);
    assert.equal((await catalogue.clips.change(id, { review: "confirmed" })).clip.review, "confirmed");
    assert.deepEqual((await catalogue.recordings.get(recordingId(first!)))?.subjects, ["_goal", "ada"]);
  });

  it("stay when they are events and everyone is forgotten", async () => {
    const catalogue = await database.catalogue();
    await catalogue.people.create({ name: "Ada" });
    const [recording] = await convert(catalogue, [0]);
    await catalogue.moments.index(
      recording!,
      [person("ada"), goal].map((subject) => ({ subject, appearances: [appearance(0, 2000, 3000)] })),
      rules,
    );
    await catalogue.people.delete("ada");
    assert.deepEqual(await subjectsOf(catalogue), [`event _goal Goal ${clock(1500)}`]);
  });

  it("are people in rows that were written before there were events", async () => {
    const options = await database.table();
    const catalogue = createCatalogue(options);
    await catalogue.people.create({ name: "Ada" });
    const [first, second] = await convert(catalogue, [0, 1]);
    const seen = { subject: person("ada"), appearances: [appearance(0, 8000, 10_000)] };
    await catalogue.moments.index(first!, [seen], rules);
    for (const pk of [`MOMENTS#main.${broadcast}.ada`, `BROADCAST#main.${broadcast}`]) {
      const { Items = [] } = await options.client.send(
        new QueryCommand({
          TableName: options.table,
          KeyConditionExpression: "pk = :pk",
          ExpressionAttributeValues: { ":pk": pk },
        }),
      );
      for (const item of Items) {
        const before = new Map([
          ["subject", "person"],
          ["subjects", "people"],
        ]);
        const old = Object.entries(item).map(([name, value]): [string, unknown] => [before.get(name) ?? name, value]);
        await options.client.send(new PutCommand({ TableName: options.table, Item: Object.fromEntries(old) }));
      }
    }
    assert.deepEqual((await catalogue.recordings.get(recordingId(first!)))?.subjects, ["ada"]);
    assert.deepEqual(await subjectsOf(catalogue), [`person ada Ada ${clock(7500)}`]);
    // The neighbour's clip joins the one in the old rows.
    await catalogue.moments.index(second!, [{ ...seen, appearances: [appearance(1, 0, 1000)] }], rules);
    const { items } = await catalogue.clips.list({ limit: 100 });
    assert.deepEqual(
      items.map(({ subject, start, end }) => [subject.id, start, end]),
      [["ada", clock(7500), clock(11_500)]],
    );
  });
});
