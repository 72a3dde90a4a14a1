/**
 * The receiving process of an SRT listener: waits for one caller with the passphrase, writes what it sends to standard
 * output, and ends with it. A process of its own, because FFmpeg waits for callers in a thread that nothing can stop,
 * and so that a native crash affects only this connection.
 */
import { once } from "node:events";
import { createInterface } from "node:readline";
import { AVERROR_EOF, AVERROR_EIO, AV_LOG_ERROR } from "node-av/constants";
import { Dictionary, FFmpegError, FormatContext, InputFormat, Log, Packet } from "node-av/lib";
import { largestMessage, type ReceiverSettings } from "./receiver-settings.ts";

Log.setLevel(AV_LOG_ERROR);

async function run({ port, passphrase, keyBits, latencyMs }: ReceiverSettings): Promise<void> {
  const context = new FormatContext();
  const packet = new Packet();
  packet.alloc();
  const options = Dictionary.fromObject({
    mode: "listener",
    passphrase,
    pbkeylen: String(keyBits / 8),
    latency: String(latencyMs * 1000),
    // Room for the longest latency (15 s) at 20 Mbit/s; libsrt's own would be enough for 6 Mbit/s.
    rcvbuf: String(25_600 * largestMessage),
    raw_packet_size: String(largestMessage),
  });
  // FFmpeg's format for bytes as they come: each packet is one message.
  const opened = await context.openInput(`srt://127.0.0.1:${port}`, InputFormat.findInputFormat("data"), options);
  FFmpegError.throwIfError(opened, "Listening");
  for (;;) {
    const read = await context.readFrame(packet);
    // libsrt tells the end of a connection as an error.
    if (read === AVERROR_EOF || read === AVERROR_EIO) break;
    FFmpegError.throwIfError(read, "Receiving");
    if (packet.data !== null) process.stdout.write(packet.data);
    packet.unref();
  }
  await context.closeInput();
  packet.free();
}

// The settings come over standard input, where no list of processes shows the passphrase. It ends with the engine, and
// then so does this process: a usual exit would wait for the thread that waits for a caller.
const input = createInterface({ input: process.stdin });
input.once("close", () => process.kill(process.pid, "SIGKILL"));
const [settings] = (await once(input, "line")) as [string];
try {
  await run(JSON.parse(settings) as ReceiverSettings);
  await new Promise<void>((resolve) => process.stdout.end(resolve));
} catch (cause) {
  process.stderr.write(`${cause instanceof Error ? cause.message : String(cause)}\n`);
  process.exit(1);
}
process.exit(0);
