import assert from "node:assert/strict";
import type { Catalogue } from "../../catalogue/index.ts";
import { createHandler } from "../../handlers/find-people.ts";
import type { JobStateChangeEvent } from "../../pipeline/conversion/job-state-change.ts";
import type { SqsBatchResponse, SqsEvent } from "../../pipeline/runtime/sqs-batch.ts";
import { detectorsOf } from "../pipeline/detectors/detectors-of.ts";
import type { AwsServer } from "./aws-server.ts";
import { handlerSuite } from "./handler-suite.ts";
import type { MemoryLog } from "./memory-log.ts";
import { again, batchOf, done } from "./queue.ts";

const name = { channel: "main", broadcast: "20261122T180000", number: 12 };
const id = "main.20261122T180000.000012";
const prefix = "s3://vod-bucket/vod/main/20261122T180000/000012";
const box = { left: 0, top: 0, width: 1, height: 1 };

const eventOf = (detail: Partial<JobStateChangeEvent["detail"]>): JobStateChangeEvent => ({
  "detail-type": "MediaConvert Job State Change",
  source: "aws.mediaconvert",
  detail: { status: "COMPLETE", jobId: "job-1", queue: "arn:queue", userMetadata: { recording: id }, ...detail },
});

const complete = eventOf({
  outputGroupDetails: [
    {
      type: "HLS_GROUP",
      playlistFilePaths: [`${prefix}/hls/index.m3u8`],
      outputDetails: [
        {
          outputFilePaths: [`${prefix}/hls/index_360p.m3u8`],
          durationInMs: 10_010,
          videoDetails: { widthInPx: 640, heightInPx: 360 },
        },
        {
          outputFilePaths: [`${prefix}/hls/index_720p.m3u8`],
          durationInMs: 10_010,
          videoDetails: { widthInPx: 1280, heightInPx: 720, averageBitrate: 2_345_678 },
        },
      ],
    },
    {
      type: "FILE_GROUP",
      outputDetails: [
        {
          outputFilePaths: [`${prefix}/recording.mp4`],
          durationInMs: 10_000,
          videoDetails: { widthInPx: 1280, heightInPx: 720 },
        },
      ],
    },
    {
      type: "FILE_GROUP",
      outputDetails: [
        {
          outputFilePaths: [`${prefix}/posters/poster.0000004.jpg`],
          durationInMs: 10_000,
          videoDetails: { widthInPx: 640, heightInPx: 360 },
        },
      ],
    },
  ],
});

describe("find-people", () => {
  let aws: AwsServer;
  let catalogue: Catalogue;
  let log: MemoryLog;
  handlerSuite((parts) => ({ aws, catalogue, log } = parts));
  beforeEach(async () => {
    aws.answer("StartFaceSearch", { body: { JobId: "faces-1" } });
    aws.answer("StartCelebrityRecognition", { body: { JobId: "celebrities-1" } });
    await catalogue.recordings.archived({
      ...name,
      id,
      bucket: "archive",
      key: "k",
      archivedAt: "2026-11-22T18:02:10.000Z",
    });
    await catalogue.recordings.converting(id, "job-1", [
      { name: "720p", width: 1280, height: 720, bitrate: 2_500_000 },
      { name: "360p", width: 640, height: 360, bitrate: 700_000 },
    ]);
  });

  const take = (batch: SqsEvent, celebrities = true, shots = false): Promise<SqsBatchResponse> =>
    createHandler({
      catalogue,
      detectors: detectorsOf(aws, catalogue, celebrities, shots),
      vodBucket: "vod-bucket",
      topicArn: "arn:topic",
      roleArn: "arn:role",
      log,
    })(batch);
  /** Takes a message with the event, which must not come again. */
  const handle = async (event: JobStateChangeEvent, celebrities = true, shots = false): Promise<void> =>
    assert.deepEqual(await take(batchOf(JSON.stringify(event)), celebrities, shots), done);
  const withPhoto = async (): Promise<void> => {
    await catalogue.people.create({ name: "Ada" });
    await catalogue.people.addFace("ada", { id: "face", box, quality: 90 });
  };
  const shared = {
    Video: { S3Object: { Bucket: "vod-bucket", Name: "vod/main/20261122T180000/000012/recording.mp4" } },
    JobTag: id,
    NotificationChannel: { SNSTopicArn: "arn:topic", RoleArn: "arn:role" },
  };

  it("notes what the conversion yielded", async () => {
    await handle(complete);
    assert.partialDeepStrictEqual(await catalogue.recordings.get(id), {
      state: "indexed",
      durationMs: 10_000,
      start: "2026-11-22T18:02:00.000Z",
      renditions: [
        { name: "720p", width: 1280, height: 720, bitrate: 2_345_678 },
        { name: "360p", width: 640, height: 360, bitrate: 700_000 },
      ],
    });
  });

  it("makes the clip of a mark that the recording shows, also when it could not finish before", async () => {
    const atMs = Date.parse("2026-11-22T18:02:04.000Z");
    const goal = { channel: "main", subject: "_goal", label: "Goal", atMs, beforeMs: 3000, afterMs: 2000 };
    await catalogue.marks.add(goal);
    await withPhoto();
    aws.answer("StartFaceSearch", { status: 400, body: { __type: "ThrottlingException" } });
    const message = batchOf(JSON.stringify(complete));
    assert.deepEqual(await take(message, false), again);
    aws.answer("StartFaceSearch", { body: { JobId: "faces-1" } });
    assert.deepEqual(await take(message, false), done);
    const { items } = await catalogue.clips.list({ event: ["_goal"], limit: 10 });
    assert.deepEqual(
      items.map((clip) => [clip.id, clip.start, clip.end]),
      [["main.20261122T180000._goal.20261122T180204000", "2026-11-22T18:02:01.000Z", "2026-11-22T18:02:06.000Z"]],
    );
  });

  it("finishes when there is nobody to search for", async () => {
    await catalogue.people.create({ name: "Ada" });
    await catalogue.people.create({ name: "Grace", celebrity: "Grace" });
    await handle(complete, false);
    assert.deepEqual(aws.calls, []);
    assert.deepEqual(log.steps, ["recording-converted", "nobody-to-find"]);
  });

  it("searches for faces when anyone has photos", async () => {
    await withPhoto();
    await handle(complete);
    assert.deepEqual(aws.calls, [
      {
        operation: "StartFaceSearch",
        input: {
          ...shared,
          ClientRequestToken: "main_20261122T180000_000012_0f",
          CollectionId: "watch-list",
          FaceMatchThreshold: 66,
        },
      },
    ]);
    assert.partialDeepStrictEqual(await catalogue.recordings.get(id), {
      state: "analysing",
      analyses: [{ detector: "faces", job: "faces-1", done: false }],
    });
  });

  it("searches for celebrities in addition to faces where wanted", async () => {
    await withPhoto();
    await catalogue.people.create({ name: "Grace", celebrity: "Grace" });
    await handle(complete);
    assert.deepEqual(
      aws.calls.map(({ operation }) => operation),
      ["StartFaceSearch", "StartCelebrityRecognition"],
    );
    assert.deepEqual(aws.calls[1]?.input, { ...shared, ClientRequestToken: "main_20261122T180000_000012_0c" });
    assert.deepEqual((await catalogue.recordings.get(id))?.analyses, [
      { detector: "celebrities", job: "celebrities-1", done: false },
      { detector: "faces", job: "faces-1", done: false },
    ]);
  });

  it("searches for cuts where configured, if there is anyone to find", async () => {
    await withPhoto();
    aws.answer("StartSegmentDetection", { body: { JobId: "shots-1" } });
    await handle(complete, true, true);
    assert.deepEqual(
      aws.calls.map(({ operation }) => operation),
      ["StartFaceSearch", "StartSegmentDetection"],
    );
    assert.deepEqual(aws.calls[1]?.input, {
      ...shared,
      ClientRequestToken: "main_20261122T180000_000012_0s",
      SegmentTypes: ["SHOT"],
    });
    await catalogue.people.delete("ada");
    await catalogue.people.create({ name: "Grace", celebrity: "Grace" });
    assert.equal(
      detectorsOf(aws, catalogue, false, true)
        .at(-1)!
        .isWanted(await catalogue.people.list()),
      false,
    );
  });

  it("changes nothing when the event comes again", async () => {
    await withPhoto();
    await handle(complete);
    const before = await catalogue.recordings.get(id);
    await handle(complete);
    assert.equal(aws.calls.length, 1);
    assert.deepEqual(await catalogue.recordings.get(id), before);
  });

  for (const error of ["LimitExceededException", "ProvisionedThroughputExceededException", "ThrottlingException"]) {
    it(`leaves a recording to the queue on ${error}, and then starts only what is missing`, async () => {
      await withPhoto();
      await catalogue.people.create({ name: "Grace", celebrity: "Grace" });
      aws.answer("StartCelebrityRecognition", { status: 400, error });
      const batch = batchOf(JSON.stringify(complete));
      assert.deepEqual(await take(batch), again);
      assert.partialDeepStrictEqual(await catalogue.recordings.get(id), {
        state: "analysing",
        analyses: [
          { detector: "celebrities", job: undefined, done: false },
          { detector: "faces", job: "faces-1", done: false },
        ],
      });
      assert.equal(log.steps.at(-1), `analysis-postponed: ${error}: planned ${error}`);
      aws.answer("StartCelebrityRecognition", { body: { JobId: "celebrities-1" } });
      assert.deepEqual(await take(batch), done);
      assert.deepEqual(
        aws.calls.map(({ operation }) => operation),
        ["StartFaceSearch", "StartCelebrityRecognition", "StartCelebrityRecognition"],
      );
      assert.deepEqual((await catalogue.recordings.get(id))?.analyses, [
        { detector: "celebrities", job: "celebrities-1", done: false },
        { detector: "faces", job: "faces-1", done: false },
      ]);
    });
  }

  it("takes the other recordings of a batch in which one fails", async () => {
    assert.deepEqual(await take(batchOf("no event", JSON.stringify(complete))), again);
    assert.equal((await catalogue.recordings.get(id))?.state, "indexed");
  });

  it("notes why a conversion failed", async () => {
    await handle(eventOf({ status: "ERROR", errorCode: 1010, errorMessage: "Unable to open input file" }));
    assert.partialDeepStrictEqual(await catalogue.recordings.get(id), {
      state: "failed",
      failure: {
        kind: "conversion",
        reason: "MediaConvert could not convert the recording: Unable to open input file (error 1010)",
      },
    });
  });

  it("notes that nothing playable came out", async () => {
    await handle(eventOf({ outputGroupDetails: [] }));
    assert.partialDeepStrictEqual(await catalogue.recordings.get(id), {
      state: "failed",
      failure: { kind: "conversion", reason: "MediaConvert's result can't be played: event.detail has no MP4" },
    });
  });

  it("notes why Rekognition refuses the video", async () => {
    await withPhoto();
    aws.answer("StartFaceSearch", { status: 400, error: "InvalidS3ObjectException" });
    await handle(complete);
    assert.partialDeepStrictEqual(await catalogue.recordings.get(id), {
      state: "failed",
      failure: {
        kind: "search",
        reason: "Rekognition can't look for people in the recording: planned InvalidS3ObjectException",
      },
    });
  });

  it("ignores the job of an earlier attempt, and progress", async () => {
    const before = await catalogue.recordings.get(id);
    await handle(eventOf({ status: "ERROR", jobId: "job-0", errorMessage: "old" }));
    await handle(eventOf({ status: "PROGRESSING" }));
    assert.deepEqual(await catalogue.recordings.get(id), before);
  });

  it("drops what comes of a recording that was deleted meanwhile", async () => {
    await handle(complete);
    assert.equal(await catalogue.recordings.delete((await catalogue.recordings.get(id))!), true);
    log.steps.length = 0;
    await handle(complete);
    assert.deepEqual([log.steps, await catalogue.recordings.get(id)], [["recording-deleted"], undefined]);
  });

  it("leaves an event without a recording to the queue, and says what is wrong", async () => {
    const recording = "main.20261122T180000.000099";
    const without: Record<string, string>[] = [{}, { recording }];
    for (const userMetadata of without)
      assert.deepEqual(await take(batchOf(JSON.stringify(eventOf({ userMetadata })))), again);
    assert.deepEqual(log.steps, [
      "analysis-postponed: EventError: event.detail.userMetadata.recording is missing",
      `analysis-postponed: EventError: The catalogue has no recording "${recording}"`,
    ]);
  });
});
