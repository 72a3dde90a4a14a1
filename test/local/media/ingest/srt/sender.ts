import { fork } from "node:child_process";
import { fstatSync, openSync, readSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { AVIO_FLAG_WRITE, AV_LOG_QUIET } from "node-av/constants";
import { FFmpegError, IOContext, Log } from "node-av/lib";

/** What to send to a listener. */
export interface SrtStream {
  /** `srt://HOST:PORT?passphrase=…` */
  url: string;
  file: string;
  /** How long sending the file takes. */
  seconds: number;
}

/** A caller in a process of its own, since libsrt's calls block. */
export interface SrtSender {
  /** Resolves when it is connected; rejects if the listener did not let it in. */
  connected: Promise<undefined>;
  /** Resolves when it has sent everything, or has been dropped; it stays connected in the first case. */
  sent: Promise<"all" | "dropped">;
  /** Disconnects as an encoder does that is stopped. */
  stop(): Promise<void>;
  /** Disconnects abruptly, like an encoder that loses power. */
  kill(): Promise<void>;
}

type Report = "connected" | "all" | "dropped";

/** Sends a file's bytes evenly over the time that they take, as FFmpeg's SRT protocol sends them. */
export function sendOverSrt(stream: SrtStream): SrtSender {
  const child = fork(import.meta.filename, [JSON.stringify(stream)], { stdio: ["ignore", "ignore", "ignore", "ipc"] });
  const connected = Promise.withResolvers<undefined>();
  const sent = Promise.withResolvers<"all" | "dropped">();
  connected.promise.catch(() => undefined);
  child.on("message", (report: Report) => {
    if (report === "connected") connected.resolve(undefined);
    else sent.resolve(report);
  });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  void exited.then(() => {
    connected.reject(new Error("The SRT caller was not let in."));
    sent.resolve("dropped");
  });
  const end = async (signal: "SIGTERM" | "SIGKILL"): Promise<void> => {
    child.kill(signal);
    await exited;
  };
  return {
    connected: connected.promise,
    sent: sent.promise,
    stop: () => end("SIGTERM"),
    kill: () => end("SIGKILL"),
  };
}

if (import.meta.main) {
  Log.setLevel(AV_LOG_QUIET);
  process.on("disconnect", () => process.exit(1));
  await send(JSON.parse(process.argv[2] ?? "{}") as SrtStream);
}

async function send({ url, file, seconds }: SrtStream): Promise<void> {
  const report = (message: Report): void => void process.send?.(message);
  const output = new IOContext();
  FFmpegError.throwIfError(await output.open2(`${url}&mode=caller`, AVIO_FLAG_WRITE), "Calling");
  process.on("SIGTERM", () => {
    output.closepSync();
    process.exit(0);
  });
  report("connected");
  const input = openSync(file, "r");
  const message = Buffer.alloc(7 * 188);
  const begin = performance.now();
  const { size } = fstatSync(input);
  let at = 0;
  for (let read = readSync(input, message); read > 0; read = readSync(input, message)) {
    await output.write(message.subarray(0, read));
    await output.flush();
    if (output.error < 0) {
      report("dropped");
      return;
    }
    at += read;
    const ahead = begin + (at / size) * seconds * 1000 - performance.now();
    if (ahead > 1) await sleep(ahead);
  }
  report("all");
}
