import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Static } from "typebox";
import type { RecordingSchema } from "../../api/schemas/recording.ts";
import { parseRecordingId } from "../../domain/ids.ts";
import { mp4Key } from "../../domain/vod-keys.ts";
import { publish } from "../../local/media/publisher/publish.ts";
import { lookAt } from "../local/media/live/look-at.ts";
import { startSpotlight, until, type Spotlight } from "../support/spotlight.ts";

type Recording = Static<typeof RecordingSchema>;

/** An encoder on a bad network: it comes back after a second or two, again and again. */
describe("a stream that breaks off four times", function () {
  this.timeout(120_000);

  let data: string;
  let spotlight: Spotlight;

  before(async () => {
    data = await mkdtemp(join(tmpdir(), "reconnects-"));
    spotlight = await startSpotlight(data, [
      "--config",
      'ladder=[{"name":"360p","height":360,"bitrate":600000}]',
      "--config",
      "rolloverSeconds=4",
    ]);
  });
  after(async () => {
    await spotlight.stop();
    await rm(data, { recursive: true, force: true });
  });

  it("is recorded at its true times without a gap, black where nobody streamed, and idle afterwards", async () => {
    const { ingestServer, streamKey, apiUrl, pageUrl } = spotlight.outputs;
    for (let again = 0; again < 5; again++) {
      if (again > 0) await pause(1000 + 300 * again);
      await publish({
        url: `${ingestServer}/${streamKey}`,
        scenes: [{ picture: "test", seconds: again === 2 ? 6 : 2 }],
        width: 640,
        height: 360,
        preset: "ultrafast",
        clock: true,
      }).done;
    }
    const settled = new Set(["indexed", "idle"]);
    const recordings = await until(
      async () => {
        const { items } = (await (await fetch(`${apiUrl}/recordings?limit=100&order=asc`)).json()) as {
          items: Recording[];
        };
        const end = items.findIndex(({ state }) => state === "idle");
        const known = items.slice(0, end + 1);
        return end >= 0 && known.every(({ state }) => settled.has(state)) ? known : undefined;
      },
      { within: 60_000, what: () => `the first idle recording is known; log:\n${spotlight.log()}` },
    );
    const idle = recordings.pop()!;
    assert.equal(idle.error, "Nobody streamed while it was recorded, so it was not converted.");
    assert.ok(Date.parse(idle.start!) > Date.now() - 60_000 && idle.durationMs! > 3000);
    for (const [i, { id, start, durationMs }] of recordings.entries()) {
      const next = recordings[i + 1] ?? idle;
      assert.ok(Math.abs(Date.parse(next.start!) - Date.parse(start!) - durationMs!) < 150, `${id} leaves a gap`);
      const file = join(data, `${id}.mp4`);
      const response = await fetch(new URL(mp4Key(parseRecordingId(id)!), `${pageUrl}/`));
      await writeFile(file, Buffer.from(await response.arrayBuffer()));
      const look = await lookAt(file);
      // A recording may begin with a repeated picture or with black.
      const offMs = Date.parse(start!) - look.clockMs;
      if (look.pictures[0]!.middle > 18) assert.ok(Math.abs(offMs) < 1500, `${id} is placed ${offMs} ms off`);
    }
    assert.ok(recordings.length >= 5);
  });
});
