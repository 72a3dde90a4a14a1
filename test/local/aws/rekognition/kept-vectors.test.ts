import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DeleteFacesCommand } from "@aws-sdk/client-rekognition";
import { openDatabase } from "../../../../local/database.ts";
import { excerpt, photo } from "../../vision/footage.ts";
import { collection, startService } from "./service.ts";
import { finished, NotificationChannel, register, startSearch, toldOf } from "./video-jobs.ts";

const dayMs = 24 * 60 * 60 * 1000;

describe("What videos' faces look like", function () {
  this.timeout(120_000);
  let folder: string;
  let franckVideo: string;
  let otherVideo: string;
  let franck: Buffer;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "footage-"));
    franckVideo = join(folder, "franck.mp4");
    otherVideo = join(folder, "other.mp4");
    await Promise.all([excerpt("franck", 6, franckVideo), excerpt("otherManAgain", 4, otherVideo)]);
    franck = await photo("franck", 60);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it("finds someone who is registered late, and is forgotten with the last person who has the face", async () => {
    const late = await startService();
    try {
      await late.upload(franckVideo);
      const search = async (JobTag: string) => {
        const JobId = await startSearch(late, "franck.mp4", { JobTag });
        const { Persons = [] } = await finished(late, JobId);
        return { JobId, seen: Persons.length, matched: Persons.filter(({ FaceMatches }) => FaceMatches).length };
      };
      const before = await search("before");
      assert.ok(before.seen >= 12 && before.matched === 0);
      const FaceId = await register(late, "franck", franck);
      const after = await search("after");
      assert.deepEqual([after.seen, after.matched], [before.seen, before.seen]);

      const remove = (id: string) =>
        late.client.send(new DeleteFacesCommand({ CollectionId: collection, FaceIds: [id] }));
      // While someone else has the face, it is kept.
      await remove(await register(late, "his-double", franck));
      assert.equal((await search("kept")).seen, before.seen);
      await remove(FaceId);
      assert.equal((await search("forgotten")).seen, 0);
      assert.deepEqual((await finished(late, after.JobId)).Persons, []);
    } finally {
      await late.stop();
    }
  });

  it("is found once for all jobs on a video, also after a restart, and twenty may wait", async () => {
    const waiting = await startService({ notStarted: true });
    await waiting.upload(otherVideo);
    const request = (JobTag: string) => startSearch(waiting, "other.mp4", { NotificationChannel, JobTag });
    const jobs: string[] = [];
    for (let i = 0; i < 20; i++) jobs.push(await request(`job-${i}`));
    await assert.rejects(request("one-too-many"), { name: "LimitExceededException" });
    await waiting.stop({ keep: true });
    assert.deepEqual(waiting.published, []);

    const resumed = await startService({ folder: waiting.folder });
    try {
      const started = performance.now();
      const first = await finished(resumed, jobs[0]!);
      const firstMs = performance.now() - started;
      await toldOf(resumed, jobs[19]!);
      assert.deepEqual(
        resumed.published.map(({ message }) => (message as { JobTag: string }).JobTag),
        jobs.map((_, i) => `job-${i}`),
      );
      assert.ok(
        performance.now() - started - firstMs < firstMs,
        "nineteen jobs on the same video took longer than the first",
      );
      assert.deepEqual((await finished(resumed, jobs[19]!)).Persons, first.Persons);
    } finally {
      await resumed.stop();
    }
  });

  it("is kept for as long as the video, and forgotten with it", async () => {
    let clock = Date.parse("2026-11-22T18:00:00Z");
    const service = await startService({ now: () => clock });
    const kept = (): string[] => {
      const database = openDatabase(join(service.folder, "rekognition", "jobs.db"), "");
      const rows = database.prepare("SELECT key FROM analyses ORDER BY key").all();
      database.close();
      return rows.map(({ key }) => String(key));
    };
    try {
      for (const file of [franckVideo, otherVideo])
        await finished(service, await startSearch(service, await service.upload(file)));
      assert.deepEqual(kept(), ["franck.mp4", "other.mp4"]);
      await service.remove("other.mp4");
      clock += 7 * dayMs;
      await finished(service, await startSearch(service, "franck.mp4"));
      assert.deepEqual(kept(), ["franck.mp4", "other.mp4"]);
      clock += dayMs;
      await finished(service, await startSearch(service, "franck.mp4"));
      assert.deepEqual(kept(), ["franck.mp4"]);
    } finally {
      await service.stop();
    }
  });
});
