import assert from "node:assert/strict";
import { asAdmin, startHarness, type Harness } from "../support/harness.ts";
import { assertProblem } from "../support/problem.ts";

describe("people", () => {
  let harness: Harness;
  beforeEach(async () => {
    harness = await startHarness();
  });
  afterEach(() => harness.stop());

  const create = (payload: object) =>
    harness.app.inject({ method: "POST", url: "/api/people", headers: asAdmin, payload });
  const son = {
    id: "son-heung-min",
    name: "Son Heung-min",
    celebrity: "Son Heung-min",
    celebrityId: null,
    photos: 0,
    clips: 0,
  };

  it("puts someone on the watch list, lists and gets them", async () => {
    const response = await create({ name: "  Son Heung-min ", celebrity: true });
    assert.equal(response.statusCode, 201);
    assert.equal(response.headers["location"], "/api/people/son-heung-min");
    assert.deepEqual(response.json(), son);
    await create({ name: "Ada", celebrity: "Ada Lovelace" });
    const ada = { ...son, id: "ada", name: "Ada", celebrity: "Ada Lovelace" };
    assert.deepEqual((await harness.app.inject("/api/people")).json(), { items: [ada, son] });
    assert.deepEqual((await harness.app.inject("/api/people/ada")).json(), ada);
  });

  it("does not look for a celebrity unless asked to", async () => {
    for (const [name, celebrity] of [
      ["Ada", undefined],
      ["Bob", false],
    ] as const) {
      assert.equal((await create({ name, celebrity })).json<{ celebrity: unknown }>().celebrity, null);
    }
  });

  it("stores names composed, and refuses characters that can't be seen", async () => {
    assert.equal((await create({ name: "Jose\u0301" })).json<{ name: string }>().name, "José");
    assertProblem(await create({ name: "Jos\u00e9" }), "name-taken", "/api/people");
    const { errors } = assertProblem(await create({ name: "Ada\u202eecalevoL" }), "invalid-request", "/api/people");
    const message = "must not contain control characters, lone surrogates or marks that change the direction of text";
    assert.deepEqual(errors, [{ in: "body", name: "/name", message }]);
    assert.deepEqual(
      assertProblem(await create({ name: "Ada", celebrity: "A\u0000" }), "invalid-request", "/api/people").errors,
      [{ in: "body", name: "/celebrity", message }],
    );
  });

  it("refuses the same name twice", async () => {
    await create({ name: "José" });
    const { detail, person } = assertProblem(await create({ name: "JOSE" }), "name-taken", "/api/people");
    assert.match(detail, /JOSE/);
    assert.deepEqual(person, { id: "jose", name: "José" });
    assert.equal((await harness.catalogue.people.list()).length, 1);
  });

  it("names everything that is wrong with a new person", async () => {
    const { errors } = assertProblem(await create({ name: 5, nickname: "x" }), "invalid-request", "/api/people");
    assert.deepEqual(errors, [
      { in: "body", name: "/nickname", message: "is not known here" },
      { in: "body", name: "/name", message: "must be string" },
    ]);
    assert.deepEqual(assertProblem(await create({}), "invalid-request", "/api/people").errors, [
      { in: "body", name: "/name", message: "is missing" },
    ]);
    assert.deepEqual(assertProblem(await create({ name: "   " }), "invalid-request", "/api/people").errors, [
      { in: "body", name: "/name", message: 'must match pattern "\\S"' },
    ]);
  });

  it("renames; the id stays", async () => {
    await create({ name: "Son Heung-min", celebrity: true });
    const response = await harness.app.inject({
      method: "PATCH",
      url: "/api/people/son-heung-min",
      headers: asAdmin,
      payload: { name: "Sonny" },
    });
    assert.equal(response.statusCode, 200);
    assert.deepEqual(response.json(), { ...son, name: "Sonny" });
    await create({ name: "Ada" });
    const taken = await harness.app.inject({
      method: "PATCH",
      url: "/api/people/ada",
      headers: asAdmin,
      payload: { name: "Sonny" },
    });
    assertProblem(taken, "name-taken", "/api/people/ada");
  });

  it("forgets a person, and their faces in the collection", async () => {
    await create({ name: "Ada" });
    const box = { left: 0.1, top: 0.2, width: 0.3, height: 0.4 };
    await harness.catalogue.people.addFace("ada", { id: "face-1", box, quality: 80 });
    await harness.catalogue.people.addFace("ada", { id: "face-2", box, quality: 70 });
    assert.equal((await harness.app.inject("/api/people/ada")).json<{ photos: number }>().photos, 2);
    harness.aws.on("DeleteFaces", { body: { DeletedFaces: ["face-1", "face-2"] } });

    const response = await harness.app.inject({ method: "DELETE", url: "/api/people/ada", headers: asAdmin });
    assert.equal(response.statusCode, 200);
    assert.deepEqual(response.json(), { id: "ada", name: "Ada", faces: 2, clips: 0, broadcasts: 0 });
    assert.deepEqual(
      harness.aws.calls.map(({ operation }) => operation),
      ["DeleteFaces"],
    );
    assert.deepEqual(sorted(harness.aws.calls[0]?.input), { CollectionId: "people", FaceIds: ["face-1", "face-2"] });
    assertProblem(await harness.app.inject("/api/people/ada"), "person-not-found", "/api/people/ada");
  });

  it("keeps the person when the faces cannot be deleted, so that it can be tried again", async () => {
    await create({ name: "Ada" });
    await harness.catalogue.people.addFace("ada", {
      id: "face-1",
      box: { left: 0, top: 0, width: 1, height: 1 },
      quality: 80,
    });
    assertProblem(
      await harness.app.inject({ method: "DELETE", url: "/api/people/ada", headers: asAdmin }),
      "internal-error",
      "/api/people/ada",
    );
    assert.deepEqual(
      (await harness.catalogue.people.get("ada"))?.faces.map(({ id }) => id),
      ["face-1"],
    );
  });

  it("does not know who is not on the list", async () => {
    const url = "/api/people/nobody";
    assertProblem(await harness.app.inject(url), "person-not-found", url);
    assertProblem(
      await harness.app.inject({ method: "PATCH", url, headers: asAdmin, payload: { name: "X" } }),
      "person-not-found",
      url,
    );
    assertProblem(await harness.app.inject({ method: "DELETE", url, headers: asAdmin }), "person-not-found", url);
  });
});

/** The order of the faces of photos that were added within one millisecond is open. */
function sorted(input: unknown): unknown {
  if (typeof input !== "object" || input === null || !("FaceIds" in input) || !Array.isArray(input.FaceIds))
    return input;
  return { ...input, FaceIds: input.FaceIds.map(String).sort() };
}
