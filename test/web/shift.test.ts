import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { SON, clip, liveChannel, recording } from "./fixtures.ts";
import { pageSuite } from "./page-suite.ts";
import { worlds } from "./worlds.ts";

/** The sum of all shifts, not only of the worst five seconds: https://web.dev/articles/cls */
const SHIFT = 0.05;

describe("web: nothing moves by itself", function () {
  const { startSite, open } = pageSuite(this);

  for (const viewport of [
    { width: 390, height: 844 },
    { width: 1280, height: 800 },
  ]) {
    it(`while moments, recordings and messages arrive, at ${viewport.width} pixels`, async () => {
      const site = await startSite(worlds.live);
      const { page } = await open(site, { viewport });
      await watchShifts(page);
      await page.reload();
      await page.locator("[data-clip]").first().waitFor();
      // On a phone, the list is where the viewer has scrolled to.
      await page.locator(".clips-head").evaluate((head) => head.scrollIntoView({ block: "center" }));

      for (const number of [1, 2, 3]) {
        site.world.recordings = [...site.world.recordings, recording(2 + number, { state: "converting" })];
        site.world.clips = [clip(SON, 100 + 10 * number), ...site.world.clips];
        site.world.people = site.world.people.map((person) => ({ ...person, clips: person.clips + 1 }));
        await page.getByRole("button", { name: number === 1 ? "1 new moment" : `${number} new moments` }).waitFor();
      }
      await page.context().setOffline(true);
      await page.getByText("You are offline.").first().waitFor();
      await page.context().setOffline(false);
      await page.locator(".notice").waitFor({ state: "detached" });
      site.world.channels = [liveChannel({ live: false }), ...site.world.channels.slice(1)];
      await page.getByText("No signal").waitFor();

      const shifts = await page.evaluate(() => window.shifts);
      const sum = shifts.reduce((total, { value }) => total + value, 0);
      assert.ok(sum <= SHIFT, `${sum}: ${JSON.stringify(shifts)}`);
      // The check itself must be able to fail.
      await page.locator(".clips").evaluate((grid) => grid.style.setProperty("padding-top", "200px"));
      await page.waitForFunction((before) => window.shifts.length > before, shifts.length, { polling: 50 });
    });
  }

  it("adds new moments by itself while the list is out of sight", async () => {
    const site = await startSite({ ...worlds.live, clips: [clip(SON, 20)] });
    const { page } = await open(site, { viewport: { width: 390, height: 400 } });
    await page.locator("[data-clip]").first().waitFor();
    site.world.clips = [clip(SON, 50), ...site.world.clips];
    await page.locator("[data-clip]").nth(1).waitFor();
    assert.equal(await page.getByRole("button", { name: /new moment/ }).count(), 0);
  });
});

declare global {
  interface Window {
    /** The layout shifts that no input explains, and what moved. */
    shifts: { value: number; moved: string[] }[];
  }
}

interface LayoutShift extends PerformanceEntry {
  value: number;
  hadRecentInput: boolean;
  sources: { node: Node | null }[];
}

async function watchShifts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    window.shifts = [];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as LayoutShift[])
        if (!entry.hadRecentInput)
          window.shifts.push({
            value: entry.value,
            moved: entry.sources.map(({ node }) => `${node?.nodeName} ${node?.parentElement?.className}`),
          });
    }).observe({ type: "layout-shift", buffered: true });
  });
}
