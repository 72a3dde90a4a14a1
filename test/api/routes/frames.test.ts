import assert from "node:assert/strict";
import { addRecording, broadcast, seen } from "../support/broadcast.ts";
import { awsError } from "../support/aws.ts";
import { asAdmin, startHarness, type Harness } from "../support/harness.ts";
import { jpeg } from "../support/images.ts";
import { assertProblem } from "../support/problem.ts";
import { person } from "../../domain/subjects.ts";

const id = `main.${broadcast}.000000`;
const url = `/api/recordings/${id}/faces`;
const frame = (index: number): string => `vod/main/${broadcast}/000000/posters/poster.000000${index}.jpg`;
const boxOf = (Left: number, Width = 0.2): object => ({ Left, Top: 0.125, Width, Height: 0.25 });

describe("the faces of a frame", () => {
  let harness: Harness;
  let picture: Buffer;
  before(async () => {
    picture = await jpeg(640, 360);
  });
  beforeEach(async () => {
    harness = await startHarness();
    const { people } = harness.catalogue;
    await people.create({ name: "Ada" });
    await people.addFace("ada", { id: "face-1", box: { left: 0, top: 0, width: 1, height: 1 }, quality: 80 });
    await addRecording(harness, 0, { ada: [seen(0, 3000, 9000)] });
    harness.aws.on(`GET /vod-bucket/${frame(2)}`, { body: picture });
    harness.aws.on(`GET /vod-bucket/${frame(4)}`, { body: picture });
    harness.aws.on("DetectFaces", {
      body: { FaceDetails: [{ BoundingBox: boxOf(0.1) }, { BoundingBox: boxOf(0.5, 0.3) }] },
    });
  });
  afterEach(() => harness.stop());

  const get = (path: string, headers: Record<string, string> = asAdmin) =>
    harness.app.inject({ method: "GET", url: path, headers });

  it("are found in the captured frame that is nearest, largest first, each with a token", async () => {
    const response = await get(`${url}?atMs=4700`);
    assert.equal(response.statusCode, 200, response.body);
    assert.deepEqual(response.json(), {
      recording: id,
      atMs: 4000,
      at: "2026-11-22T18:00:04.000Z",
      picture: `/${frame(2)}`,
      faces: [
        {
          box: { left: 0.5, top: 0.125, width: 0.3, height: 0.25 },
          person: null,
          token: `${id}~4000~0.5,0.125,0.3,0.25`,
        },
        {
          box: { left: 0.1, top: 0.125, width: 0.2, height: 0.25 },
          person: null,
          token: `${id}~4000~0.1,0.125,0.2,0.25`,
        },
      ],
    });
    assert.deepEqual(harness.aws.calls.at(-1), {
      operation: "DetectFaces",
      input: { Image: { Bytes: picture.toString("base64") }, Attributes: ["DEFAULT"] },
    });
  });

  it("have the names of those whom the search recognised there and who have moments in the recording", async () => {
    const { people, recordings, moments } = harness.catalogue;
    await people.create({ name: "Grace" });
    const name = { channel: "main", broadcast, number: 1 };
    const searched = `main.${broadcast}.000001`;
    await recordings.archived({ ...name, id: searched, bucket: "a", key: "k", archivedAt: "2026-11-22T18:00:20.000Z" });
    await recordings.converted(searched, { durationMs: 10_000, renditions: [] });
    await recordings.analysing(searched, ["faces"]);
    await recordings.finished(searched, "faces", "job-1");
    const rules = { paddingMs: 500, gapMs: 3000, minMs: 500 };
    await moments.index(name, [{ subject: person("ada"), appearances: [seen(1, 3000, 9000)] }], rules);
    harness.aws.on(`GET /vod-bucket/${frame(2).replace("000000/", "000001/")}`, { body: picture });
    const searchedUrl = `/api/recordings/${searched}/faces?atMs=4000`;
    const match = (ExternalImageId: string, Similarity: number): object => ({ Similarity, Face: { ExternalImageId } });
    const saw = (Timestamp: number, Left: number, ...FaceMatches: object[]): object => ({
      Timestamp,
      Person: { Index: 0, Face: { BoundingBox: boxOf(Left) } },
      FaceMatches,
    });
    harness.aws.on("GetFaceSearch", {
      body: {
        JobStatus: "SUCCEEDED",
        Persons: [
          saw(3500, 0.5, match("ada", 99)),
          saw(4000, 0.12, match("grace", 99), match("ada", 90)),
          saw(4200, 0.8, match("ada", 99)),
        ],
      },
    });
    const { faces } = (await get(searchedUrl)).json<{ faces: { person: unknown }[] }>();
    assert.deepEqual(
      faces.map(({ person }) => person),
      [null, { id: "ada", name: "Ada" }],
    );
    harness.aws.on("GetFaceSearch", awsError(400, "ResourceNotFoundException"));
    const forgotten = (await get(searchedUrl)).json<{ faces: { person: unknown }[] }>();
    assert.deepEqual(
      forgotten.faces.map(({ person }) => person),
      [null, null],
    );
  });

  it("are those of what a clip shows at a position, which is counted from its in point", async () => {
    const clip = `main.${broadcast}.ada.000000-3000`;
    const at = async (positionMs: number): Promise<unknown> =>
      (await get(`/api/clips/${clip}/faces?atMs=${positionMs}`)).json<{ atMs: unknown }>().atMs;
    harness.aws.on(`GET /vod-bucket/${frame(3)}`, { body: picture });
    // It begins at 2.5 s, with padding, and ends at 9.5 s.
    assert.deepEqual([await at(0), await at(3000), await at(99_000)], [4000, 6000, 8000]);
    const path = `/api/clips/${clip}/faces`;
    assertProblem(await get(`${path}?atMs=0`, {}), "unauthorized", path);
    assertProblem(await get("/api/clips/nothing/faces?atMs=0"), "clip-not-found", "/api/clips/nothing/faces");
  });

  it("are those of the newest converted recording for a live channel", async () => {
    const response = await get("/api/channels/main/faces");
    assert.equal(response.statusCode, 200, response.body);
    const { recording, atMs } = response.json<{ recording: string; atMs: number }>();
    assert.deepEqual([recording, atMs], [id, 8000]);
    assertProblem(await get("/api/channels/other/faces"), "channel-not-found", "/api/channels/other/faces");
  });

  it("are for editors, and say what is missing", async () => {
    assertProblem(await get(`${url}?atMs=0`, {}), "unauthorized", url);
    assertProblem(await get(url), "invalid-request", url);
    assertProblem(await get(`${url}?atMs=-1`), "invalid-request", url);
    const unknown = `/api/recordings/main.${broadcast}.000009/faces`;
    assertProblem(await get(`${unknown}?atMs=0`), "recording-not-found", unknown);
    harness.aws.on(`GET /vod-bucket/${frame(0)}`, {
      status: 404,
      body: "<Error><Code>NoSuchKey</Code></Error>",
      headers: { "content-type": "application/xml" },
    });
    assertProblem(await get(`${url}?atMs=0`), "not-found", url);
    const { recordings } = harness.catalogue;
    const name = { channel: "main", broadcast, number: 1 };
    const next = `main.${broadcast}.000001`;
    await recordings.archived({ ...name, id: next, bucket: "a", key: "k", archivedAt: "2026-11-22T18:00:20.000Z" });
    const waiting = `/api/recordings/${next}/faces`;
    assertProblem(await get(`${waiting}?atMs=0`), "not-converted", waiting);
  });

  it("become reference photos by their token", async () => {
    const indexed = { Face: { FaceId: "face-2", BoundingBox: boxOf(0.1), ExternalImageId: "ada" } };
    harness.aws.on("IndexFaces", { body: { FaceRecords: [indexed] } });
    harness.aws.on("SearchFaces", { body: { FaceMatches: [] } });
    const take = (face: string) =>
      harness.app.inject({
        method: "POST",
        url: `/api/people/ada/photos?face=${encodeURIComponent(face)}`,
        headers: asAdmin,
      });
    const response = await take(`${id}~4000~0.1,0.125,0.2,0.25`);
    assert.equal(response.statusCode, 201, response.body);
    assert.equal(response.json<{ id: string }>().id, "face-2");
    assert.deepEqual(
      harness.aws.calls.slice(-4).map(({ operation }) => operation),
      [`GET /vod-bucket/${frame(2)}`, "DetectFaces", "IndexFaces", "SearchFaces"],
    );
    assertProblem(await take("face-2"), "invalid-request", "/api/people/ada/photos");
    const gone = `main.${broadcast}.000009~0~0,0,1,1`;
    assertProblem(await take(gone), "recording-not-found", "/api/people/ada/photos");
  });
});
