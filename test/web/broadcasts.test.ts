import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import type { Channel, Clip, Recording } from "../../web/src/api/types.ts";
import { decoded } from "../support/browser.ts";
import { ADA, KICK_OFF, SON, channel, clip, earlier, liveChannel, recording } from "./fixtures.ts";
import { misfits } from "./misfits.ts";
import { called, focused, pageSuite, until } from "./page-suite.ts";
import type { World } from "./site.ts";

const PHONE = { viewport: { width: 320, height: 640 } };
const NOW = "20261122T180000";
const week = earlier(7);
const pieces = [recording(0), recording(1), recording(2)];

/** Two broadcasts: that of the tests with a moment of Ada, and one a week before with two of Son. */
function world(first: Channel): Partial<World> & { clips: Clip[]; recordings: Recording[] } {
  return {
    channels: [first],
    people: [SON, ADA],
    clips: [clip(ADA, 20), week.of(clip(SON, 20)), week.of(clip(SON, 5))],
    recordings: [...pieces.map(week.of), ...pieces],
  };
}

const moments = (page: Page) => page.locator("[data-clip]").evaluateAll((all) => all.map((one) => one.dataset["clip"]));
const counts = (page: Page) => page.locator(".person-count [aria-hidden]").allTextContents();
const until3 = async (page: Page, expected: string[]) =>
  await until(async () => JSON.stringify(await counts(page)) === JSON.stringify(expected), "The counts never came.");

describe("web: earlier broadcasts", function () {
  const { startSite, open } = pageSuite(this);

  it("are listed by day when the list is opened, and not before", async () => {
    const site = await startSite(world(liveChannel({ startedAt: new Date().toISOString() })));
    const long = recording(0, { durationMs: 120_000 });
    site.world.recordings.unshift(earlier(400).of(long));
    const { page, faults } = await open(site);
    await page.locator("[data-clip]").first().waitFor();
    const list = () => site.calls.filter(({ path, query }) => path === "/broadcasts" && query.get("limit") === "20");
    assert.equal(list().length, 0);
    await page.getByRole("button", { name: "All broadcasts" }).click();
    const dialog = page.getByRole("dialog", { name: "Broadcasts" });
    await dialog.locator(".broadcast").nth(3).waitFor();
    assert.deepEqual(await dialog.locator("h3").allTextContents(), [
      "Sunday 22 November",
      "Sunday 15 November",
      "Saturday, 18 October 2025",
    ]);
    assert.deepEqual(await dialog.locator(".broadcast-text").allTextContents(), [
      "All broadcasts The moments of every day",
      "From 18:00 0:30 recorded Live",
      "18:00 0:30 recorded",
      "18:00–18:02 2:00 recorded",
    ]);
    assert.deepEqual(Object.fromEntries(list()[0]?.query ?? []), { channel: "main", limit: "20" });
    assert.equal(list().length, 1);
    assert.deepEqual(faults, []);
  });

  it("have their own moments, counts and tape, while the picture stays live", async () => {
    const site = await startSite(world(liveChannel({ startedAt: new Date().toISOString() })));
    const { page, faults } = await open(site);
    await decoded(page);
    await until3(page, ["4", "3", "1"]);
    const video = await page.locator(".live-video").elementHandle();
    await page.getByRole("button", { name: "All broadcasts" }).click();
    await page.getByRole("link", { name: /^18:00 0:30/ }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    assert.equal(new URL(page.url()).search, `?channel=main&broadcast=${week.name}`);
    await page.getByRole("region", { name: "Chosen broadcast" }).getByText("Only the picture is live.").waitFor();
    await until3(page, ["2", "2", "0"]);
    const expected = [week.of(clip(SON, 20)).id, week.of(clip(SON, 5)).id];
    await until(async () => JSON.stringify(await moments(page)) === JSON.stringify(expected));
    await page.locator(".tape-mark").nth(1).waitFor();
    assert.equal(await page.locator(".tape-piece").count(), 3);
    assert.equal(await page.locator(".tape-scrubber").count(), 0);
    assert.deepEqual(await page.locator(".tape-text time").allTextContents(), ["18:00", "18:00"]);
    assert.equal(await focused(page), "15 Nov, 18:00");
    assert.equal(await page.title(), "15 Nov, 18:00 · Spotlight");
    assert.ok(await video.evaluate((element) => element === document.querySelector(".live-video")));
    assert.deepEqual(faults, []);

    await page.getByRole("link", { name: "Son Heung-min 2 moments" }).click();
    assert.equal(new URL(page.url()).search, `?channel=main&broadcast=${week.name}&person=son-heung-min`);
    await page.getByRole("link", { name: "Back to live" }).press("Enter");
    await page.getByRole("region", { name: "Chosen broadcast" }).waitFor({ state: "detached" });
    assert.equal(new URL(page.url()).search, "?channel=main&person=son-heung-min");
    assert.equal(await focused(page), "All broadcasts");
    await until3(page, ["4", "3", "1"]);
    await page.getByRole("link", { name: "Spotlight" }).click();
    assert.equal(page.url(), `${site.url}/`);
  });

  it("are known for the match time of their moments, and asked for only if there are any", async () => {
    const site = await startSite(world(channel({ broadcast: NOW, startedAt: new Date(KICK_OFF).toISOString() })));
    const asked = () => site.calls.filter(({ path }) => path === "/broadcasts").length;
    const { page } = await open(site);
    const times = () => page.locator(".clip time").allTextContents();
    await until(async () => (await times()).join() === "0:20,0:20,0:05");
    assert.equal(asked(), 1);

    site.world.clips = [clip(ADA, 20)];
    site.calls.length = 0;
    await page.reload();
    await until(async () => (await times()).join() === "0:20");
    assert.equal(asked(), 0);
  });

  it("can be linked to, played and shared", async () => {
    const site = await startSite(world(channel({ broadcast: NOW })));
    const { page } = await open(site, {
      path: `/?broadcast=${week.name}`,
      permissions: ["clipboard-read", "clipboard-write"],
    });
    await page.getByText("An earlier broadcast.").waitFor();
    assert.equal(await page.getByRole("button", { name: "15 Nov, 18:00" }).isVisible(), true);
    assert.deepEqual(await moments(page), [week.of(clip(SON, 20)).id, week.of(clip(SON, 5)).id]);
    assert.deepEqual(
      site.calls.filter(({ path }) => path === "/people"),
      [],
    );
    await page.getByRole("button", { name: "Copy link" }).click();
    await page.getByText("Link copied").waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), `${site.url}/?broadcast=${week.name}`);
    await page.getByRole("link", { name: "Play all" }).click();
    await page.getByRole("region", { name: "Moments · 15 Nov, 18:00" }).waitFor();
    assert.deepEqual([...(await called(site, "GET /reel")).query], [["broadcast", week.name]]);
    assert.equal(new URL(page.url()).search, `?broadcast=${week.name}&play=all`);
    await page.keyboard.press("Escape");
    await page.locator(".moment-stage").waitFor({ state: "detached" });
    await page.locator("[data-clip]").first().click();
    await page.getByRole("region", { name: /^Son Heung-min/ }).waitFor();
    await page.keyboard.press("Escape");
    await until(() => new URL(page.url()).search === `?broadcast=${week.name}`);
  });

  it("are told from the newest one, which is on air or over", async () => {
    const site = await startSite(world(liveChannel()));
    const { page } = await open(site, { path: `/?broadcast=${NOW}` });
    await page.getByText("On air now.").waitFor();
    await until3(page, ["1", "0", "1"]);
    assert.deepEqual(await moments(page), [clip(ADA, 20).id]);
    assert.equal(await page.locator(".tape-text time").last().textContent(), "now");
    site.world.channels = [channel({ broadcast: NOW })];
    await page.reload();
    await page.getByText("The newest broadcast.").waitFor();
    await page.getByRole("link", { name: "All broadcasts" }).click();
    await until(async () => (await moments(page)).length === 3);
  });

  it("are of the channel that is shown, and stay behind when it is changed", async () => {
    const second = channel({ id: "second", name: "Second" });
    const other = { ...recording(0), id: `second.${NOW}.000000`, channel: "second" };
    const { channels = [], ...rest } = world(liveChannel());
    const site = await startSite({ ...rest, channels: [...channels, second] });
    site.world.recordings.push(other);
    const { page } = await open(site, { path: `/?channel=main&broadcast=${week.name}` });
    await page.getByText("Only the picture is live.").waitFor();
    await page.getByRole("link", { name: "Second" }).click();
    assert.equal(new URL(page.url()).search, "?channel=second");
    await page.getByRole("button", { name: "All broadcasts" }).click();
    await page.locator(".broadcast").nth(1).waitFor();
    assert.equal(await page.locator(".broadcast").count(), 2);
    assert.equal((await called(site, "GET /broadcasts")).query.get("channel"), "second");
  });

  it("say that nobody was found where nobody was", async () => {
    const site = await startSite({ ...world(channel({ broadcast: NOW })), clips: [] });
    const { page } = await open(site, { path: `/?broadcast=${week.name}` });
    await page.getByText("Nobody on the watch list was found in this broadcast.").waitFor();
  });

  for (const wrong of ["20261101T120000", "nonsense", "20269999T999999"])
    it(`that don't exist are no dead end: ${wrong}`, async () => {
      const site = await startSite(world(liveChannel()));
      const { page } = await open(site, { path: `/?broadcast=${wrong}&person=${ADA.id}` });
      await page.getByText("There is no such broadcast.").waitFor();
      await page.getByRole("link", { name: "Ada Hegerberg 1 moment" }).waitFor();
      await page.locator(".tape-piece").nth(2).waitFor();
      assert.equal(await page.locator(".notice").count(), 0);
      await page.getByRole("link", { name: "Show the others" }).press("Enter");
      await page.getByText("There is no such broadcast.").waitFor({ state: "detached" });
      assert.equal(new URL(page.url()).search, `?person=${ADA.id}`);
      assert.equal(await focused(page), "Moments of Ada Hegerberg");
    });

  it("can be reached and left by keyboard alone", async () => {
    const site = await startSite(world(liveChannel()));
    site.world.recordings.unshift(...Array.from({ length: 22 }, (_, day) => earlier(30 - day).of(recording(0))));
    const { page } = await open(site);
    await page.locator("[data-clip]").first().waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    assert.equal(await focused(page), "All broadcasts");
    await page.keyboard.press("Enter");
    await page.locator(".broadcast").nth(20).waitFor();
    assert.equal(await focused(page), "All broadcasts The moments of every day");
    await page.getByRole("button", { name: "Show more" }).press("Enter");
    await page.locator(".broadcast").nth(24).waitFor();
    // The first of those that came, as the button is gone.
    assert.equal(
      await page.evaluate(() => document.activeElement === document.querySelectorAll(".broadcast")[21]),
      true,
    );
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    assert.equal(await focused(page), "All broadcasts");
    await page.keyboard.press("Enter");
    await page.locator(".broadcast").nth(2).waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.getByText("Only the picture is live.").waitFor();
    assert.equal(await focused(page), "15 Nov, 18:00");
  });

  it("that can't be listed say why, and are listed at the next try", async () => {
    const site = await startSite(world(channel({ broadcast: NOW })));
    const detail = "AWS is throttling these calls. Try again in a few seconds.";
    site.world.refusals.set("GET /broadcasts", { status: 503, code: "busy", detail });
    const { page } = await open(site);
    await page.getByRole("button", { name: "All broadcasts" }).click();
    await page.getByRole("alert").getByText(detail).waitFor();
    site.world.refusals.clear();
    await page.getByRole("button", { name: "Try again" }).press("Enter");
    await page.locator(".broadcast").nth(2).waitFor();
    assert.equal(
      await page.evaluate(() => document.activeElement === document.querySelectorAll(".broadcast")[1]),
      true,
    );
  });

  it("are none before the first", async () => {
    const site = await startSite({ channels: [channel()] });
    const { page } = await open(site);
    await page.getByRole("button", { name: "All broadcasts" }).click();
    await page.getByText("Nothing has been broadcast yet.").waitFor();
  });

  it("that are being processed say so", async () => {
    const site = await startSite({
      channels: [liveChannel()],
      recordings: [recording(0, { state: "converting", start: null, durationMs: null })],
    });
    const { page } = await open(site);
    await page.getByRole("button", { name: "All broadcasts" }).click();
    await page.getByRole("link", { name: "From 18:00 Being processed" }).waitFor();
  });

  for (const locale of ["en-GB", "ko-KR"])
    it(`fit every width, in ${locale}`, async () => {
      const { channels = [], ...rest } = world(liveChannel());
      const second = channel({ id: "second", name: "The other training ground" });
      const site = await startSite({ ...rest, channels: [...channels, second] });
      const { page } = await open(site, { ...PHONE, locale, admin: true, path: `/?broadcast=${week.name}` });
      await page.locator(".chosen-broadcast").waitFor();
      assert.deepEqual(await misfits(page), []);
      await page.locator(".broadcast-button").click();
      await page.locator(".broadcast").nth(2).waitFor();
      assert.deepEqual(await misfits(page), []);
    });

  it("are told in Korean", async () => {
    const site = await startSite(world(liveChannel()));
    const { page } = await open(site, { locale: "ko-KR", path: `/?broadcast=${week.name}` });
    await page.getByText("영상만 라이브예요.").waitFor();
    await page.getByRole("button", { name: "11월 15일 오후 06:00" }).click();
    await page.getByRole("dialog", { name: "방송" }).waitFor();
    await page.getByRole("link", { name: "모든 방송 모든 날의 장면" }).waitFor();
    await page.getByRole("link", { name: "오후 06:00부터 녹화 0:30 라이브" }).waitFor();
  });
});
