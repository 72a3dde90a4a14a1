import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  GetCelebrityRecognitionCommand,
  GetFaceSearchCommand,
  IndexFacesCommand,
  RecognizeCelebritiesCommand,
  SearchFacesByImageCommand,
  StartCelebrityRecognitionCommand,
  type GetFaceSearchCommandOutput,
  type StartFaceSearchCommandInput,
} from "@aws-sdk/client-rekognition";
import { excerpt, photo } from "../../vision/footage.ts";
import { bucket, collection, publisherArn, startService, topicArn, type RunningService } from "./service.ts";
import { finished, NotificationChannel, register, startSearch, toldOf, video } from "./video-jobs.ts";

const dayMs = 24 * 60 * 60 * 1000;

describe("Rekognition's video operations", function () {
  this.timeout(120_000);
  let folder: string;
  let celebrities: string;
  let franckVideo: string;
  let otherVideo: string;
  let franck: Buffer;
  let service: RunningService;
  let clock = Date.parse("2026-11-22T18:00:00Z");

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "footage-"));
    celebrities = join(folder, "celebrities");
    franckVideo = join(folder, "franck.mp4");
    otherVideo = join(folder, "other.mp4");
    await mkdir(celebrities);
    const [, , otherMan] = await Promise.all([
      excerpt("franck", 6, franckVideo),
      excerpt("otherManAgain", 4, otherVideo),
      photo("otherMan", 20),
    ]);
    franck = await photo("franck", 60);
    await writeFile(join(celebrities, "Ada Lovelace.jpg"), otherMan);
    await writeFile(join(celebrities, "Ada Lovelace (2).JPG"), await photo("otherMan", 40));
    await writeFile(join(celebrities, "Nobody.jpg"), "not a photo");
    await writeFile(join(celebrities, "notes.txt"), "not a photo either");
    service = await startService({ celebrities, now: () => clock });
    await service.upload(franckVideo);
    await service.upload(otherVideo);
    await writeFile(join(folder, "broken.mp4"), "no video at all");
    await service.upload(join(folder, "broken.mp4"));
    await register(service, "franck", franck);
  });
  after(async () => {
    await service.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const start = async (input: Partial<StartFaceSearchCommandInput> = {}, client = service.client): Promise<string> => {
    const JobId = await startSearch({ client }, "franck.mp4", input);
    assert.match(JobId, /^[0-9a-f]{64}$/);
    return JobId;
  };

  it("finds the man of the photo in every sampled frame of his video, with its time and at least 80", async () => {
    const answer = await finished(service, await start());
    assert.equal(answer.JobStatus, "SUCCEEDED");
    const { DurationMillis, ...metadata } = answer.VideoMetadata!;
    assert.deepEqual(metadata, {
      Codec: "h264",
      Format: "QuickTime / MOV",
      FrameRate: 24,
      FrameHeight: 288,
      FrameWidth: 360,
      ColorRange: "LIMITED",
    });
    assert.ok(Math.abs(DurationMillis! - 6000) < 200);
    assert.deepEqual(answer.Video, video("franck.mp4"));
    const persons = answer.Persons ?? [];
    assert.ok(persons.length >= 12);
    for (const [i, { Timestamp, Person, FaceMatches = [] }] of persons.entries()) {
      // The last frame is sampled too.
      if (i < persons.length - 1) assert.ok(Timestamp! >= i * 500 && Timestamp! < i * 500 + 130);
      assert.equal(Person?.Index, 0);
      assert.ok(Person.Face!.BoundingBox!.Width! > 0.1 && Person.Face!.Confidence! > 70);
      assert.equal(FaceMatches.length, 1);
      assert.equal(FaceMatches[0]!.Face!.ExternalImageId, "franck");
      assert.ok(FaceMatches[0]!.Similarity! >= 80 && FaceMatches[0]!.Similarity! <= 100);
    }
  });

  it("lists a stranger's face without matches", async () => {
    const { Persons = [] } = await finished(service, await start({ Video: video("other.mp4") }));
    assert.ok(Persons.length >= 8);
    for (const { Person, FaceMatches } of Persons) {
      assert.equal(FaceMatches, undefined);
      assert.deepEqual(Object.keys(Person!.Face!).sort(), [
        "BoundingBox",
        "Confidence",
        "Landmarks",
        "Pose",
        "Quality",
      ]);
    }
  });

  it("publishes the completion to the topic with the caller's publishing role", async () => {
    const JobId = await start({ NotificationChannel, JobTag: "main.20261122T180000.000012" });
    assert.deepEqual(await toldOf(service, JobId), {
      JobId,
      Status: "SUCCEEDED",
      API: "StartFaceSearch",
      JobTag: "main.20261122T180000.000012",
      Timestamp: clock,
      Video: { S3ObjectName: "franck.mp4", S3Bucket: bucket },
    });
    const { JobTag } = await finished(service, JobId);
    assert.equal(JobTag, "main.20261122T180000.000012");
    const told = service.published.at(-1)!;
    assert.deepEqual([told.topicArn, told.source], [topicArn, { kind: "role", arn: publisherArn }]);
  });

  it("fails a job on a file that is not a video, and says why", async () => {
    const JobId = await start({ Video: video("broken.mp4"), NotificationChannel });
    const answer = await finished(service, JobId);
    assert.equal(answer.JobStatus, "FAILED");
    assert.match(answer.StatusMessage!, /^The file cannot be read as a video/);
    assert.deepEqual(answer.Persons, []);
    const told = await toldOf(service, JobId);
    assert.ok(
      typeof told === "object" && told !== null && "Status" in told && told.Status === "FAILED" && !("JobTag" in told),
    );
  });

  it("starts one job per token, and rejects the token for another request", async () => {
    const token = { ClientRequestToken: "main-20261122T180000-000012" };
    const JobId = await start(token);
    assert.equal(await start(token), JobId);
    await assert.rejects(start({ ...token, FaceMatchThreshold: 65 }), { name: "IdempotentParameterMismatchException" });
    await finished(service, JobId);
    assert.equal(await start(token), JobId);
  });

  it("pages results by time or by person, and rejects a token of other results", async () => {
    const JobId = await start();
    const all = (await finished(service, JobId)).Persons ?? [];
    const paged = [];
    let NextToken: string | undefined;
    do {
      const page: GetFaceSearchCommandOutput = await service.client.send(
        new GetFaceSearchCommand({ JobId, MaxResults: 5, NextToken }),
      );
      assert.ok(page.Persons!.length <= 5 && page.VideoMetadata !== undefined);
      paged.push(...page.Persons!);
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    assert.deepEqual(paged, all);

    const { NextToken: second } = await service.client.send(new GetFaceSearchCommand({ JobId, MaxResults: 5 }));
    const rejected = { name: "InvalidPaginationTokenException" };
    await assert.rejects(
      service.client.send(new GetFaceSearchCommand({ JobId, SortBy: "INDEX", NextToken: second })),
      rejected,
    );
    await assert.rejects(service.client.send(new GetFaceSearchCommand({ JobId, NextToken: "made up" })), rejected);
    await assert.rejects(service.client.send(new GetFaceSearchCommand({ JobId, MaxResults: 1001 })), {
      name: "ValidationException",
    });
  });

  it("recognises celebrities from a folder of photos, and names the unusable photos", async () => {
    const recognise = async (key: string) => {
      const { JobId } = await service.client.send(
        new StartCelebrityRecognitionCommand({ Video: video(key), NotificationChannel }),
      );
      await toldOf(service, JobId!);
      return service.client.send(new GetCelebrityRecognitionCommand({ JobId }));
    };
    const { Celebrities = [], VideoMetadata, JobStatus } = await recognise("other.mp4");
    assert.equal(JobStatus, "SUCCEEDED");
    assert.equal(VideoMetadata?.FrameRate, 25);
    assert.ok(Celebrities.length >= 8);
    for (const { Celebrity } of Celebrities) {
      assert.equal(Celebrity?.Name, "Ada Lovelace");
      assert.match(Celebrity.Id!, /^[A-Za-z0-9]{7}$/);
      assert.deepEqual(Celebrity.Urls, []);
      assert.ok(Celebrity.Confidence! >= 80);
      assert.deepEqual(Celebrity.BoundingBox, Celebrity.Face?.BoundingBox);
    }
    assert.deepEqual((await recognise("franck.mp4")).Celebrities, []);
    assert.ok(service.lines.some((line) => line.startsWith("ignoring celebrity photo Nobody.jpg: ")));
    assert.ok(service.lines.some((line) => line.startsWith("ignoring celebrity photo notes.txt: not a .jpg")));
    assert.ok(service.lines.includes("1 celebrity known from 2 photos"));

    const still = await service.client.send(new RecognizeCelebritiesCommand({ Image: { Bytes: franck } }));
    assert.deepEqual([still.CelebrityFaces, still.UnrecognizedFaces?.length], [[], 1]);
    const photoOfAda = await service.client.send(
      new RecognizeCelebritiesCommand({ Image: { Bytes: await photo("otherMan", 30) } }),
    );
    assert.deepEqual(
      photoOfAda.CelebrityFaces?.map(({ Name }) => Name),
      ["Ada Lovelace"],
    );
  });

  it("reads the video as the caller, and publishes only with a role that the caller may pass", async () => {
    const search = { Effect: "Allow", Action: "rekognition:StartFaceSearch", Resource: "*" };
    const read = { Effect: "Allow", Action: "s3:GetObject", Resource: `arn:aws:s3:::${bucket}/*` };
    const pass = (service: string) => ({
      Effect: "Allow",
      Action: "iam:PassRole",
      Resource: publisherArn,
      Condition: { StringEquals: { "iam:PassedToService": service } },
    });
    await assert.rejects(start({}, await service.clientOf([search])), {
      name: "InvalidS3ObjectException",
      message: /s3:GetObject/,
    });
    await assert.rejects(
      start({ NotificationChannel }, await service.clientOf([search, read, pass("mediaconvert.amazonaws.com")])),
      { name: "AccessDeniedException", message: /iam:PassRole/ },
    );
    await assert.rejects(start({}, await service.clientOf([read])), {
      name: "AccessDeniedException",
      message: /rekognition:StartFaceSearch/,
    });
    await finished(
      service,
      await start({ NotificationChannel }, await service.clientOf([search, read, pass("rekognition.amazonaws.com")])),
    );
  });

  it("rejects unsupported settings and names them", async () => {
    await assert.rejects(start({ CollectionId: "strangers" }), {
      name: "ResourceNotFoundException",
      message: "The collection id: strangers does not exist",
    });
    await assert.rejects(start({ Video: video("missing.mp4") }), { name: "InvalidS3ObjectException" });
    await assert.rejects(service.client.send(new GetFaceSearchCommand({ JobId: "0".repeat(64) })), {
      name: "ResourceNotFoundException",
      message: "Could not find JobId",
    });
    const JobId = await start();
    await assert.rejects(service.client.send(new GetCelebrityRecognitionCommand({ JobId })), {
      name: "ResourceNotFoundException",
    });
    await finished(service, JobId);
  });

  it("recognises nobody who was registered with another face model, and says so at the start", async () => {
    const first = await startService({ faceModel: "dlib" });
    const add = (on: RunningService) =>
      on.client.send(
        new IndexFacesCommand({ CollectionId: collection, ExternalImageId: "franck", Image: { Bytes: franck } }),
      );
    assert.equal((await add(first)).FaceModelVersion, "1.0");
    await first.stop({ keep: true });
    const second = await startService({ folder: first.folder });
    try {
      assert.ok(
        second.lines.includes(
          "franck: registered with another face model than mobilefacenet, so not recognised. Add their photos again, " +
            "or start with the earlier --face-model.",
        ),
      );
      const search = () =>
        second.client.send(new SearchFacesByImageCommand({ CollectionId: collection, Image: { Bytes: franck } }));
      assert.deepEqual((await search()).FaceMatches, []);
      await add(second);
      assert.equal((await search()).FaceMatches?.length, 1);
    } finally {
      await second.stop();
    }
  });

  it("keeps results for seven days", async () => {
    const JobId = await start();
    await finished(service, JobId);
    clock += 7 * dayMs - 1;
    await finished(service, await start());
    assert.equal((await finished(service, JobId)).JobStatus, "SUCCEEDED");
    clock += 2;
    await finished(service, await start());
    await assert.rejects(finished(service, JobId), { name: "ResourceNotFoundException" });
  });

  it("finds no celebrities without a folder, and does not analyse the video", async () => {
    const plain = await startService();
    try {
      await plain.upload(join(folder, "broken.mp4"));
      const { JobId } = await plain.client.send(
        new StartCelebrityRecognitionCommand({ Video: video("broken.mp4"), NotificationChannel }),
      );
      await toldOf(plain, JobId!);
      const { JobStatus, Celebrities } = await plain.client.send(new GetCelebrityRecognitionCommand({ JobId }));
      assert.deepEqual([JobStatus, Celebrities], ["SUCCEEDED", []]);
    } finally {
      await plain.stop();
    }
  });
});
