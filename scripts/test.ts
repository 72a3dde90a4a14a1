/**
 * `npm run mocha`: runs all tests in two processes at once. Tests that wait for live streams and browsers take their
 * time but little of the processor; all others run beside them with the lowest priority, so that they don't make the
 * first ones late. The others' output follows when both have ended.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { constants, setPriority } from "node:os";
import { fileURLToPath } from "node:url";

const mocha = fileURLToPath(import.meta.resolve("mocha/bin/mocha.js"));

/** Where the tests are that run in real time. */
const inRealTime = ["test/e2e", "test/web", "test/local/media", "test/local/aws/{medialive,mediapackagev2}"].map(
  (folder) => `${folder}/**/*.test.{ts,tsx}`,
);
const coloured = process.stdout.isTTY ? ["--color"] : [];

const first = spawn(process.execPath, [mocha, ...inRealTime], { stdio: "inherit" });
const others = spawn(
  process.execPath,
  [mocha, ...coloured, "test/**/*.test.{ts,tsx}", ...inRealTime.flatMap((pattern) => ["--ignore", pattern])],
  { stdio: ["ignore", "pipe", "pipe"] },
);
if (others.pid !== undefined) setPriority(others.pid, constants.priority.PRIORITY_LOW);
const output: Buffer[] = [];
for (const stream of [others.stdout, others.stderr]) stream.on("data", (bytes: Buffer) => output.push(bytes));

const codes = await Promise.all([first, others].map(async (child) => (await once(child, "close"))[0] as number | null));
process.stdout.write(Buffer.concat(output));
process.exitCode = codes.every((code) => code === 0) ? 0 : 1;
