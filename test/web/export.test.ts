import assert from "node:assert/strict";
import type { Locator, Page } from "playwright-core";
import { ADA, SON, channel, clip } from "./fixtures.ts";
import { called, focused, pageSuite, until } from "./page-suite.ts";
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

  it("has the file when it is opened again, and another shape is another file", async () => {
    const { page, dialog } = await openExport();
    site.world.exporting = { state: "complete", progress: 100, mp4: moment.poster };
    await page.keyboard.press("Enter");
    await dialog.getByRole("link", { name: fileName }).waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("Enter");
    await dialog.getByRole("link", { name: fileName }).waitFor();
    await until(async () => (await focused(page)) === fileName);
    await dialog.getByRole("checkbox").check();
    await dialog.getByRole("button", { name: "Make the file" }).waitFor();
    assert.equal(site.calls.filter(({ method }) => method === "POST").length, 1);
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
    // In steps: one leap would run the next poll before the clean-up that is due a frame after the dialog is gone.
    await page.clock.runFor(3_000);
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

describe("web: downloading all moments", function () {
  const { startSite, open } = pageSuite(this);
  const clips = [clip(SON, 50, { durationMs: 40_000 }), clip(ADA, 30), clip(SON, 20, { durationMs: 25_000 })];
  let site: Site;
  beforeEach(async () => {
    site = await startSite({ channels: [channel()], people: [SON, ADA], clips });
  });

  const openDownload = async (page: Page): Promise<Locator> => {
    await page.getByRole("button", { name: "Download all" }).press("Enter");
    const dialog = page.getByRole("dialog", { name: "Download all moments" });
    await dialog.waitFor();
    return dialog;
  };
  const posts = (): number => site.calls.filter(({ method }) => method === "POST").length;

  it("makes one file of the chosen people's, which goes on while the dialog is closed", async () => {
    const { page, faults } = await open(site, { admin: true, path: `/?person=${SON.id}` });
    const dialog = await openDownload(page);
    await dialog.getByText("One MP4 of 2 moments, oldest first, with sound: 1:05 altogether.").waitFor();
    await page.keyboard.press("Enter");
    const { body, query } = await called(site, "POST /exports");
    assert.deepEqual([JSON.parse(body.toString()), query.toString()], [{ person: [SON.id] }, ""]);
    site.world.exporting = { state: "running", progress: 40, clips: 2, durationMs: 65_000 };
    await dialog.getByRole("status").getByText("Making the file: 40%").waitFor();

    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    assert.equal(await focused(page), "Download all");
    await openDownload(page);
    await dialog.getByRole("status").getByText("Making the file: 40%").waitFor();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });

    site.world.exporting = { state: "complete", progress: 100, mp4: clips[0]!.poster, clips: 2, durationMs: 65_000 };
    await openDownload(page);
    await dialog.getByRole("status").getByText("The file is ready.").waitFor();
    await until(async () => (await focused(page)) === fileName);
    const [download] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("Enter")]);
    assert.equal(download.suggestedFilename(), fileName);
    assert.equal(posts(), 1);

    // Another shape is another file, and the first is still there.
    const upright = dialog.getByRole("checkbox", { name: "Upright for phones (9:16), around the face" });
    await upright.press("Space");
    await dialog.getByRole("button", { name: "Make the file" }).waitFor();
    await upright.press("Space");
    await dialog.getByRole("link", { name: fileName }).waitFor();
    assert.equal(await upright.evaluate((element) => element === document.activeElement), true);
    assert.deepEqual(faults, []);
  });

  it("makes a file of everyone's, and asks anew once there are more moments", async () => {
    const { page } = await open(site, { admin: true });
    const dialog = await openDownload(page);
    site.world.exporting = { state: "complete", progress: 100, mp4: clips[0]!.poster, clips: 3 };
    await dialog.getByText("3 moments").waitFor();
    await page.keyboard.press("Enter");
    await dialog.getByRole("link", { name: fileName }).waitFor();
    assert.equal((await called(site, "POST /exports")).body.toString(), "{}");
    await page.keyboard.press("Escape");

    site.world.clips = [clip(ADA, 90), ...clips];
    await openDownload(page);
    await dialog.getByText("4 moments").waitFor();
    await dialog.getByRole("button", { name: "Make the file" }).waitFor();
  });

  it("says in plain words that they are too many, on a small phone in Korean, too", async () => {
    site.world.refusals.set("POST /exports", {
      status: 422,
      code: "too-many-moments",
      detail: "One file holds at most 150 moments. Narrow the filter with `from` and `to`, or fewer people.",
    });
    const { page } = await open(site, { admin: true });
    const dialog = await openDownload(page);
    await dialog.getByText("3 moments").waitFor();
    await page.keyboard.press("Enter");
    await dialog
      .getByRole("alert")
      .getByText("These are too many moments for one file, which holds 150. Choose one person, or fewer")
      .waitFor();

    const { page: phone } = await open(site, {
      admin: true,
      locale: "ko-KR",
      viewport: { width: 320, height: 640 },
    });
    await phone.getByRole("button", { name: "모두 다운로드" }).press("Enter");
    const korean = phone.getByRole("dialog", { name: "모든 장면 다운로드" });
    await korean.getByText("파일 하나예요: 장면 3개, 1:08.").waitFor();
    await phone.keyboard.press("Enter");
    await korean.getByRole("alert").getByText("150개까지예요").waitFor();
    assert.ok(await korean.evaluate(({ scrollWidth, clientWidth }) => scrollWidth <= clientWidth));
  });

  it("says why there is nothing to download", async () => {
    site.world.refusals.set("GET /reel", { status: 404, code: "nothing-to-play", detail: "The recordings are gone." });
    const { page } = await open(site, { admin: true });
    const dialog = await openDownload(page);
    await dialog.getByRole("alert").getByText("The recordings are gone.").waitFor();
    await page.keyboard.press("Enter");
    assert.equal(posts(), 0);
  });

  it("is for editors", async () => {
    const { page } = await open(site);
    await page.getByRole("link", { name: "Play all" }).waitFor();
    assert.equal(await page.getByRole("button", { name: "Download all" }).count(), 0);
    const loaded = await page.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => name));
    assert.deepEqual(
      loaded.filter((name) => /editor-parts|Export/.test(name)),
      [],
    );
  });
});
