import assert from "node:assert/strict";
import type { Locator, Page } from "playwright-core";
import { SON, channel, clip } from "./fixtures.ts";
import { called, pageSuite, until } from "./page-suite.ts";
import type { Site } from "./site.ts";

const moment = clip(SON, 20, { durationMs: 1500 });
const fileName = "Son Heung-min 2026-11-22 18.00.20.mp4";

describe("web: downloading a moment", function () {
  const { startSite, open } = pageSuite(this);
  let site: Site;
  beforeEach(async () => {
    site = await startSite({ channels: [channel()], people: [SON], clips: [moment] });
  });

  const openExport = async (): Promise<{ page: Page; dialog: Locator; faults: string[] }> => {
    const { page, faults } = await open(site, { admin: true, path: `/?clip=${moment.id}` });
    await page.getByRole("button", { name: "Download" }).press("Enter");
    const dialog = page.getByRole("dialog", { name: "Download this moment" });
    await dialog.getByText("An MP4 of exactly these 1.5s, with sound.").waitFor();
    return { page, dialog, faults };
  };

  it("makes a file of exactly the moment, says how far it is, and saves it under a readable name", async () => {
    const { page, dialog, faults } = await openExport();
    site.world.exporting = { state: "running", progress: 40 };
    await page.keyboard.press("Enter");
    await dialog.getByRole("status").getByText("Making the file: 40%").waitFor();
    assert.equal(await dialog.getByRole("progressbar").evaluate((bar: HTMLProgressElement) => bar.value), 40);
    assert.equal((await called(site, `POST /clips/${moment.id}/exports`)).query.toString(), "");

    site.world.exporting = { state: "complete", progress: 100, mp4: moment.poster };
    await dialog.getByRole("status").getByText("The file is ready.").waitFor();
    const link = dialog.getByRole("link", { name: fileName });
    assert.equal(await link.getAttribute("href"), moment.poster);
    assert.equal(await link.evaluate((element) => element === document.activeElement), true);
    const [download] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("Enter")]);
    assert.equal(download.suggestedFilename(), fileName);
    assert.deepEqual(faults, []);
  });

  it("makes it upright for phones if that is asked for", async () => {
    const { dialog } = await openExport();
    await dialog.getByRole("checkbox", { name: "Upright for phones (9:16), around the face" }).check();
    await dialog.getByRole("button", { name: "Make the file" }).click();
    assert.equal((await called(site, `POST /clips/${moment.id}/exports`)).query.get("aspect"), "9:16");
    await called(site, "GET /exports/upright");
  });

  it("stops waiting when it is closed, and the focus is where it was", async () => {
    const { page, dialog } = await openExport();
    await page.clock.install();
    // Counted where they are sent: one that is cancelled may still arrive, at any time.
    let asked = 0;
    page.on("request", (request) => {
      if (request.url().includes("/api/exports/")) asked++;
    });
    await page.keyboard.press("Enter");
    await called(site, "GET /exports/whole");
    await page.clock.fastForward(1000);
    await until(() => asked >= 2);
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), " Download");
    const before = asked;
    await page.clock.fastForward(60_000);
    await page.evaluate(() => fetch("/api/people"));
    assert.equal(asked, before);
  });

  it("says why there is no file, and tries again", async () => {
    const { page, dialog } = await openExport();
    site.world.exporting = { state: "failed", error: "The file could not be made. Ask for it again." };
    await page.keyboard.press("Enter");
    await dialog.getByRole("alert").getByText("The file could not be made. Try again.").waitFor();
    site.world.exporting = { state: "complete", progress: 100, mp4: moment.poster };
    const again = dialog.getByRole("button", { name: "Try again" });
    assert.equal(await again.evaluate((element) => element === document.activeElement), true);
    await page.keyboard.press("Enter");
    await dialog.getByRole("link", { name: fileName }).waitFor();
    assert.equal(await dialog.getByRole("alert").count(), 0);
  });

  it("says what is wrong when the moment has no video any more", async () => {
    site.world.refusals.set(`POST /clips/${moment.id}/exports`, {
      status: 404,
      code: "nothing-to-play",
      detail: "The recordings of these clips are gone.",
    });
    const { page, dialog } = await openExport();
    await page.keyboard.press("Enter");
    await dialog.getByRole("alert").getByText("The recordings of these clips are gone.").waitFor();
  });
});
