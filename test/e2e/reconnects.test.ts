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

  it("is recorded at its true times, with its gaps", async () => {
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
    const recordings = await until(
      async () => {
        const { items } = (await (await fetch(`${apiUrl}/recordings?limit=100`)).json()) as { items: Recording[] };
        return items.length === 6 && items.every(({ state }) => state === "indexed") ? items.reverse() : undefined;
      },
      { within: 60_000, what: () => `six recordings are indexed; log:\n${spotlight.log()}` },
    );
    for (const { id, start } of recordings) {
      const file = join(data, `${id}.mp4`);
      const response = await fetch(new URL(mp4Key(parseRecordingId(id)!), `${pageUrl}/`));
      await writeFile(file, Buffer.from(await response.arrayBuffer()));
      const offMs = Date.parse(start!) - (await lookAt(file)).clockMs;
      assert.ok(Math.abs(offMs) < 500, `${id} is placed ${offMs} ms off`);
    }
  });
});
