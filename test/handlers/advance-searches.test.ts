import assert from "node:assert/strict";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { Catalogue } from "../../catalogue/index.ts";
import { recordingId } from "../../domain/ids.ts";
import { createHandler } from "../../handlers/advance-searches.ts";
import { createHandler as createIndexClips } from "../../handlers/index-clips.ts";
import { createSearchQueue } from "../../pipeline/search/queue.ts";
import { person } from "../domain/subjects.ts";
import { detectorsOf } from "../pipeline/detectors/detectors-of.ts";
import type { AwsServer } from "./aws-server.ts";
import { handlerSuite } from "./handler-suite.ts";
import type { MemoryLog } from "./memory-log.ts";
import { again, answerSends, batchOf, done, sentMessages } from "./queue.ts";

const broadcast = "20261122T180000";
const rules = { paddingMs: 500, gapMs: 3000, minMs: 500 };
const box = { left: 0.25, top: 0.125, width: 0.25, height: 0.5 };
const id = (number: number): string => recordingId({ channel: "main", broadcast, number });

describe("advance-searches", () => {
  let aws: AwsServer;
  let catalogue: Catalogue;
  let log: MemoryLog;
  /** The recordings whose jobs still run, by job id. */
  let running: Set<string>;
  /** The MP4s that have expired. */
  let expired: Set<string>;
  handlerSuite((parts) => ({ aws, catalogue, log } = parts));

  const queue = () => createSearchQueue({ client: new SQSClient(aws.options), url: "http://searches" });
  const advance = () =>
    createHandler({
      catalogue,
      detectors: detectorsOf(aws, catalogue),
      s3: new S3Client({ ...aws.options, forcePathStyle: true }),
      queue: queue(),
      vodBucket: "vod-bucket",
      topicArn: "arn:topic",
      roleArn: "arn:role",
      rules,
      similarityThreshold: 80,
      log,
    })(batchOf("{}", "{}"));
  const seen = (number: number, startMs: number) => ({
    recording: id(number),
    startMs,
    endMs: startMs + 2000,
    similarity: 95,
    box,
    bestMs: startMs + 1000,
  });
  const started = (): string[] =>
    aws.calls.filter(({ operation }) => operation === "StartFaceSearch").map(({ input }) => jobOf(input));
  const clips = async (): Promise<string[]> =>
    (await catalogue.clips.list({ limit: 100, order: "asc" })).items.map(({ id: clip }) => clip);
  const start = async (numbers: number[]): Promise<void> => {
    const plan = { recordings: numbers.map(id), durationMs: numbers.length * 10_000 };
    assert.ok((await catalogue.searches.start("ada", {}, plan)) !== undefined);
  };

  async function archive(number: number): Promise<void> {
    const name = { channel: "main", broadcast, number };
    const archivedAt = new Date(Date.parse("2026-11-22T18:00:10.000Z") + number * 10_000).toISOString();
    await catalogue.recordings.archived({ ...name, id: id(number), bucket: "archive", key: "k", archivedAt });
    await catalogue.recordings.converted(id(number), { durationMs: 10_000, renditions: [] });
    await catalogue.moments.index(name, [{ subject: person("grace"), appearances: [seen(number, 1000)] }], rules);
    await catalogue.recordings.indexed(id(number));
  }

  beforeEach(async () => {
    running = new Set();
    expired = new Set();
    answerSends(aws);
    await catalogue.channels.sawBroadcast("main", broadcast);
    await catalogue.people.create({ name: "Grace" });
    await catalogue.people.create({ name: "Ada" });
    await catalogue.people.addFace("ada", { id: "face", box, quality: 90 });
    for (let number = 0; number < 7; number++) {
      await archive(number);
      const path = `/vod-bucket/vod/main/${broadcast}/00000${number}/recording.mp4`;
      aws.answer(path, () => (expired.has(path) ? { status: 404 } : { status: 200 }));
    }
    // The job's id is the recording's, so that the results can follow from it.
    aws.answer("StartFaceSearch", (input) => ({ body: { JobId: jobOf(input) } }));
    aws.answer("GetFaceSearch", (input) => {
      const job = typeof input === "object" && input !== null && "JobId" in input ? String(input.JobId) : "";
      if (running.has(job)) return { body: { JobStatus: "IN_PROGRESS" } };
      const isThere = Number(job.slice(-1)) % 2 === 0;
      const FaceMatches = isThere ? [{ Similarity: 92, Face: { FaceId: "face", ExternalImageId: "ada" } }] : [];
      const Person = { Index: 0, Face: { BoundingBox: { Left: 0.25, Top: 0.125, Width: 0.25, Height: 0.5 } } };
      return { body: { JobStatus: "SUCCEEDED", Persons: [{ Timestamp: 5000, Person, FaceMatches }] } };
    });
  });

  it("searches five recordings at a time, and is woken by the ends of their jobs", async () => {
    for (const number of [6, 5, 4, 3, 2]) running.add(`job-${number}`);
    await start([6, 5, 4, 3, 2, 1, 0]);
    assert.deepEqual(await advance(), done);
    assert.deepEqual(started(), ["job-6", "job-5", "job-4", "job-3", "job-2"]);
    assert.partialDeepStrictEqual(aws.calls.find(({ operation }) => operation === "StartFaceSearch")?.input, {
      Video: { S3Object: { Bucket: "vod-bucket", Name: `vod/main/${broadcast}/000006/recording.mp4` } },
      JobTag: `${id(6)}/search`,
      NotificationChannel: { SNSTopicArn: "arn:topic", RoleArn: "arn:role" },
      CollectionId: "watch-list",
    });
    assert.deepEqual(await advance(), done);
    assert.equal(started().length, 5);

    running.delete("job-6");
    const message = { JobId: "job-6", Status: "SUCCEEDED", API: "StartFaceSearch", JobTag: `${id(6)}/search` };
    const indexClips = createIndexClips({
      catalogue,
      detectors: detectorsOf(aws, catalogue),
      searchQueue: queue(),
      rules,
      similarityThreshold: 80,
      log,
    });
    await indexClips({ Records: [{ Sns: { Message: JSON.stringify(message) } }] });
    assert.deepEqual(sentMessages(aws, "http://searches"), ["{}"]);
    assert.deepEqual(await advance(), done);
    assert.deepEqual(started().slice(5), ["job-1"]);
    assert.partialDeepStrictEqual(await catalogue.searches.get("ada"), {
      state: "running",
      taken: 6,
      outcomes: { found: 1, nothing: 0, expired: 0, failed: 0 },
    });
  });

  it("adds the person's clips, leaves everyone else's, and changes nothing when it is done again", async () => {
    const before = await clips();
    for (let run = 0; run < 2; run++) {
      await start([2, 1, 0]);
      for (let round = 0; round < 3; round++) assert.deepEqual(await advance(), done);
      assert.partialDeepStrictEqual(await catalogue.searches.get("ada"), {
        state: "done",
        open: [],
        outcomes: { found: 2, nothing: 1, expired: 0, failed: 0 },
      });
      const ada = (await clips()).filter((clip) => clip.includes(".ada."));
      assert.deepEqual(ada, [`main.${broadcast}.ada.000000-4750`, `main.${broadcast}.ada.000002-4750`]);
      assert.deepEqual(
        (await clips()).filter((clip) => !clip.includes(".ada.")),
        before,
      );
      assert.deepEqual((await catalogue.recordings.get(id(0)))?.subjects, ["grace", "ada"]);
    }
  });

  it("keeps what was decided about the person's clips", async () => {
    await start([0]);
    for (let round = 0; round < 2; round++) await advance();
    await catalogue.clips.change(`main.${broadcast}.ada.000000-4750`, { review: "rejected" });
    await start([0]);
    for (let round = 0; round < 2; round++) await advance();
    assert.equal((await catalogue.clips.get(`main.${broadcast}.ada.000000-4750`))?.review, "rejected");
  });

  it("finds someone who was merged once, not once for each entry", async () => {
    await catalogue.people.create({ name: "Ada L." });
    const recording = { channel: "main", broadcast, number: 0 };
    const earlier = [
      { subject: person("grace"), appearances: [seen(0, 1000)] },
      { subject: person("ada-l"), appearances: [seen(0, 4000)] },
    ];
    await catalogue.moments.index(recording, earlier, rules);
    await catalogue.people.merge("ada-l", "ada");
    await start([0]);
    for (let round = 0; round < 2; round++) assert.deepEqual(await advance(), done);
    assert.deepEqual(
      (await clips()).filter((clip) => clip.includes(".ada")),
      [`main.${broadcast}.ada.000000-4750`],
    );
    assert.equal((await catalogue.people.countClips(["ada"])).get("ada"), 1);
  });

  it("skips and counts recordings that have expired, and those that can't be searched", async () => {
    expired.add(`/vod-bucket/vod/main/${broadcast}/000001/recording.mp4`);
    aws.answer("StartFaceSearch", (input) =>
      jobOf(input) === "job-2"
        ? { status: 400, error: "InvalidParameterException" }
        : { body: { JobId: jobOf(input) } },
    );
    await start([2, 1, 0]);
    for (let round = 0; round < 2; round++) assert.deepEqual(await advance(), done);
    assert.partialDeepStrictEqual(await catalogue.searches.get("ada"), {
      state: "done",
      outcomes: { found: 1, nothing: 0, expired: 1, failed: 1 },
    });
    assert.deepEqual(
      log.lines.filter(({ level }) => level === "error").map(({ step, recording }) => [step, recording]),
      [["search-failed", id(2)]],
    );
  });

  it("comes back for what Rekognition refuses", async () => {
    aws.answer("StartFaceSearch", { status: 400, error: "LimitExceededException" });
    await start([0]);
    assert.deepEqual(await advance(), again);
    aws.answer("StartFaceSearch", (input) => ({ body: { JobId: jobOf(input) } }));
    assert.deepEqual(await advance(), done);
    assert.deepEqual(await advance(), done);
    assert.equal((await catalogue.searches.get("ada"))?.state, "done");
  });

  it("waits for a recording whose own analysis still runs", async () => {
    const name = { channel: "main", broadcast, number: 7 };
    await catalogue.recordings.archived({
      ...name,
      id: id(7),
      bucket: "archive",
      key: "k",
      archivedAt: "2026-11-22T18:01:20.000Z",
    });
    await catalogue.recordings.converted(id(7), { durationMs: 10_000, renditions: [] });
    await catalogue.recordings.analysing(id(7), ["faces"]);
    await start([7]);
    assert.deepEqual(await advance(), done);
    assert.deepEqual(started(), []);
    await catalogue.recordings.indexed(id(7));
    aws.answer(`/vod-bucket/vod/main/${broadcast}/000007/recording.mp4`, { status: 200 });
    assert.deepEqual(await advance(), done);
    assert.deepEqual(started(), ["job-7"]);
  });

  it("ends with the person, and does nothing for a cancelled search", async () => {
    await start([1, 0]);
    await catalogue.searches.cancel("ada");
    assert.deepEqual(await advance(), done);
    assert.deepEqual(started(), []);
    await start([1, 0]);
    await catalogue.people.delete("ada");
    assert.equal(await catalogue.searches.get("ada"), undefined);
    assert.deepEqual(await advance(), done);
    assert.deepEqual(started(), []);
  });

  it("counts a recording once when two calls run at once", async () => {
    await start([2, 1, 0]);
    for (let round = 0; round < 3; round++) await Promise.all([advance(), advance()]);
    assert.deepEqual((await catalogue.searches.get("ada"))?.outcomes, { found: 2, nothing: 1, expired: 0, failed: 0 });
  });
});

/** `job-6` for the recording 6. */
function jobOf(input: unknown): string {
  const tag = typeof input === "object" && input !== null && "JobTag" in input ? String(input.JobTag) : "";
  return `job-${Number(tag.split(".").at(-1)?.replace("/search", ""))}`;
}
