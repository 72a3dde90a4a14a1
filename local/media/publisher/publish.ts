import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

/** One piece of a programme: a video file, or a generated moving test picture. */
export type Scene =
  | {
      file: string;
      /** Where to begin in the file; default 0. */ fromSeconds?: number;
      /** Default: to the file's end. */ seconds?: number;
    }
  | {
      picture: "test";
      seconds: number;
      /** Another size from here on, as when OBS's is changed. */
      size?: { width: number; height: number };
    };

/** What to stream, and how. Defaults are those of OBS at 720p30. */
export interface Programme {
  /** `rtmp://HOST:PORT/APP/KEY` */
  url: string;
  /** Played in sequence, scaled into the frame with black bars. */
  scenes: readonly Scene[];
  /**
   * Play the scenes again from the first, until stopped. They are encoded once, if the machine is fast enough, and kept
   * in memory. Default false.
   */
  loop?: boolean;
  /** Default 1280. */
  width?: number;
  /** Default 720. */
  height?: number;
  /** Frames per second; default 30. */
  frameRate?: number;
  /** Video bits per second; default 2500000. */
  bitrate?: number;
  /** x264 preset; default `veryfast`, as in OBS. */
  preset?: "ultrafast" | "superfast" | "veryfast";
  /** Seconds between keyframes; default 2. */
  keyframeSeconds?: number;
  /**
   * `tone`: 440 Hz under pictures and silent files; `silence`; `none`: no audio track at all. Files with sound keep
   * theirs. Default `tone`.
   */
  sound?: "tone" | "silence" | "none";
  /** How many times faster than real time; default 1. */
  speed?: number;
  /**
   * Encodes all of it before the stream starts, which is then on time also on a machine that is too slow to encode
   * meanwhile. Not for a `loop`. Default false.
   */
  prepare?: boolean;
  /**
   * When a prepared stream starts, epoch milliseconds; fails if that is over before all is encoded. Default: at once.
   */
  startAt?: number;
  /**
   * Burns the wall clock (epoch milliseconds) into the top of the frame as a barcode: see {@link readClock}. If the
   * stream is prepared, it needs `startAt`. `count`: instead, the picture's number in the stream, from 0. Default
   * false.
   */
  clock?: boolean | "count";
}

/** What was streamed. */
export interface Published {
  /** When the first frame was sent, epoch milliseconds. */
  startedAt: number;
  /** Each played scene's place in the stream, in milliseconds from its first frame. */
  scenes: { index: number; startMs: number; endMs: number }[];
}

export interface Publisher {
  /** When the first frame was sent, epoch milliseconds; rejects as `done` does. */
  started: Promise<number>;
  /** Settles when the programme has ended or was stopped; rejects when the server refused or dropped the stream. */
  done: Promise<Published>;
  /** Ends the stream like OBS's "Stop Streaming". */
  stop(): Promise<void>;
  /** Disconnects abruptly, like a publisher that loses power. */
  kill(): void;
}

/** Messages of the publishing process to its parent. */
export type PublishReport =
  | { type: "started"; at: number }
  | { type: "scene"; index: number; startMs: number; endMs: number }
  | { type: "failed"; message: string }
  | { type: "done" };

const jobFile = fileURLToPath(new URL("./job.ts", import.meta.url));

/**
 * Streams a programme over RTMP in real time, as OBS would, from a child process. On a machine that is too slow,
 * pictures are left out, as OBS does, so that the rest is on time; unless the stream is faster than real time.
 */
export function publish(programme: Programme): Publisher {
  const child = fork(jobFile, { detached: true, stdio: ["ignore", "ignore", "pipe", "ipc"] });
  // Not as an argument: every user of the machine could read the stream key there. A failure shows as the child's end.
  child.send(programme, () => undefined);
  const scenes: Published["scenes"] = [];
  const started = Promise.withResolvers<number>();
  const done = Promise.withResolvers<Published>();
  let startedAt = 0;
  let finished = false;
  let failure = "";
  let diagnostics = "";
  // A caller that uses only one of the two must not crash on the other.
  started.promise.catch(() => undefined);
  done.promise.catch(() => undefined);
  child.stderr?.on("data", (bytes: Buffer) => (diagnostics = (diagnostics + bytes.toString("utf8")).slice(-2000)));
  child.on("message", (report: PublishReport) => {
    if (report.type === "started") started.resolve((startedAt = report.at));
    else if (report.type === "scene")
      scenes.push({ index: report.index, startMs: report.startMs, endMs: report.endMs });
    else if (report.type === "failed") failure = report.message;
    else finished = true;
  });
  child.on("exit", (code, signal) => {
    if (finished) {
      done.resolve({ startedAt, scenes });
      return;
    }
    const error = new PublishError(
      failure || `the publisher ended with ${signal ?? `code ${code ?? 0}`}. ${diagnostics.trim()}`.trim(),
    );
    started.reject(error);
    done.reject(error);
  });
  return {
    started: started.promise,
    done: done.promise,
    async stop() {
      child.kill("SIGTERM");
      await done.promise.catch(() => undefined);
    },
    kill: () => child.kill("SIGKILL"),
  };
}

/** The stream could not be sent, or not to its end. */
export class PublishError extends Error {
  override readonly name = "PublishError";
  readonly code = "publish-failed";

  constructor(reason: string) {
    super(`Streaming failed: ${reason}`);
  }
}
