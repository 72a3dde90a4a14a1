import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { SON, channel, clip } from "./fixtures.ts";
import { reelRange } from "./media.ts";
import { called, pageSuite, until } from "./page-suite.ts";
import type { Site } from "./site.ts";

const FRAME_MS = 1000 / 25;
const DURATION_MS = 1000;

const clips = [40, 20, 0].map((seconds) => clip(SON, seconds, { durationMs: DURATION_MS }));
const [newest, middle] = clips;

interface Picture {
  at: number;
  seen: boolean;
}

const phase = (page: Page, wanted: string) => page.locator(`.moment-frame[data-phase="${wanted}"]`).waitFor();
const number = (page: Page): Promise<string | null> => page.locator(".reel-number").textContent();

describe("web: playing all moments", function () {
  const { startSite, open } = pageSuite(this);
  let site: Site;
  beforeEach(async () => {
    site = await startSite({ channels: [channel()], people: [SON], clips });
  });

  /** The times of all pictures from now on, in milliseconds of the playlist, and whether each can be seen. */
  const watchPictures = (page: Page): Promise<void> =>
    page.evaluate(() => {
      const pictures: Picture[] = [];
      Object.assign(window, { pictures });
      const watch = () => {
        const video = document.querySelector<HTMLVideoElement>(".moment-video");
        video?.requestVideoFrameCallback(function frame(_now, { mediaTime }) {
          pictures.push({ at: mediaTime * 1000, seen: getComputedStyle(video).opacity !== "0" });
          video.requestVideoFrameCallback(frame);
        });
        if (video === null) requestAnimationFrame(watch);
      };
      watch();
    });

  it("plays each from its first picture to its last, oldest first, and nothing between them", async () => {
    const { page, faults } = await open(site, { path: `/?person=${SON.id}` });
    await watchPictures(page);
    await page.getByRole("link", { name: "Play all" }).click();
    await page.getByRole("region", { name: "Moments of Son Heung-min, one after the other" }).waitFor();
    assert.equal(new URL(page.url()).search, `?person=${SON.id}&play=all`);
    assert.equal((await called(site, "GET /reel")).query.toString(), `person=${SON.id}`);
    await phase(page, "ended");
    assert.equal(await number(page), "3/3");
    assert.equal(await page.locator(".moment-time").textContent(), "3.0 / 3.0");

    const pictures = await page.evaluate<Picture[]>("window.pictures");
    const ranges = clips.map((_clip, index) => reelRange(index, DURATION_MS));
    // A browser that is busy tells of a picture when it already shows the next one.
    const within = (at: number) => ranges.some(({ inMs, outMs }) => at > inMs - FRAME_MS && at < outMs + FRAME_MS);
    assert.deepEqual(
      pictures.filter(({ at, seen }) => seen && !within(at)),
      [],
    );
    for (const { inMs, outMs } of ranges) {
      const shown = pictures.map(({ at }) => at).filter((at) => at > inMs - FRAME_MS && at < outMs);
      assert.ok(
        Math.min(...shown) < inMs + 2 * FRAME_MS && Math.max(...shown) >= outMs - 2 * FRAME_MS,
        shown.join(" "),
      );
    }
    assert.deepEqual(
      pictures,
      pictures.toSorted((a, b) => a.at - b.at),
    );
    assert.deepEqual(faults, []);
  });

  it("leads by keys to the next moment, back, to one of them by itself, and back to the page", async () => {
    const { page } = await open(site, { path: "/?play=all" });
    await phase(page, "playing");
    await page.keyboard.press("k");
    await phase(page, "paused");
    await page.keyboard.press("ArrowRight");
    await until(async () => (await number(page)) === "2/3");
    await page.locator(`time[datetime="${middle?.start}"]`).first().waitFor();
    await page.keyboard.press("ArrowLeft");
    await until(async () => (await number(page)) === "1/3");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    await until(async () => (await number(page)) === "3/3");
    assert.ok(await page.getByRole("button", { name: "Next moment" }).isDisabled());
    await page.getByRole("link", { name: "Open this moment" }).press("Enter");
    await page.getByRole("region", { name: "Son Heung-min, Sun 22 Nov, 18:00:40" }).waitFor();
    assert.equal(new URL(page.url()).search, `?clip=${newest?.id}`);
    await page.keyboard.press("Escape");
    await page.locator(".moment-stage").waitFor({ state: "detached" });
    assert.equal(new URL(page.url()).search, "");
  });

  it("begins with the moment of a link, and gives out such links", async () => {
    const permissions = ["clipboard-read", "clipboard-write"];
    const { page } = await open(site, { path: `/?play=all&at=${middle?.start}`, permissions });
    await until(async () => (await number(page)) === "2/3");
    await page.keyboard.press("k");
    await phase(page, "paused");
    await page.locator(".moment-stage").getByRole("button", { name: "Copy link" }).click();
    await page.getByRole("button", { name: "Link copied" }).waitFor();
    const { searchParams } = new URL(await page.evaluate(() => navigator.clipboard.readText()));
    assert.deepEqual([searchParams.get("play"), searchParams.get("at")], ["all", middle?.start]);
  });

  it("says why the moments can't be played, and tries again", async () => {
    const detail = "More than 500 clips match. Narrow the reel with person, broadcast, from, to or minSimilarity.";
    site.world.refusals.set("GET /reel", { status: 422, code: "reel-too-long", detail });
    const { page } = await open(site, { path: "/?play=all" });
    await page.getByRole("alert").getByText(detail).waitFor();
    site.world.refusals.clear();
    await page.getByRole("button", { name: "Try again" }).press("Enter");
    await phase(page, "playing");
    assert.equal(await page.evaluate(() => document.activeElement?.localName), "video");
    await page.keyboard.press("Escape");
    await page.locator(".moment-stage").waitFor({ state: "detached" });
    assert.equal(await page.evaluate(() => document.activeElement?.id), "play-all");
  });
});
