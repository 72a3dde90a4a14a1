import assert from "node:assert/strict";
import { SON, channel, clip, liveChannel, recording } from "./fixtures.ts";
import { announced, pageSuite } from "./page-suite.ts";

const OFFLINE = "You are offline. The page continues by itself when the network is back.";

describe("web: without a network", function () {
  const { startSite, open } = pageSuite(this);

  it("says that it is offline without moving anything, and continues by itself", async () => {
    const site = await startSite({ channels: [channel()], people: [SON], clips: [clip(SON, 20)] });
    const { page } = await open(site);
    const card = page.locator("[data-clip]");
    await card.waitFor();
    const before = await card.boundingBox();
    await page.context().setOffline(true);
    await page.locator(".notice", { hasText: OFFLINE }).waitFor();
    assert.deepEqual(await card.boundingBox(), before);
    await announced(page, OFFLINE);

    // On an idle page, the next poll would be half a minute away.
    site.world.channels = [channel({ state: "failed" })];
    await page.context().setOffline(false);
    await page.locator(".notice").waitFor({ state: "detached" });
    await page.getByRole("heading", { name: "Channel failed" }).waitFor({ timeout: 3000 });
  });

  it("says that Spotlight can't be reached although there is a network, and recovers", async () => {
    const site = await startSite({ channels: [liveChannel()], people: [SON], recordings: [recording(0)] });
    const { page } = await open(site);
    await page.locator(".tape").waitFor();
    await page.route("**/api/**", (route) => route.abort());
    await page.locator(".notice", { hasText: "Can't reach Spotlight. Retrying automatically." }).waitFor();
    await page.unroute("**/api/**");
    await page.locator(".notice").waitFor({ state: "detached", timeout: 15_000 });
  });
});
