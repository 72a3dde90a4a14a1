/**
 * `npm run mocha`: runs the tests in two processes at once. Tests that wait for live streams and browsers take their
 * time but less of the processor: first the whole system's, then those of its parts. All others run beside them with a
 * lower priority, so that they don't make them late. The output of the first is shown as it comes; that of the others
 * follows as they end.
 *
 * A process that prints nothing for longer than any test may take is stopped, and its output so far is shown.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { lowerPriority } from "./lower-priority.ts";

/** Longest silence: a hook and a test of three minutes each, the longest timeout among the tests, and a minute more. */
const longestSilence = 7 * 60_000;
/** Time until the output of a process that has ended is complete. Only a process that it left behind keeps it open. */
const outputGrace = 10_000;

const mocha = fileURLToPath(import.meta.resolve("mocha/bin/mocha.js"));
const coloured = process.stdout.isTTY ? ["--color"] : [];

const testsIn = (folder: string): string => `${folder}/**/*.test.{ts,tsx}`;
const inTime = { shown: true, priority: constants.priority.PRIORITY_NORMAL };
/** Less than that of tests in real time. */
const behind = { shown: false, priority: 12 };

/** Where the tests are that run in real time. */
const whole = [testsIn("test/e2e")];
const parts = ["test/web", "test/local/media", "test/local/aws/{medialive,mediapackagev2}"].map(testsIn);
const others = [testsIn("test"), ...[...whole, ...parts].flatMap((pattern) => ["--ignore", pattern])];

/** Sends a signal to a process and to all that it started and that are in its group. */
const signalGroup = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(-pid, signal);
  } catch {
    // Nothing of it runs any more.
  }
};

/** Runs mocha in a process group of its own, and resolves to whether all tests passed. */
const run = async (name: string, tests: string[], { shown, priority }: { shown: boolean; priority: number }) => {
  const child = spawn(process.execPath, [mocha, ...coloured, ...tests], {
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const { pid } = child;
  if (pid === undefined) throw new Error("mocha could not be started");
  if (priority > inTime.priority) void lowerPriority(pid, priority);
  const forward = (signal: NodeJS.Signals) => signalGroup(pid, signal);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, forward);

  const output: Buffer[] = [];
  const problems: string[] = [];
  const silence = setTimeout(() => {
    problems.push(`${name}: stopped, since it printed nothing for ${longestSilence / 60_000} minutes.\n`);
    signalGroup(pid, "SIGKILL");
  }, longestSilence);
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (bytes: Buffer) => {
      silence.refresh();
      if (shown) process.stdout.write(bytes);
      else output.push(bytes);
    });
  }
  const closed = once(child, "close");
  const [code] = (await once(child, "exit")) as [number | null];
  clearTimeout(silence);
  const complete = await Promise.race([closed.then(() => true), delay(outputGrace, false, { ref: false })]);
  if (!complete) problems.push(`${name}: a process that its tests started still runs, and was stopped.\n`);
  signalGroup(pid, "SIGKILL");
  for (const stream of [child.stdout, child.stderr]) stream.destroy();
  process.stdout.write(Buffer.concat([...output, Buffer.from(problems.join(""))]));
  return code === 0 && problems.length === 0;
};

/** The encoders of two live streams at once would be late, whatever the priorities. */
async function inRealTime(): Promise<boolean> {
  const isWholeFine = await run("The whole system's tests", whole, inTime);
  const areItsPartsFine = await run("The tests of real-time parts", parts, inTime);
  return isWholeFine && areItsPartsFine;
}

const passed = await Promise.all([inRealTime(), run("The other tests", others, behind)]);
process.exitCode = passed.every(Boolean) ? 0 : 1;
