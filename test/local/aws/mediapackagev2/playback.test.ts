import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { publish, type Publisher } from "../../../../local/media/publisher/publish.ts";
import { decoded, launchBrowser } from "../../../support/browser.ts";
import { removeLiveCloud, startLiveCloud, until, type LiveCloud } from "../medialive/live-cloud.ts";
import { probe, type Probe } from "../medialive/media-probe.ts";

describe("live playback", function () {
  this.timeout(60_000);
  let cloud: LiveCloud;
  let publisher: Publisher;

  const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${cloud.playback}/${path}`, { headers });
  const text = async (path: string): Promise<string> => (await get(path)).text();

  before(async () => {
    cloud = await startLiveCloud({ segmentSeconds: 2 });
    await cloud.live.startChannel(cloud.channelId);
    assert.equal((await get("index.m3u8")).status, 404, "there is no playlist before the first segment");
    publisher = publish({
      url: cloud.ingestUrl,
      width: 640,
      height: 360,
      preset: "ultrafast",
      scenes: [{ picture: "test", seconds: 60 }],
    });
    await publisher.started;
    await until("the playlist", async () => (await get("index.m3u8")).ok);
  });
  after(async () => {
    publisher.kill();
    await cloud.stop();
    removeLiveCloud(cloud);
  });

  it("serves only the distribution that the endpoint's policy names", async () => {
    const refused = await get("index.m3u8", { "x-test-anonymous": "1" });
    assert.equal(refused.status, 403);
    assert.equal(refused.headers.get("x-amzn-errortype"), "AccessDeniedException");
    assert.equal((await get("../../other/live/index.m3u8")).status, 404);
    assert.equal((await get("index_999p.m3u8")).status, 404);
    assert.equal((await get("segment_360p_nothing_1.m4s")).status, 404);
  });

  it("forbids caching playlists and lets segments be cached for a day", async () => {
    const [segment] = /segment_360p_\S+\.m4s(?=\n)/.exec(await text("index_360p.m3u8")) ?? [""];
    const caching = await Promise.all(
      ["index.m3u8", "index_360p.m3u8", segment].map(async (path) => (await get(path)).headers.get("cache-control")),
    );
    assert.deepEqual(caching, ["no-cache", "no-cache", "public, max-age=86400, immutable"]);
  });

  it("holds a request until the requested segment or part exists", async () => {
    const [, sequence, part] =
      /PRELOAD-HINT:TYPE=PART,URI="segment_360p_\w+_(\d+)\.(\d+)\.m4s"/.exec(await text("index_360p.m3u8")) ?? [];
    const held = await text(`index_360p.m3u8?_HLS_msn=${sequence ?? ""}&_HLS_part=${part ?? ""}`);
    assert.match(held, new RegExp(`EXT-X-PART:.*_${sequence ?? ""}\\.${part ?? ""}\\.m4s`));
    const whole = await text(`index_360p.m3u8?_HLS_msn=${Number(sequence) + 1}`);
    assert.match(whole, new RegExp(`\\nsegment_360p_\\w+_${Number(sequence) + 1}\\.m4s\\n`));
    const hinted = /PRELOAD-HINT:TYPE=PART,URI="([^"]+)"/.exec(whole)?.[1] ?? "";
    const loaded = await get(hinted);
    assert.equal(loaded.status, 200, "the hinted part's request waits for the part");
    assert.equal((await get("index_360p.m3u8?_HLS_msn=100000")).status, 400);
    assert.equal((await get("index_360p.m3u8?_HLS_msn=x")).status, 400);
  });

  it("serves a whole segment with exactly the bytes of its parts", async () => {
    const playlist = await until("a segment with parts", async () => {
      const now = await text("index_180p.m3u8");
      return /EXT-X-PART:[^\n]*_1\.0\.m4s[\s\S]*\nsegment_180p_\w+_1\.m4s\n/.test(now) && now;
    });
    const parts = [...playlist.matchAll(/EXT-X-PART:.*URI="(segment_180p_\w+_1\.\d+\.m4s)"/g)].map(([, uri]) => uri!);
    const [segment] = /segment_180p_\w+_1\.m4s/.exec(playlist)!;
    const bytes = async (uri: string): Promise<Buffer> => Buffer.from(await (await get(uri)).arrayBuffer());
    assert.deepEqual(await bytes(segment), Buffer.concat(await Promise.all(parts.map(bytes))));
  });

  it("seeks back: start and end select whole segments of the startover window", async () => {
    const live = await until("three segments", async () => {
      const now = await text("index_360p.m3u8");
      return (now.match(/#EXTINF/g)?.length ?? 0) >= 3 && now;
    });
    const [first, second, third] = [...live.matchAll(/PROGRAM-DATE-TIME:(\S+)/g)].map(([, time]) => Date.parse(time!));
    const settings = (value: string): string => `aws.manifestsettings=${encodeURIComponent(value)}`;
    const between = `start:${new Date(first! + 500).toISOString()};end:${new Date(third! - 100).toISOString()}`;
    const multivariant = await text(`index.m3u8?${settings(between)}`);
    const child = multivariant.split("\n").find((line) => line.startsWith("index_360p"))!;
    const past = await text(child);
    assert.deepEqual(
      [...past.matchAll(/PROGRAM-DATE-TIME:(\S+)/g)].map(([, time]) => Date.parse(time!)),
      [first, second],
    );
    assert.ok(past.endsWith("#EXT-X-ENDLIST\n"));
    const open = await text(`index_360p.m3u8?${settings(`start:${Math.floor(first! / 1000)}`)}`);
    assert.ok(!open.includes("ENDLIST"));
    assert.equal((await get(`index_360p.m3u8?${settings("start:yesterday")}`)).status, 400);
    assert.equal((await get(`index_360p.m3u8?${settings("start:100;end:200")}`)).status, 404);
  });

  it("serves players of plain HLS whole segments, at once, whatever they ask for", async () => {
    const plain = await text("plain_360p.m3u8?_HLS_msn=100000");
    assert.doesNotMatch(plain, /EXT-X-(?:PART|SERVER-CONTROL|PRELOAD-HINT|RENDITION-REPORT)/);
    assert.match(plain, /#EXTINF:2\.00000,\nsegment_360p_\w+_\d+\.m4s\n$/);
    assert.match(await text("plain.m3u8"), /^plain_360p\.m3u8$/m);
  });

  it("serves DASH players audio and video separately, from the same segments", async () => {
    const manifest = await until("the manifest", async () => {
      const now = await text("index.mpd");
      return /r="[1-9]/.test(now) && now;
    });
    const files = async (kind: string): Promise<Buffer> => {
      const [, initialization, media] =
        new RegExp(`initialization="([^"]+_${kind}\\.mp4)" media="([^"]+)"`).exec(manifest) ?? [];
      const names = [initialization!, media!.replace("$Number$", "0"), media!.replace("$Number$", "1")].map((name) =>
        name.replace("$RepresentationID$", "180p"),
      );
      return Buffer.concat(
        await Promise.all(names.map(async (name) => Buffer.from(await (await get(name)).arrayBuffer()))),
      );
    };
    const measured = async (kind: string): Promise<Probe> => {
      const file = join(cloud.folder, `${kind}.mp4`);
      writeFileSync(file, await files(kind));
      return probe(file);
    };
    const [{ video, sound: none }, { sound, video: nothing }] = [await measured("video"), await measured("audio")];
    assert.deepEqual([none, nothing, video?.frames], [undefined, undefined, 120]);
    assert.ok(
      Math.abs(video!.end - 4) < 0.01 && Math.abs(sound!.end - video!.end) < 0.05,
      `${video!.end} ${sound!.end}`,
    );
    assert.equal((await get("index.mpd?aws.manifestsettings=start%3A100")).status, 400);
  });

  it("plays video and audio in Chromium with hls.js, near the live edge, without errors", async () => {
    const hls = await readFile(createRequire(import.meta.url).resolve("hls.js/dist/hls.min.js"));
    const page = `<video id="v" muted autoplay playsinline></video><script src="/hls.js"></script><script>
      window.errors = []; const hls = new Hls(); window.hls = hls;
      hls.on(Hls.Events.ERROR, (_, { type, details, fatal }) => errors.push(type + " " + details + " " + fatal));
      hls.on(Hls.Events.FRAG_PARSED, (_, { frag: { type, level } }) => {
        if (type === "main") window.types = hls.levels[level].videoCodec + " " + hls.levels[level].audioCodec;
      });
      hls.loadSource("/out/v1/spotlight-test-live/main/live/index.m3u8"); hls.attachMedia(document.getElementById("v"));
    </script>`;
    const origin = new URL(cloud.playback);
    const site = createServer((incoming, outgoing) => {
      if (incoming.url === "/") outgoing.setHeader("content-type", "text/html").end(page);
      else if (incoming.url === "/hls.js") outgoing.setHeader("content-type", "text/javascript").end(hls);
      else if (incoming.url?.startsWith("/out/") !== true) outgoing.writeHead(404).end();
      else {
        const forwarded = request({ host: origin.hostname, port: origin.port, path: incoming.url }, (answer) => {
          outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(outgoing);
        });
        forwarded.on("error", () => outgoing.destroy());
        forwarded.end();
      }
    });
    await new Promise<void>((resolve) => site.listen(0, "127.0.0.1", resolve));
    const browser = await launchBrowser();
    try {
      const tab = await browser.newPage();
      await tab.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}/`);
      const state = await decoded(tab, { frames: 90, timeoutMs: 25_000 });
      assert.ok(state.width >= 320 && state.height >= 180, `${state.width}x${state.height}`);
      const seen = await tab.evaluate<{ errors: string[]; types: string; latency: number; sound: number }>(
        "({ errors, types: window.types, latency: hls.latency, sound: " +
          `document.getElementById("v").webkitAudioDecodedByteCount })`,
      );
      assert.deepEqual(seen.errors, []);
      assert.match(seen.types, /^avc1\.64\w+ mp4a\.40\.2$/);
      assert.ok(seen.latency < 5, `${seen.latency} s behind the live edge`);
      assert.ok(seen.sound > 0);
    } finally {
      await browser.close();
      site.closeAllConnections();
      site.close();
    }
  });
});
