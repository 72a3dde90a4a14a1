import { spawn, type ChildProcess } from "node:child_process";
import { createSocket } from "node:dgram";
import { fileURLToPath } from "node:url";
import type { ReceiverSettings } from "./receiver-settings.ts";

const receiverFile = fileURLToPath(new URL("./receiver.ts", import.meta.url));

/** A receiving process, seen from the engine. */
export interface ReceiverProcess {
  /** Resolves after its last bytes: why it failed, or `undefined` if its caller has left or it was killed. */
  readonly ended: Promise<string | undefined>;
  kill(): void;
}

/** Starts a process that waits for one caller and passes on what it sends. */
export function startReceiver(settings: ReceiverSettings, data: (bytes: Buffer) => void): ReceiverProcess {
  // A separate process group: a terminal's Ctrl-C goes to the engine, which ends the listener itself.
  const child: ChildProcess = spawn(process.execPath, [receiverFile], {
    detached: true,
    stdio: ["pipe", "pipe", "pipe"],
  });
  // A process that has ended closes its pipe; its exit handler reports why.
  child.stdin?.on("error", () => undefined);
  child.stdin?.write(`${JSON.stringify(settings)}\n`);
  child.stdout?.on("data", data);
  let killed = false;
  let diagnostics = "";
  child.stderr?.on("data", (bytes: Buffer) => (diagnostics = (diagnostics + bytes.toString("utf8")).slice(-1000)));
  const ended = new Promise<string | undefined>((resolve) => {
    child.once("error", (cause) => resolve(cause.message));
    child.once("close", (code, signal) =>
      resolve(
        killed || code === 0 ? undefined : `${signal ?? `exit code ${code ?? -1}`}. ${diagnostics.trim()}`.trim(),
      ),
    );
  });
  return {
    ended,
    kill() {
      killed = true;
      child.kill("SIGKILL");
    },
  };
}

/** A UDP port of this machine that is free now. */
export function freeUdpPort(): Promise<number> {
  const socket = createSocket("udp4");
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.bind(0, "127.0.0.1", () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
}
