import assert from "node:assert/strict";
import { Writable } from "node:stream";
import type { Log } from "../../../../local/log.ts";
import type { MediaPacket } from "../../../../local/media/ingest/publication.ts";
import { LiveFeed } from "../../../../local/media/live/feed.ts";

type Packet = Omit<MediaPacket, "timestamp">;
const video = { track: "video", configuration: false, keyframe: false, compositionOffset: 0 } as const;
const audio = { track: "audio", configuration: false, keyframe: false, compositionOffset: 0 } as const;
const videoConfiguration = (version = 1): Packet => ({ ...video, configuration: true, data: Buffer.of(version) });
const audioConfiguration: Packet = { ...audio, configuration: true, data: Buffer.of(0x11, 0x90) };
const keyframe = (size = 10): Packet => ({ ...video, keyframe: true, data: Buffer.alloc(size) });
const frame = (size = 10): Packet => ({ ...video, data: Buffer.alloc(size) });
const sound: Packet = { ...audio, data: Buffer.of(5, 5) };

/** An encoder's input: reads at once, or not until told. */
class Input extends Writable {
  tags: { type: number; timestamp: number; size: number }[] = [];
  stuck = false;
  #held: (() => void)[] = [];

  override _write(bytes: Buffer, _encoding: string, done: () => void): void {
    if (bytes.length > 13 && bytes[0] !== 0x46)
      this.tags.push({
        type: bytes[0]!,
        timestamp: bytes.readUIntBE(4, 3) + (bytes[7]! << 24),
        size: bytes.readUIntBE(1, 3),
      });
    if (this.stuck) this.#held.push(done);
    else done();
  }

  release(): void {
    this.stuck = false;
    for (const done of this.#held.splice(0)) done();
  }
}

describe("feeding an encoder", () => {
  let jobs: { input: Input; startedAt: number }[];
  let log: string[];
  let feed: LiveFeed;
  let nowMs: number;
  const send = (timestamp: number, packet: Packet): boolean => feed.packet({ ...packet, timestamp });

  beforeEach(() => {
    jobs = [];
    log = [];
    const lines: Log = {
      info: (line) => void log.push(line),
      warn: (line) => void log.push(line),
      error: (line) => void log.push(line),
      child: () => lines,
    };
    nowMs = 0;
    feed = new LiveFeed({
      log: lines,
      begin: ({ startedAt }) => {
        const job = { input: new Input(), startedAt };
        jobs.push(job);
        return job;
      },
      now: () => nowMs,
    });
  });

  it("starts with a keyframe at 0, whatever came before", () => {
    send(5000, frame());
    send(5000, videoConfiguration());
    send(5000, audioConfiguration);
    send(5010, sound);
    send(5040, frame());
    send(5080, keyframe());
    send(5090, sound);
    send(5120, frame());
    assert.equal(jobs.length, 1);
    const media = jobs[0]!.input.tags
      .filter(({ size }) => (size !== 6 && size !== 4) || size === 4)
      .filter(({ type, size }) => !(type === 9 && size === 6));
    assert.deepEqual(
      media.filter(({ type }) => type === 9).map(({ timestamp }) => timestamp),
      [0, 40],
    );
    assert.deepEqual(
      media.filter(({ type }) => type === 8).map(({ timestamp }) => timestamp),
      [0, 10],
    );
  });

  it("passes on sound that is announced later, in the same job", () => {
    send(0, videoConfiguration());
    send(0, keyframe());
    send(500, frame());
    send(500, audioConfiguration);
    send(520, sound);
    assert.equal(jobs.length, 1);
    assert.deepEqual(
      jobs[0]!.input.tags.filter(({ type }) => type === 8).map(({ timestamp, size }) => [timestamp, size]),
      [
        [500, 4],
        [520, 4],
      ],
    );
  });

  it("starts a new job at the next keyframe when the picture's configuration changes", () => {
    send(0, videoConfiguration(1));
    send(0, keyframe());
    send(40, videoConfiguration(1));
    send(40, frame());
    assert.equal(jobs.length, 1);
    send(80, videoConfiguration(2));
    send(80, frame());
    assert.equal(jobs[0]?.input.writableEnded, false, "the old job goes on until there is a keyframe for the new one");
    assert.equal(jobs.length, 1);
    send(120, keyframe());
    assert.equal(jobs[0].input.writableEnded, true);
    assert.equal(jobs.length, 2);
  });

  it("starts every job at a whole millisecond: the packager names segments after it", () => {
    nowMs = 0.25;
    send(0, videoConfiguration(1));
    send(0, keyframe());
    nowMs = 5000.4;
    send(5000, videoConfiguration(2));
    send(5000, keyframe());
    assert.equal(jobs.length, 2);
    assert.deepEqual(
      jobs.map(({ startedAt }) => startedAt % 1),
      [0, 0],
    );
    assert.equal(jobs[1]!.startedAt - jobs[0]!.startedAt, 5001);
  });

  it("starts a new job after one was lost", () => {
    send(0, videoConfiguration());
    send(0, keyframe());
    feed.lost(jobs[0]!);
    send(40, frame());
    assert.equal(jobs.length, 1);
    send(80, keyframe());
    assert.equal(jobs.length, 2);
  });

  it("drops whole groups of pictures while the encoder is too slow, says so, and keeps time", () => {
    send(0, videoConfiguration());
    send(0, keyframe(100_000));
    const { input } = jobs[0]!;
    input.stuck = true;
    for (let second = 1; second < 12; second++) {
      send(second * 1000, keyframe(125_000));
      send(second * 1000 + 500, frame(1000));
    }
    assert.match(log.join("\n"), /the encoder is 6 s behind; input is dropped until it has caught up/);
    input.release();
    send(12_000, frame(1000));
    send(12_500, keyframe(1000));
    const times = input.tags.map(({ timestamp }) => timestamp);
    assert.equal(log.at(-1), "the encoder has caught up");
    assert.equal(times.at(-1), 12_500);
    assert.ok(!times.includes(12_000));
    assert.ok(!times.includes(11_000));
  });

  it("tells of a clock that jumps all the time only now and then", () => {
    send(0, videoConfiguration());
    for (let i = 0; i < 50; i++) send(i * 100_000, keyframe());
    assert.deepEqual(log, ["the publisher's clock jumped; the stream continues without a gap"]);
    assert.equal(jobs[0]?.input.tags.at(-1)?.timestamp, 49 * 33);
  });

  /** Times of the tags that tell of lost input. */
  const losses = (job = 0): number[] =>
    jobs[job]!.input.tags.filter(({ type }) => type === 18).map(({ timestamp }) => timestamp);
  const pictures = (job = 0): number[] =>
    jobs[job]!.input.tags.filter(({ type, size }) => type === 9 && size > 6).map(({ timestamp }) => timestamp);

  it("tells the job of pictures that are more than half a second late, from the first one on", () => {
    nowMs = 60_000;
    feed.fill();
    send(0, videoConfiguration());
    send(0, keyframe());
    nowMs += 40;
    send(40, frame());
    for (let i = 0; i < 10; i++, nowMs += 100) feed.fill();
    assert.deepEqual(losses(), [140, 240, 340, 440]);
  });

  it("goes on in the same job with the next publisher, where its first keyframe arrives", () => {
    send(0, videoConfiguration());
    send(0, audioConfiguration);
    send(0, keyframe());
    nowMs = 10_000;
    feed.fill();
    feed.connect();
    send(77_000, videoConfiguration());
    send(77_000, frame());
    nowMs = 10_400;
    send(77_400, keyframe());
    nowMs = 10_440;
    send(77_440, frame());
    assert.equal(jobs.length, 1);
    assert.deepEqual(losses(), [9500]);
    assert.deepEqual(pictures(), [0, 10_400, 10_440]);
    nowMs = 12_000;
    feed.end();
    assert.deepEqual(losses(), [9500, 12_000]);
    assert.equal(jobs[0]!.input.writableEnded, true);
  });

  it("begins the job of another picture where the one before ends", () => {
    send(0, videoConfiguration(1));
    send(0, keyframe());
    nowMs = 5000;
    feed.connect();
    send(0, videoConfiguration(2));
    send(0, keyframe());
    assert.deepEqual(losses(), [5000]);
    assert.equal(jobs[0]!.input.writableEnded, true);
    assert.equal(jobs[1]!.startedAt, jobs[0]!.startedAt + 5000);
    nowMs = 5600;
    feed.fill();
    assert.deepEqual(losses(1), [100]);
  });
});
