import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { Decoder, Demuxer, Encoder, FilterAPI } from "node-av/api";
import { AV_LOG_ERROR, EOF, FF_ENCODER_LIBX264 } from "node-av/constants";
import { Log } from "node-av/lib";
import { ArchiveWriter } from "../../../local/media/archive-writer.ts";

Log.setLevel(AV_LOG_ERROR);

/** Encodes a generated picture of so many seconds at 30 frames/s with a keyframe a second into the writer. */
async function record(seconds: number, open: (encoder: Encoder) => ArchiveWriter): Promise<void> {
  const source = await Demuxer.open(`testsrc2=size=320x180:rate=30:duration=${seconds}`, { format: "lavfi" });
  const decoder = await Decoder.create(source.video()!);
  const filter = FilterAPI.create("format=yuv420p");
  const encoder = await Encoder.create(FF_ENCODER_LIBX264, { bitrate: 300_000, gopSize: 30, maxBFrames: 0, filter, options: { preset: "ultrafast", "x264-params": "scenecut=0" } });
  const writer = open(encoder);
  const drain = (): void => {
    for (let packet = encoder.receiveSync(); packet !== null && packet !== EOF; packet = encoder.receiveSync()) {
      writer.writeVideo(packet);
      packet.free();
    }
  };
  for (const packet of source.packetsSync()) {
    for (const frame of decoder.decodeAllSync(packet)) {
      for (const picture of filter.processAllSync(frame)) {
        encoder.encodeSync(picture);
        picture.free();
        drain();
      }
      frame.free();
    }
    packet?.free();
  }
  encoder.encodeSync(null);
  drain();
  writer.close();
  for (const part of [encoder, filter, decoder]) part.close();
  source.closeSync();
}

describe("archive files", () => {
  let folder: string;
  let archived: [string, number][];
  let failures: string[];
  const open = (encoder: Encoder): ArchiveWriter =>
    new ArchiveWriter({
      folder,
      rolloverSeconds: 2,
      video: encoder,
      audio: undefined,
      events: { archived: (file, seconds) => void archived.push([basename(file), Number(seconds.toFixed(3))]), failed: (message) => void failures.push(message) },
    });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "archive-"));
    archived = [];
    failures = [];
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("roll over at the keyframe that is due, the last one as long as what was left", async () => {
    await record(5, open);
    assert.deepEqual(archived, [["000001.ts", 2], ["000002.ts", 2], ["000003.ts", 1]]);
    assert.deepEqual(readdirSync(folder).sort(), ["000001.ts", "000002.ts", "000003.ts"]);
    assert.deepEqual(failures, []);
  });

  it("are given up when the disk is full, leave nothing half written, and go on with the next", async function () {
    if (!existsSync("/dev/full")) throw new Error("this test needs /dev/full");
    symlinkSync("/dev/full", join(folder, "000002.ts.part"));
    await record(5, open);
    assert.deepEqual(archived.map(([name]) => name), ["000001.ts", "000003.ts"]);
    assert.equal(failures.length, 1);
    assert.match(failures[0]!, /ENOSPC: no space left on device/);
    assert.deepEqual(readdirSync(folder).sort(), ["000001.ts", "000003.ts"]);
  });
});
