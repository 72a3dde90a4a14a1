import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { BuiltInFunction } from "../../aws/lambda/built-in-function.ts";
import type { Log } from "../../log.ts";

/** The demo as a function that the program invokes with `{action: "start", token}` or `{action: "stop"}`. */
export interface DemoFunction extends BuiltInFunction {
  /** Stops the demo, if it runs. */
  stop(): Promise<void>;
}

const script = fileURLToPath(new URL("./main.ts", import.meta.url));

/** Runs what `npm run demo` runs, against the Spotlight on this data folder, in a process of its own. */
export function demoFunction({ data, log }: { data: string; log: Log }): DemoFunction {
  let running: ChildProcess | undefined;

  function start(token: unknown): void {
    if (running !== undefined) return;
    const child = fork(script, ["--data", data], {
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      // The stack's output is not the token any more once that was rotated.
      env: { ...process.env, ...(typeof token === "string" && { SPOTLIGHT_ADMIN_TOKEN: token }) },
    });
    running = child;
    let last = "";
    const write = (bytes: Buffer): void => {
      last = bytes.toString("utf8").trim();
      for (const line of last.split("\n")) log.info(line);
    };
    child.stdout?.on("data", write);
    child.stderr?.on("data", write);
    child.once("error", (cause) => log.error("The demo could not start", cause));
    child.once("exit", (code) => {
      running = undefined;
      if (code !== 0 && code !== null) log.warn(`The demo ended with exit code ${code}: ${last}`);
    });
  }

  async function stop(): Promise<void> {
    if (running === undefined) return;
    const ended = once(running, "exit");
    running.kill("SIGTERM");
    await ended;
  }

  return {
    name: "spotlight-demo",
    stop,
    async invoke(event) {
      const { action, token } = fieldsOf(event);
      switch (action) {
        case "start":
          start(token);
          return undefined;
        case "stop":
          return stop();
        default:
          throw new Error('The event must be {"action": "start", "token": …} or {"action": "stop"}.');
      }
    },
  };
}

function fieldsOf(event: unknown): { action?: unknown; token?: unknown } {
  return typeof event === "object" && event !== null ? event : {};
}
