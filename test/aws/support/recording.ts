import { existsSync } from "node:fs";
import { mkdir, readFile, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { RecordedLine } from "../../../local/aws/recorder.ts";

const file = join(import.meta.dirname, "..", "..", "..", ".cache", "recorded", "calls.jsonl");

/** What the end-to-end test records with `--record`, for the checks that come after it. */
export const recording = {
  /** Empties the recording and answers its file. */
  async begin(): Promise<string> {
    await mkdir(dirname(file), { recursive: true });
    await rm(file, { force: true });
    return file;
  },
  /** What this test run recorded; undefined where only an earlier one did, or none. */
  async ofThisRun(): Promise<RecordedLine[] | undefined> {
    if (!existsSync(file) || (await stat(file)).mtimeMs < performance.timeOrigin) return undefined;
    return readRecording(file);
  },
};

/** The lines of a recording. */
export async function readRecording(path: string): Promise<RecordedLine[]> {
  const lines = (await readFile(path, "utf8")).split("\n").filter((line) => line !== "");
  return lines.map((line) => JSON.parse(line) as RecordedLine);
}
