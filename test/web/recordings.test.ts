import assert from "node:assert/strict";
import type { Locator, Page } from "playwright-core";
import { channel, failedRecording, liveChannel, recording } from "./fixtures.ts";
import { called, focused, pageSuite, until } from "./page-suite.ts";
import type { World } from "./site.ts";
import { askedTimes, streamOf } from "./stream.ts";

const broadcast = "20261122T180000";

const match = (): Partial<World> => ({
  channels: [liveChannel()],
  playlist: false,
  recordings: [
    recording(0),
    failedRecording(1),
    recording(2, { state: "analysing" }),
    failedRecording(3, { error: "It has no video that can be used.", errorCode: "no-video" }),
    recording(4, { state: "archived", start: null, durationMs: null }),
  ],
});

const rowsOf = (page: Page): Locator => page.getByRole("dialog", { name: "Recordings" }).locator("li");
const labels = async (page: Page): Promise<(string | null)[]> =>
  await rowsOf(page).evaluateAll((rows) => rows.map((row) => row.getAttribute("aria-label")));
const shows = (page: Page, expected: readonly string[]): Promise<boolean> =>
  until(async () => JSON.stringify(await labels(page)) === JSON.stringify(expected), "The list never became this.");

describe("web: the recordings of a broadcast", function () {
  const { startSite, open } = pageSuite(this);

  it("says by keyboard how far each is and why one failed, and tries it again", async () => {
    const site = await startSite(match());
    const { page, faults } = await open(site, { admin: true });
    await page.getByRole("link", { name: "Recordings" }).press("Enter");
    await shows(page, [
      "No. 4: Waiting to be converted",
      "No. 3: Failed",
      "No. 2: Being searched for people",
      "No. 1: Failed",
      "No. 0: Searched",
    ]);
    assert.equal(new URL(page.url()).search, "?operate=recordings");
    assert.equal(await rowsOf(page).nth(0).locator(".recording-time").textContent(), "not known yet");
    assert.equal(await rowsOf(page).nth(2).locator(".recording-time").textContent(), "0:20");
    assert.equal(await rowsOf(page).nth(2).locator(".recording-length").textContent(), "10s");

    // From the filter, with the arrows: each is one choice.
    assert.equal(await page.evaluate(() => document.activeElement?.closest("label")?.textContent), "All");
    await page.keyboard.press("ArrowRight");
    await shows(page, ["No. 4: Waiting to be converted", "No. 2: Being searched for people"]);
    await page.keyboard.press("ArrowRight");
    await shows(page, ["No. 3: Failed", "No. 1: Failed"]);
    assert.equal((await called(site, "GET /recordings")).query.getAll("state").join(), "failed");

    const [first] = await rowsOf(page).all();
    await first?.getByText("It has no video that can be used.").waitFor();
    await page.keyboard.press("Tab");
    assert.equal(await focused(page), "Retry all failed");
    await page.keyboard.press("Tab");
    assert.equal(await focused(page), "Retry no. 3");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await first?.getByText("MediaConvert can't convert the recording: Forbidden").waitFor();

    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Enter");
    await called(site, "POST /recordings/main.20261122T180000.000003/retry");
    await shows(page, ["No. 1: Failed"]);
    assert.equal(await focused(page), "Retry no. 1");

    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    assert.equal(await focused(page), "Recordings");
    assert.equal(new URL(page.url()).search, "");
    assert.deepEqual(faults, []);
  });

  it("keeps the focus on a recording whose state changes, and hears of it from the stream", async () => {
    const site = await startSite(match());
    const stream = streamOf(site);
    const { page } = await open(site, { admin: true, path: "/?operate=recordings" });
    await askedTimes(stream, 1);
    await page.getByRole("button", { name: "Retry no. 1" }).focus();
    site.world.recordings = site.world.recordings.map((one) =>
      one.id.endsWith("1") ? recording(1, { state: "converting" }) : one,
    );
    stream.tell({
      type: "recording.changed",
      id: "id-1",
      recording: `main.${broadcast}.000001`,
      channel: "main",
      broadcast,
    });
    await page.getByRole("listitem", { name: "No. 1: Being converted" }).waitFor();
    assert.equal(await focused(page), "No. 1: Being converted");

    // From a link there is no way back: the focus goes to what leads here.
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    assert.equal(await focused(page), "Recordings");
  });

  it("retries all that failed, says how far it is, and goes on after a failure", async () => {
    const site = await startSite({ ...match(), recordings: [0, 1, 2, 3].map((number) => failedRecording(number)) });
    const refused = `POST /recordings/main.${broadcast}.000001/retry`;
    site.world.refusals.set(refused, { status: 503, code: "busy", detail: "Try again in a moment." });
    const { page } = await open(site, { admin: true, path: "/?operate=recordings" });
    const dialog = page.getByRole("dialog", { name: "Recordings" });
    await dialog.getByRole("button", { name: "Retry all failed" }).press("Enter");
    await dialog.getByRole("alert").getByText("2 of 4 retried. Try again in a moment.").waitFor();
    await shows(page, [
      "No. 3: Waiting to be converted",
      "No. 2: Waiting to be converted",
      "No. 1: Failed",
      "No. 0: Failed",
    ]);

    // Somebody else was faster: that one is converted again, too.
    site.world.refusals.set(refused, { status: 409, code: "not-failed", detail: "The recording is archived." });
    assert.equal(await focused(page), "Retry all failed");
    await page.keyboard.press("Enter");
    await dialog.getByRole("status").getByText("2 recordings are converted again.").waitFor();
    assert.equal(await dialog.getByRole("alert").count(), 0);

    site.world.recordings = [recording(0)];
    await page.keyboard.press("Enter");
    await dialog.getByRole("status").getByText("Nothing to retry: no recording failed.").waitFor();
  });

  it("lists more as one scrolls, or by a button", async () => {
    const site = await startSite({ ...match(), recordings: Array.from({ length: 120 }, (_, n) => recording(n)) });
    const { page } = await open(site, { admin: true, path: "/?operate=recordings" });
    await page.getByRole("listitem", { name: "No. 119: Searched" }).waitFor();
    assert.equal(await rowsOf(page).count(), 50);
    await rowsOf(page).nth(49).scrollIntoViewIfNeeded();
    await page.getByRole("listitem", { name: "No. 20: Searched" }).waitFor();
    assert.equal(await rowsOf(page).count(), 100);
    await page.getByRole("button", { name: "Show more" }).focus();
    await until(async () => (await rowsOf(page).count()) === 120);
    // The button is gone: the focus is where the list went on.
    assert.equal(await focused(page), "No. 20: Searched");
  });

  it("fits a small phone, in Korean", async () => {
    const site = await startSite(match());
    const { page } = await open(site, {
      admin: true,
      path: "/?operate=recordings",
      locale: "ko-KR",
      viewport: { width: 320, height: 640 },
    });
    const dialog = page.getByRole("dialog", { name: "녹화" });
    await dialog.getByRole("listitem", { name: "3번: 실패" }).getByText("쓸 수 있는 영상이 없어요.").waitFor();
    await dialog.locator("summary").first().click();
    assert.ok(await dialog.evaluate(({ scrollWidth, clientWidth }) => scrollWidth <= clientWidth));
  });

  it("says that nothing was recorded, and what could not be loaded", async () => {
    const site = await startSite({ channels: [channel()] });
    const { page } = await open(site, { admin: true, path: "/?operate=recordings" });
    await page.getByRole("dialog").getByText("Nothing was recorded yet.").waitFor();

    const other = await startSite(match());
    other.world.refusals.set("GET /recordings", { status: 503, code: "busy", detail: "Try again in a moment." });
    const { page: second } = await open(other, { admin: true, path: "/?operate=recordings" });
    await second.getByRole("dialog").getByRole("alert").getByText("Try again in a moment.").waitFor();
  });

  it("is for editors: viewers see nothing of it, and load nothing of it", async () => {
    const site = await startSite(match());
    const { page } = await open(site, { path: "/?operate=recordings" });
    await page.getByText("No moments yet.").or(page.getByText("Who should Spotlight look for?")).waitFor();
    assert.equal(await page.getByRole("dialog").count(), 0);
    assert.equal(await page.getByRole("link", { name: "Recordings" }).count(), 0);
    const loaded = await page.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => name));
    assert.deepEqual(
      loaded.filter((name) => /editor-parts|Export/.test(name)),
      [],
    );
  });
});
