import assert from "node:assert/strict";
import { connect, type Socket } from "node:net";
import type { MediaPacket, PublishDecision, PublishRequest } from "../../../../../local/media/ingest/publication.ts";
import {
  createRtmpServer,
  type RtmpServer,
  type RtmpServerOptions,
} from "../../../../../local/media/ingest/rtmp/server.ts";
import { readAmf0, writeAmf0, type AmfValue } from "../../../../../local/media/ingest/rtmp/amf0.ts";
import { ChunkReader, type RtmpMessage } from "../../../../../local/media/ingest/rtmp/chunk-reader.ts";
import { writeMessage } from "../../../../../local/media/ingest/rtmp/chunk-writer.ts";
import { publish, PublishError } from "../../../../../local/media/publisher/publish.ts";
import type { Log } from "../../../../../local/log.ts";

const videoConfiguration = Buffer.of(0x17, 0, 0, 0, 0, 1, 2, 3);
const keyframe = Buffer.of(0x17, 1, 0, 0, 0, 9, 9, 9);

/** A hand-made client, for what no real encoder sends. */
class Client {
  readonly socket: Socket;
  readonly messages: RtmpMessage[] = [];
  readonly closed: Promise<void>;
  #reader = new ChunkReader(1 << 20);
  #received = 0;

  constructor(port: number) {
    this.socket = connect(port, "127.0.0.1");
    this.closed = new Promise((resolve) => this.socket.once("close", () => resolve()));
    this.socket.on("error", () => undefined);
    const handshake = 1 + 2 * 1536;
    this.socket.on("data", (bytes: Buffer) => {
      const before = this.#received;
      this.#received += bytes.length;
      if (this.#received > handshake)
        this.messages.push(...this.#reader.push(bytes.subarray(Math.max(0, handshake - before))));
    });
  }

  handshake(): this {
    this.socket.write(Buffer.concat([Buffer.of(3), Buffer.alloc(1536), Buffer.alloc(1536)]));
    return this;
  }

  command(...values: AmfValue[]): this {
    return this.send(20, writeAmf0(...values));
  }

  send(type: number, payload: Buffer, timestamp = 0): this {
    this.socket.write(
      writeMessage(type === 20 ? 3 : 6, { type, timestamp, streamId: type === 20 ? 0 : 1, payload }, 128),
    );
    return this;
  }

  publish(key: string): this {
    return this.handshake()
      .command("connect", 1, { app: "live" })
      .command("createStream", 2, null)
      .command("publish", 3, null, key, "live");
  }

  /** The codes of the status messages that came. */
  get codes(): AmfValue[] {
    return this.messages
      .filter(({ type }) => type === 20)
      .map(({ payload }) => readAmf0(payload))
      .flatMap(([name, , , info]) => (name === "onStatus" ? [(info as { code: AmfValue }).code] : []));
  }
}

async function eventually(what: string, check: () => boolean): Promise<void> {
  const deadline = Date.now() + 5000;
  while (!check()) {
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe("the RTMP server", () => {
  let server: RtmpServer;
  let port: number;
  let log: string[];
  let packets: MediaPacket[];
  let frameRates: number[];
  let ends: string[];
  let occupied: boolean;
  const clients: Client[] = [];

  const start = async (options: Partial<RtmpServerOptions> = {}): Promise<void> => {
    log = [];
    packets = [];
    frameRates = [];
    ends = [];
    occupied = false;
    const lines: Log = {
      info: (line) => void log.push(line),
      warn: (line) => void log.push(line),
      error: (line) => void log.push(line),
      child: () => lines,
    };
    const authorize = ({ app, name }: PublishRequest): PublishDecision => {
      if (app !== "live" || name !== "s3cret") return { refuse: "denied", reason: "the stream key is wrong" };
      if (occupied) return { refuse: "occupied", reason: "someone is streaming already" };
      occupied = true;
      return {
        accept: () => ({
          packet: (packet) => void packets.push(packet),
          frameRate: (rate) => void frameRates.push(rate),
          end(reason) {
            occupied = false;
            ends.push(reason);
          },
        }),
      };
    };
    server = createRtmpServer({
      log: lines,
      authorize,
      admits: () => true,
      beginWithinMs: 2000,
      silentForMs: 2000,
      mostConnections: 8,
      mostStrangersPerAddress: 8,
      ...options,
    });
    port = await server.listen(0, "127.0.0.1");
  };
  const client = (): Client => {
    const made = new Client(port);
    clients.push(made);
    return made;
  };

  beforeEach(() => start());
  afterEach(async () => {
    for (const { socket } of clients.splice(0)) socket.destroy();
    await server.close();
  });

  it("accepts a stream of FFmpeg's RTMP client, with its frame rate, and sound and picture in order", async () => {
    await publish({
      url: `rtmp://127.0.0.1:${port}/live/s3cret`,
      width: 320,
      height: 180,
      preset: "ultrafast",
      speed: 4,
      scenes: [{ picture: "test", seconds: 2 }],
    }).done;
    await eventually("the end", () => ends.length === 1);
    assert.deepEqual(frameRates, [30]);
    const video = packets.filter(({ track }) => track === "video");
    assert.equal(video.filter(({ configuration }) => configuration).length, 1);
    assert.equal(video.filter(({ configuration }) => !configuration).length, 60);
    assert.equal(video.find(({ configuration }) => !configuration)?.keyframe, true);
    assert.ok(packets.filter(({ track }) => track === "audio").length >= 94);
    const times = video.map(({ timestamp }) => timestamp);
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
    );
  });

  it("refuses a wrong key with RTMP's own error, and never logs it", async () => {
    const stranger = client().publish("wr0ngkey");
    await stranger.closed;
    assert.deepEqual(stranger.codes, ["NetStream.Publish.Denied"]);
    assert.deepEqual(log, ["refused a publisher from 127.0.0.1: the stream key is wrong"]);
    await assert.rejects(
      publish({
        url: `rtmp://127.0.0.1:${port}/live/wr0ngkey`,
        width: 320,
        height: 180,
        scenes: [{ picture: "test", seconds: 1 }],
      }).done,
      PublishError,
    );
    assert.ok(!log.join().includes("wr0ngkey"));
  });

  it("refuses a second publisher and lets the first continue", async () => {
    const first = client().publish("s3cret");
    await eventually("the first publisher", () => occupied);
    const second = client().publish("s3cret");
    await second.closed;
    assert.deepEqual(second.codes, ["NetStream.Publish.BadName"]);
    first.send(9, videoConfiguration).send(9, keyframe, 40);
    await eventually("the packets", () => packets.length === 2);
    assert.deepEqual(ends, []);
  });

  it("drops clients that don't use RTMP or violate it, without affecting the running stream", async () => {
    const good = client().publish("s3cret");
    await eventually("the publisher", () => occupied);
    const garbage = client();
    garbage.socket.write("GET / HTTP/1.1\r\n\r\n");
    const broken = client().handshake();
    broken.socket.write(Buffer.alloc(5000, 0xff));
    const early = client().handshake().send(9, keyframe).command("publish", 1, null, "s3cret");
    const huge = client()
      .handshake()
      .command("connect", 1, { app: "live", junk: "x".repeat(70_000) });
    await Promise.all([garbage.closed, broken.closed, early.closed, huge.closed]);
    good.send(9, videoConfiguration);
    await eventually("the packet", () => packets.length === 1);
    assert.deepEqual(ends, []);
  });

  it("keeps the connection of a publisher that stops, for another stream", async () => {
    const encoder = client().publish("s3cret");
    await eventually("the publisher", () => occupied);
    encoder.send(9, videoConfiguration).command("FCUnpublish", 4, null, "s3cret").command("deleteStream", 5, null, 1);
    await eventually("its end", () => ends.length === 1);
    encoder.command("createStream", 6, null).command("publish", 7, null, "s3cret", "live").send(9, videoConfiguration);
    await eventually("its second stream", () => packets.length === 2);
    assert.deepEqual(ends, ["it stopped streaming"]);
    assert.deepEqual(encoder.codes, [
      "NetStream.Publish.Start",
      "NetStream.Unpublish.Success",
      "NetStream.Publish.Start",
    ]);
    // Wirecast publishes before it gives up its earlier stream.
    encoder
      .command("createStream", 8, null)
      .command("publish", 9, null, "s3cret", "live")
      .command("deleteStream", 10, null, 2);
    encoder.send(9, videoConfiguration);
    await eventually("its third stream", () => packets.length === 3);
    assert.deepEqual(ends, ["it stopped streaming", "it stopped streaming"]);
    assert.ok(occupied);
  });

  it("answers FCPublish with onFCPublish, for which some encoders wait", async () => {
    const encoder = client().handshake().command("connect", 1, { app: "live" }).command("FCPublish", 2, null, "s3cret");
    const commands = (): AmfValue[] =>
      encoder.messages.filter(({ type }) => type === 20).map(({ payload }) => readAmf0(payload)[0]);
    await eventually("the answer", () => commands().includes("onFCPublish"));
    assert.deepEqual(commands(), ["_result", "_result", "onFCPublish"]);
  });

  it("frees the channel when the publisher disconnects, abruptly or properly", async () => {
    const first = client().publish("s3cret");
    await eventually("the first publisher", () => occupied);
    first.socket.destroy();
    await eventually("its end", () => ends.length === 1);
    const second = client().publish("s3cret");
    await eventually("the second publisher", () => occupied);
    second.command("deleteStream", 5, null, 1);
    await eventually("its end", () => ends.length === 2);
    second.socket.destroy();
    assert.deepEqual(ends, ["the connection closed", "it stopped streaming"]);
  });

  it("drops a publisher that stops sending", async () => {
    await server.close();
    await start({ silentForMs: 100 });
    client().publish("s3cret");
    await eventually("its end", () => ends.length === 1);
    assert.deepEqual(ends, ["it sent nothing for 0.1 s"]);
  });

  it("drops a peer that stretches its handshake, even byte by byte", async () => {
    await server.close();
    await start({ beginWithinMs: 150 });
    const slow = client();
    const drip = setInterval(() => slow.socket.write(Buffer.of(3)), 20);
    await slow.closed;
    clearInterval(drip);
    assert.deepEqual(log, ["dropped a connection from 127.0.0.1: it did not start publishing in time"]);
  });

  it("refuses unsupported codecs and says what to set in OBS", async () => {
    const hevc = client().publish("s3cret");
    await eventually("the publisher", () => occupied);
    hevc.send(9, Buffer.concat([Buffer.of(0x90), Buffer.from("hvc1"), Buffer.alloc(8)]));
    await hevc.closed;
    assert.deepEqual(hevc.codes, ["NetStream.Publish.Start", "NetStream.Publish.Rejected"]);
    assert.deepEqual(log, [
      "refused a publisher from 127.0.0.1: hvc1 in enhanced RTMP is not supported: in OBS, Settings > " +
        "Output, set the video encoder to H.264 (x264)",
    ]);
    const mp3 = client().publish("s3cret");
    await eventually("the publisher", () => occupied);
    mp3.send(8, Buffer.of(0x2f, 1, 2));
    await mp3.closed;
    assert.match(log.at(-1) ?? "", /MP3 is not supported: .* set the audio encoder to AAC/);
  });

  it("takes H.264 and AAC under their enhanced names, and unpacks aggregates", async () => {
    const encoder = client().publish("s3cret");
    await eventually("the publisher", () => occupied);
    const named = (head: string, fourCc: string, data: string): Buffer =>
      Buffer.concat([Buffer.from(head, "hex"), Buffer.from(fourCc), Buffer.from(data, "hex")]);
    encoder
      .send(9, named("90", "avc1", "0142"), 10)
      .send(9, named("91", "avc1", "000028" + "0909"), 20)
      .send(9, named("a3", "avc1", "0808"), 30)
      .send(9, named("a7" + "00" + "ff" + "03", "avc1", "0707"), 35)
      .send(8, named("90", "mp4a", "1190"), 40)
      .send(8, named("95" + "01", "mp4a", "00" + "aabb"), 50)
      .send(9, named("92", "avc1", ""), 60)
      .send(9, named("d1", "hvc1", ""), 60)
      .send(22, Buffer.concat([flvTag(9, 1000, keyframe), flvTag(8, 1023, Buffer.from("af01cc", "hex"))]), 2000);
    await eventually("the packets", () => packets.length === 8);
    assert.deepEqual(
      packets.map(({ track, configuration, keyframe: key, timestamp, compositionOffset, data }) =>
        [track, configuration, key, timestamp, compositionOffset, data.toString("hex")].join(" "),
      ),
      [
        "video true false 10 0 0142",
        "video false true 20 40 0909",
        "video false false 30 0 0808",
        "video false false 35 0 0707",
        "audio true false 40 0 1190",
        "audio false false 50 0 aabb",
        "video false true 2000 0 090909",
        "audio false false 2023 0 cc",
      ],
    );
    assert.deepEqual(ends, []);
  });

  it("ignores what no stream needs: commands to the player, ends of sequences, odd messages and values", async () => {
    const encoder = client().publish("s3cret");
    await eventually("the publisher", () => occupied);
    for (const body of ["5700", "5200", "50", "1702000000", "27"]) encoder.send(9, Buffer.from(body, "hex"));
    encoder.send(9, Buffer.alloc(0)).send(8, Buffer.alloc(0));
    for (const type of [15, 16, 18, 19, 22, 99]) encoder.send(type, Buffer.from("0002000161", "hex"));
    encoder.send(20, Buffer.concat([writeAmf0("_checkbw", 9, null), Buffer.of(0x11, 0x0a, 0x07)]));
    encoder.send(17, Buffer.concat([Buffer.of(0), writeAmf0("_checkbw", 9, null)]));
    encoder.send(9, videoConfiguration);
    await eventually("the packet", () => packets.length === 1);
    assert.deepEqual([ends, log], [[], []]);
  });

  it("responds to a ping and acknowledges received bytes", async () => {
    const good = client().publish("s3cret");
    await eventually("the publisher", () => occupied);
    good.send(4, Buffer.of(0, 6, 1, 2, 3, 4));
    for (let i = 0; i < 20; i++) good.send(9, Buffer.concat([keyframe, Buffer.alloc(60_000)]), i);
    const ofType = (type: number): Buffer[] =>
      good.messages.filter((message) => message.type === type).map(({ payload }) => payload);
    await eventually("an acknowledgement", () => ofType(3).length > 0);
    assert.deepEqual(ofType(4).at(-1), Buffer.of(0, 7, 1, 2, 3, 4));
    assert.ok(ofType(3)[0]!.readUInt32BE(0) >= 1_000_000);
  });

  it("lets a publisher in past any number of silent connections", async () => {
    await server.close();
    await start({ mostConnections: 4, mostStrangersPerAddress: 3 });
    const publisher = client().publish("s3cret");
    await eventually("the publisher", () => occupied);
    const silent = Array.from({ length: 10 }, () => client().handshake());
    await Promise.all(silent.slice(0, 7).map(({ closed }) => closed));
    publisher.send(9, videoConfiguration);
    await eventually("the packet", () => packets.length === 1);
    publisher.socket.destroy();
    await eventually("its end", () => ends.length === 1);
    client().publish("s3cret");
    await eventually("the next publisher", () => occupied);
    assert.ok(log.every((line) => line === "dropped a connection from 127.0.0.1: a newer connection took its place"));
    assert.equal(log.length, 8);
  });

  it("logs what strangers cause at a bounded rate", async () => {
    for (let i = 0; i < 15; i++) await client().publish("wr0ngkey").closed;
    assert.equal(log.length, 10);
  });

  it("rejects addresses that are not admitted, and any address once all places are taken by publishers", async () => {
    await server.close();
    await start({ mostConnections: 1 });
    client().publish("s3cret");
    await eventually("the publisher", () => occupied);
    await client().closed;
    assert.match(log.at(-1) ?? "", /1 publishers are connected already/);
    await server.close();
    await start({ admits: () => false });
    await client().closed;
    assert.match(log.at(-1) ?? "", /the input security group does not admit it/);
  });
});

/** A tag as FLV files and aggregates hold it. */
function flvTag(type: number, timestamp: number, body: Buffer): Buffer {
  const tag = Buffer.alloc(11 + body.length + 4);
  tag[0] = type;
  tag.writeUIntBE(body.length, 1, 3);
  tag.writeUIntBE(timestamp & 0xffffff, 4, 3);
  body.copy(tag, 11);
  tag.writeUInt32BE(11 + body.length, 11 + body.length);
  return tag;
}
