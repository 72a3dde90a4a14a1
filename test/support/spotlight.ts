import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
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
  /** Its output so far. */
  log(): string;
  /** Stops it like Ctrl-C. */
  stop(): Promise<{ code: number | null; ms: number }>;
}

/** Starts Spotlight on a data folder and waits until it is ready; throws with its log if it can't start. */
export async function startSpotlight(data: string, options: readonly string[] = []): Promise<Spotlight> {
  const child = spawn(
    process.execPath,
    [
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
    { cwd: root, stdio: ["ignore", "pipe", "pipe"] },
  );
  let written = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (bytes: Buffer) => (written += bytes.toString("utf8")));
  const exit = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const outputsFile = join(data, "outputs.json");
  await until(
    () => {
      if (child.exitCode !== null) throw new Error(`Spotlight ended with exit code ${child.exitCode}:\n${written}`);
      return existsSync(outputsFile);
    },
    { within: 60_000, what: () => `Spotlight is ready; it wrote:\n${written}` },
  );
  const environment = await readFile(join(data, "aws.env"), "utf8");
  return {
    outputs: readOutputs(JSON.parse(await readFile(outputsFile, "utf8")) as Record<string, unknown>),
    environment: Object.fromEntries(
      environment
        .trim()
        .split("\n")
        .map((line) => line.split(/=(.*)/s, 2) as [string, string]),
    ),
    log: () => written,
    stop: () => stop(child, exit),
  };
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
