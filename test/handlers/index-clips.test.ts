import assert from "node:assert/strict";
import { SQSClient } from "@aws-sdk/client-sqs";
import { createSearchQueue } from "../../pipeline/search/queue.ts";
import type { Catalogue } from "../../catalogue/index.ts";
import { createHandler } from "../../handlers/index-clips.ts";
import type { CompletionMessage, SnsEvent } from "../../pipeline/detectors/completion.ts";
import { broadcast, clock, convert, rules } from "../catalogue/broadcast.ts";
import type { TestDatabase } from "../catalogue/table.ts";
import { detectorsOf } from "../pipeline/detectors/detectors-of.ts";
import type { AwsServer } from "./aws-server.ts";
import { handlerSuite } from "./handler-suite.ts";
import type { MemoryLog } from "./memory-log.ts";

const id = (number: number): string => `main.${broadcast}.${String(number).padStart(6, "0")}`;
const Box = { Left: 0.25, Top: 0.125, Width: 0.25, Height: 0.5 };

const messageOf = (
  number: number,
  over: Partial<CompletionMessage> = {},
): CompletionMessage & Record<string, unknown> => ({
  JobId: `faces-${number}`,
  Status: "SUCCEEDED",
  API: "StartFaceSearch",
  JobTag: id(number),
  Timestamp: 1,
  Video: { S3ObjectName: "k", S3Bucket: "b" },
  ...over,
});
const eventOf = (...messages: CompletionMessage[]): SnsEvent => ({
  Records: messages.map((message) => ({ Sns: { Message: JSON.stringify(message) } })),
});

describe("index-clips", () => {
  let database: TestDatabase;
  let aws: AwsServer;
  let catalogue: Catalogue;
  let log: MemoryLog;
  let handle: (event: SnsEvent) => Promise<void>;
  handlerSuite((parts) => ({ database, aws, catalogue, log } = parts));
  beforeEach(async () => {
    await catalogue.people.create({ name: "Ada" });
    await catalogue.people.create({ name: "Grace", celebrity: "grace hopper" });
    handle = createHandler({
      catalogue,
      detectors: detectorsOf(aws, catalogue),
      searchQueue: createSearchQueue({ client: new SQSClient(aws.options), url: "http://searches" }),
      rules,
      similarityThreshold: 80,
      log,
    });
  });

  const person = { Index: 0, BoundingBox: { Left: 0, Top: 0, Width: 1, Height: 1 }, Face: { BoundingBox: Box } };
  const face = (atMs: number, ...matches: [string, number][]): object => ({
    Timestamp: atMs,
    Person: person,
    FaceMatches: matches.map(([person, Similarity]) => ({
      Similarity,
      Face: { FaceId: "f", ExternalImageId: person },
    })),
  });
  const celebrity = (Name: string, Id: string, atMs: number, Confidence = 95): object => ({
    Timestamp: atMs,
    Celebrity: { Name, Id, Confidence, Face: { BoundingBox: Box } },
  });
  const faces = (...Persons: object[]): void =>
    aws.answer("GetFaceSearch", { body: { JobStatus: "SUCCEEDED", Persons } });
  const clips = async (): Promise<[string, string, string][]> =>
    (await catalogue.clips.list({ limit: 100, order: "asc" })).items.map(({ subject, start, end }) => [
      subject.id,
      start,
      end,
    ]);
  const analysing = async (numbers: number[], kinds: string[] = ["faces"]): Promise<void> => {
    await convert(catalogue, numbers);
    for (const number of numbers)
      for (const kind of kinds) await catalogue.recordings.started(id(number), kind, `${kind}-${number}`);
  };

  /** A recording that these detectors look at. */
  const analysed = async (detectors: string[]): Promise<void> => {
    await catalogue.channels.sawBroadcast("main", broadcast);
    await catalogue.recordings.archived({
      channel: "main",
      broadcast,
      number: 0,
      id: id(0),
      bucket: "b",
      key: "k",
      archivedAt: clock(10_000),
    });
    await catalogue.recordings.converted(id(0), { durationMs: 10_000, renditions: [] });
    await catalogue.recordings.analysing(id(0), detectors);
  };

  it("takes the faces of merged people for one person's, whose two entries don't contradict each other", async () => {
    await catalogue.people.merge("grace", "ada");
    await analysing([0]);
    faces(face(1000, ["ada", 90], ["grace", 92]), face(1500, ["grace", 95]), face(2000, ["grace", 95]));
    await handle(eventOf(messageOf(0)));
    assert.deepEqual(await clips(), [["ada", clock(250), clock(2750)]]);
  });

  it("creates clips from all pages of results", async () => {
    await analysing([0]);
    aws.answer("GetFaceSearch", (input) =>
      typeof input === "object" && input !== null && "NextToken" in input
        ? { body: { JobStatus: "SUCCEEDED", Persons: [face(2500, ["ada", 91])] } }
        : {
            body: {
              JobStatus: "SUCCEEDED",
              NextToken: "page-2",
              Persons: [
                face(2000, ["ada", 85], ["ada", 88], ["someone-else", 99]),
                // Turned away, and someone else.
                face(3000),
                { ...face(7000, ["ada", 79]), Person: { ...person, Index: 1 } },
              ],
            },
          },
    );
    await handle(eventOf(messageOf(0)));
    assert.deepEqual(
      aws.calls.map(({ input }) => input),
      [
        { JobId: "faces-0", MaxResults: 1000, SortBy: "TIMESTAMP" },
        { JobId: "faces-0", MaxResults: 1000, SortBy: "TIMESTAMP", NextToken: "page-2" },
      ],
    );
    const { items } = await catalogue.clips.list({ limit: 100 });
    assert.deepEqual(
      items.map(({ subject, start, end, similarity }) => [subject.id, start, end, similarity]),
      [["ada", clock(1250), clock(3750), 91]],
    );
    assert.deepEqual(items[0]?.appearances, [
      {
        recording: id(0),
        startMs: 1750,
        endMs: 3250,
        similarity: 91,
        box: { left: 0.25, top: 0.125, width: 0.25, height: 0.5 },
        bestMs: 2500,
      },
    ]);
    assert.partialDeepStrictEqual(await catalogue.recordings.get(id(0)), { state: "indexed", subjects: ["ada"] });
  });

  it("changes nothing when the message comes again", async () => {
    await analysing([0]);
    faces(face(2000, ["ada", 90]));
    await handle(eventOf(messageOf(0)));
    const [before, calls] = [await catalogue.clips.list({ limit: 100 }), aws.calls.length];
    await handle(eventOf(messageOf(0), messageOf(0)));
    assert.deepEqual(await catalogue.clips.list({ limit: 100 }), before);
    assert.equal(aws.calls.length, calls);
  });

  it("continues after a call that died", async () => {
    await analysing([0]);
    aws.answer("GetFaceSearch", { status: 500, error: "InternalServerError" });
    await assert.rejects(handle(eventOf(messageOf(0))), { message: "1 of the event's messages could not be handled" });
    assert.equal((await catalogue.recordings.get(id(0)))?.state, "analysing");
    faces(face(2000, ["ada", 90]));
    await handle(eventOf(messageOf(0)));
    assert.deepEqual(await clips(), [["ada", clock(1250), clock(2750)]]);
  });

  it("creates one clip across a border, whichever recording comes first", async () => {
    const seenIn = (number: number): object[] =>
      number === 0
        ? [face(9000, ["ada", 90]), face(9500, ["ada", 90])]
        : [face(0, ["ada", 92]), face(500, ["ada", 90])];
    for (const order of [
      [0, 1],
      [1, 0],
    ]) {
      catalogue = await database.catalogue();
      await catalogue.people.create({ name: "Ada" });
      handle = createHandler({
        catalogue,
        detectors: detectorsOf(aws, catalogue),
        searchQueue: createSearchQueue({ client: new SQSClient(aws.options), url: "http://searches" }),
        rules,
        similarityThreshold: 80,
        log,
      });
      await analysing([0, 1]);
      for (const number of order) {
        faces(...seenIn(number));
        await handle(eventOf(messageOf(number)));
      }
      assert.deepEqual(await clips(), [["ada", clock(8250), clock(11_250)]]);
    }
  });

  it("waits for both jobs when celebrities are looked for too", async () => {
    await analysed(["faces", "celebrities"]);
    faces(face(2000, ["ada", 90]), { ...face(4000, ["grace", 85]), Person: { ...person, Index: 1 } });
    aws.answer("GetCelebrityRecognition", {
      body: {
        JobStatus: "SUCCEEDED",
        Celebrities: [
          celebrity("Grace Hopper", "4Xy", 4500),
          celebrity("Someone", "Zz", 1000),
          celebrity("Grace Hopper", "4Xy", 9000, 60),
        ],
      },
    });
    // The message overtakes the note of the job's id.
    await handle(eventOf(messageOf(0)));
    assert.deepEqual(log.steps, ["analysis-partly-done"]);
    assert.deepEqual(await clips(), []);
    await handle(eventOf(messageOf(0, { API: "StartCelebrityRecognition", JobId: "celebrities-0" })));
    assert.deepEqual(await clips(), [
      ["ada", clock(1250), clock(2750)],
      ["grace", clock(3250), clock(5250)],
    ]);
    assert.equal((await catalogue.people.get("grace"))?.celebrityId, "4Xy");
  });

  it("recognises a celebrity by id once it has been learnt", async () => {
    await catalogue.people.learnCelebrity("grace", "4Xy");
    await analysed(["celebrities"]);
    aws.answer("GetCelebrityRecognition", {
      body: {
        JobStatus: "SUCCEEDED",
        Celebrities: [celebrity("Rear Admiral G. Hopper", "4Xy", 2000), celebrity("Grace Hopper", "other", 8000)],
      },
    });
    await handle(eventOf(messageOf(0, { API: "StartCelebrityRecognition", JobId: "c" })));
    assert.deepEqual(await clips(), [["grace", clock(1250), clock(2750)]]);
  });

  it("ends moments at the cuts that the job for shots found, with their padding", async () => {
    handle = createHandler({
      catalogue,
      detectors: detectorsOf(aws, catalogue, true, true),
      searchQueue: createSearchQueue({ client: new SQSClient(aws.options), url: "http://searches" }),
      rules,
      similarityThreshold: 80,
      log,
    });
    await analysed(["faces", "shots"]);
    const someoneElse = { ...face(3500), Person: { ...person, Index: 1 } };
    faces(face(2000, ["ada", 90]), face(2500, ["ada", 90]), someoneElse, face(4500, ["ada", 90]));
    const shot = (StartTimestampMillis: number): object => ({ Type: "SHOT", StartTimestampMillis });
    aws.answer("GetSegmentDetection", (input) =>
      typeof input === "object" && input !== null && "NextToken" in input
        ? { body: { JobStatus: "SUCCEEDED", Segments: [shot(4200)] } }
        : { body: { JobStatus: "SUCCEEDED", NextToken: "page-2", Segments: [shot(0), shot(1800), shot(2900)] } },
    );
    await handle(eventOf(messageOf(0)));
    assert.deepEqual(await clips(), []);
    await handle(eventOf(messageOf(0, { API: "StartSegmentDetection", JobId: "shots-0" })));
    assert.deepEqual(await clips(), [
      ["ada", clock(1800), clock(2900)],
      ["ada", clock(4200), clock(5250)],
    ]);
    assert.deepEqual(
      aws.calls.filter(({ operation }) => operation === "GetSegmentDetection").map(({ input }) => input),
      [
        { JobId: "shots-0", MaxResults: 1000 },
        { JobId: "shots-0", MaxResults: 1000, NextToken: "page-2" },
      ],
    );
    const [placement] = await catalogue.recordings.timeline("main", broadcast);
    assert.deepEqual([placement?.firstCutMs, placement?.lastCutMs], [1800, 4200]);
  });

  it("notes why recognition failed", async () => {
    await analysing([0]);
    aws.answer("GetFaceSearch", { body: { JobStatus: "FAILED", StatusMessage: "The video is damaged" } });
    await handle(eventOf(messageOf(0, { Status: "FAILED" })));
    assert.partialDeepStrictEqual(await catalogue.recordings.get(id(0)), {
      state: "failed",
      failure: {
        kind: "search",
        reason: "Rekognition could not look for people in the recording: The video is damaged",
      },
    });
  });

  it("ignores the job of an earlier attempt, and other operations", async () => {
    await analysing([0]);
    await handle(eventOf(messageOf(0, { JobId: "old", Status: "FAILED" })));
    await handle({ Records: [{ Sns: { Message: JSON.stringify({ ...messageOf(0), API: "StartLabelDetection" }) } }] });
    assert.equal((await catalogue.recordings.get(id(0)))?.state, "analysing");
    assert.deepEqual(log.steps, ["analysis-superseded", "message-ignored"]);
  });

  it("drops the job of a recording that was deleted meanwhile", async () => {
    const { recordings } = catalogue;
    await analysing([0]);
    await recordings.failed(id(0), { kind: "processing", reason: "any" });
    assert.equal(await recordings.delete((await recordings.get(id(0)))!), true);
    await handle(eventOf(messageOf(0)));
    assert.deepEqual([log.steps, await recordings.get(id(0))], [["recording-deleted"], undefined]);
  });

  it("handles the other messages of an event when one is broken", async () => {
    await analysing([0]);
    faces(face(2000, ["ada", 90]));
    const event = eventOf(messageOf(0));
    event.Records.unshift({ Sns: { Message: "no json" } });
    await assert.rejects(handle(event), { message: "1 of the event's messages could not be handled" });
    assert.equal((await clips()).length, 1);
  });
});
