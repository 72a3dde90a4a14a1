import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { RecordedLine } from "../../../local/aws/recorder.ts";

let file: string | undefined;

/** What the end-to-end test records with `--record`, for the checks that come after it in the same test run. */
export const recording = {
  /** A new file to record to. */
  async begin(): Promise<string> {
    file = join(await mkdtemp(join(tmpdir(), "spotlight-recorded-")), "calls.jsonl");
    return file;
  },
  /** What was recorded, and forgets it; undefined where nothing was. */
  async take(): Promise<RecordedLine[] | undefined> {
    if (file === undefined) return undefined;
    const lines = await readRecording(file);
    await rm(dirname(file), { recursive: true, force: true });
    file = undefined;
    return lines;
  },
};

/** The lines of a recording. */
export async function readRecording(path: string): Promise<RecordedLine[]> {
  const lines = (await readFile(path, "utf8")).split("\n").filter((line) => line !== "");
  return lines.map((line) => JSON.parse(line) as RecordedLine);
}
