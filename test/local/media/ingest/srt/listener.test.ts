import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { createSocket } from "node:dgram";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Log } from "../../../../../local/log.ts";
import { StreamReader } from "../../../../../local/media/ingest/mpeg-ts/stream-reader.ts";
import type { MediaPacket, PublishDecision, Publisher } from "../../../../../local/media/ingest/publication.ts";
import {
  createSrtListener,
  srtDefaults,
  type SrtListener,
  type SrtListenerOptions,
} from "../../../../../local/media/ingest/srt/listener.ts";
import { makeRecording } from "../../../../support/media.ts";
import { until } from "../../../../support/until.ts";
import { sendOverSrt, type SrtSender } from "./sender.ts";

const passphrase = "correct horse & battery+staple%20";
const rightKey = `passphrase=${passphrase.replaceAll("%", "%25").replaceAll("&", "%26").replaceAll("+", "%2b")}`;

/** The first packet of a caller. */
function induction(): Buffer {
  const packet = Buffer.alloc(64);
  packet.writeUInt16BE(0x8000, 0);
  packet.writeUInt32BE(4, 16); // the version that a caller begins with
  packet.writeUInt16BE(2, 22);
  packet.writeUInt32BE(1500, 28); // its MTU
  packet.writeUInt32BE(8192, 32); // its window
  packet.writeUInt32BE(1, 36);
  packet.writeUInt32BE(12345, 40); // its socket
  return packet;
}

const isReceiver = ({ spawnargs }: ChildProcess): boolean => spawnargs[1]?.endsWith("receiver.ts") === true;

describe("the SRT listener", function () {
  this.timeout(60_000);
  let folder: string;
  let recording: string;
  let expected: MediaPacket[];
  let listener: SrtListener;
  let port: number;
  let log: string[];
  let refusals: string[];
  let packets: MediaPacket[];
  let addresses: string[];
  let ends: string[];
  let publisher: Publisher;
  let receivers: ChildProcess[];
  const senders: SrtSender[] = [];

  const optionsOf = (options: Partial<SrtListenerOptions>): SrtListenerOptions => {
    const lines: Log = {
      info: (line) => void log.push(line),
      warn: (line) => void log.push(line),
      error: (line) => void log.push(line),
      child: () => lines,
    };
    return {
      ...srtDefaults,
      log: lines,
      passphrase,
      keyBits: 128,
      latencyMs: 120,
      admits: () => true,
      refused: (reason) => void refusals.push(reason),
      authorize({ address }): PublishDecision {
        addresses.push(address);
        return {
          accept(accepted) {
            publisher = accepted;
            return {
              packet: (packet) => void packets.push(packet),
              frameRate: () => assert.fail("MPEG-TS announces no frame rate"),
              end: (reason) => void ends.push(reason),
            };
          },
        };
      },
      ...options,
    };
  };
  const start = async (options: Partial<SrtListenerOptions> = {}): Promise<void> => {
    [log, refusals, packets, addresses, ends] = [[], [], [], [], []];
    listener = createSrtListener(optionsOf(options));
    port = await listener.listen(0, "127.0.0.1");
  };
  /** Sends a file within a time that is shorter than its own; by default the recording, with the right passphrase. */
  const send = (query = rightKey, file = recording, seconds = 1): SrtSender => {
    const sender = sendOverSrt({ url: `srt://127.0.0.1:${port}?${query}`, file, seconds });
    senders.push(sender);
    return sender;
  };
  const arrive = (): Promise<void> => until(() => packets.length >= expected.length - 1);
  const sortedByTrack = (list: MediaPacket[]): MediaPacket[] =>
    [...list].sort((a, b) => a.track.localeCompare(b.track));
  const note = (message: unknown): void => void receivers.push((message as { process: ChildProcess }).process);

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "srt-"));
    recording = join(folder, "recording.ts");
    await makeRecording(recording, { seconds: 4, width: 320, height: 180, bFrames: 2 });
    const reader = new StreamReader();
    expected = [...reader.push(await readFile(recording)), ...reader.finish()];
  });
  after(() => rm(folder, { recursive: true }));

  beforeEach(async () => {
    receivers = [];
    subscribe("child_process", note);
    await start();
  });
  afterEach(async () => {
    await Promise.all(senders.splice(0).map((sender) => sender.kill()));
    await listener.close();
    unsubscribe("child_process", note);
  });

  it("delivers every picture and frame of sound, with configurations, keyframes and times", async () => {
    const sender = send();
    await sender.connected;
    assert.equal(await sender.sent, "all");
    await arrive();
    await sender.stop();
    await until(() => ends.length === 1);
    assert.deepEqual(ends, ["the connection closed"]);
    assert.deepEqual(addresses, ["127.0.0.1"]);
    assert.deepEqual(sortedByTrack(packets), sortedByTrack(expected));
    assert.equal(packets.filter(({ track, configuration }) => track === "video" && !configuration).length, 120);
    assert.deepEqual(log, []);
  });

  it("takes a caller with any length of the key", async () => {
    for (const bytes of [16, 24, 32]) {
      const sender = send(`${rightKey}&pbkeylen=${bytes}`);
      await until(() => packets.length > 0);
      await sender.stop();
      await until(() => ends.length === addresses.length);
      packets = [];
    }
    assert.equal(addresses.length, 3);
  });

  it("lets nobody in without the passphrase, says so, and never logs it", async () => {
    await assert.rejects(send("passphrase=wrong horse battery").connected);
    await assert.rejects(send("latency=120000").connected);
    await send().connected;
    assert.deepEqual(refusals, ["its passphrase is wrong", "it uses no passphrase"]);
    assert.deepEqual(
      log,
      refusals.map((reason) => `refused a publisher from 127.0.0.1: ${reason}`),
    );
    assert.equal(addresses.length, 1);
  });

  it("logs refusals at a bounded rate", async () => {
    await listener.close();
    await start({ admits: () => false });
    for (let i = 0; i < 15; i++) {
      const stranger = createSocket("udp4");
      stranger.send(induction(), port, "127.0.0.1");
      await until(() => refusals.length === i + 1);
      stranger.close();
    }
    assert.equal(log.length, 10);
    assert.equal(log[0], "refused a publisher from 127.0.0.1: the input security group does not admit it");
  });

  it("takes only its stream id, if it has one", async () => {
    await listener.close();
    await start({ streamId: "#!::r=Küche,m=publish" });
    await assert.rejects(send(`${rightKey}&streamid=other`).connected);
    await send(`${rightKey}&streamid=${encodeURIComponent("#!::r=Küche,m=publish")}`).connected;
    assert.deepEqual(refusals, ["its stream id is wrong"]);
    assert.equal(addresses.length, 1);
  });

  it("takes the next caller when one has left, properly or abruptly", async () => {
    const first = send();
    await arrive();
    await first.stop();
    const second = send();
    await second.connected;
    await until(() => ends.length === 1);
    await second.kill();
    await until(() => ends.length === 2, 15_000);
    await send().connected;
    await until(() => addresses.length === 3);
    assert.deepEqual(ends, ["the connection closed", "the connection closed"]);
  });

  it("keeps others away from a running stream, with the passphrase or without", async () => {
    const sender = send(rightKey, recording, 3);
    await sender.connected;
    const others = [send(), send("passphrase=wrong horse battery"), send("latency=120000")];
    for (const other of others) await assert.rejects(other.connected);
    assert.equal(await sender.sent, "all");
    await arrive();
    await sender.stop();
    await until(() => ends.length === 1);
    assert.deepEqual(sortedByTrack(packets), sortedByTrack(expected));
    assert.deepEqual(
      refusals,
      others.map(() => "someone else is already streaming to this channel"),
    );
  });

  it("lets a caller in past any number of strangers that only begin to connect", async () => {
    await listener.close();
    await start({ admits: (address) => address === "127.0.0.1" });
    const strangers = Array.from({ length: 100 }, () => createSocket("udp4"));
    for (const stranger of strangers) stranger.send(induction(), port, "127.0.0.1");
    await send().connected;
    for (const stranger of strangers) stranger.close();
    assert.equal(addresses.length, 1);
  });

  it("refuses another codec by name and what is not MPEG-TS, tells the caller at once, and goes on", async () => {
    const hevc = join(folder, "hevc.ts");
    await makeRecording(hevc, { seconds: 2, codec: "hevc" });
    const garbage = join(folder, "garbage");
    await writeFile(garbage, Buffer.alloc(500_000, "this is not a transport stream "));
    const reasons = [
      "HEVC is not supported: in OBS, Settings > Output, set the video encoder to H.264 (x264)",
      "what it sends is not an MPEG-TS stream",
    ];
    assert.equal(await send(rightKey, hevc, 20).sent, "dropped");
    assert.equal(await send(rightKey, garbage, 5).sent, "dropped");
    await send().connected;
    await arrive();
    assert.deepEqual(ends, reasons);
    assert.deepEqual(refusals, reasons);
  });

  it("drops a caller that sends nothing that can be decoded", async () => {
    await listener.close();
    await start({ silentForMs: 300 });
    const empty = join(folder, "empty.ts");
    const nullPacket = Buffer.concat([Buffer.of(0x47, 0x1f, 0xff, 0x10), Buffer.alloc(184, 0xff)]);
    await writeFile(empty, Buffer.concat(Array.from({ length: 2000 }, () => nullPacket)));
    assert.equal(await send(rightKey, empty, 20).sent, "dropped");
    assert.deepEqual(ends, ["it sent nothing for 0.3 s"]);
  });

  it("drops a caller that the channel's owner refuses or ends", async () => {
    const sender = send(rightKey, recording, 20);
    await until(() => packets.length > 0);
    publisher.close("the channel is stopping");
    assert.deepEqual(ends, ["the channel is stopping"]);
    assert.equal(await sender.sent, "dropped");
    await listener.close();
    await start({ authorize: () => ({ refuse: "denied", reason: "the channel is not running" }) });
    assert.equal(await send(rightKey, recording, 20).sent, "dropped");
    assert.deepEqual([refusals, packets, ends], [["the channel is not running"], [], []]);
  });

  it("starts again when FFmpeg has crashed, and another caller is let in", async () => {
    const crashed = send(rightKey, recording, 20);
    await until(() => packets.length > 0);
    receivers.find(isReceiver)?.kill("SIGSEGV");
    await until(() => ends.length === 1);
    assert.deepEqual(ends, ["the SRT receiver failed"]);
    assert.match(log.at(-1) ?? "", /^the SRT receiver failed and starts again: SIGSEGV/);
    assert.equal(await crashed.sent, "dropped");
    await send().connected;
    await until(() => addresses.length === 2);
  });

  it("leaves no process behind when the engine is killed", async () => {
    await send().connected;
    const receiver = receivers.find(isReceiver);
    assert.ok(receiver);
    const exited = once(receiver, "exit");
    receiver.stdin?.end(); // as the end of the engine does
    assert.deepEqual(await exited, [null, "SIGKILL"]);
  });

  it("frees the port and leaves no process when it stops, also in the middle of a stream", async () => {
    const sender = send(rightKey, recording, 20);
    await until(() => packets.length > 0);
    await listener.close();
    assert.deepEqual(ends, ["the server is stopping"]);
    assert.equal(await sender.sent, "dropped");
    const socket = createSocket("udp4").bind(port, "127.0.0.1");
    await once(socket, "listening");
    socket.close();
    const running = receivers
      .filter(isReceiver)
      .filter((child) => child.exitCode === null && child.signalCode === null);
    assert.deepEqual(running, []);
  });

  it("fails as Node does when the port is in use, and with a passphrase that SRT doesn't know", async () => {
    await assert.rejects(createSrtListener(optionsOf({})).listen(port, "127.0.0.1"), { code: "EADDRINUSE" });
    for (const wrong of ["", "too short", "x".repeat(80)])
      assert.throws(() => createSrtListener(optionsOf({ passphrase: wrong })), {
        message: "An SRT passphrase must have 10 to 79 characters.",
      });
  });
});
