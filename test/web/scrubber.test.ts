import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { decoded } from "../support/browser.ts";
import { SON, channel, clip, liveChannel, recording } from "./fixtures.ts";
import { pageSuite, until } from "./page-suite.ts";
import type { World } from "./site.ts";

const MINUTE_MS = 60_000;

/** A channel that has been on air for ten minutes, all of them recorded. */
function tenMinutes(startoverSeconds = 10_800): Partial<World> & { startMs: number } {
  const startMs = Date.now() - 10 * MINUTE_MS;
  const { playback } = channel();
  return {
    startMs,
    channels: [
      liveChannel({ startedAt: new Date(startMs).toISOString(), playback: { ...playback, startoverSeconds } }),
    ],
    people: [SON],
    recordings: Array.from({ length: 60 }, (_, number) =>
      recording(number, { start: new Date(startMs + number * 10_000).toISOString() }),
    ),
    clips: [clip(SON, 0, { start: new Date(startMs + 3 * MINUTE_MS).toISOString(), durationMs: 1_500 })],
  };
}

const slider = (page: Page) => page.getByRole("slider", { name: "Position in the broadcast" });

/** Which time of the match plays, by the timeline, in ms. */
const matchMs = async (page: Page): Promise<number> => {
  const text = (await slider(page).getAttribute("aria-valuetext")) ?? "";
  const [, minutes, seconds] = /^(\d+):(\d\d) \(/.exec(text) ?? [];
  return (Number(minutes) * 60 + Number(seconds)) * 1000;
};

/** The same before now, in ms: what is live stays so. */
const age = async (page: Page, startMs: number): Promise<number> => Date.now() - startMs - (await matchMs(page));

const near = (actual: number, wanted: number): boolean => Math.abs(actual - wanted) < 10_000;

describe("web: the timeline", function () {
  const { startSite, open } = pageSuite(this);

  it("plays any time of the broadcast, also what the live playlist no longer has, and leads back to live", async () => {
    const world = tenMinutes();
    const site = await startSite(world);
    const { page, faults } = await open(site);
    await decoded(page);
    await until(async () => near(await age(page, world.startMs), 0));

    const asked = page.waitForRequest((request) => request.url().includes("aws.manifestsettings"));
    const box = await slider(page).boundingBox();
    assert.ok(box !== null);
    const half = (Date.now() - world.startMs) / 2;
    await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
    const window = new URL((await asked).url()).searchParams.get("aws.manifestsettings") ?? "";
    const [, start = "", end = ""] = /^start:(\d+);end:(\d+)$/.exec(window) ?? [];
    assert.deepEqual([Number(start) % 300, Number(end) - Number(start)], [0, 900], window);
    await until(async () => near(await matchMs(page), half));
    const before = await page.locator(".live-video").evaluate((video: HTMLVideoElement) => video.currentTime);
    await page.waitForFunction(
      (then) => (document.querySelector<HTMLVideoElement>(".live-video")?.currentTime ?? 0) > then + 1,
      before,
    );
    await page.locator(".score-bug.is-lost").getByText("Live", { exact: true }).waitFor();

    await page.getByRole("button", { name: /behind\. Go live$/ }).press("Enter");
    await until(async () => near(await age(page, world.startMs), 0));
    await page.locator(".score-bug:not(.is-lost)").waitFor();
    assert.deepEqual(faults, []);
  });

  it("is moved by keys: 5 seconds, a minute, to what is kept of the beginning, and to live", async () => {
    const world = tenMinutes(4 * 60);
    const site = await startSite(world);
    const { page } = await open(site);
    await decoded(page);
    await slider(page).focus();
    await until(async () => near(await age(page, world.startMs), 0));
    await page.keyboard.press("PageDown");
    await until(async () => near(await age(page, world.startMs), MINUTE_MS));
    await page.keyboard.press("ArrowLeft");
    await until(async () => near(await age(page, world.startMs), MINUTE_MS + 5_000));
    await page.keyboard.press("Home");
    await until(async () => near(await age(page, world.startMs), 4 * MINUTE_MS));
    await page.keyboard.press("End");
    await until(async () => near(await age(page, world.startMs), 0));
  });

  it("shows where the moment is that plays, and leads from there into the broadcast", async () => {
    const world = tenMinutes();
    const site = await startSite(world);
    const { page } = await open(site);
    await decoded(page);
    await page.locator("[data-clip]").click();
    await page.locator(".moment-stage").waitFor();
    await until(async () => near(await matchMs(page), 3 * MINUTE_MS));
    assert.equal(await page.locator(".moment-facts time").textContent(), "3:00");
    await slider(page).press("PageUp");
    await page.locator(".moment-stage").waitFor({ state: "detached" });
    assert.equal(new URL(page.url()).search, "");
    await until(async () => near(await matchMs(page), 4 * MINUTE_MS));
  });

  it("begins at the time of a link, and gives out such links", async () => {
    const world = tenMinutes();
    const site = await startSite(world);
    const at = new Date(world.startMs + 2 * MINUTE_MS).toISOString();
    const permissions = ["clipboard-read", "clipboard-write"];
    const { page, faults } = await open(site, { path: `/?at=${at}`, permissions });
    await decoded(page);
    await until(async () => near(await matchMs(page), 2 * MINUTE_MS));
    await page.getByRole("button", { name: /behind\. Go live$/ }).waitFor();

    await page.getByLabel("Picture settings").click();
    await page.getByRole("button", { name: "Link to this time" }).click();
    await page.getByRole("button", { name: "Link copied" }).waitFor();
    const copied = new URL(await page.evaluate(() => navigator.clipboard.readText()));
    const offMs = Date.parse(copied.searchParams.get("at") ?? "") - Date.parse(at);
    assert.ok(offMs > -3_000 && offMs < 20_000, copied.href);
    assert.equal(copied.searchParams.get("channel"), "main");
    assert.deepEqual(faults, []);
  });

  it("plays live where a link's time is not kept any more, or is no time", async () => {
    for (const at of ["2020-01-01T00:00:00Z", "kick-off"]) {
      const world = tenMinutes();
      const site = await startSite(world);
      const { page } = await open(site, { path: `/?at=${at}` });
      await decoded(page);
      await until(async () => near(await age(page, world.startMs), 0));
    }
  });

  it("shows the picture of the time under the pointer, and says it by the match and by the clock", async () => {
    const world = tenMinutes();
    const site = await startSite(world);
    const { page } = await open(site);
    await decoded(page);
    const box = await slider(page).boundingBox();
    assert.ok(box !== null);
    await page.mouse.move(box.x + box.width * 0.25, box.y + 4);
    await page
      .locator(".tape-time")
      .getByText(/^2:[23]\d \(\d\d:\d\d:\d\d\)$/)
      .waitFor();
    const src = await page.locator(".tape-time img").getAttribute("src");
    assert.match(src ?? "", /^\/vod\/main\/20261122T180000\/00001[56]\/posters\/poster\.000000[0-4]\.jpg$/);
  });

  it("has nothing to move while nothing is on air", async () => {
    const { people = [], recordings = [], clips = [] } = tenMinutes();
    const off = channel({ broadcast: "20261122T180000" });
    const site = await startSite({ channels: [off], people, recordings, clips });
    const { page } = await open(site);
    await page.locator(".tape-piece").first().waitFor();
    assert.equal(await slider(page).count(), 0);
  });
});
