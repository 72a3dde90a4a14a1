import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mp4Key } from "../../domain/vod-keys.ts";
import { parseRecordingId } from "../../domain/ids.ts";
import { lookAt } from "../../test/local/media/live/look-at.ts";

/** Pictures of a stream that counts them (`clock: "count"`), as recordings show them. */
export interface Pictures {
  /** From the first to the last. */
  expected: number;
  /** Those that no recording shows. */
  lost: number[];
  /** How often a picture is followed by one that was sent before it, or that nobody sent. */
  misplaced: number;
}

/** Nobody streams so many pictures: more than nine hours. */
const impossible = 1e6;

/** Which pictures of one publisher the recordings show, from the first that any shows to the last. */
export async function picturesOf(pageUrl: string, recordings: readonly string[]): Promise<Pictures> {
  const folder = await mkdtemp(join(tmpdir(), "pictures-"));
  try {
    const counts: number[] = [];
    for (const id of recordings) {
      const name = parseRecordingId(id);
      if (name === undefined) throw new Error(`${id} is no recording's id`);
      const response = await fetch(new URL(mp4Key(name), `${pageUrl}/`));
      if (!response.ok) throw new Error(`${id} can't be loaded: status ${response.status}`);
      const file = join(folder, "recording.mp4");
      await writeFile(file, Buffer.from(await response.arrayBuffer()));
      counts.push(...(await lookAt(file)).pictures.map(({ clockMs }) => clockMs));
    }
    if (counts.length === 0) throw new Error("There is no picture to look at.");
    const shown = new Set(counts.filter((count) => count < impossible));
    const [first, last] = [Math.min(...shown), Math.max(...shown)];
    const lost = Array.from({ length: last - first + 1 }, (_, i) => first + i).filter((count) => !shown.has(count));
    const misplaced = counts.filter((count, i) => count >= impossible || count < (counts[i - 1] ?? 0)).length;
    return { expected: last - first + 1, lost, misplaced };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
