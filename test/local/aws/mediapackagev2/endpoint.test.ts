import assert from "node:assert/strict";
import { parseMultivariantPlaylist } from "../../../../hls/multivariant-playlist.ts";
import { averageSegmentBitrate } from "../../../../hls/segment-bitrate.ts";
import type { LiveRendition } from "../../../../local/media/live/settings.ts";
import { until } from "../../../support/until.ts";
import { encode, startEndpoint, type Encoded, type PackagedEndpoint } from "./packaged-endpoint.ts";

const large: LiveRendition = { name: "360p", width: 640, height: 360, bitrate: 900_000, frameRate: 30 };
const small: LiveRendition = { name: "180p", width: 320, height: 180, bitrate: 900_000, frameRate: 30 };
const noon = Date.parse("2026-11-22T12:00:00Z");
const hour = 3_600_000;
/** Fragments of a segment. */
const whole = 6;

describe("an origin endpoint", function () {
  this.timeout(30_000);
  const encoded = new Map<LiveRendition, Encoded>();
  let endpoint: PackagedEndpoint;

  before(async () => {
    encoded.set(large, await encode({ seconds: 8 }));
    encoded.set(small, await encode({ seconds: 8, width: 320, height: 180 }));
  });
  beforeEach(async () => {
    endpoint = await startEndpoint();
  });
  afterEach(() => endpoint.close());

  /** Gives the packager a job's fragments from `from` up to `to`; the initialization segment comes before the first. */
  const write = (rendition: LiveRendition, from: number, to: number): void => {
    const { init, fragments } = encoded.get(rendition)!;
    if (from === 0) endpoint.window.write(rendition.name, init);
    for (const fragment of fragments.slice(from, to)) endpoint.window.write(rendition.name, fragment);
  };
  const job = (startedAt: number, ...renditions: LiveRendition[]): void =>
    endpoint.window.begin({ renditions, startedAt, partSeconds: 0.355 });
  const listed = (playlist: string): string[] => playlist.match(/^segment_.*\d\.m4s$/gm) ?? [];
  const offered = (playlist: string): string[] => playlist.match(/^index_.*\.m3u8$/gm) ?? [];

  it("shows the stream from before a pause until the first part of the new job, then a discontinuity", async () => {
    job(noon, large, small);
    for (const rendition of [large, small]) write(rendition, 0, 3 * whole);
    endpoint.window.end(false);
    const master = await endpoint.text("/index.m3u8");
    const before = await endpoint.text("/index_180p.m3u8");
    assert.equal(listed(before).length, 3);

    job(noon + hour, large, small);
    endpoint.window.write("180p", encoded.get(small)!.init);
    const stable = (playlist: string): string => playlist.replace(/#EXT-X-PRELOAD-HINT.*\n/, "");
    assert.equal(await endpoint.text("/index.m3u8"), master);
    assert.equal(stable(await endpoint.text("/index_180p.m3u8")), stable(before));

    for (const rendition of [large, small]) write(rendition, 0, 1);
    assert.equal(await endpoint.text("/index.m3u8"), master);
    const after = await endpoint.text("/index_180p.m3u8");
    assert.deepEqual(listed(after), listed(before));
    const [old, fresh = ""] = after.split("#EXT-X-DISCONTINUITY\n");
    assert.equal(old?.includes("T13:00"), false);
    assert.match(
      fresh,
      /^#EXT-X-MAP:URI="segment_180p_\w+_init\.mp4"\n#EXT-X-PROGRAM-DATE-TIME:2026-11-22T13:00:00\.000Z\n#EXT-X-PART/,
    );
    const statuses = await Promise.all(
      listed(after).map(async (segment) => (await endpoint.get(`/${segment}`)).status),
    );
    assert.deepEqual(statuses, [200, 200, 200]);

    for (const rendition of [large, small]) write(rendition, 1, 4 * whole);
    const later = await endpoint.text("/index_180p.m3u8");
    assert.match(later, /#EXT-X-MEDIA-SEQUENCE:3\n#EXT-X-DISCONTINUITY-SEQUENCE:1\n/);
    assert.equal(listed(later).length, 3);
  });

  it("serves from memory what the disk has no room for, and numbers on from there", async () => {
    const errors: string[] = [];
    await endpoint.close();
    endpoint = await startEndpoint((message) => errors.push(message));
    const { index } = endpoint;
    const add = index.add.bind(index);
    index.add = () => {
      throw Object.assign(new Error("database or disk is full"), { errcode: 13 });
    };
    job(noon, small);
    write(small, 0, 4 * whole);
    endpoint.window.end(false);
    job(noon + 8000, small);
    write(small, 0, 4 * whole);
    const playlist = await endpoint.text("/index_180p.m3u8");
    assert.match(playlist, /#EXT-X-MEDIA-SEQUENCE:0\n/);
    const all = listed(playlist);
    assert.deepEqual(
      all.map((name) => Number(/_(\d+)\.m4s$/.exec(name)?.[1])),
      [0, 1, 2, 3, 4, 5, 6],
    );
    // More than the newest that are in memory anyway.
    const statuses = await Promise.all(all.map(async (segment) => (await endpoint.get(`/${segment}`)).status));
    assert.deepEqual(new Set(statuses), new Set([200]));
    // Files are written after the playlist tells of the segments.
    await until(() => errors.length > 0);
    assert.deepEqual(errors, [
      "live segments cannot be stored; live playback continues, but viewers cannot seek back to them: The disk of " +
        "the data folder is full. Nothing was stored: free some space.",
    ]);
    index.add = add;
  });

  it("goes on after its end as soon as the next broadcast's job begins", async () => {
    job(noon, small);
    write(small, 0, 2 * whole);
    endpoint.window.end(true);
    const ended = await endpoint.text("/index_180p.m3u8");
    assert.match(ended, /#EXT-X-ENDLIST\n$/);
    job(noon + hour, small);
    const begun = await endpoint.text("/index_180p.m3u8");
    assert.doesNotMatch(begun, /#EXT-X-ENDLIST/);
    assert.deepEqual(listed(begun), listed(ended));
  });

  it("offers a job's new rendition when it has a whole segment, and the others all the time", async () => {
    job(noon, small);
    write(small, 0, whole);
    endpoint.window.end(false);
    assert.deepEqual(offered(await endpoint.text("/index.m3u8")), ["index_180p.m3u8"]);
    job(noon + hour, large, small);
    for (const rendition of [large, small]) write(rendition, 0, whole);
    assert.deepEqual(offered(await endpoint.text("/index.m3u8")), ["index_180p.m3u8"]);
    assert.equal((await endpoint.get("/index_360p.m3u8")).status, 404);
    write(small, whole, whole + 1);
    assert.deepEqual(offered(await endpoint.text("/index.m3u8")), ["index_180p.m3u8"]);
    write(large, whole, whole + 1);
    assert.deepEqual(offered(await endpoint.text("/index.m3u8")), ["index_360p.m3u8", "index_180p.m3u8"]);
    assert.match(await endpoint.text("/index_360p.m3u8"), /#EXT-X-MEDIA-SEQUENCE:1\n#EXT-X-DISCONTINUITY-SEQUENCE:1\n/);
  });

  it("continues a rendition that the new job lacks as one that it has, also for a request that waits", async () => {
    job(noon, large, small);
    for (const rendition of [large, small]) write(rendition, 0, 2 * whole);
    endpoint.window.end(false);
    assert.equal(listed(await endpoint.text("/index_360p.m3u8")).length, 2);
    const asked = endpoint.asked();
    const held = endpoint.text("/index_360p.m3u8?_HLS_msn=2&_HLS_part=0");
    await asked;
    job(noon + hour, small);
    write(small, 0, 1);
    assert.match(await held, /#EXT-X-DISCONTINUITY\n(?:.*\n){2}#EXT-X-PART:.*"segment_180p_\w+_2\.0\.m4s"/);
    assert.equal(await held, await endpoint.text("/index_180p.m3u8"));
    assert.deepEqual(offered(await endpoint.text("/index.m3u8")), ["index_180p.m3u8"]);
    endpoint.window.end(false);
    job(noon + 2 * hour, large, small);
    for (const rendition of [large, small]) write(rendition, 0, 1);
    assert.equal(await endpoint.text("/index_360p.m3u8"), await endpoint.text("/index_180p.m3u8"));
    for (const rendition of [large, small]) write(rendition, 1, whole + 1);
    assert.match(await endpoint.text("/index_360p.m3u8"), /^segment_360p_\w+_3\.m4s$/m);
  });

  it("refuses a reload for a part without its segment, and for anything but whole numbers", async () => {
    job(noon, small);
    write(small, 0, 2 * whole + 1);
    const refused = [
      "_HLS_part=0",
      "_HLS_msn=&_HLS_part=0",
      "_HLS_msn=",
      "_HLS_msn=-1",
      "_HLS_msn=x",
      "_HLS_msn=1.5",
      "_HLS_msn=0x1",
      "_HLS_msn=1&_HLS_part=",
      "_HLS_msn=1&_HLS_part=-1",
      "_HLS_msn=1&_HLS_part=x",
      "_HLS_msn=99999999999999999999",
    ];
    const statuses = await Promise.all(
      refused.map(async (query) => (await endpoint.get(`/index_180p.m3u8?${query}`)).status),
    );
    assert.deepEqual(
      statuses,
      refused.map(() => 400),
    );
    assert.equal((await endpoint.get("/index_180p.m3u8?_HLS_msn=1&_HLS_part=0")).status, 200);
  });

  it("refuses a reload for more than two segments past the last, and waits for the second", async () => {
    job(noon, small);
    write(small, 0, 2 * whole + 1);
    assert.equal((await endpoint.get("/index_180p.m3u8?_HLS_msn=4")).status, 400);
    const asked = endpoint.asked();
    const held = endpoint.text("/index_180p.m3u8?_HLS_msn=3");
    await asked;
    write(small, 2 * whole + 1, 4 * whole);
    endpoint.window.end(false);
    assert.match(await held, /^segment_180p_\w+_3\.m4s$/m);
  });

  it("takes a part that its segment did not get as the first part of the next segment", async () => {
    job(noon, small);
    write(small, 0, whole + 2);
    const asked = endpoint.asked();
    const held = endpoint.text("/index_180p.m3u8?_HLS_msn=1&_HLS_part=2");
    await asked;
    endpoint.window.end(false);
    job(noon + hour, small);
    write(small, 0, 1);
    assert.match(await held, /#EXT-X-DISCONTINUITY\n(?:.*\n){2}#EXT-X-PART:.*_2\.0\.m4s",INDEPENDENT=YES\n/);
  });

  it("announces what is configured, then the measured peak of picture and sound, and never less again", async () => {
    const modest = { ...small, bitrate: 100_000 };
    encoded.set(modest, encoded.get(small)!);
    const bandwidths = async (): Promise<number[]> => {
      const [variant] = parseMultivariantPlaylist(await endpoint.text("/index.m3u8"));
      return [variant!.bandwidth, variant!.averageBandwidth];
    };
    job(noon, { ...small, bitrate: 20_000_000 });
    write(small, 0, whole + 1);
    assert.deepEqual(await bandwidths(), [22_000_000, 20_000_000]);
    endpoint.window.end(true);
    await endpoint.close();

    endpoint = await startEndpoint();
    job(noon, modest);
    write(modest, 0, 3 * whole);
    endpoint.window.end(false);
    const playlist = await endpoint.text("/index_180p.m3u8");
    const segments = await Promise.all(
      [...playlist.matchAll(/#EXTINF:([\d.]+),\n(.*)/g)].map(async ([, seconds, uri = ""]) => ({
        seconds: Number(seconds),
        bytes: (await (await endpoint.get(`/${uri}`)).arrayBuffer()).byteLength,
      })),
    );
    assert.equal(segments.length, 3);
    const near = (value: number, expected: number): boolean => Math.abs(value / expected - 1) < 0.001;
    const [peak = 0, average = 0] = await bandwidths();
    const peaks = segments.map(({ bytes, seconds }) => (bytes * 8) / seconds);
    assert.ok(near(peak, Math.max(...peaks)), `${peak} of ${peaks.join()}`);
    assert.ok(near(average, averageSegmentBitrate(segments)), `${average}`);
    assert.ok(peak > 2 * 1.1 * modest.bitrate, `${peak}`);

    job(noon + hour, modest);
    write(modest, 0, 4 * whole);
    assert.ok((await bandwidths()).every((value, i) => value >= [peak, average][i]!));
    assert.match(
      await endpoint.text("/index.m3u8"),
      /CODECS="avc1\.[0-9a-f]{6},mp4a\.40\.2",RESOLUTION=320x180,FRAME-RATE=30\.000\n/,
    );
  });
});
