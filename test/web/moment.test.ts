import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { decoded, videoState } from "../support/browser.ts";
import { SON, channel, clip } from "./fixtures.ts";
import { MOMENT_START } from "./media.ts";
import { pageSuite } from "./page-suite.ts";
import type { Site } from "./site.ts";

const FRAME = 1 / 25;
const VIDEO = ".moment-video";

const newest = clip(SON, 40, { durationMs: 1500 });
const middle = clip(SON, 20, { durationMs: 1500 });
const oldest = clip(SON, 0, { durationMs: 1500 });

const phase = (page: Page, wanted: string) => page.locator(`.moment-frame[data-phase="${wanted}"]`).waitFor();
const openClip = (page: Page): string | null => new URL(page.url()).searchParams.get("clip");

describe("web: playing a moment", function () {
  const { startSite, open } = pageSuite(this);
  let site: Site;
  beforeEach(async () => {
    site = await startSite({ channels: [channel()], people: [SON], clips: [newest, middle, oldest] });
  });

  it("plays exactly the moment: from the playlist's start offset for its duration, to the frame", async () => {
    const { page, faults } = await open(site);
    await page.evaluate((selector) => {
      const seen: number[] = [];
      Object.assign(window, { seen });
      const watch = () => {
        const video = document.querySelector<HTMLVideoElement>(selector);
        video?.requestVideoFrameCallback(function frame(_now, { mediaTime }) {
          seen.push(mediaTime);
          video.requestVideoFrameCallback(frame);
        });
        if (video === null) requestAnimationFrame(watch);
      };
      watch();
    }, VIDEO);
    await page.locator("[data-clip]").nth(1).click();
    await phase(page, "ended");
    const seen = await page.evaluate<number[]>("window.seen");
    assert.ok(Math.abs(Math.min(...seen) - MOMENT_START) <= 2 * FRAME, `first frame at ${Math.min(...seen)}`);
    const state = await videoState(page, VIDEO);
    assert.ok(state !== null && state.paused && state.decodedFrames > 0);
    const played = state.currentTime - MOMENT_START;
    assert.ok(played > 1.5 - 2 * FRAME && played < 1.5, `stopped after ${played} s`);
    // A browser that is busy tells of a picture when it already shows the next one, but doesn't stay there.
    assert.ok(Math.max(...seen) - MOMENT_START < 1.5 + FRAME, `last frame at ${Math.max(...seen)}`);
    assert.deepEqual(faults, []);
  });

  it("plays a rejected moment for the admin only, whose token goes with its playlists", async () => {
    site.world.clips = [{ ...middle, review: "rejected" }];
    const { page, faults } = await open(site, { admin: true, path: `/?clip=${middle.id}` });
    await phase(page, "ended");
    assert.deepEqual(faults, []);
    const playlists = site.calls.filter(({ path }) => path.endsWith(".m3u8"));
    assert.deepEqual(new Set(playlists.map(({ authorization }) => authorization !== undefined)), new Set([true]));
    const viewer = await open(site, { path: `/?clip=${middle.id}` });
    await viewer.page.getByRole("alert").getByText("This moment was rejected").waitFor();
  });

  it("replays, pauses and resumes with the space bar", async () => {
    const { page } = await open(site, { path: `/?clip=${middle.id}` });
    await phase(page, "ended");
    await page.keyboard.press("Space");
    await phase(page, "playing");
    await page.keyboard.press("Space");
    await phase(page, "paused");
    const paused = await videoState(page, VIDEO);
    assert.ok(paused !== null && paused.currentTime < MOMENT_START + 1.5);
    await page.keyboard.press("Space");
    await phase(page, "ended");
  });

  it("plays a moment that grew in the meantime as it is now, from the next time on", async () => {
    const { page } = await open(site, { path: `/?clip=${middle.id}` });
    await phase(page, "playing");
    await page.locator(".moment-time", { hasText: "/ 1.5" }).waitFor();
    site.world.clips = [newest, { ...middle, durationMs: 2500 }, oldest];
    await phase(page, "ended");
    // Coming back to the page asks for what is new.
    await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
    await page.locator(".clip-duration", { hasText: "2.5s" }).waitFor();
    assert.equal(await page.locator(".moment-time").textContent(), "1.5 / 1.5");
    // The player hears of it after the card is drawn.
    await page.evaluate(async () => {
      for (let frame = 0; frame < 3; frame++)
        await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)));
    });

    await page.keyboard.press("Space");
    await phase(page, "playing");
    await phase(page, "ended");
    assert.equal(await page.locator(".moment-time").textContent(), "2.5 / 2.5");
  });

  it("goes to older and newer moments by the arrow keys, and keeps the address right", async () => {
    const { page } = await open(site);
    await page.locator("[data-clip]").nth(1).click();
    await decoded(page, { selector: VIDEO });
    await page.keyboard.press("ArrowRight");
    await page.getByRole("region", { name: "Son Heung-min, Sun 22 Nov, 18:00:00" }).waitFor();
    assert.equal(openClip(page), oldest.id);
    assert.ok(await page.getByRole("button", { name: "Older moment" }).isDisabled());
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("ArrowLeft");
    await page.getByRole("region", { name: "Son Heung-min, Sun 22 Nov, 18:00:40" }).waitFor();
    assert.equal(openClip(page), newest.id);
  });

  const closed = async (page: Page): Promise<void> => {
    await page.locator(".moment-stage").waitFor({ state: "detached" });
    assert.equal(openClip(page), null);
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("data-clip")), middle.id);
  };

  it("closes by Esc and by going back, and returns the focus to its card", async () => {
    const { page } = await open(site);
    const card = page.locator("[data-clip]").nth(1);
    await card.focus();
    await page.keyboard.press("Enter");
    await phase(page, "playing");
    await page.keyboard.press("Escape");
    await closed(page);

    await card.press("Enter");
    await page.locator(".moment-stage").waitFor();
    await page.goBack();
    await closed(page);
  });

  it("opens by its link, shares that link, and offers a viewer nothing that only editors may do", async () => {
    const { page } = await open(site, {
      path: `/?clip=${middle.id}`,
      permissions: ["clipboard-read", "clipboard-write"],
    });
    const stage = page.getByRole("region", { name: "Son Heung-min, Sun 22 Nov, 18:00:20" });
    await stage.getByRole("button", { name: "Copy link" }).click();
    await stage.getByText("Link copied").waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), `${site.url}/?clip=${middle.id}`);
    assert.equal(await page.title(), "Son Heung-min, Sun 22 Nov, 18:00:20 · Spotlight");
    const offered = stage.locator(".moment-actions").locator("a, button");
    assert.deepEqual(await offered.allTextContents(), [" Link copied"]);
  });
});
