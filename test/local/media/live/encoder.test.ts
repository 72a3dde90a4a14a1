import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MediaPacket } from "../../../../local/media/ingest/publication.ts";
import { lookAt, type Look } from "./look-at.ts";
import { assertLoud, assertWhole, encode as encodeStream, generate, type Encoded } from "./encode-stream.ts";

describe("the live encoder", function () {
  this.timeout(60_000);
  let folder: string;
  let stream: MediaPacket[];
  let portrait: MediaPacket[];
  let progressive: MediaPacket[];
  let interlaced: MediaPacket[];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "encoder-"));
    [stream, portrait, progressive, interlaced] = await Promise.all([
      generate(join(folder, "stream.flv"), { width: 320, height: 180, seconds: 6 }),
      generate(join(folder, "portrait.flv"), { width: 180, height: 320, seconds: 3 }),
      generate(join(folder, "progressive.flv"), { width: 240, height: 180, seconds: 3 }),
      generate(join(folder, "interlaced.flv"), { width: 240, height: 180, seconds: 3, interlaced: true }),
    ]);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const encode = (packets: readonly MediaPacket[]): Promise<Encoded> => encodeStream(folder, packets);
  const isSound = ({ track, configuration }: MediaPacket): boolean => track === "audio" && !configuration;
  const seconds = (packet: MediaPacket): number => (packet.timestamp - stream[0]!.timestamp) / 1000;

  it("keeps picture and sound together from start to end", async () => {
    const encoded = await encode(stream);
    assertWhole(encoded, 6);
    assertLoud(encoded, [[0, 6]]);
    assert.deepEqual(
      encoded.reports.map(({ type }) => type),
      ["started", "archived", "finished"],
    );
  });

  for (const apart of [1.1, 4, -1.1, -4])
    it(`keeps sound in its place that is stamped ${Math.abs(apart)} s ${apart > 0 ? "late" : "early"}`, async () => {
      const encoded = await encode(
        stream.map((packet) =>
          isSound(packet)
            ? { ...packet, timestamp: 20_000 + packet.timestamp + 1000 * apart }
            : { ...packet, timestamp: packet.timestamp + 20_000 },
        ),
      );
      assertWhole(encoded, 6);
      assert.deepEqual(encoded.warnings, []);
      assertLoud(encoded, [[Math.max(0, apart), Math.min(6, 6 + apart)]]);
    });

  it("never waits for sound that is announced and never comes", async () => {
    const encoded = await encode(stream.filter((packet) => !isSound(packet)));
    assertWhole(encoded, 6);
    assertLoud(encoded, []);
    assert.ok(encoded.reports.some((report) => report.type === "sound" && !report.present));
  });

  it("goes on with silence where the sound's configuration is damaged, and with sound once it is whole", async () => {
    const at = stream.findIndex((packet) => seconds(packet) >= 3);
    const sound = stream.find(({ track, configuration }) => track === "audio" && configuration)!;
    const damaged = { ...sound, data: Buffer.of(0xff, 0xff, 0xff) };
    const start = stream.slice(0, at).map((packet) => (packet === sound ? damaged : packet));
    const encoded = await encode([...start, { ...sound, timestamp: stream[at]!.timestamp }, ...stream.slice(at)]);
    assertWhole(encoded, 6);
    assertLoud(encoded, [[3, 6]]);
  });

  it("gives a stream without sound a silent track", async () => {
    const encoded = await encode(stream.filter(({ track }) => track === "video"));
    assertWhole(encoded, 6);
    assertLoud(encoded, []);
  });

  it("takes sound that is announced later, begins later or pauses, without a new job", async () => {
    const sound = stream.find(({ track, configuration }) => track === "audio" && configuration)!;
    const later = stream.filter((packet) => packet !== sound && !(isSound(packet) && seconds(packet) < 2));
    const at = later.findIndex((packet) => seconds(packet) >= 1);
    const announced = await encode([...later.slice(0, at), sound, ...later.slice(at)]);
    assertWhole(announced, 6);
    assertLoud(announced, [[2, 6]]);

    const paused = await encode(
      stream.filter((packet) => !isSound(packet) || seconds(packet) < 2 || seconds(packet) >= 4),
    );
    assertWhole(paused, 6);
    assertLoud(paused, [
      [0, 2],
      [4, 6],
    ]);
    assert.deepEqual(
      paused.reports.flatMap((report) => (report.type === "sound" ? [report.present] : [])),
      [false, true],
    );
  });

  it("closes a jump of the clock once for both tracks", async () => {
    const encoded = await encode(
      stream.map((packet) => (seconds(packet) < 3 ? packet : { ...packet, timestamp: packet.timestamp + 5_000_000 })),
    );
    assertWhole(encoded, 6);
    assertLoud(encoded, [[0, 6]]);
    assert.deepEqual(encoded.warnings, ["the publisher's clock jumped; the stream continues without a gap"]);
  });

  it("shows a picture that is turned in mid-stream upright, between black bars", async () => {
    const record = portrait.find(({ track, configuration }) => track === "video" && configuration)!.data;
    const parameters = parameterSets(record);
    const turned = portrait
      .filter(({ configuration }) => !configuration)
      .map((packet) => ({
        ...packet,
        timestamp: packet.timestamp + 3000,
        data: packet.keyframe ? Buffer.concat([parameters, packet.data]) : packet.data,
      }));
    const encoded = await encode([...stream.filter((packet) => seconds(packet) < 3), ...turned]);
    assertWhole(encoded, 6);
    for (const { pictures, width, height } of [...encoded.recordings, ...encoded.live]) {
      assert.deepEqual([width, height], [320, 180]);
      const [wide, tall] = [pictures.slice(10, 80), pictures.slice(100, 170)];
      assert.ok(wide.every(({ edges }) => edges > 40));
      assert.ok(tall.every(({ edges, middle }) => edges < 18 && middle > 40));
    }
  });

  it("begins a new job in its own shape where the picture's configuration changes", async () => {
    const encoded = await encode([
      ...stream.filter((packet) => seconds(packet) < 3),
      ...portrait.map((packet) => ({ ...packet, timestamp: packet.timestamp + 3000 })),
    ]);
    assert.deepEqual(
      encoded.recordings.map(({ width, height, pictures }) => [width, height, pictures.length]),
      [
        [320, 180, 90],
        [102, 180, 90],
      ],
    );
  });

  it("deinterlaces a picture that becomes interlaced after it has changed its shape", async () => {
    const inBand = (packets: readonly MediaPacket[], shiftMs: number): MediaPacket[] => {
      const parameters = parameterSets(
        packets.find(({ track, configuration }) => track === "video" && configuration)!.data,
      );
      return packets
        .filter(({ track, configuration }) => track === "video" && !configuration)
        .map((packet) => ({
          ...packet,
          timestamp: packet.timestamp + shiftMs,
          data: packet.keyframe ? Buffer.concat([parameters, packet.data]) : packet.data,
        }));
    };
    const encoded = await encode([
      ...stream.filter((packet) => seconds(packet) < 3),
      ...inBand(progressive, 3000),
      ...inBand(interlaced, 6000),
    ]);
    assertWhole(encoded, 9);
    const combs = encoded.recordings[0]!.pictures.slice(190, 260).map(({ comb }) => comb);
    const before = (await lookAt(join(folder, "interlaced.flv"))).pictures.slice(10, 80).map(({ comb }) => comb);
    const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    assert.ok(mean(combs) < 0.95 * mean(before), `${mean(before)} before, ${mean(combs)} after`);
  });

  it("deinterlaces interlaced pictures, and only these", async () => {
    const combed = await lookAt(join(folder, "interlaced.flv"));
    const mean = (look: Look): number =>
      look.pictures.slice(5, -5).reduce((sum, { comb }) => sum + comb, 0) / (look.pictures.length - 10);
    const [recording] = (await encode(interlaced)).recordings;
    assert.equal(recording!.pictures.length, 90);
    assert.ok(mean(recording!) < 0.9 * mean(combed), `${mean(combed)} before, ${mean(recording!)} after`);
  });
});

/** The SPS and PPS of an AVCDecoderConfigurationRecord, as they stand in a stream. */
function parameterSets(record: Buffer): Buffer {
  const parts: Buffer[] = [];
  let at = 6;
  for (let sets = 0; sets < 2; sets++) {
    const length = record.readUInt16BE(at);
    const head = Buffer.alloc(4);
    head.writeUInt32BE(length);
    parts.push(head, record.subarray(at + 2, at + 2 + length));
    at += 2 + length + 1;
  }
  return Buffer.concat(parts);
}
