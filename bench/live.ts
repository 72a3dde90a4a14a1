import { join } from "node:path";
import type { Page } from "playwright-core";
import { publish, type Publisher } from "../local/media/publisher/publish.ts";
import { launchBrowser } from "../test/support/browser.ts";
import { until } from "../test/support/spotlight.ts";
import { demoScenes } from "./demo-stream.ts";
import type { Measurement } from "./measurement.ts";
import { withSpotlight, type MeasuredSpotlight } from "./running-spotlight.ts";
import { median, percentile } from "./statistics.ts";
import { seenPictures, watchPictures, type SeenPictures } from "./watch-pictures.ts";

/** Streams for which the first picture is timed; the last one runs longer, to measure latency. */
const rounds = 3;
const shortSeconds = 8;
const longSeconds = 45;
/** hls.js takes a while to settle at its distance from the live edge; earlier pictures don't count. */
const settlingMs = 10_000;

/** Measures the live stream as a viewer of the page sees it. */
export const live: Measurement = {
  name: "live",
  about: "seconds to the first picture in Chromium, and glass-to-glass latency with the page's hls.js",
  measure: (bench) =>
    withSpotlight(join(bench.folder, "live"), async (spotlight) => {
      const browser = await launchBrowser();
      try {
        const page = await browser.newPage();
        await watchPictures(page);
        const firsts: number[] = [];
        for (let round = 1; round < rounds; round++) {
          const { publisher, startedAt } = await stream(spotlight, page, shortSeconds);
          firsts.push(await firstPicture(page, startedAt));
          bench.say(`first picture after ${firsts.at(-1)!.toFixed(2)} s`);
          await publisher.done;
          await until(async () => !(await isLive(spotlight)), {
            within: 15_000,
            what: () => "the channel reports that the stream has ended",
          });
        }
        const { publisher, startedAt } = await stream(spotlight, page, longSeconds);
        firsts.push(await firstPicture(page, startedAt));
        bench.say(`first picture after ${firsts.at(-1)!.toFixed(2)} s; watching for ${longSeconds} s`);
        await publisher.done;
        const pictures = await seenPictures(page);
        const latencies = settled(pictures);
        const note =
          `${latencies.length} pictures with a burned-in wall clock; ${pictures.stalls} stalls; ` +
          `${pictures.unreadable} unreadable`;
        return [
          {
            name: "first RTMP byte to first picture, page open",
            value: median(firsts),
            unit: "s",
            note: `median of ${firsts.map((value) => value.toFixed(2)).join(", ")}`,
          },
          { name: "glass-to-glass latency, median", value: percentile(latencies, 0.5) / 1000, unit: "s", note },
          { name: "glass-to-glass latency, 95 %", value: percentile(latencies, 0.95) / 1000, unit: "s" },
        ];
      } finally {
        await browser.close();
      }
    }),
};

/** Opens the page while nothing is streaming, then starts a stream that was encoded before, as on another machine. */
async function stream(
  spotlight: MeasuredSpotlight,
  page: Page,
  seconds: number,
): Promise<{ publisher: Publisher; startedAt: number }> {
  const [first] = await demoScenes();
  const publisher = publish({
    url: spotlight.publishUrl,
    scenes: [{ ...first!, seconds }],
    clock: true,
    prepare: true,
    startAt: Date.now() + encodingMs(seconds),
  });
  await page.goto(spotlight.outputs.pageUrl);
  return { publisher, startedAt: await publisher.started };
}

/** Time for encoding a stream; the page also sees in it that the channel waits for one. */
const encodingMs = (seconds: number): number => 10_000 + seconds * 800;

/** Seconds from the stream's first frame to its first picture on the page. */
async function firstPicture(page: Page, startedAt: number): Promise<number> {
  const shownAt = await until(
    async () => (await seenPictures(page)).pictures.find(({ stampedAt }) => stampedAt >= startedAt - 1)?.shownAt,
    { within: 20_000, what: () => "the page shows the stream" },
  );
  return (shownAt - startedAt) / 1000;
}

/** Latencies, in milliseconds, once playback has settled. */
function settled({ pictures }: SeenPictures): number[] {
  const begin = (pictures[0]?.shownAt ?? 0) + settlingMs;
  return pictures.filter(({ shownAt }) => shownAt >= begin).map(({ shownAt, stampedAt }) => shownAt - stampedAt);
}

async function isLive(spotlight: MeasuredSpotlight): Promise<boolean> {
  return (await spotlight.api.get<{ items: { live: boolean }[] }>("/channels")).items.some(
    ({ live: present }) => present,
  );
}
