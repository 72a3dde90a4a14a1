import { spawn, type ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readOutputs, type StackOutputs } from "../../local/cli/panel.ts";

const root = join(import.meta.dirname, "..", "..");

/** A running Spotlight, started like `npm start` on free ports. */
export interface Spotlight {
  outputs: StackOutputs;
  /** Environment variables for AWS SDKs to access its services as the owner. */
  environment: Record<string, string>;
  /** Its main process; all others descend from it. */
  pid: number;
  /** Its output so far. */
  log(): string;
  /** Stops it like Ctrl-C. */
  stop(): Promise<{ code: number | null; ms: number }>;
  /** Kills its main process (SIGKILL), and resolves when that has ended. */
  kill(): Promise<void>;
}

/** How a Spotlight is started, besides its own options. */
export interface Surroundings {
  /** Environment variables in addition to this process's. */
  environment?: Readonly<Record<string, string>>;
  /** A program and its arguments that replaces itself with Spotlight; default: none. */
  within?: readonly string[];
  /** Where Spotlight's data folder is seen from here; default: at its path. */
  seen?: string;
}

/** Starts Spotlight on a data folder and waits until it is ready; throws with its log if it can't start. */
export async function startSpotlight(
  data: string,
  options: readonly string[] = [],
  { environment: variables = {}, within = [], seen: folder = data }: Surroundings = {},
): Promise<Spotlight> {
  const [program, ...args] = [...within, process.execPath];
  const child = spawn(
    program,
    [
      ...args,
      "--optimize-for-size",
      "--max-old-space-size=512",
      "--import",
      join(root, "local/cli/node.js"),
      join(root, "local/cli/main.ts"),
      "--port",
      "0",
      "--rtmp-port",
      "0",
      "--data",
      data,
      "--verbose",
      ...options,
    ],
    // As `npm start` does.
    { cwd: root, stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, MALLOC_ARENA_MAX: "2", ...variables } },
  );
  let written = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (bytes: Buffer) => (written += bytes.toString("utf8")));
  const exit = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const outputsFile = join(folder, "outputs.json");
  // After a kill, the outputs of the run before are there until the next one begins.
  const outputs = await until(
    () => {
      if (child.exitCode !== null) throw new Error(`Spotlight ended with exit code ${child.exitCode}:\n${written}`);
      const found = readOutputsFile(outputsFile);
      return found?.["pid"] === child.pid ? found : undefined;
    },
    { within: 60_000, what: () => `Spotlight is ready; it wrote:\n${written}` },
  );
  const environment = await readFile(join(folder, "aws.env"), "utf8");
  return {
    outputs: readOutputs(outputs),
    pid: child.pid ?? 0,
    environment: Object.fromEntries(
      environment
        .trim()
        .split("\n")
        .map((line) => line.split(/=(.*)/s, 2) as [string, string]),
    ),
    log: () => written,
    stop: () => stop(child, exit),
    kill: async () => {
      child.kill("SIGKILL");
      await exit;
    },
  };
}

/** Undefined if there is none. */
function readOutputsFile(file: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw cause;
  }
}

async function stop(child: ChildProcess, exit: Promise<number | null>): Promise<{ code: number | null; ms: number }> {
  const begun = performance.now();
  child.kill("SIGTERM");
  // The test fails on a hang; the process must not outlive it.
  const timer = setTimeout(() => child.kill("SIGKILL"), 15_000);
  const code = await exit;
  clearTimeout(timer);
  return { code, ms: performance.now() - begun };
}

/** Polls every 100 ms until `condition` holds; throws after `within` milliseconds. */
export async function until<Value>(
  condition: () => Value | Promise<Value>,
  options: { within: number; what: () => string },
): Promise<NonNullable<Value>> {
  const deadline = Date.now() + options.within;
  for (;;) {
    const value = await condition();
    if (value !== undefined && value !== null && value !== false) return value;
    if (Date.now() > deadline) throw new Error(`Not within ${options.within / 1000} s: ${options.what()}`);
    await sleep(100);
  }
}
