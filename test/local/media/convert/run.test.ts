import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseMultivariantPlaylist } from "../../../../hls/multivariant-playlist.ts";
import { avcCodec } from "../../../../local/media/convert/avc-codec.ts";
import { convert, MediaError, probe } from "../../../../local/media/convert/run.ts";
import type { ConvertPlan } from "../../../../local/media/convert/plan.ts";
import { makeRecording } from "../../../support/media.ts";
import { lookAt } from "../live/look-at.ts";

describe("converting a recording", function () {
  this.timeout(30_000);
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "convert-"));
    // A clock that begins far from zero, as that of a recording in the middle of a broadcast does.
    await makeRecording(join(folder, "in.ts"), { seconds: 5, startSeconds: 3600 });
    await makeRecording(join(folder, "silent.ts"), { seconds: 4, sound: false });
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function run(
    name: string,
    input: string,
  ): Promise<{ out: string; result: Awaited<ReturnType<typeof convert>> }> {
    const out = join(folder, name);
    await mkdir(out);
    const plan: ConvertPlan = {
      input: join(folder, input),
      folder: out,
      outputs: [
        {
          kind: "hls",
          base: "hls/index",
          segmentSeconds: 2,
          renditions: [
            { modifier: "_360p", video: { copy: true }, audio: { copy: true } },
            {
              modifier: "_180p",
              video: { copy: false, width: 320, height: 180, maxBitrate: 300_000, gopSeconds: 2 },
              audio: { copy: false, bitrate: 64_000 },
            },
          ],
        },
        { kind: "mp4", path: "recording.mp4", video: { copy: true }, audio: { copy: true } },
        { kind: "frames", base: "posters/poster", width: 160, everyMs: 2000, quality: 80, maxCaptures: 100 },
      ],
    };
    return { out, result: await convert(plan) };
  }

  it("makes aligned segments, an MP4 that begins at zero and a still every two seconds", async () => {
    const { out, result } = await run("all", "in.ts");
    assert.equal(result.durationMs, 5000);
    assert.deepEqual(result.source, { width: 640, height: 360, frameRate: 30 });
    const durations = async (name: string): Promise<string[]> =>
      [...(await readFile(join(out, "hls", name), "utf8")).matchAll(/#EXTINF:([\d.]+),\n(.*)/g)].map(
        (match) => `${match[2] ?? ""} ${match[1] ?? ""}`,
      );
    assert.deepEqual(await durations("index_360p.m3u8"), [
      "index_360p_00001.ts 2.000000",
      "index_360p_00002.ts 2.000000",
      "index_360p_00003.ts 1.000000",
    ]);
    assert.deepEqual(await durations("index_180p.m3u8"), [
      "index_180p_00001.ts 2.000000",
      "index_180p_00002.ts 2.000000",
      "index_180p_00003.ts 1.000000",
    ]);
    assert.deepEqual(await readdir(join(out, "posters")), [
      "poster.0000000.jpg",
      "poster.0000001.jpg",
      "poster.0000002.jpg",
    ]);
    assert.deepEqual(
      result.outputs[0]?.renditions.map(({ path, width, height }) => ({ path, width, height })),
      [
        { path: "hls/index_360p.m3u8", width: 640, height: 360 },
        { path: "hls/index_180p.m3u8", width: 320, height: 180 },
      ],
    );
    const master = await readFile(join(out, "hls/index.m3u8"), "utf8");
    assert.match(master, /RESOLUTION=640x360,FRAME-RATE=30\.000\nindex_360p\.m3u8\n/);
    const mp4 = await probe(join(out, "recording.mp4"));
    assert.equal(mp4.video?.codec, "h264");
    assert.equal(mp4.audio?.codec, "aac");
    assert.ok(Math.abs(mp4.durationMs - 5000) <= 50, `${mp4.durationMs} ms`);
  });

  it("says in the multivariant playlist what each rendition is, by the bytes of its segments", async () => {
    const { out } = await run("variants", "in.ts");
    const measured = await Promise.all(
      ["_360p", "_180p"].map(async (modifier) => {
        const sizes = await Promise.all(
          [1, 2, 3].map(async (number) => (await stat(join(out, `hls/index${modifier}_0000${number}.ts`))).size),
        );
        const [first = 0, second = 0, third = 0] = sizes;
        const codec = avcCodec(await readFile(join(out, `hls/index${modifier}_00001.ts`)));
        return {
          uri: `index${modifier}.m3u8`,
          // Segments of 2, 2 and 1 s; the last two together are as long as the target allows.
          bandwidth: Math.ceil(8 * Math.max(first / 2, second / 2, third, (second + third) / 3)),
          averageBandwidth: Math.round((8 * (first + second + third)) / 5),
          width: modifier === "_360p" ? 640 : 320,
          height: modifier === "_360p" ? 360 : 180,
          codecs: [codec, "mp4a.40.2"],
          frameRate: 30,
        };
      }),
    );
    assert.deepEqual(parseMultivariantPlaylist(await readFile(join(out, "hls/index.m3u8"), "utf8")), measured);
  });

  it("gives a recording without sound silence where sound is encoded, in step with the picture", async () => {
    const { out, result } = await run("silent", "silent.ts");
    assert.equal(result.durationMs, 4000);
    // The MP4 and the first rendition copy the sound that is not there.
    assert.equal((await probe(join(out, "recording.mp4"))).audio, undefined);
    const variants = parseMultivariantPlaylist(await readFile(join(out, "hls/index.m3u8"), "utf8"));
    assert.deepEqual(
      variants.map(({ codecs }) => codecs.includes("mp4a.40.2")),
      [false, true],
    );
    for (const segment of ["1", "2"]) {
      const { sound, loud, pictures } = await lookAt(join(out, `hls/index_180p_0000${segment}.ts`));
      assert.deepEqual([loud, pictures.length], [[], 60]);
      assert.ok(Math.abs(sound[1] - sound[0] - 2) < 0.1, `${sound[0]} to ${sound[1]}`);
    }
  });

  it("takes sound that is announced and never comes, or not with the picture, for none", async () => {
    const whole = await readFile(join(folder, "in.ts"));
    const packets = Array.from({ length: whole.length / 188 }, (_, i) => whole.subarray(188 * i, 188 * (i + 1)));
    const [picture, sound] = [256, 257];
    const without = (drop: (pid: number, place: number) => boolean): Buffer =>
      Buffer.concat(packets.filter((packet, i) => !drop(packet.readUInt16BE(1) & 0x1fff, i / packets.length)));
    for (const [name, bytes] of [
      ["announced", without((pid) => pid === sound)],
      ["early", without((pid, place) => pid === (place < 0.3 ? picture : sound))],
    ] as const) {
      await writeFile(join(folder, `${name}.ts`), bytes);
      const { out, result } = await run(name, `${name}.ts`);
      const { sound: silence, loud } = await lookAt(join(out, "hls/index_180p_00001.ts"));
      assert.deepEqual(loud, [], name);
      assert.ok(Math.abs(silence[1] - silence[0] - Math.min(2, result.durationMs / 1000)) < 0.1, name);
      assert.equal((await probe(join(out, "recording.mp4"))).video?.width, 640);
    }
  });

  it("converts what decodes of a file that is cut off, or damaged in the middle", async () => {
    const whole = await readFile(join(folder, "in.ts"));
    const damaged = Buffer.from(whole);
    damaged.fill(0x5a, whole.length / 2, whole.length / 2 + 20_000);
    const packet = 188;
    const third = packet * Math.floor(whole.length / packet / 3);
    const broken = {
      ...Object.fromEntries(
        [0.2, 0.37, 0.55, 0.81, 0.999].map((part) => [`cut-${part}`, whole.subarray(0, part * whole.length)]),
      ),
      damaged,
      gap: Buffer.concat([whole.subarray(0, third), whole.subarray(2 * third)]),
      headless: whole.subarray(1000),
    };
    for (const [name, bytes] of Object.entries(broken)) {
      await writeFile(join(folder, `${name}.ts`), bytes);
      const { out, result } = await run(name, `${name}.ts`);
      const cover = async (modifier: string): Promise<number> => {
        const text = await readFile(join(out, `hls/index${modifier}.m3u8`), "utf8");
        return [...text.matchAll(/#EXTINF:([\d.]+)/g)].reduce((sum, match) => sum + 1000 * Number(match[1]), 0);
      };
      assert.ok(result.durationMs > 500 && result.durationMs <= 5000, `${name}: ${result.durationMs}`);
      // Damage may cost frames on either side of it.
      for (const lengthMs of [
        await cover("_360p"),
        await cover("_180p"),
        (await probe(join(out, "recording.mp4"))).durationMs,
      ])
        assert.ok(Math.abs(lengthMs - result.durationMs) <= 200, `${name}: ${lengthMs} of ${result.durationMs} ms`);
    }
  });

  it("encodes what browsers can't play instead of copying it", async () => {
    for (const pixelFormat of ["yuv422p", "yuv444p", "yuv420p10le"] as const) {
      await makeRecording(join(folder, `${pixelFormat}.ts`), { seconds: 2, pixelFormat });
      const { out, result } = await run(pixelFormat, `${pixelFormat}.ts`);
      assert.equal(result.durationMs, 2000);
      // Main profile.
      assert.match(avcCodec(await readFile(join(out, "hls/index_360p_00001.ts"))) ?? "", /^avc1\.4d/, pixelFormat);
      assert.match(await readFile(join(out, "hls/index.m3u8"), "utf8"), /RESOLUTION=640x360/);
    }
  });

  it("finds a picture that begins long after the sound", async () => {
    await makeRecording(join(folder, "long.ts"), { seconds: 14 });
    const whole = await readFile(join(folder, "long.ts"));
    const late = Array.from({ length: whole.length / 188 }, (_, i) => whole.subarray(188 * i, 188 * (i + 1))).filter(
      (bytes, i) => (bytes.readUInt16BE(1) & 0x1fff) !== 0x100 || 188 * i > (12 / 14) * whole.length,
    );
    await writeFile(join(folder, "late.ts"), Buffer.concat(late));
    assert.equal((await probe(join(folder, "late.ts"))).video?.width, 640);
    const { result } = await run("late", "late.ts");
    assert.ok(result.durationMs > 0 && result.durationMs <= 2100, `${result.durationMs} ms`);
  });

  it("rejects a file that is not a video and says so", async () => {
    await writeFile(join(folder, "text.ts"), "this is no video\n".repeat(1000));
    await writeFile(join(folder, "empty.ts"), "");
    for (const name of ["text.ts", "empty.ts"]) {
      await assert.rejects(
        run(`bad-${name}`, name),
        (error) => error instanceof MediaError && /not readable media|no video/.test(error.message),
      );
      await assert.rejects(probe(join(folder, name)), MediaError);
    }
  });

  it("stops at once when it is aborted", async () => {
    const abort = new AbortController();
    const running = convert({ input: join(folder, "in.ts"), folder, outputs: [] }, { signal: abort.signal });
    abort.abort(new Error("stopping"));
    await assert.rejects(running, /stopping/);
  });
});
