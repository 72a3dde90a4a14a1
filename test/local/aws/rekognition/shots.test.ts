import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GetSegmentDetectionCommand, StartSegmentDetectionCommand } from "@aws-sdk/client-rekognition";
import { photo, writeShots } from "../../vision/footage.ts";
import { startService, type RunningService } from "./service.ts";
import { finished, NotificationChannel, register, startSearch, toldOf, video } from "./video-jobs.ts";

describe("Rekognition's shots", function () {
  this.timeout(120_000);
  let folder: string;
  let service: RunningService;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "shots-"));
    service = await startService();
    await register(service, "franck", await photo("franck", 60));
  });
  after(async () => {
    await service.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it("finds the shots of a video, and samples the first and the last frame of each", async () => {
    await writeShots(
      [
        ["franck", 2],
        ["otherManAgain", 2],
      ],
      join(folder, "cut.flv"),
    );
    await service.upload(join(folder, "cut.flv"));
    const { JobId } = await service.client.send(
      new StartSegmentDetectionCommand({ Video: video("cut.flv"), SegmentTypes: ["SHOT"], NotificationChannel }),
    );
    assert.partialDeepStrictEqual(await toldOf(service, JobId!), { API: "StartSegmentDetection", Status: "SUCCEEDED" });
    const { Segments = [], SelectedSegmentTypes } = await service.client.send(
      new GetSegmentDetectionCommand({ JobId }),
    );
    assert.deepEqual(
      SelectedSegmentTypes?.map(({ Type }) => Type),
      ["SHOT"],
    );
    assert.deepEqual(
      Segments.map(({ Type, StartTimestampMillis, ShotSegment }) => [Type, StartTimestampMillis, ShotSegment?.Index]),
      [
        ["SHOT", 0, 0],
        ["SHOT", 2000, 1],
      ],
    );
    assert.equal(Segments[0]!.EndTimestampMillis, 1967);

    const { Persons = [] } = await finished(service, await startSearch(service, "cut.flv"));
    const his = Persons.filter(({ FaceMatches = [] }) => FaceMatches.length > 0).map(({ Timestamp }) => Timestamp!);
    assert.deepEqual([his[0], his.at(-1)], [0, 1967]);
    const others = Persons.filter(({ FaceMatches = [] }) => FaceMatches.length === 0);
    assert.equal(others[0]!.Timestamp, 2000);
    assert.ok(others.every(({ Person }) => Person?.Index === 1));
  });

  it("sees who is in a shot of 0.3 seconds", async () => {
    const file = "glimpse.flv";
    await writeShots(
      [
        ["otherManAgain", 1],
        ["franck", 0.3],
        ["otherManAgain", 1],
      ],
      join(folder, file),
    );
    await service.upload(join(folder, file));
    const { Persons = [] } = await finished(service, await startSearch(service, file));
    const his = Persons.filter(({ FaceMatches = [] }) => FaceMatches.length > 0).map(({ Timestamp }) => Timestamp!);
    assert.deepEqual([his[0], his.at(-1)], [1000, 1267]);
  });

  it("rejects segments other than shots, by name", async () => {
    await assert.rejects(
      service.client.send(
        new StartSegmentDetectionCommand({ Video: video("cut.flv"), SegmentTypes: ["SHOT", "TECHNICAL_CUE"] }),
      ),
      { name: "NotImplemented", message: "SegmentTypes: TECHNICAL_CUE is not supported by the local engine." },
    );
  });
});
