import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { IngestError } from "../../../../../local/media/ingest/ingest-error.ts";
import { StreamReader } from "../../../../../local/media/ingest/mpeg-ts/stream-reader.ts";
import type { MediaPacket } from "../../../../../local/media/ingest/publication.ts";
import { makeRecording, type RecordingOptions } from "../../../../support/media.ts";
import { readByFfmpeg } from "./remux.ts";

const packetSize = 188;
/** FFmpeg's access unit delimiter with its length, which FLV and MP4 do without. */
const delimiter = Buffer.of(0, 0, 0, 2, 9, 0xf0);

function read(...parts: Buffer[]): MediaPacket[] {
  const reader = new StreamReader();
  return [...parts.flatMap((part) => [...reader.push(part)]), ...reader.finish()];
}

const mediaOf = (packets: MediaPacket[], track: "video" | "audio"): MediaPacket[] =>
  packets.filter((packet) => packet.track === track && !packet.configuration);
const configurationsOf = (packets: MediaPacket[]): string[] =>
  packets.flatMap(({ configuration, track, data }) =>
    configuration && data.length > 0 ? [`${track} ${data.toString("hex")}`] : [],
  );

describe("the MPEG-TS reader", function () {
  this.timeout(60_000);
  let folder: string;
  let whole: Buffer;

  const make = async (name: string, options: RecordingOptions): Promise<string> => {
    const file = join(folder, name);
    await makeRecording(file, options);
    return file;
  };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "mpeg-ts-"));
    whole = await readFile(await make("whole.ts", { seconds: 1, width: 320, height: 180, bFrames: 2 }));
  });
  after(() => rm(folder, { recursive: true }));

  it("reads what FFmpeg reads: every picture and frame of sound, its times, keyframes and configurations", async () => {
    const file = await make("bframes.ts", { seconds: 3, bFrames: 2 });
    const [ours, theirs] = [read(await readFile(file)), await readByFfmpeg(file)];
    const times = ({ timestamp, compositionOffset, keyframe }: MediaPacket): object => ({
      timestamp,
      compositionOffset,
      keyframe,
    });
    for (const track of ["video", "audio"] as const) {
      assert.deepEqual(mediaOf(ours, track).map(times), mediaOf(theirs, track).map(times));
      assert.deepEqual(
        mediaOf(ours, track).map(({ data }) => data.toString("hex")),
        mediaOf(theirs, track).map(({ data }) =>
          data.subarray(data.indexOf(delimiter) === 0 ? delimiter.length : 0).toString("hex"),
        ),
      );
    }
    assert.equal(mediaOf(ours, "video").length, 90);
    assert.ok(mediaOf(ours, "video").some(({ compositionOffset }) => compositionOffset > 100));
    assert.deepEqual(configurationsOf(ours).sort(), configurationsOf(theirs).sort());
  });

  it("reads the same however the bytes are split", () => {
    const expected = read(whole);
    assert.equal(mediaOf(expected, "video").length, 30);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1 }), (sizes) => {
        const parts: Buffer[] = [];
        for (let at = 0, i = 0; at < whole.length; i++) {
          const size = sizes[i % sizes.length]!;
          parts.push(whole.subarray(at, at + size));
          at += size;
        }
        assert.deepEqual(read(...parts), expected);
      }),
      { numRuns: 30 },
    );
  });

  it("survives any damage, and never yields a time or an offset out of range", () => {
    const damage = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.uint8Array({ minLength: 1, maxLength: 8 })), {
      minLength: 1,
      maxLength: 200,
    });
    fc.assert(
      fc.property(damage, (changes) => {
        const bytes = Buffer.from(whole);
        for (const [at, change] of changes) bytes.set(change.subarray(0, bytes.length - at), at);
        try {
          for (const { timestamp, compositionOffset } of read(bytes)) {
            assert.equal(timestamp, timestamp >>> 0);
            assert.ok(compositionOffset >= 0 && compositionOffset <= 10_000);
          }
        } catch (cause) {
          if (!(cause instanceof IngestError)) throw cause;
        }
      }),
      { numRuns: 200 },
    );
  });

  it("goes on without a jump when the clock wraps", async () => {
    const startSeconds = 2 ** 33 / 90_000 - 1.5;
    const wrapping = read(await readFile(await make("wrap.ts", { seconds: 3, startSeconds })));
    const plain = read(await readFile(await make("plain.ts", { seconds: 3, startSeconds: 10 })));
    for (const track of ["video", "audio"] as const) {
      const [wrapped, expected] = [mediaOf(wrapping, track), mediaOf(plain, track)];
      const shift = wrapped[0]!.timestamp - expected[0]!.timestamp;
      assert.ok(Math.abs(shift - (startSeconds - 10) * 1000) <= 1);
      assert.equal(wrapped.length, expected.length);
      for (const [i, { timestamp }] of wrapped.entries())
        assert.ok(Math.abs(timestamp - expected[i]!.timestamp - shift) <= 1);
    }
  });

  it("leaves out only the picture that has lost a packet", () => {
    const expected = mediaOf(read(whole), "video");
    const pid = 0x100;
    const inPicture = Array.from({ length: whole.length / packetSize }, (_, i) => i * packetSize).filter(
      (at) => (whole.readUInt16BE(at + 1) & 0x5fff) === pid,
    );
    const lost = inPicture[Math.floor(inPicture.length / 2)]!;
    const damaged = read(Buffer.concat([whole.subarray(0, lost), whole.subarray(lost + packetSize)]));
    const times = mediaOf(damaged, "video").map(({ timestamp }) => timestamp);
    assert.equal(times.length, expected.length - 1);
    assert.equal(expected.filter(({ timestamp }) => !times.includes(timestamp)).length, 1);
  });

  it("finds the packets again after stray bytes", () => {
    const stray = Buffer.alloc(1000, 0x47);
    const inTheMiddle = Math.floor(whole.length / packetSize / 2) * packetSize;
    const packets = read(Buffer.concat([whole.subarray(0, inTheMiddle), stray, whole.subarray(inTheMiddle)]));
    assert.ok(mediaOf(packets, "video").length >= 28);
  });

  it("tells a new configuration when the picture changes its size, and then only", async () => {
    const small = await readFile(await make("small.ts", { seconds: 1, width: 160, height: 90 }));
    const [first, second] = [configurationsOf(read(small)), configurationsOf(read(whole))];
    const picture = second.find((configuration) => configuration.startsWith("video"));
    assert.deepEqual(configurationsOf(read(small, small, whole, whole)), [...first, picture]);
    assert.equal(first.length, 2);
    assert.ok(!first.includes(picture ?? ""));
  });

  it("refuses another codec by its name", async () => {
    const hevc = await readFile(await make("hevc.ts", { seconds: 1, codec: "hevc" }));
    assert.throws(() => read(hevc), {
      code: "codec",
      message: "HEVC is not supported: in OBS, Settings > Output, set the video encoder to H.264 (x264)",
    });
  });

  it("refuses bytes that are no transport stream", () => {
    assert.throws(() => read(Buffer.alloc(100_000, "not a transport stream ")), {
      code: "protocol",
      message: "what it sends is not an MPEG-TS stream",
    });
  });
});
