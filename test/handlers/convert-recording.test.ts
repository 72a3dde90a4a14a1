import assert from "node:assert/strict";
import { MediaConvertClient } from "@aws-sdk/client-mediaconvert";
import type { Catalogue } from "../../catalogue/index.ts";
import { recordingId } from "../../domain/ids.ts";
import { createHandler } from "../../handlers/convert-recording.ts";
import type { SqsBatchResponse, SqsEvent } from "../../pipeline/runtime/sqs-batch.ts";
import type { TestDatabase } from "../catalogue/table.ts";
import type { AwsServer } from "./aws-server.ts";
import { handlerSuite } from "./handler-suite.ts";
import { memoryLog } from "./memory-log.ts";
import { again, batchOf, done } from "./queue.ts";

const name = { channel: "main", broadcast: "20261122T180000", number: 12 };
const id = "main.20261122T180000.000012";
const key = "main/20261122T180000/recording.000012.ts";
const body = JSON.stringify({ recording: id, bucket: "archive", key });

const probed = (tracks: object[]): { body: object } => ({
  body: { probeResults: [{ container: { format: "mpegts", tracks } }] },
});
const video = { trackType: "video", codec: "AVC", videoProperties: { width: 1280, height: 720, bitRate: 3_000_000 } };
const audio = { trackType: "audio", codec: "AAC", audioProperties: { channels: 2 } };

describe("convert-recording", () => {
  let aws: AwsServer;
  let catalogue: Catalogue;
  let database: TestDatabase;
  let handle: (event: SqsEvent) => Promise<SqsBatchResponse>;
  let now: number;
  handlerSuite((parts) => ({ aws, catalogue, database } = parts));
  beforeEach(async () => {
    aws.answer("/2017-08-29/probe", probed([video, audio]));
    aws.answer("/2017-08-29/jobs", { status: 201, body: { job: { id: "job-1" } } });
    await catalogue.recordings.archived({
      ...name,
      id,
      bucket: "archive",
      key,
      archivedAt: "2026-11-22T18:02:10.000Z",
    });
    handle = handlerOf(catalogue);
    now = Date.parse("2026-11-22T18:02:30.000Z");
  });

  const handlerOf = (own: Catalogue): typeof handle =>
    createHandler({
      catalogue: own,
      mediaConvert: new MediaConvertClient(aws.options),
      vodBucket: "vod-bucket",
      queueArn: "arn:queue",
      roleArn: "arn:role",
      ladder: [
        { name: "720p", height: 720, bitrate: 2_500_000 },
        { name: "360p", height: 360, bitrate: 700_000 },
      ],
      encodeAll: false,
      now: () => now,
      log: memoryLog(),
    });

  it("keeps the time of day that the recording's timecode tells", async () => {
    const timed = {
      ...video,
      videoProperties: { ...video.videoProperties, frameRate: { numerator: 30, denominator: 1 } },
    };
    for (const [startTimecode, expected] of [
      ["18:02:00:15", 64_920_500],
      [undefined, undefined],
      ["not a timecode", undefined],
    ] as const) {
      const number = expected === undefined ? (startTimecode === undefined ? 13 : 14) : 12;
      const own = `main.20261122T180000.0000${number}`;
      await catalogue.recordings.archived({
        ...name,
        number,
        id: own,
        bucket: "archive",
        key,
        archivedAt: "2026-11-22T18:02:10.000Z",
      });
      aws.answer("/2017-08-29/probe", {
        body: { probeResults: [{ container: { format: "mpegts", startTimecode, tracks: [timed, audio] } }] },
      });
      assert.deepEqual(await handle(batchOf(JSON.stringify({ recording: own }))), done);
      assert.equal((await catalogue.recordings.get(own))?.timeOfDayMs, expected);
    }
  });

  it("probes the source and starts its conversion", async () => {
    assert.deepEqual(await handle(batchOf(body)), done);
    assert.deepEqual(aws.calls[0], {
      operation: "/2017-08-29/probe",
      input: { inputFiles: [{ fileUrl: `s3://archive/${key}` }] },
    });
    assert.partialDeepStrictEqual(aws.calls[1], {
      operation: "/2017-08-29/jobs",
      input: {
        clientRequestToken: "main_20261122T180000_000012_0v",
        queue: "arn:queue",
        role: "arn:role",
        statusUpdateInterval: "SECONDS_60",
        userMetadata: { channel: "main", broadcast: "20261122T180000", recording: id },
        settings: {
          inputs: [{ fileInput: `s3://archive/${key}` }],
          outputGroups: [
            {
              outputs: [
                { nameModifier: "_720p" },
                { nameModifier: "_360p", videoDescription: { width: 640, height: 360 } },
              ],
            },
            {
              outputGroupSettings: {
                fileGroupSettings: { destination: "s3://vod-bucket/vod/main/20261122T180000/000012/recording" },
              },
            },
            {},
          ],
        },
      },
    });
    assert.partialDeepStrictEqual(await catalogue.recordings.get(id), {
      state: "converting",
      conversion: "job-1",
      renditions: [
        { name: "720p", width: 1280, height: 720, bitrate: 3_000_000 },
        { name: "360p", width: 640, height: 360, bitrate: 700_000 },
      ],
    });
  });

  it("starts nothing when the message comes again", async () => {
    await handle(batchOf(body));
    assert.deepEqual(await handle(batchOf(body, body)), done);
    assert.equal(aws.calls.length, 2);
  });

  it("drops the message of a recording that was deleted meanwhile", async () => {
    const { recordings } = catalogue;
    await recordings.failed(id, { kind: "processing", reason: "any" });
    assert.equal(await recordings.delete((await recordings.get(id))!), true);
    assert.deepEqual(await handle(batchOf(body)), done);
    assert.deepEqual([aws.calls, await recordings.get(id)], [[], undefined]);
  });

  it("looks for no sound in a source without sound", async () => {
    aws.answer("/2017-08-29/probe", probed([video]));
    await handle(batchOf(body));
    assert.ok(!JSON.stringify(aws.calls[1]).includes("audioSelectors"));
  });

  it("starts over, with another token, a recording that is retried", async () => {
    await catalogue.recordings.failed(id, { kind: "conversion", reason: "broken" });
    assert.deepEqual(await handle(batchOf(body)), done);
    assert.equal(aws.calls.length, 0);
    await catalogue.recordings.retry(id);
    await handle(batchOf(body));
    assert.partialDeepStrictEqual(aws.calls[1]?.input, { clientRequestToken: "main_20261122T180000_000012_1v" });
  });

  describe("of a channel without input", () => {
    const loses = (lost: boolean, time: string, alarm = "a"): Promise<unknown> =>
      catalogue.channels.changeInput("main", { pipeline: "0", lost, alarm, at: `2026-11-22T${time}.000Z` });
    /** The recording lasts from 18:01:09.5 to 18:02:09.5. */
    const archived = (startTimecode: string | undefined = "18:01:09:15"): void => {
      const timed = {
        ...video,
        videoProperties: { ...video.videoProperties, frameRate: { numerator: 30, denominator: 1 } },
      };
      aws.answer("/2017-08-29/probe", {
        body: {
          probeResults: [{ container: { format: "mpegts", duration: 60, startTimecode, tracks: [timed, audio] } }],
        },
      });
    };
    const state = async (): Promise<string | undefined> => {
      assert.deepEqual(await handle(batchOf(body)), done);
      return (await catalogue.recordings.get(id))?.state;
    };
    beforeEach(() => archived());

    it("notes what was recorded meanwhile as idle, and converts it when an editor asks for it", async () => {
      await loses(true, "18:01:00");
      assert.equal(await state(), "idle");
      assert.partialDeepStrictEqual(await catalogue.recordings.get(id), {
        start: "2026-11-22T18:01:09.500Z",
        durationMs: 60_000,
      });
      assert.equal(aws.calls.length, 1);
      assert.equal(await state(), "idle");
      assert.equal((await catalogue.recordings.retry(id))?.state, "archived");
      assert.equal(await state(), "converting");
    });

    it("notes it as idle also after there is input again", async () => {
      await loses(true, "18:01:00");
      await loses(false, "18:02:25");
      assert.equal(await state(), "idle");
    });

    it("notes as idle what was recorded until the channel stopped", async () => {
      await loses(true, "18:01:00");
      await catalogue.channels.changeState("main", { state: "idle", pipelines: 0, at: "2026-11-22T18:02:11.000Z" });
      assert.equal(await state(), "idle");
    });

    it("converts what may have pictures of its end or its start", async () => {
      for (const [from, to] of [
        ["18:01:08", undefined],
        ["18:01:00", "18:02:10"],
        ["18:01:00", "18:02:24"],
      ] as const) {
        const own = await database.catalogue();
        await own.recordings.archived({ ...name, id, bucket: "archive", key, archivedAt: "2026-11-22T18:02:10.000Z" });
        await own.channels.changeInput("main", {
          pipeline: "0",
          lost: true,
          alarm: "a",
          at: `2026-11-22T${from}.000Z`,
        });
        if (to !== undefined)
          await own.channels.changeInput("main", {
            pipeline: "0",
            lost: false,
            alarm: "a",
            at: `2026-11-22T${to}.000Z`,
          });
        handle = handlerOf(own);
        await handle(batchOf(body));
        assert.equal((await own.recordings.get(id))?.state, "converting", `${from} to ${to}`);
      }
    });

    it("converts what is so recent that an event may be on its way", async () => {
      now = Date.parse("2026-11-22T18:02:24.000Z");
      await loses(true, "18:01:00");
      assert.equal(await state(), "converting");
    });

    it("converts what an alert without its other half tells of", async () => {
      await loses(true, "18:00:30", "a");
      await loses(false, "18:02:29", "b");
      assert.equal(await state(), "converting");
    });

    it("allows for a time that no timecode tells", async () => {
      archived("");
      await loses(true, "18:01:01");
      assert.equal(await state(), "converting");
    });
  });

  describe("of a second pipeline", () => {
    const standbyId = "main.20261122T180000.500012";
    const noted = async (own: Catalogue): Promise<string | undefined> => {
      handle = handlerOf(own);
      assert.deepEqual(await handle(batchOf(JSON.stringify({ recording: standbyId }))), done);
      return (await own.recordings.get(standbyId))?.state;
    };
    /** Its recording lasts from 18:01:10 to 18:02:10. */
    const standby = async (firstArchivedAt?: string): Promise<Catalogue> => {
      const own = await database.catalogue();
      const add = (number: number, archivedAt: string): Promise<unknown> => {
        const recording = { ...name, number };
        return own.recordings.archived({
          ...recording,
          id: recordingId(recording),
          bucket: "archive",
          key,
          archivedAt,
        });
      };
      await add(500_012, "2026-11-22T18:02:10.000Z");
      if (firstArchivedAt !== undefined) await add(0, firstArchivedAt);
      return own;
    };
    const loses = (own: Catalogue, pipeline: "0" | "1", lost: boolean, time: string): Promise<unknown> =>
      own.channels.changeInput("main", { pipeline, lost, alarm: pipeline, at: `2026-11-22T${time}.000Z` });
    beforeEach(() =>
      aws.answer("/2017-08-29/probe", {
        body: { probeResults: [{ container: { format: "mpegts", duration: 60, tracks: [video, audio] } }] },
      }),
    );

    it("notes as idle what the first pipeline recorded, too", async () => {
      assert.equal(await noted(await standby("2026-11-22T18:01:10.000Z")), "idle");
    });

    it("converts what the first pipeline has not: it began later, recorded nothing, or had no input", async () => {
      assert.equal(await noted(await standby("2026-11-22T18:03:10.000Z")), "converting");
      assert.equal(await noted(await standby()), "converting");
      const own = await standby("2026-11-22T18:01:10.000Z");
      await loses(own, "0", true, "18:02:05");
      assert.equal(await noted(own), "converting");
    });

    it("notes as idle what has no picture either", async () => {
      const own = await standby("2026-11-22T18:01:10.000Z");
      await loses(own, "0", true, "18:00:30");
      await loses(own, "1", true, "18:00:40");
      now = Date.parse("2026-11-22T18:02:40.000Z");
      assert.equal(await noted(own), "idle");
    });
  });

  it("abandons a file that is not a video, and says so", async () => {
    const cases: [Parameters<AwsServer["answer"]>[1], string][] = [
      [probed([audio]), "The recording has no video"],
      [{ body: { probeResults: [] } }, "The recording has no video"],
      [probed([{ ...video, codec: "HEVC" }]), "The recording's video is HEVC; the archive must be H.264 (AVC)"],
      [
        { status: 400, error: "BadRequestException" },
        "MediaConvert can't convert the recording: planned BadRequestException",
      ],
      [{ status: 404, error: "NoSuchKey" }, "MediaConvert can't convert the recording: planned NoSuchKey"],
      [
        { status: 404, error: "NotFoundException" },
        "MediaConvert can't convert the recording: planned NotFoundException",
      ],
    ];
    for (const [answer, reason] of cases) {
      aws.answer("/2017-08-29/probe", answer);
      assert.deepEqual(await handle(batchOf(body)), done);
      assert.partialDeepStrictEqual(await catalogue.recordings.get(id), {
        state: "failed",
        failure: {
          kind: reason.startsWith("MediaConvert") ? "conversion" : "no-video",
          reason: `${reason} (s3://archive/${key})`,
        },
      });
      await catalogue.recordings.retry(id);
    }
    assert.ok(aws.calls.every(({ operation }) => operation === "/2017-08-29/probe"));
  });

  it("leaves to the queue what may pass", async () => {
    for (const [operation, error, status] of [
      ["/2017-08-29/probe", "TooManyRequestsException", 429],
      ["/2017-08-29/jobs", "InternalServerErrorException", 500],
      ["/2017-08-29/probe", "ForbiddenException", 403],
    ] as const) {
      aws.answer(operation, { status, error });
      assert.deepEqual(await handle(batchOf(body)), again, error);
      assert.equal((await catalogue.recordings.get(id))?.state, "archived");
      aws.answer("/2017-08-29/probe", probed([video, audio]));
    }
  });

  it("hands back only the messages that failed", async () => {
    const unknown = JSON.stringify({ recording: "main.20261122T180000.000099" });
    assert.deepEqual(await handle(batchOf("no json", body, unknown)), {
      batchItemFailures: [{ itemIdentifier: "m0" }, { itemIdentifier: "m2" }],
    });
    assert.equal((await catalogue.recordings.get(id))?.state, "converting");
  });
});
