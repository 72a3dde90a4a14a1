import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Log } from "../../../../local/log.ts";
import type { MediaPacket } from "../../../../local/media/ingest/publication.ts";
import { LiveFeed } from "../../../../local/media/live/feed.ts";
import { FlvReader } from "../../../../local/media/live/flv-reader.ts";
import { startLiveProcess, type LiveProcess } from "../../../../local/media/live/process.ts";
import type { LiveJobReport } from "../../../../local/media/live/settings.ts";
import { lookAt, type Look } from "./look-at.ts";
import { recordFlv } from "./record-flv.ts";

/** What a stream became. */
interface Encoded {
  reports: LiveJobReport[];
  warnings: string[];
  /** The recordings, one for each job. */
  recordings: Look[];
  /** The first rendition as viewers get it, one for each job. */
  live: Look[];
}

describe("the live encoder", function () {
  this.timeout(60_000);
  let folder: string;
  let stream: MediaPacket[];
  let portrait: MediaPacket[];
  let progressive: MediaPacket[];
  let interlaced: MediaPacket[];
  let runs = 0;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "encoder-"));
    const record = async (name: string, settings: Parameters<typeof recordFlv>[0]): Promise<MediaPacket[]> => {
      await recordFlv(settings, join(folder, name));
      return [...new FlvReader().push(readFileSync(join(folder, name)))].flatMap((fed) =>
        "packet" in fed ? [fed.packet] : [],
      );
    };
    [stream, portrait, progressive, interlaced] = await Promise.all([
      record("stream.flv", { width: 320, height: 180, seconds: 6 }),
      record("portrait.flv", { width: 180, height: 320, seconds: 3 }),
      record("progressive.flv", { width: 240, height: 180, seconds: 3 }),
      record("interlaced.flv", { width: 240, height: 180, seconds: 3, interlaced: true }),
    ]);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  /** Encodes packets all at once, or what `send` feeds by the clock that it sets. */
  const encode = async (
    packets: readonly MediaPacket[],
    send = async (feed: LiveFeed, _clock: { ms: number }, _drain: () => Promise<void>): Promise<void> =>
      packets.forEach((packet) => feed.packet(packet)),
  ): Promise<Encoded> => {
    const clock = { ms: 0 };
    const jobs: { process: LiveProcess; live: Buffer[]; archive: string }[] = [];
    const result: Encoded = { reports: [], warnings: [], recordings: [], live: [] };
    const log: Log = {
      info: () => undefined,
      warn: (line) => void result.warnings.push(line),
      error: (line) => void result.warnings.push(line),
      child: () => log,
    };
    const begin = ({ startedAt }: { startedAt: number }): LiveProcess => {
      const archiveFolder = join(folder, `run-${++runs}`);
      mkdirSync(archiveFolder);
      const live: Buffer[] = [];
      const process = startLiveProcess(
        {
          renditions: [
            { name: "180p", width: 320, height: 180, bitrate: 400_000, lookahead: 0, profile: "main" },
            { name: "90p", width: 160, height: 90, bitrate: 100_000, lookahead: 0, profile: "main" },
          ],
          audioBitrate: 96_000,
          gopSeconds: 1,
          packaged: ["180p", "90p"],
          archive: { rendition: "180p", rolloverSeconds: 600 },
          startedAt,
          archiveFolder,
        },
        {
          report: (report) => void result.reports.push(report),
          fragment(rendition, bytes) {
            if (rendition === "180p") live.push(bytes);
          },
        },
        Promise.resolve(),
      );
      jobs.push({ process, live, archive: join(archiveFolder, "000001.ts") });
      return process;
    };
    const feed = new LiveFeed({ log, begin, now: () => clock.ms });
    const drain = (): Promise<void> =>
      new Promise((resolve) => jobs.at(-1)?.process.input.write(Buffer.alloc(0), () => resolve()));
    await send(feed, clock, drain);
    feed.end();
    for (const { process, live, archive } of jobs) {
      assert.equal((await process.ended).failure, undefined);
      writeFileSync(`${archive}.mp4`, Buffer.concat(live));
      result.recordings.push(await lookAt(archive));
      result.live.push(await lookAt(`${archive}.mp4`));
    }
    return result;
  };
  const isSound = ({ track, configuration }: MediaPacket): boolean => track === "audio" && !configuration;
  const seconds = (packet: MediaPacket): number => (packet.timestamp - stream[0]!.timestamp) / 1000;

  /** All outputs show `length` seconds at 30 frames/s, with a sound track as long. */
  const assertWhole = ({ recordings, live }: Encoded, length: number): void => {
    for (const look of [...recordings, ...live]) {
      const first = look.pictures[0]!.at;
      assert.equal(look.pictures.length, Math.round(30 * length));
      const last = look.pictures.at(-1)!.at - first;
      assert.ok(Math.abs(last - (length - 1 / 30)) < 0.01, `the last picture is at ${last}`);
      assert.ok(Math.abs(look.sound[0] - first) < 0.05, `sound begins at ${look.sound[0]}, the picture at ${first}`);
      assert.ok(Math.abs(look.sound[1] - first - length) < 0.1, `sound ends at ${look.sound[1] - first}`);
    }
  };
  /** Where sound is heard in every output, to a tenth of a second. */
  const assertLoud = ({ recordings, live }: Encoded, expected: readonly (readonly [number, number])[]): void => {
    for (const { loud, pictures } of [...recordings, ...live]) {
      const heard = loud.map(([from, to]) => [from - pictures[0]!.at, to - pictures[0]!.at] as const);
      const text = JSON.stringify(heard);
      assert.equal(heard.length, expected.length, text);
      for (const [i, [from, to]] of expected.entries())
        assert.ok(Math.abs(heard[i]![0] - from) < 0.1 && Math.abs(heard[i]![1] - to) < 0.1, text);
    }
  };

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

  /** Feeds packets at the times that they tell, later by `byMs`, and every tenth of a second what is missing. */
  const play = (feed: LiveFeed, clock: { ms: number }, packets: readonly MediaPacket[], byMs = 0): void => {
    const first = stream.find(({ keyframe }) => keyframe)!;
    for (const packet of packets) {
      idle(feed, clock, packet.timestamp - first.timestamp + byMs);
      feed.packet(packet);
    }
  };
  const idle = (feed: LiveFeed, clock: { ms: number }, untilMs: number): void => {
    for (; clock.ms < untilMs; clock.ms = Math.min(untilMs, clock.ms + 100)) feed.fill();
  };
  const darkness = ({ pictures }: Look): [from: number, to: number][] => {
    const ranges: [number, number][] = [];
    for (const { at, middle } of pictures) {
      const time = at - pictures[0]!.at;
      const last = ranges.at(-1);
      if (middle > 18) continue;
      if (last !== undefined && time - last[1] < 0.05) last[1] = time + 1 / 30;
      else ranges.push([time, time + 1 / 30]);
    }
    return ranges;
  };
  const assertDark = ({ recordings, live }: Encoded, expected: readonly (readonly [number, number])[]): void => {
    for (const ranges of [...recordings, ...live].map(darkness)) {
      assert.equal(ranges.length, expected.length, JSON.stringify(ranges));
      for (const [i, [from, to]] of expected.entries())
        assert.ok(Math.abs(ranges[i]![0] - from) < 0.1 && Math.abs(ranges[i]![1] - to) < 0.1, JSON.stringify(ranges));
    }
  };

  it("repeats the last picture for a second and then shows black, in silence, until another publisher comes", async () => {
    const encoded = await encode([], async (feed, clock, drain) => {
      play(feed, clock, stream);
      // Long enough for the encoder to rest; the picture comes in the middle of a group.
      idle(feed, clock, 16_500);
      await drain();
      feed.connect();
      play(feed, clock, stream, 16_500);
      idle(feed, clock, 22_500);
    });
    assertWhole(encoded, 22.5);
    assertDark(encoded, [[7, 16.5]]);
    assertLoud(encoded, [
      [0, 6],
      [16.5, 22.5],
    ]);
    for (const { pictures } of [...encoded.recordings, ...encoded.live])
      for (let i = 0; i < 180; i++) assert.ok(Math.abs(pictures[i]!.middle - pictures[495 + i]!.middle) < 4);
  });

  it("fills a stall in real time, and is on time again when the publisher has sent what it kept", async () => {
    const encoded = await encode([], async (feed, clock, drain) => {
      play(
        feed,
        clock,
        stream.filter((packet) => seconds(packet) < 2),
      );
      idle(feed, clock, 10_000);
      // What it kept comes at once; from 10 s on it is on time.
      for (const packet of stream) if (seconds(packet) >= 2) feed.packet(packet);
      await drain();
      const again = stream.filter(({ configuration }) => !configuration);
      for (const packet of again) feed.packet({ ...packet, timestamp: packet.timestamp + 6000 });
      idle(feed, clock, 12_000);
    });
    assertWhole(encoded, 12);
    assertDark(encoded, [[3, 9.5]]);
    assertLoud(encoded, [
      [0, 2],
      [9.5, 12],
    ]);
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
