/**
 * `npm run mocha`: runs all tests in three processes at once. Tests that wait for live streams and browsers take their
 * time but little of the processor: the whole system's run in one process, and those of its parts in another. All
 * others run beside them with the lowest priority, so that they don't make the first ones late. The output of the first
 * process is shown as it comes; that of the others follows when all have ended.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { constants, setPriority } from "node:os";
import { fileURLToPath } from "node:url";

const mocha = fileURLToPath(import.meta.resolve("mocha/bin/mocha.js"));
const coloured = process.stdout.isTTY ? ["--color"] : [];

const testsIn = (folder: string): string => `${folder}/**/*.test.{ts,tsx}`;
/** Where the tests are that run in real time. */
const whole = [testsIn("test/e2e")];
const parts = ["test/web", "test/local/media", "test/local/aws/{medialive,mediapackagev2}"].map(testsIn);
const others = [testsIn("test"), ...[...whole, ...parts].flatMap((pattern) => ["--ignore", pattern])];

const first = spawn(process.execPath, [mocha, ...whole], { stdio: "inherit" });
const later = [parts, others].map((tests) =>
  spawn(process.execPath, [mocha, ...coloured, ...tests], { stdio: ["ignore", "pipe", "pipe"] }),
);
const last = later.at(-1)?.pid;
if (last !== undefined) setPriority(last, constants.priority.PRIORITY_LOW);
const outputs = later.map((child) => {
  const output: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes: Buffer) => output.push(bytes));
  return output;
});

const codes = await Promise.all(
  [first, ...later].map(async (child) => (await once(child, "close"))[0] as number | null),
);
for (const output of outputs) process.stdout.write(Buffer.concat(output));
process.exitCode = codes.every((code) => code === 0) ? 0 : 1;
