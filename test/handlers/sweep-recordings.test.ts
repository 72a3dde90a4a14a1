import assert from "node:assert/strict";
import { createSearchQueue } from "../../pipeline/search/queue.ts";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { MediaConvertClient } from "@aws-sdk/client-mediaconvert";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { Catalogue } from "../../catalogue/index.ts";
import { conversionSettings } from "../../pipeline/conversion/job-settings.ts";
import { formatArchiveKey } from "../../domain/archive-key.ts";
import { recordingId } from "../../domain/ids.ts";
import type { Recording } from "../../domain/model.ts";
import { sweepRules } from "../../pipeline/sweep/rules.ts";
import { createEndedConversions } from "../../pipeline/conversion/ended-conversions.ts";
import { createConversionQueue, type ConvertMessage } from "../../pipeline/conversion/queue.ts";
import { createHandler as findPeople } from "../../handlers/find-people.ts";
import { createHandler as indexClips } from "../../handlers/index-clips.ts";
import type { SnsEvent } from "../../pipeline/detectors/completion.ts";
import { createHandler } from "../../handlers/sweep-recordings.ts";
import { createS3 } from "../../local/aws/s3/index.ts";
import { rules as clipRules } from "../catalogue/broadcast.ts";
import { startDatabase, type TestDatabase } from "../catalogue/table.ts";
import { startStorageCloud, type StorageCloud } from "../support/storage.ts";
import { detectorsOf } from "../pipeline/detectors/detectors-of.ts";
import { startAws, type AwsServer } from "./aws-server.ts";
import { memoryLog, type MemoryLog } from "./memory-log.ts";
import { answerSends, batchOf, done, sentMessages } from "./queue.ts";

const minute = 60_000;
const channel = "main";
const renditions = [
  { name: "720p", width: 1280, height: 720, bitrate: 2_500_000 },
  { name: "360p", width: 640, height: 360, bitrate: 700_000 },
];

describe("sweep-recordings", () => {
  let database: TestDatabase;
  let aws: AwsServer;
  let storage: StorageCloud;
  let s3: Awaited<ReturnType<typeof createS3>>;
  let archive: S3Client;
  let reader: S3Client;
  let catalogue: Catalogue;
  let log: MemoryLog;
  /** How far the clock is ahead. */
  let aheadMs: number;
  let buckets = 0;
  let bucket: string;
  let broadcast: string;

  const now = (): number => Date.now() + aheadMs;
  const wait = (minutes: number): void => void (aheadMs += minutes * minute);
  const nameOf = (number: number) => ({ channel, broadcast, number });
  const id = (number: number): string => recordingId(nameOf(number));
  const key = (number: number): string => formatArchiveKey(nameOf(number));
  const put = async (...keys: string[]): Promise<void> => {
    for (const Key of keys) await archive.send(new PutObjectCommand({ Bucket: bucket, Key, Body: "ts" }));
  };
  const announce = async (number: number): Promise<Recording> => {
    await catalogue.channels.sawBroadcast(channel, broadcast);
    const recording = await catalogue.recordings.archived({
      ...nameOf(number),
      id: id(number),
      bucket,
      key: key(number),
      archivedAt: new Date(now()).toISOString(),
    });
    assert.ok(recording !== undefined);
    return recording;
  };
  const stateOf = async (number: number): Promise<Recording> => (await catalogue.recordings.get(id(number)))!;

  before(async () => {
    database = await startDatabase();
    aws = await startAws();
    storage = await startStorageCloud();
    s3 = await createS3(storage.cloud);
    storage.gateway.register(s3.api!);
    const owner = await storage.role([{ Effect: "Allow", Action: "s3:*", Resource: "*" }]);
    const sweeper = await storage.role([
      {
        Effect: "Allow",
        Action: "s3:ListBucket",
        Resource: "arn:aws:s3:::*",
        Condition: { StringLike: { "s3:prefix": ["main/*"] } },
      },
    ]);
    archive = new S3Client({ ...owner.config, forcePathStyle: true });
    reader = new S3Client({ ...sweeper.config, forcePathStyle: true });
  });
  after(async () => {
    archive.destroy();
    reader.destroy();
    await s3.stop();
    await storage.stop();
    await aws.stop();
    await database.stop();
  });
  beforeEach(async () => {
    aws.reset();
    answerSends(aws);
    aws.answer("/2015-03-31/functions/index-clips/invocations", { status: 202 });
    aheadMs = 0;
    log = memoryLog();
    catalogue = await database.catalogue(now);
    bucket = `archive-${++buckets}`;
    broadcast = new Date(Date.now() - 3_600_000).toISOString().replaceAll(/[-:]|\.\d{3}Z$/g, "");
    await storage.apply(s3, "aws:s3/bucket:Bucket", { bucket }, { name: bucket });
  });

  const deps = () => ({
    catalogue,
    s3: reader,
    mediaConvert: new MediaConvertClient(aws.options),
    detectors: detectorsOf(aws, catalogue),
    lambda: new LambdaClient(aws.options),
    queue: createConversionQueue({ client: new SQSClient(aws.options), url: "http://queue" }),
    endedConversions: createEndedConversions({ client: new SQSClient(aws.options), url: "http://ended" }),
    searchQueue: createSearchQueue({ client: new SQSClient(aws.options), url: "http://searches" }),
    archiveBucket: bucket,
    indexClips: "index-clips",
    channels: [channel],
    rules: sweepRules,
    now,
    log,
  });
  /** Sweeps once; answers the counts that are not zero. */
  async function sweep(): Promise<Record<string, unknown>> {
    await createHandler(deps())();
    const { step, fields } = log.lines.at(-1)!;
    assert.equal(step, "swept");
    return Object.fromEntries(
      Object.entries(fields).filter(([name, count]) => count !== 0 && name !== "channels" && name !== "objects"),
    );
  }
  const queued = (): string[] =>
    sentMessages(aws, "http://queue").map((body) => (JSON.parse(body) as ConvertMessage).recording);
  const invoked = (name: string): unknown[] =>
    aws.calls
      .filter(({ operation }) => operation === `/2015-03-31/functions/${name}/invocations`)
      .map(({ input }) => input);

  describe("archive without a row", () => {
    it("notes and queues what no event announced, once its event can't come any more", async () => {
      await put(key(0), key(1), "main/notes.txt");
      await announce(0);
      assert.deepEqual(await sweep(), {});
      wait(16);
      assert.deepEqual(await sweep(), { missed: 1 });
      assert.deepEqual(queued(), [id(1)]);
      const recording = await stateOf(1);
      assert.partialDeepStrictEqual(recording, { state: "archived", bucket, key: key(1) });
      // The time of the object is the time of the event that got lost.
      assert.ok(Math.abs(Date.parse(recording.archivedAt) - Date.now()) < minute);
      assert.equal((await catalogue.channels.get(channel)).broadcast, broadcast);
      assert.deepEqual(
        log.lines.filter(({ step }) => step === "recording-missed").map(({ recording: about }) => about),
        [id(1)],
      );
      assert.deepEqual(await sweep(), {});
      assert.deepEqual(queued(), [id(1)]);
    });

    it("continues where it ended, and retries what it could not store", async () => {
      await put(key(0), key(1), key(2));
      wait(70);
      aws.answer("SendMessage", { status: 500, error: "InternalFailure" });
      await assert.rejects(createHandler(deps())(), { message: "3 parts of the sweep could not be done" });
      assert.partialDeepStrictEqual(log.lines.at(-1), {
        step: "swept",
        fields: { objects: 3, missed: 0, failures: 3 },
      });
      assert.equal(await catalogue.channels.comparedTo(channel), undefined);
      answerSends(aws);
      // Their rows are there now, so they are stuck, not missed.
      wait(30);
      assert.deepEqual(await sweep(), { queued: 3 });
      assert.equal(await catalogue.channels.comparedTo(channel), key(2));
      await put(key(3));
      await sweep();
      assert.equal(log.lines.at(-1)?.fields["objects"], 1);
    });

    it("leaves old broadcasts alone, but for one that still runs", async () => {
      const old = "20200101T000000";
      await put(`main/${old}/recording.000000.ts`);
      wait(20);
      assert.deepEqual(await sweep(), {});
      assert.equal(log.lines.at(-1)?.fields["objects"], 0);
      await catalogue.channels.sawBroadcast(channel, old);
      assert.deepEqual(await sweep(), { missed: 1 });
    });

    it("wakes the searches that still run", async () => {
      assert.deepEqual(await sweep(), {});
      await catalogue.searches.start("ada", {}, { recordings: [id(0)], durationMs: 10_000 });
      assert.deepEqual(await sweep(), { searches: 1 });
      assert.deepEqual(sentMessages(aws, "http://searches"), ["{}"]);
      await catalogue.searches.cancel("ada");
      assert.deepEqual(await sweep(), {});
    });

    it("reports what it may not list", async () => {
      await assert.rejects(createHandler({ ...deps(), channels: ["second"] })(), {
        message: "1 parts of the sweep could not be done",
      });
      assert.match(log.steps[0] ?? "", /^sweep-postponed: AccessDenied: /);
    });
  });

  describe("a recording that makes no progress", () => {
    const job = (over: object): void =>
      aws.answer("/2017-08-29/jobs/job-1", {
        body: { job: { id: "job-1", queue: "arn:queue", userMetadata: { recording: id(0) }, ...over } },
      });
    const face = { Left: 0.25, Top: 0.125, Width: 0.25, Height: 0.5 };

    async function converting(): Promise<void> {
      await announce(0);
      await catalogue.recordings.converting(id(0), "job-1", renditions);
    }
    async function analysing(...jobs: string[]): Promise<void> {
      await catalogue.people.create({ name: "Ada" });
      await catalogue.people.addFace("ada", { id: "face", box: { left: 0, top: 0, width: 1, height: 1 }, quality: 90 });
      await converting();
      await catalogue.recordings.converted(id(0), { durationMs: 10_000, renditions });
      await catalogue.recordings.analysing(id(0), ["faces"]);
      for (const one of jobs) await catalogue.recordings.started(id(0), "faces", one);
    }
    /** Hands find-people what was queued for it. */
    async function search(): Promise<void> {
      const handle = findPeople({
        catalogue,
        detectors: detectorsOf(aws, catalogue, false),
        vodBucket: "vod",
        topicArn: "t",
        roleArn: "r",
        log,
      });
      const [body = "nothing was queued"] = sentMessages(aws, "http://ended");
      assert.deepEqual(await handle(batchOf(body)), done);
    }
    const clips = (): ((event: SnsEvent) => Promise<void>) =>
      indexClips({
        catalogue,
        detectors: detectorsOf(aws, catalogue),
        searchQueue: createSearchQueue({ client: new SQSClient(aws.options), url: "http://searches" }),
        rules: clipRules,
        similarityThreshold: 80,
        log,
      });

    it("is never touched while it is fresh", async () => {
      await converting();
      await announce(1);
      wait(29);
      assert.deepEqual(await sweep(), {});
      assert.deepEqual(aws.calls, []);
    });

    it("is queued again when it was not converted", async () => {
      await announce(0);
      wait(30);
      assert.deepEqual(await sweep(), { queued: 1 });
      assert.deepEqual(await sweep(), {});
      assert.deepEqual(queued(), [id(0)]);
    });

    it("is redriven by one of two sweeps at once", async () => {
      await announce(0);
      wait(30);
      await Promise.all([createHandler(deps())(), createHandler(deps())()]);
      assert.deepEqual(queued(), [id(0)]);
    });

    it("waits while its conversion runs, however long", async () => {
      await converting();
      job({ status: "PROGRESSING" });
      for (let hours = 0; hours < 20; hours++) {
        wait(60);
        assert.deepEqual(await sweep(), { waiting: 1 });
      }
      assert.partialDeepStrictEqual(await stateOf(0), { state: "converting", redrives: 0 });
    });

    it("continues when its conversion has ended: the search begins", async () => {
      await analysing();
      await catalogue.recordings.restart(await stateOf(0));
      await catalogue.recordings.converting(id(0), "job-1", renditions);
      wait(70);
      const settings = conversionSettings({
        recording: nameOf(0),
        source: { bucket, key: key(0), hasAudio: true },
        vodBucket: "vod",
        ladder: renditions.map((rendition, index) => ({ ...rendition, passthrough: index === 0 })),
      });
      const groups = settings.OutputGroups!.map(
        ({ OutputGroupSettings: { HlsGroupSettings, FileGroupSettings } = {}, Outputs = [] }) => ({
          outputGroupSettings: HlsGroupSettings
            ? { type: "HLS_GROUP_SETTINGS", hlsGroupSettings: { destination: HlsGroupSettings.Destination } }
            : { type: "FILE_GROUP_SETTINGS", fileGroupSettings: { destination: FileGroupSettings?.Destination } },
          outputs: Outputs.map(({ NameModifier: nameModifier, Extension: extension }) => ({ nameModifier, extension })),
        }),
      );
      // As GetJob returns it: no files, and no size of a picture that was passed through.
      const outputGroupDetails = [
        {
          outputDetails: [
            { durationInMs: 9960 },
            { durationInMs: 9960, videoDetails: { widthInPx: 640, heightInPx: 358 } },
          ],
        },
        { outputDetails: [{ durationInMs: 9984 }] },
        { outputDetails: [{ videoDetails: { widthInPx: 640, heightInPx: 360 } }] },
      ];
      job({ status: "COMPLETE", settings: { outputGroups: groups }, outputGroupDetails });
      assert.deepEqual(await sweep(), { converted: 1 });
      aws.answer("StartFaceSearch", { body: { JobId: "faces-1" } });
      await search();
      assert.partialDeepStrictEqual(await stateOf(0), {
        state: "analysing",
        durationMs: 9984,
        renditions: [renditions[0], { ...renditions[1], height: 358 }],
        analyses: [{ detector: "faces", job: "faces-1", done: false }],
      });
    });

    it(
      "fails with MediaConvert's reason when its conversion failed, " + "and says that it was canceled when it was",
      async () => {
        await converting();
        wait(30);
        job({ status: "ERROR", errorCode: 1010, errorMessage: "Unable to open input file" });
        assert.deepEqual(await sweep(), { converted: 1 });
        await search();
        assert.partialDeepStrictEqual(await stateOf(0), {
          state: "failed",
          failure: {
            kind: "conversion",
            reason: "MediaConvert could not convert the recording: Unable to open input file (error 1010)",
          },
        });

        await catalogue.recordings.retry(id(0));
        await catalogue.recordings.converting(id(0), "job-1", renditions);
        wait(30);
        job({ status: "CANCELED" });
        assert.deepEqual(await sweep(), { failed: 1 });
        assert.partialDeepStrictEqual(await stateOf(0), {
          state: "failed",
          failure: {
            kind: "conversion",
            reason: "The recording's conversion was canceled in MediaConvert; retry it to convert it after all",
          },
        });
      },
    );

    it("starts over when MediaConvert or Rekognition does not know its job any more", async () => {
      await converting();
      wait(30);
      aws.answer("/2017-08-29/jobs/job-1", { status: 404, error: "NotFoundException" });
      assert.deepEqual(await sweep(), { restarted: 1 });
      assert.partialDeepStrictEqual(await stateOf(0), {
        state: "archived",
        attempt: 1,
        redrives: 1,
        conversion: undefined,
        analyses: [],
      });
      assert.deepEqual(queued(), [id(0)]);

      await analysing("faces-1");
      await catalogue.recordings.converting(id(0), "job-1", renditions);
      await catalogue.recordings.analysing(id(0), ["faces"]);
      await catalogue.recordings.started(id(0), "faces", "faces-1");
      wait(60);
      aws.answer("GetFaceSearch", { status: 400, error: "ResourceNotFoundException" });
      assert.deepEqual(await sweep(), { restarted: 1 });
      assert.partialDeepStrictEqual(await stateOf(0), { state: "archived", attempt: 2, redrives: 2 });
    });

    it("continues when its search was decided, but never started", async () => {
      await analysing();
      wait(30);
      assert.deepEqual(await sweep(), { converted: 1 });
      aws.answer("StartFaceSearch", { body: { JobId: "faces-1" } });
      await search();
      assert.partialDeepStrictEqual(await stateOf(0), {
        state: "analysing",
        analyses: [{ detector: "faces", job: "faces-1" }],
      });
    });

    it("waits while its search runs, and is indexed when it has ended", async () => {
      await analysing("faces-1");
      wait(30);
      aws.answer("GetFaceSearch", { body: { JobStatus: "IN_PROGRESS" } });
      assert.deepEqual(await sweep(), { waiting: 1 });
      aws.answer("GetFaceSearch", {
        body: {
          JobStatus: "SUCCEEDED",
          Persons: [
            {
              Timestamp: 2000,
              Person: { Face: { BoundingBox: face } },
              FaceMatches: [{ Similarity: 91, Face: { ExternalImageId: "ada" } }],
            },
          ],
        },
      });
      assert.deepEqual(await sweep(), { analysed: 1 });
      await clips()(invoked("index-clips")[0] as SnsEvent);
      assert.partialDeepStrictEqual(await stateOf(0), { state: "indexed", subjects: ["ada"] });
      assert.equal((await catalogue.clips.list({ limit: 10 })).items.map(({ subject }) => subject.id).join(), "ada");
    });

    it("is indexed when all results were in, but the indexing died", async () => {
      await analysing("faces-1");
      await catalogue.recordings.finished(id(0), "faces", "faces-1");
      wait(30);
      assert.deepEqual(await sweep(), { analysed: 1 });
      aws.answer("GetFaceSearch", { body: { JobStatus: "SUCCEEDED", Persons: [] } });
      await clips()(invoked("index-clips")[0] as SnsEvent);
      assert.equal((await stateOf(0)).state, "indexed");
    });

    it("is given up with a sentence when taking it up did not help", async () => {
      await analysing("faces-1");
      aws.answer("GetFaceSearch", { body: { JobStatus: "SUCCEEDED" } });
      const tries: Record<string, unknown>[] = [];
      for (const minutes of [30, 59, 1, 119, 1, 239, 1, 999]) {
        wait(minutes);
        tries.push(await sweep());
      }
      assert.deepEqual(tries, [{ analysed: 1 }, {}, { analysed: 1 }, {}, { analysed: 1 }, {}, { failed: 1 }, {}]);
      const { state, failure } = await stateOf(0);
      assert.deepEqual([state, failure?.kind], ["failed", "processing"]);
      assert.equal(
        failure?.reason,
        "The recording was searched, but its clips could not be made in 3 more attempts; " +
          `the functions' logs say why (correlation_id ${id(0)}): fix the cause, then retry the recording`,
      );
      assert.partialDeepStrictEqual(
        log.lines.filter(({ level }) => level === "error"),
        [{ step: "recording-failed", recording: id(0) }],
      );
    });

    it("does not keep others waiting when it can't be looked at", async () => {
      await converting();
      await announce(1);
      wait(30);
      aws.answer("/2017-08-29/jobs/job-1", { status: 403, error: "ForbiddenException" });
      await assert.rejects(createHandler(deps())(), { message: "1 parts of the sweep could not be done" });
      assert.deepEqual(queued(), [id(1)]);
      assert.partialDeepStrictEqual(await stateOf(0), { state: "converting", redrives: 0 });
    });
  });
});
