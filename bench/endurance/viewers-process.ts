/** A process full of viewers: what it spends on them is not in what they measure of the server. */
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { Viewer, type Seen } from "./viewer.ts";
import type { Watching } from "./viewers.ts";

process.on("disconnect", () => process.exit(1));
const [{ playlists, viewers, seconds }] = (await once(process, "message")) as [Watching];

const end = AbortSignal.timeout(seconds * 1000);
const audience = Array.from(
  { length: viewers },
  (_, i) => new Viewer(playlists[i % playlists.length] ?? "", { asksForHints: i % 2 === 1 }),
);
await Promise.all(
  audience.map(async (viewer, i) => {
    // One after the other, as people come, not all with one packet.
    await delay(i * 10);
    await viewer.watch(end);
  }),
);
const seen: Seen[] = audience.map((viewer) => viewer.seen);
process.send?.(seen, () => process.exit(0));
