import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { SON, channel, clip } from "./fixtures.ts";
import { pageSuite } from "./page-suite.ts";
import type { Site } from "./site.ts";

const moments = [clip(SON, 40), clip(SON, 20)];
const clipboard = ["clipboard-read", "clipboard-write"];

describe("web: sharing", function () {
  const { startSite, open } = pageSuite(this);
  let site: Site;
  const path = `/?person=${SON.id}`;
  beforeEach(async () => {
    site = await startSite({ channels: [channel()], people: [SON], clips: moments });
  });

  const listed = (page: Page) => page.locator(".clips-head");
  /** Gives the page a share sheet, which ends as `outcome` says, and notes what it is handed. */
  const withShareSheet = async (page: Page, outcome: string): Promise<void> => {
    await page.addInitScript(`window.shared = [];
      navigator.share = async (data) => { window.shared.push(data); ${outcome} };`);
    await page.reload();
  };

  it("copies the link of someone's moments, and says so for two seconds", async () => {
    const { page, faults } = await open(site, { path, permissions: clipboard, clock: true });
    const button = listed(page).getByRole("button");
    assert.equal(await button.textContent(), " Copy link");
    await button.press("Enter");
    await listed(page).getByRole("button", { name: "Link copied" }).waitFor();
    assert.equal(await button.locator("[aria-live=polite]").textContent(), "Link copied");
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), `${site.url}${path}`);
    assert.ok(await button.evaluate((element) => element === document.activeElement));
    await page.clock.runFor(2_000);
    await listed(page).getByRole("button", { name: "Copy link" }).waitFor();
    assert.deepEqual(faults, []);
  });

  it("hands links to the system's share sheet where there is one", async () => {
    const { page } = await open(site, { path });
    await withShareSheet(page, "");
    await listed(page).getByRole("button", { name: "Share" }).click();
    await page.locator("[data-clip]").first().click();
    await page.locator(".moment-stage").getByRole("button", { name: "Share" }).click();
    assert.deepEqual(await page.evaluate("window.shared"), [
      { title: "Moments of Son Heung-min", url: `${site.url}${path}` },
      { title: "Son Heung-min, Sun 22 Nov, 18:00:40", url: `${site.url}/?clip=${moments[0]?.id}` },
    ]);
    assert.equal(await page.title(), "Son Heung-min, Sun 22 Nov, 18:00:40 · Spotlight");
  });

  it("says nothing when the share sheet is closed, and shows the link when sharing fails", async () => {
    const { page } = await open(site, { path });
    await withShareSheet(page, 'throw new DOMException("no", shared.length === 1 ? "AbortError" : "NotAllowedError");');
    const button = listed(page).getByRole("button", { name: "Share" });
    await button.click();
    assert.equal(await listed(page).getByRole("status").count(), 0);
    await button.click();
    assert.equal(await listed(page).getByRole("status").textContent(), `${site.url}${path}`);
  });

  it("is offered for moments that are someone's, not for all", async () => {
    const { page } = await open(site);
    await page.getByRole("link", { name: "Play all" }).waitFor();
    assert.equal(await listed(page).getByRole("button").count(), 0);
  });
});
