import assert from "node:assert/strict";
import { awsError } from "../support/aws.ts";
import {
  addRecording,
  broadcast,
  hd,
  multivariantPath,
  playlistPath,
  sd,
  seen,
  segment,
} from "../support/broadcast.ts";
import { startHarness, type Harness } from "../support/harness.ts";
import { assertProblem } from "../support/problem.ts";

/** Ada from 7 s of the first recording to 1.5 s of the second, and at 5–6 s of the third, which has no 360p. */
const across = `main.${broadcast}.ada.000000-7000`;
const later = `main.${broadcast}.ada.000002-5000`;

const gone = {
  status: 404,
  body: "<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>",
  headers: { "content-type": "application/xml" },
};

const codecs = 'CODECS="avc1.64001f,mp4a.40.2"';

describe("playlists", () => {
  let harness: Harness;
  beforeEach(async () => {
    harness = await startHarness();
    await harness.catalogue.people.create({ name: "Ada" });
    await addRecording(harness, 0, { ada: [seen(0, 7000, 10_000)] });
    await addRecording(harness, 1, { ada: [seen(1, 0, 1500)] });
    await addRecording(harness, 2, { ada: [seen(2, 5000, 6000)] }, [hd]);
  });
  afterEach(() => harness.stop());

  const get = (path: string) => harness.app.inject(`/api${path}`);
  const segments = (playlist: string): string[] =>
    playlist.split("\n").filter((line) => line.startsWith("/vod/") || line === "#EXT-X-DISCONTINUITY");
  const reads = (): string[] => harness.aws.calls.map(({ operation }) => operation);

  const acrossSegments = (rendition: string): string[] => [
    segment(0, rendition, 4),
    segment(0, rendition, 5),
    "#EXT-X-DISCONTINUITY",
    segment(1, rendition, 1),
  ];

  it("play exactly one clip, across recordings, in source quality", async () => {
    const response = await get(`/clips/${across}/playlist.m3u8`);
    assert.equal(response.statusCode, 200, response.body);
    assert.equal(response.headers["content-type"], "application/vnd.apple.mpegurl");
    assert.equal(response.headers["cache-control"], "public, max-age=10");
    assert.equal(response.headers["x-content-type-options"], "nosniff");
    assert.equal(
      response.body,
      [
        "#EXTM3U",
        "#EXT-X-VERSION:3",
        "#EXT-X-TARGETDURATION:2",
        "#EXT-X-MEDIA-SEQUENCE:0",
        "#EXT-X-PLAYLIST-TYPE:VOD",
        "#EXT-X-INDEPENDENT-SEGMENTS",
        "#EXT-X-START:TIME-OFFSET=0.500,PRECISE=YES",
        "#EXT-X-PROGRAM-DATE-TIME:2026-11-22T18:00:06.000Z",
        "#EXTINF:2.000000,",
        segment(0, "720p", 4),
        "#EXTINF:2.000000,",
        segment(0, "720p", 5),
        "#EXT-X-DISCONTINUITY",
        "#EXT-X-PROGRAM-DATE-TIME:2026-11-22T18:00:10.000Z",
        "#EXTINF:2.000000,",
        segment(1, "720p", 1),
        "#EXT-X-ENDLIST",
        "",
      ].join("\n"),
    );
    assert.deepEqual(reads(), [`GET ${playlistPath(0, "720p")}`, `GET ${playlistPath(1, "720p")}`]);
  });

  it("play a clip in a lower rendition", async () => {
    const response = await get(`/clips/${across}/playlist.m3u8?rendition=360p`);
    assert.deepEqual(segments(response.body), acrossSegments("360p"));
  });

  it("offer a clip's renditions, each at an address of its own", async () => {
    const response = await get(`/clips/${across}/master.m3u8`);
    assert.equal(response.headers["content-type"], "application/vnd.apple.mpegurl");
    assert.deepEqual(response.body.split("\n").slice(3), [
      `#EXT-X-STREAM-INF:BANDWIDTH=3750000,AVERAGE-BANDWIDTH=2500000,${codecs},RESOLUTION=1280x720,FRAME-RATE=30.000`,
      "playlist.m3u8?rendition=720p",
      `#EXT-X-STREAM-INF:BANDWIDTH=1200000,AVERAGE-BANDWIDTH=800000,${codecs},RESOLUTION=640x360,FRAME-RATE=30.000`,
      "playlist.m3u8?rendition=360p",
      "",
    ]);
    assert.deepEqual(reads(), [`GET ${multivariantPath(0)}`, `GET ${multivariantPath(1)}`]);
  });

  it("offer the source quality, enough for each recording, when they share no rendition", async () => {
    await addRecording(harness, 3, { ada: [seen(3, 8000, 10_000)] }, [sd]);
    await addRecording(harness, 4, { ada: [seen(4, 0, 2000)] }, [hd]);
    const clip = `/clips/main.${broadcast}.ada.000003-8000`;
    const response = await get(`${clip}/master.m3u8`);
    assert.deepEqual(response.body.split("\n").slice(3), [
      `#EXT-X-STREAM-INF:BANDWIDTH=3750000,AVERAGE-BANDWIDTH=2500000,${codecs},RESOLUTION=1280x720,FRAME-RATE=30.000`,
      "playlist.m3u8",
      "",
    ]);
    assert.deepEqual(segments((await get(`${clip}/playlist.m3u8`)).body), [
      segment(3, "360p", 4),
      segment(3, "360p", 5),
      "#EXT-X-DISCONTINUITY",
      segment(4, "720p", 1),
      segment(4, "720p", 2),
    ]);
  });

  it("name the renditions that there are when asked for another", async () => {
    const url = `/api/clips/${across}/playlist.m3u8`;
    assert.deepEqual(assertProblem(await harness.app.inject(`${url}?rendition=1080p`), "rendition-not-found", url), {
      detail: 'Rendition "1080p" is not available. Available: 720p, 360p.',
    });
  });

  it("are read from the bucket once", async () => {
    await get(`/clips/${across}/playlist.m3u8`);
    await get(`/clips/${across}/playlist.m3u8`);
    await get("/reel.m3u8");
    assert.deepEqual(reads(), [
      `GET ${playlistPath(0, "720p")}`,
      `GET ${playlistPath(1, "720p")}`,
      `GET ${playlistPath(2, "720p")}`,
    ]);
  });

  it("put all clips that match after one another, oldest first", async () => {
    const all = [...acrossSegments("720p"), "#EXT-X-DISCONTINUITY", segment(2, "720p", 3), segment(2, "720p", 4)];
    assert.deepEqual(segments((await get("/reel.m3u8?person=ada")).body), all);
    assert.deepEqual(segments((await get("/reel.m3u8?limit=1")).body), acrossSegments("720p"));
    assert.deepEqual(segments((await get("/reel.m3u8?from=2026-11-22T18:00:20Z")).body), [
      segment(2, "720p", 3),
      segment(2, "720p", 4),
    ]);
    assertProblem(await get("/reel.m3u8?rendition=360p"), "rendition-not-found", "/api/reel.m3u8");
    assertProblem(await get("/reel.m3u8?cursor=x"), "invalid-request", "/api/reel.m3u8");
  });

  it("come with a list of their moments, and where each is in the reel", async () => {
    const response = await get("/reel?person=ada&minSimilarity=90");
    assert.equal(response.statusCode, 200, response.body);
    const subject = { kind: "person", id: "ada", name: "Ada" };
    const reel = response.json<{ moments: { poster?: string }[] }>();
    for (const moment of reel.moments) {
      assert.match(moment.poster ?? "", /^\/vod\/main\/.*\/posters\/poster\.\d{7}\.jpg$/);
      delete moment.poster;
    }
    assert.deepEqual(reel, {
      playlist: "/api/reel.m3u8?person=ada&minSimilarity=90",
      durationMs: 10_000,
      momentsMs: 7500,
      moments: [
        // From 6.5 s of the first recording, in its segment from 6 s, to 2 s of the second; then 4.5 to 6.5 s.
        { clip: across, subject, start: "2026-11-22T18:00:06.500Z", durationMs: 5500, inMs: 500, outMs: 6000 },
        { clip: later, subject, start: "2026-11-22T18:00:24.500Z", durationMs: 2000, inMs: 6500, outMs: 8500 },
      ],
    });
    assert.match((await get("/reel.m3u8?person=ada")).body, new RegExp(`^#EXT-X-DATERANGE:ID="${later}",`, "m"));
    assertProblem(await get("/reel?person=bob"), "nothing-to-play", "/api/reel");
  });

  it("have at most 500 moments; more are refused, unless the caller limits them", async () => {
    const list = harness.catalogue.clips.list.bind(harness.catalogue.clips);
    const [clip] = (await list({ limit: 1, order: "asc" })).items;
    let pages = 0;
    harness.catalogue.clips.list = async () => {
      pages += 1;
      return { items: Array.from({ length: 100 }, () => clip!), nextCursor: "more" };
    };
    const problem = assertProblem(await get("/reel.m3u8"), "reel-too-long", "/api/reel.m3u8");
    assert.match(problem.detail, /^More than 500 clips match\. Narrow the reel with person, broadcast, from, to or/);
    assert.equal(pages, 6);
    assert.equal((await get("/reel.m3u8?limit=500")).statusCode, 200);
    assertProblem(await get("/reel?limit=501"), "invalid-request", "/api/reel");
  });

  it("leave out recordings that are not there any more", async () => {
    harness.aws.on(`GET ${playlistPath(0, "720p")}`, gone);
    harness.aws.on(`GET ${playlistPath(1, "720p")}`, gone);
    assert.deepEqual(segments((await get("/reel.m3u8")).body), [segment(2, "720p", 3), segment(2, "720p", 4)]);
    const url = `/api/clips/${across}/playlist.m3u8`;
    assertProblem(await harness.app.inject(url), "nothing-to-play", url);
  });

  it("are an error when the bucket cannot be read", async () => {
    harness.aws.on(`GET ${playlistPath(2, "720p")}`, {
      ...awsError(403, "AccessDenied"),
      body: "<Error><Code>AccessDenied</Code></Error>",
    });
    const url = `/api/clips/${later}/playlist.m3u8`;
    assertProblem(await harness.app.inject(url), "internal-error", url);
  });

  it("do not exist for unknown clips and for filters that nothing matches", async () => {
    for (const name of ["playlist.m3u8", "master.m3u8"])
      assertProblem(await get(`/clips/x/${name}`), "clip-not-found", `/api/clips/x/${name}`);
    assertProblem(await get("/reel.m3u8?person=bob"), "nothing-to-play", "/api/reel.m3u8");
  });
});
