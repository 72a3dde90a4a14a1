import assert from "node:assert/strict";
import { decoded, videoState } from "../support/browser.ts";
import { SON, channel, clip, liveChannel } from "./fixtures.ts";
import { pageSuite, until } from "./page-suite.ts";

describe("web: the players' keys", function () {
  const { startSite, open } = pageSuite(this);

  it("pause, seek and silence the live picture while it has the focus, and lead back to live", async () => {
    const site = await startSite({ channels: [liveChannel()] });
    const { page, faults } = await open(site);
    await decoded(page);
    await page.keyboard.press("k");
    assert.equal((await videoState(page))?.paused, false, "without the focus, a letter is no key");
    const video = page.locator(".live-video");
    await video.focus();
    await page.keyboard.press("k");
    assert.equal((await videoState(page))?.paused, true);
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("ArrowLeft");
    await page.getByRole("button", { name: /^0:[01]\d behind\. Go live$/ }).waitFor();
    // Three hours are kept.
    await page.keyboard.press("0");
    await page.getByRole("button", { name: /^(2:59|3:00):\d\d behind\. Go live$/ }).waitFor();
    await page.keyboard.press("5");
    await page.getByRole("button", { name: /^1:(29|30):\d\d behind\. Go live$/ }).waitFor();
    assert.equal(await video.evaluate((element: HTMLVideoElement) => element.muted), true);
    await page.keyboard.press("m");
    await until(() => video.evaluate((element: HTMLVideoElement) => !element.muted));
    await page.keyboard.press("End");
    await until(async () => (await videoState(page))?.paused === false);
    await page.getByRole("button", { name: /Go live/ }).waitFor({ state: "detached" });
    assert.deepEqual(faults, []);
  });

  it("are listed by a question mark, in the player in which it was asked", async () => {
    const moment = clip(SON, 20, { durationMs: 1500 });
    const site = await startSite({ channels: [liveChannel()], people: [SON], clips: [moment] });
    const { page } = await open(site, { admin: true });
    await page.locator(".live-video").focus();
    await page.keyboard.press("?");
    const keys = page.getByRole("dialog", { name: "Keys" });
    await keys.getByText("To that tenth of what can be played").waitFor();
    await page.keyboard.press("Escape");
    await keys.waitFor({ state: "detached" });
    assert.equal(await page.evaluate(() => document.activeElement?.className), "live-video");
    await page.locator("[data-clip]").click();
    await page.locator(".moment-frame").waitFor();
    await page.keyboard.press("?");
    await keys.getByText("Someone else").waitFor();
    assert.equal(await keys.getByText("Go live").count(), 0);
  });

  it("step through a moment picture by picture", async () => {
    const moment = clip(SON, 20, { durationMs: 1500 });
    const site = await startSite({ channels: [channel()], people: [SON], clips: [moment] });
    const { page } = await open(site, { path: `/?clip=${moment.id}` });
    await page.locator('.moment-frame[data-phase="playing"]').waitFor();
    await page.keyboard.press(",");
    await page.locator('.moment-frame[data-phase="paused"]').waitFor();
    const position = () => page.locator(".moment-slider").evaluate((slider: HTMLInputElement) => slider.valueAsNumber);
    const before = await position();
    await page.keyboard.press(".");
    await until(async () => (await position()) === before + 40);
    await page.keyboard.press(",");
    await until(async () => (await position()) === before);
  });
});
