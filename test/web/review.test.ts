import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { ADA, SON, channel, clip } from "./fixtures.ts";
import { called, focused, pageSuite, until } from "./page-suite.ts";
import type { Site } from "./site.ts";

const newest = clip(SON, 40, { durationMs: 1500 });
const middle = clip(SON, 20, { durationMs: 1500 });
const oldest = clip(SON, 0, { durationMs: 1500 });

const cards = (page: Page): Promise<(string | null)[]> =>
  page.locator("[data-clip]").evaluateAll((links) => links.map((link) => link.getAttribute("data-clip")));
const focusedClip = (page: Page): Promise<string | null> =>
  page.evaluate(() => document.activeElement?.getAttribute("data-clip") ?? null);

describe("web: reviewing a moment", function () {
  const { startSite, open } = pageSuite(this);
  let site: Site;
  beforeEach(async () => {
    site = await startSite({ channels: [channel()], people: [SON, ADA], clips: [newest, middle, oldest] });
  });

  const changes = (): string[] =>
    site.calls.filter(({ method }) => method === "PATCH").map(({ body }) => body.toString());
  const openMiddle = async (): Promise<Page> => {
    const { page } = await open(site, { admin: true });
    await page.locator(`[data-clip="${middle.id}"]`).press("Enter");
    await page.getByRole("button", { name: "Not them" }).waitFor();
    return page;
  };
  const said = (page: Page, sentence: string) =>
    page.locator(".moment-stage").getByRole("status").getByText(sentence).waitFor();

  it("confirms, takes that back, rejects and takes that back, all by keys", async () => {
    const page = await openMiddle();
    await page.keyboard.press("c");
    await page.getByRole("button", { name: "Confirmed", pressed: true }).waitFor();
    await said(page, "Confirmed");
    await page.keyboard.press("c");
    await said(page, "Review withdrawn");
    await page.keyboard.press("n");
    await page.getByRole("button", { name: "Rejected", pressed: true }).waitFor();
    await said(page, "Rejected");
    await page.keyboard.press("z");
    await said(page, "Undone");
    await page.getByRole("button", { name: "Not them", pressed: false }).waitFor();
    assert.deepEqual(changes(), ['{"review":"confirmed"}', '{"review":"unreviewed"}', '{"review":"rejected"}']);
    await called(site, "POST /undo/undo-3");
    assert.equal(await focused(page), "Moment of Son Heung-min");
  });

  it("gives it to someone else on the watch list by keys, also out of the list that is shown", async () => {
    const { page } = await open(site, { admin: true, path: "/?person=son-heung-min" });
    await page.locator(`[data-clip="${middle.id}"]`).press("Enter");
    await page.getByRole("button", { name: "Someone else" }).waitFor();
    await page.keyboard.press("s");
    const picker = page.getByRole("dialog", { name: "Not Son Heung-min. Who is it?" });
    const choice = picker.getByRole("button", { name: "Ada Hegerberg" });
    await choice.waitFor();
    assert.equal(await picker.getByRole("button", { name: "Son Heung-min" }).count(), 0);
    assert.equal(await choice.evaluate((button) => button === document.activeElement), true);
    await page.keyboard.press("Enter");

    await page.getByRole("region", { name: "Ada Hegerberg, Sun 22 Nov, 18:00:20" }).waitFor();
    await said(page, "Now a moment of Ada Hegerberg");
    assert.deepEqual(changes(), ['{"subject":"ada-hegerberg"}']);
    assert.equal(await focused(page), "Moment of Ada Hegerberg");
    await page.keyboard.press("z");
    await page.getByRole("region", { name: "Son Heung-min, Sun 22 Nov, 18:00:20" }).waitFor();
  });

  it("keeps the keys of a dialog on top to that dialog", async () => {
    const page = await openMiddle();
    await page.keyboard.press("s");
    await page.getByRole("dialog", { name: "Not Son Heung-min. Who is it?" }).waitFor();
    await page.keyboard.press("c");
    await page.keyboard.press("Escape");
    await page.getByRole("dialog", { name: "Not Son Heung-min. Who is it?" }).waitFor({ state: "detached" });
    assert.deepEqual(changes(), []);
  });

  it("says what is wrong when a review is refused, and keeps the focus", async () => {
    const detail = "AWS is throttling these calls. Try again in a few seconds.";
    site.world.refusals.set(`PATCH /clips/${middle.id}`, { status: 503, code: "busy", detail });
    const page = await openMiddle();
    await page.getByRole("button", { name: "Confirm" }).press("Enter");
    await page.getByRole("alert").getByText(detail).waitFor();
    assert.equal(await focused(page), "Confirm");
  });

  it("says why an act can't be taken back any more", async () => {
    const detail = "The clip has been changed again since.";
    site.world.refusals.set("POST /undo/undo-1", { status: 409, code: "undo-outdated", detail });
    const page = await openMiddle();
    await page.keyboard.press("c");
    await page.locator(".moment-stage").getByRole("button", { name: "Undo" }).press("Enter");
    await said(page, detail);
    assert.equal(await page.getByRole("button", { name: "Undo" }).count(), 0);
    assert.equal(await focused(page), "Moment of Son Heung-min");
    await page.getByRole("button", { name: "Confirmed", pressed: true }).waitFor();
  });

  it("hides a rejected moment from the grid and goes on to the next card when it is closed", async () => {
    const page = await openMiddle();
    await page.keyboard.press("n");
    await page.locator(".moment-rejected").waitFor();
    await until(async () => (await cards(page)).length === 2);
    await page.keyboard.press("ArrowRight");
    await page.getByRole("region", { name: "Son Heung-min, Sun 22 Nov, 18:00:00" }).waitFor();
    await page.keyboard.press("Escape");
    await page.locator(".moment-stage").waitFor({ state: "detached" });
    assert.deepEqual(await cards(page), [newest.id, oldest.id]);
    assert.equal(await focusedClip(page), oldest.id);
  });

  it("shows editors what was rejected where they ask for it, marked, and nobody else", async () => {
    site.world.clips = [newest, { ...middle, review: "rejected" }, oldest];
    const { page } = await open(site, { admin: true });
    await page.locator("[data-clip]").first().waitFor();
    assert.deepEqual(await cards(page), [newest.id, oldest.id]);
    await page.getByRole("link", { name: "Show rejected" }).press("Enter");
    await page.getByRole("heading", { name: "Rejected moments" }).waitFor();
    await page.locator(".clip-review.rejected", { hasText: "Rejected" }).waitFor();
    assert.deepEqual(await cards(page), [middle.id]);
    const { search } = new URL(page.url());
    assert.equal(search, "?review=rejected");
    await page.getByRole("link", { name: "Back to moments" }).press("Enter");
    await page.locator(`[data-clip="${newest.id}"]`).waitFor();

    const viewer = await open(site, { path: `/${search}` });
    await viewer.page.locator("[data-clip]").first().waitFor();
    assert.deepEqual(await cards(viewer.page), [newest.id, oldest.id]);
    assert.equal(await viewer.page.getByRole("link", { name: "Show rejected" }).count(), 0);
  });

  it("deletes at once, goes on to the next moment and takes that back", async () => {
    const page = await openMiddle();
    await page.getByRole("button", { name: "Delete" }).press("Enter");
    await page.getByRole("region", { name: "Son Heung-min, Sun 22 Nov, 18:00:00" }).waitFor();
    await called(site, `DELETE /clips/${middle.id}`);
    await said(page, "Deleted");
    assert.equal(await focused(page), "Moment of Son Heung-min");
    await until(async () => (await cards(page)).length === 2);
    await page.keyboard.press("z");
    await said(page, "Undone");
    await page.locator(`[data-clip="${middle.id}"]`).waitFor({ state: "attached" });
  });

  it("never loses the focus when the last moment is deleted, nor when Undo is used on the page", async () => {
    site.world.clips = [middle];
    const page = await openMiddle();
    await page.getByRole("button", { name: "Delete" }).press("Enter");
    await page.locator(".moment-stage").waitFor({ state: "detached" });
    await page.locator("[data-clip]").waitFor({ state: "detached" });
    assert.equal(await focused(page), "Moments");
    await page.getByRole("button", { name: "Undo" }).press("Enter");
    await page.locator("[data-clip]").waitFor();
    await page.getByText("Undone").waitFor();
    assert.equal(await focused(page), "Moments");
  });

  it("offers Undo for ten seconds, longer while it has the focus", async () => {
    const page = await openMiddle();
    await page.clock.install();
    await page.keyboard.press("c");
    const button = page.locator(".moment-stage").getByRole("button", { name: "Undo" });
    await button.focus();
    await page.clock.fastForward(30_000);
    await button.waitFor();
    await page.locator(".moment-video").focus();
    // The page's clock runs on between these steps, by as long as they take.
    await page.clock.fastForward(6_000);
    await button.waitFor();
    await page.clock.fastForward(4_500);
    await button.waitFor({ state: "detached" });
    await page.keyboard.press("z");
    await page.keyboard.press("c");
    await said(page, "Review withdrawn");
    assert.equal(site.calls.filter(({ path }) => path.startsWith("/undo/")).length, 0);
  });

  for (const [width, height] of [
    [320, 640],
    [844, 390],
  ] as const) {
    it(`fits ${width} by ${height} pixels while it is reviewed and downloaded`, async () => {
      const { page } = await open(site, { admin: true, viewport: { width, height }, path: `/?clip=${middle.id}` });
      const overflow = () =>
        page
          .locator("html, dialog[open]")
          .evaluateAll((parts) => parts.map((one) => one.scrollWidth - one.clientWidth));
      await page.locator('.moment-frame[data-phase="ended"]').waitFor();
      await page.keyboard.press("n");
      await page.locator(".undo-notice").waitFor();
      assert.deepEqual(await overflow(), [0]);
      await page.keyboard.press("s");
      await page.getByRole("button", { name: "Ada Hegerberg" }).waitFor();
      assert.deepEqual(await overflow(), [0, 0]);
      await page.keyboard.press("Escape");
      site.world.exporting = { state: "complete", progress: 100, mp4: middle.poster };
      await page.getByRole("button", { name: "Download", exact: true }).press("Enter");
      await page.getByRole("dialog", { name: "Download this moment" }).waitFor();
      await page.keyboard.press("Enter");
      await page.locator(".export-file").waitFor();
      assert.deepEqual(await overflow(), [0, 0]);
    });
  }
});
