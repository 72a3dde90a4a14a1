import assert from "node:assert/strict";
import { photoBytesAtMost } from "../../../api/routes/photos.ts";
import { awsError } from "../support/aws.ts";
import { asAdmin, startHarness, type Harness } from "../support/harness.ts";
import { jpeg, png } from "../support/images.ts";
import { assertProblem } from "../support/problem.ts";

const url = "/api/people/ada/photos";
const box = { Left: 0.25, Top: 0.125, Width: 0.5, Height: 0.5 };
const indexed = {
  FaceRecords: [
    {
      Face: { FaceId: "face-1", BoundingBox: box, ExternalImageId: "ada" },
      FaceDetail: { BoundingBox: box, Quality: { Brightness: 84.5, Sharpness: 71.25 } },
    },
  ],
};
const face = { id: "face-1", box: { left: 0.25, top: 0.125, width: 0.5, height: 0.5 }, quality: 71.25 };
const photo = { ...face, morePhotos: 2, lookAlikes: [] };

describe("reference photos", () => {
  let harness: Harness;
  let picture: Buffer;
  before(async () => {
    picture = await jpeg(200, 200);
  });
  beforeEach(async () => {
    harness = await startHarness();
    await harness.catalogue.people.create({ name: "Ada" });
    harness.aws.on("DetectFaces", { body: { FaceDetails: [{ BoundingBox: box }] } });
    harness.aws.on("IndexFaces", { body: indexed });
    harness.aws.on("SearchFaces", { body: { FaceMatches: [] } });
    harness.aws.on("DeleteFaces", { body: { DeletedFaces: ["face-1"] } });
  });
  afterEach(() => harness.stop());

  const send = (payload: Buffer, type = "image/jpeg", path = url) =>
    harness.app.inject({ method: "POST", url: path, headers: { ...asAdmin, "content-type": type }, payload });

  it("become faces of the collection, by the person's id", async () => {
    const response = await send(picture);
    assert.equal(response.statusCode, 201, response.body);
    assert.deepEqual(response.json(), photo);
    const Image = { Bytes: picture.toString("base64") };
    assert.deepEqual(harness.aws.calls, [
      { operation: "DetectFaces", input: { Image, Attributes: ["DEFAULT"] } },
      {
        operation: "IndexFaces",
        input: {
          CollectionId: "people",
          Image,
          ExternalImageId: "ada",
          MaxFaces: 1,
          QualityFilter: "AUTO",
          DetectionAttributes: ["DEFAULT"],
        },
      },
      {
        operation: "SearchFaces",
        input: { CollectionId: "people", FaceId: "face-1", FaceMatchThreshold: 66, MaxFaces: 100 },
      },
    ]);
    assert.deepEqual((await harness.catalogue.people.get("ada"))?.faces, [face]);
  });

  it("are PNG files as well", async () => {
    assert.equal((await send(await png(100, 100), "image/png")).statusCode, 201);
  });

  it("are added once, however often they are sent", async () => {
    assert.equal((await send(picture)).statusCode, 201);
    const again = await send(picture);
    assert.equal(again.statusCode, 200);
    assert.deepEqual(again.json(), photo);
    assert.equal((await harness.catalogue.people.get("ada"))?.faces.length, 1);
  });

  it("leave nothing behind when the person went away meanwhile", async () => {
    const { people } = harness.catalogue;
    const addFace = people.addFace.bind(people);
    people.addFace = async (id, face) => {
      await people.delete(id);
      return addFace(id, face);
    };
    assertProblem(await send(picture), "not-found", url);
    assert.deepEqual(harness.aws.calls.at(-1), {
      operation: "DeleteFaces",
      input: { CollectionId: "people", FaceIds: ["face-1"] },
    });
  });

  it("need one face that is large enough", async () => {
    harness.aws.on("DetectFaces", { body: { FaceDetails: [] } });
    assertProblem(await send(picture), "no-face", url);
    harness.aws.on("DetectFaces", { body: { FaceDetails: [{ BoundingBox: box }, { BoundingBox: box }] } });
    assertProblem(await send(picture), "several-faces", url);
    harness.aws.on("DetectFaces", { body: { FaceDetails: [{ BoundingBox: { ...box, Width: 0.19 } }] } });
    assertProblem(await send(picture), "face-too-small", url);
    assertProblem(await send(await jpeg(79, 200)), "face-too-small", url);
    assert.ok(harness.aws.calls.every(({ operation }) => operation === "DetectFaces"));
    assert.deepEqual((await harness.catalogue.people.get("ada"))?.faces, []);
  });

  const matches = (...found: [string, number][]): void =>
    harness.aws.on("SearchFaces", {
      body: {
        FaceMatches: found.map(([ExternalImageId, Similarity]) => ({
          Similarity,
          Face: { FaceId: "other", ExternalImageId },
        })),
      },
    });

  it("are refused when the face is registered for someone else, who is named", async () => {
    await harness.catalogue.people.create({ name: "Grace" });
    matches(["grace", 98], ["ada", 99]);
    const problem = assertProblem(await send(picture), "face-taken", url);
    assert.deepEqual(problem.person, { id: "grace", name: "Grace" });
    assert.match(problem.detail, /^This is the face of Grace, who is on the watch list already\./);
    assert.deepEqual(harness.aws.calls.at(-1), {
      operation: "DeleteFaces",
      input: { CollectionId: "people", FaceIds: ["face-1"] },
    });
    assert.deepEqual((await harness.catalogue.people.get("ada"))?.faces, []);
  });

  it("name the people who are hard to tell apart, and ask for more photos", async () => {
    await harness.catalogue.people.create({ name: "Grace" });
    await harness.catalogue.people.create({ name: "Mary" });
    matches(["grace", 71], ["mary", 82.5], ["grace", 75], ["forgotten", 90]);
    const body = (await send(picture)).json<unknown>();
    assert.deepEqual(body, {
      ...photo,
      lookAlikes: [
        { id: "mary", name: "Mary", similarity: 82.5 },
        { id: "grace", name: "Grace", similarity: 75 },
      ],
    });
  });

  it("are compared later, too: whom a person resembles by any of them, most similar first, once each", async () => {
    const { people } = harness.catalogue;
    for (const name of ["Grace", "Mary", "Maria"]) await people.create({ name });
    for (const id of ["face-1", "face-2"]) await people.addFace("ada", { ...face, id });
    await people.merge("maria", "mary");
    matches(["ada", 99], ["grace", 71], ["mary", 82.5], ["maria", 91], ["forgotten", 90]);
    const path = "/api/people/ada/look-alikes";
    const response = await harness.app.inject({ url: path, headers: asAdmin });
    assert.deepEqual(response.json(), {
      items: [
        { id: "mary", name: "Mary", similarity: 91 },
        { id: "grace", name: "Grace", similarity: 71 },
      ],
    });
    assert.deepEqual(
      harness.aws.calls.filter(({ operation }) => operation === "SearchFaces").map(({ input }) => input),
      ["face-1", "face-2"].map((FaceId) => ({
        CollectionId: "people",
        FaceId,
        FaceMatchThreshold: 66,
        MaxFaces: 100,
      })),
    );

    // One is being forgotten, and is no longer in the collection.
    harness.aws.on("SearchFaces", { status: 400, body: { __type: "InvalidParameterException", message: "not found" } });
    assert.deepEqual((await harness.app.inject({ url: path, headers: asAdmin })).json(), { items: [] });
    assert.deepEqual((await harness.app.inject({ url: "/api/people/grace/look-alikes", headers: asAdmin })).json(), {
      items: [],
    });
    assertProblem(await harness.app.inject(path), "unauthorized", path);
    const unknown = "/api/people/nobody/look-alikes";
    assertProblem(await harness.app.inject({ url: unknown, headers: asAdmin }), "person-not-found", unknown);
  });

  it("with several faces are accepted with the place of one, and only that one is kept", async () => {
    const left = { Left: 0, Top: 0, Width: 0.3, Height: 0.3 };
    harness.aws.on("DetectFaces", { body: { FaceDetails: [{ BoundingBox: box }, { BoundingBox: left }] } });
    assert.deepEqual(assertProblem(await send(picture), "several-faces", url).faces, [
      face.box,
      { left: 0, top: 0, width: 0.3, height: 0.3 },
    ]);
    const record = { Face: { FaceId: "face-2", BoundingBox: left }, FaceDetail: { BoundingBox: left } };
    harness.aws.on("IndexFaces", { body: { FaceRecords: [...indexed.FaceRecords, record] } });
    const response = await send(picture, "image/jpeg", `${url}?box=0.1,0.1,0.05,0.05`);
    assert.equal(response.statusCode, 201, response.body);
    assert.equal(response.json<{ id: string }>().id, "face-2");
    assert.deepEqual(
      harness.aws.calls.filter(({ operation }) => operation === "DeleteFaces").map(({ input }) => input),
      [{ CollectionId: "people", FaceIds: ["face-1"] }],
    );
    assertProblem(await send(picture, "image/jpeg", `${url}?box=2,0,1,1`), "invalid-request", url);
  });

  it("may be sent as image/jpg", async () => {
    assert.equal((await send(picture, "image/jpg")).statusCode, 201);
  });

  it("say why Rekognition does not keep a face", async () => {
    harness.aws.on("IndexFaces", {
      body: { FaceRecords: [], UnindexedFaces: [{ Reasons: ["LOW_SHARPNESS", "LOW_BRIGHTNESS"] }] },
    });
    assert.deepEqual(assertProblem(await send(picture), "poor-photo", url), {
      detail:
        "This photo is not good enough for recognition: it is not sharp enough and it is too dark. Send another photo.",
    });
  });

  it("must be what they are said to be", async () => {
    assert.match(
      assertProblem(await send(picture, "image/png"), "unsupported-media-type", url).detail,
      /is image\/jpeg, but was sent as image\/png/,
    );
    assertProblem(await send(Buffer.from("GIF89a, not a JPEG")), "unsupported-media-type", url);
    assertProblem(await send(picture, "image/webp"), "unsupported-media-type", url);
    assertProblem(await send(Buffer.from("{}"), "application/json"), "unsupported-media-type", url);
    assertProblem(await send(Buffer.alloc(0)), "unsupported-media-type", url);
    assert.deepEqual(harness.aws.calls, []);
  });

  it("must be readable", async () => {
    assertProblem(await send(picture.subarray(0, 20)), "broken-image", url);
    harness.aws.on("DetectFaces", awsError(400, "InvalidImageFormatException"));
    assertProblem(await send(picture), "broken-image", url);
  });

  it("have a size limit, which is refused before Rekognition is asked", async () => {
    const most = Buffer.concat([picture, Buffer.alloc(photoBytesAtMost - picture.length)]);
    assert.equal((await send(most)).statusCode, 201);
    harness.aws.calls.length = 0;
    assertProblem(await send(Buffer.concat([most, Buffer.alloc(1)])), "payload-too-large", url);
    assert.deepEqual(harness.aws.calls, []);
  });

  it("are for people on the list", async () => {
    assertProblem(
      await send(picture, "image/jpeg", "/api/people/bob/photos"),
      "person-not-found",
      "/api/people/bob/photos",
    );
  });

  it("tell to come back later when Rekognition takes no more", async () => {
    harness.aws.on("IndexFaces", awsError(400, "ProvisionedThroughputExceededException"));
    const response = await send(picture);
    assert.equal(response.headers["retry-after"], "5");
    assertProblem(response, "busy", url);
  });
});
