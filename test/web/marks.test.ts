import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { decoded } from "../support/browser.ts";
import { fieldOf } from "./acts.ts";
import { ADA, SON, clip, eventClip, liveChannel, recording } from "./fixtures.ts";
import { called, focused, pageSuite, until } from "./page-suite.ts";
import type { Site } from "./site.ts";

const MARK = "POST /channels/main/marks";

/** What the page asked to mark, in order. */
const asked = (site: Site): { label: unknown; atMs: number }[] =>
  site.calls
    .filter(({ method, path }) => `${method} ${path}` === MARK)
    .map(({ body }) => ({ label: fieldOf(body, "label"), atMs: Date.parse(String(fieldOf(body, "at"))) }));

describe("web: marking what happens", function () {
  const { startSite, open } = pageSuite(this);
  const notice = (page: Page, text: string) => page.locator(".undo-notice").getByText(text, { exact: true }).waitFor();

  const openLive = async (options = {}): Promise<{ site: Site; page: Page; faults: string[] }> => {
    const site = await startSite({ channels: [liveChannel()], people: [SON] });
    const { page, faults } = await open(site, { admin: true, ...options });
    const video = page.locator(".live-video");
    await video.waitFor();
    await decoded(page, { selector: ".live-video" });
    await video.focus();
    return { site, page, faults };
  };

  it("marks a goal by one key, at the time of the picture, and takes it back by another", async () => {
    const { site, page, faults } = await openLive();
    await page.getByRole("button", { name: "Mark" }).waitFor();
    await page.keyboard.press("k");
    await until(() => page.locator(".live-video").evaluate((video: HTMLVideoElement) => video.paused));
    await page.keyboard.press("g");
    await notice(page, "Goal marked");
    const [first] = asked(site);
    assert.equal(first!.label, "Goal");
    // Behind the clock as the picture is, whose window of 8 s ends up to 2 s ago.
    const behindMs = Date.now() - first!.atMs;
    assert.ok(behindMs > 500 && behindMs < 15_000, `${behindMs} ms behind`);

    await page.keyboard.press("z");
    await notice(page, "Undone");
    assert.equal(site.calls.filter(({ method }) => method === "DELETE").length, 1);
    assert.deepEqual(site.world.marks, []);

    // Paused, the clock goes on and the picture's time doesn't; half a second back, it is that much earlier.
    await page.keyboard.press("g");
    await notice(page, "Goal marked");
    const movedMs = await page.locator(".live-video").evaluate((video: HTMLVideoElement) => {
      const before = video.currentTime;
      video.currentTime -= 0.5;
      return (before - video.currentTime) * 1000;
    });
    await page.keyboard.press("g");
    await notice(page, "Goal is marked already");
    assert.equal(await page.getByRole("button", { name: "Undo" }).count(), 0);
    const [, second, third] = asked(site);
    assert.equal(second!.atMs, first!.atMs);
    assert.ok(Math.abs(second!.atMs - third!.atMs - movedMs) <= 2, "it is not the time of the picture");
    assert.deepEqual(faults, []);
  });

  it("marks anything else by a menu of what was marked before, at the time when the menu was opened", async () => {
    const { site, page } = await openLive();
    site.world.events = [
      { id: "_save", name: "Save", clips: 1 },
      { id: "_corner", name: "Corner", clips: 7 },
    ];
    await page.getByRole("button", { name: "Mark" }).press("Enter");
    const dialog = page.getByRole("dialog", { name: "What happened?" });
    await dialog.getByRole("button", { name: "Save" }).waitFor();
    assert.deepEqual(await dialog.getByRole("listitem").allTextContents(), ["Goal", "Corner", "Save"]);
    assert.equal(await focused(page), "Goal");
    const time = (await dialog.getByText("in the picture that you see.").textContent()) ?? "";
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await notice(page, "Corner marked");
    assert.equal(await focused(page), "Mark");
    assert.equal(asked(site)[0]!.label, "Corner");
    assert.equal(new Date(asked(site)[0]!.atMs).toISOString().slice(11, 19), /\d\d:\d\d:\d\d/.exec(time)?.[0]);

    await page.keyboard.press("Enter");
    await dialog.getByRole("textbox", { name: "Something else" }).fill("  Penalty ");
    await page.keyboard.press("Enter");
    await notice(page, "Penalty marked");
    assert.equal(asked(site)[1]!.label, "Penalty");
    // It has no clip yet, and is offered all the same.
    await page.keyboard.press("Enter");
    await dialog.getByRole("button", { name: "Save" }).waitFor();
    assert.deepEqual(await dialog.getByRole("listitem").allTextContents(), ["Goal", "Penalty", "Corner", "Save"]);
  });

  it("offers to take it back in full screen, too", async () => {
    const { page } = await openLive();
    await page.getByRole("button", { name: "Mark" }).waitFor();
    await page.keyboard.press("f");
    await until(() => page.evaluate(() => document.fullscreenElement !== null));
    await page.keyboard.press("g");
    await page.locator(".live-frame .undo-notice").getByText("Goal marked").waitFor();
  });

  it("says why it could not be marked", async () => {
    const { site, page } = await openLive({ locale: "ko-KR" });
    await page.getByRole("button", { name: "표시" }).waitFor();
    site.world.refusals.set(MARK, { status: 422, code: "outside-broadcast", detail: "No broadcast then." });
    await page.keyboard.press("g");
    await notice(page, "그 시간에는 방송이 없었어요.");
    assert.equal(asked(site)[0]!.label, "골");
  });

  it("marks nothing before there is a picture", async () => {
    const site = await startSite({ channels: [liveChannel()], playlist: false });
    const { page } = await open(site, { admin: true });
    await page.getByRole("button", { name: "Mark" }).waitFor();
    await page.locator(".live-video").press("g");
    await notice(page, "There is no picture to mark yet.");
    assert.deepEqual(asked(site), []);
  });

  it("is for editors: a viewer's key does nothing, and nothing of it is loaded", async () => {
    const { site, page } = await openLive({ admin: false });
    await page.keyboard.press("g");
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keys" }).waitFor();
    assert.equal(await page.getByText("Mark a goal").count(), 0);
    assert.equal(await page.getByRole("button", { name: "Mark" }).count(), 0);
    const loaded = await page.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => name));
    assert.deepEqual(
      loaded.filter((name) => /editor-parts|Export/.test(name)),
      [],
    );
    assert.deepEqual(asked(site), []);
  });

  it("shows events above the line of the broadcast, apart from people", async () => {
    const site = await startSite({
      channels: [liveChannel({ state: "idle", live: false })],
      people: [SON, ADA],
      clips: [eventClip("Goal", 20), clip(SON, 5)],
      recordings: [0, 1, 2, 3].map((number) => recording(number)),
    });
    const { page } = await open(site);
    const lane = page.locator(".tape-lane", { hasText: "Events" });
    assert.equal(await lane.locator(".tape-mark").getAttribute("title"), "Goal, 0:20 (18:00:20)");
    const [events, line] = await Promise.all([lane.boundingBox(), page.locator(".tape-line").boundingBox()]);
    assert.ok((events?.y ?? 0) + (events?.height ?? 0) <= (line?.y ?? 0) + 1);
    assert.equal(await page.getByText("Others").count(), 0);

    // With nobody on the list, others' moments are on the line itself, and events stay apart.
    site.world.people = [];
    await page.reload();
    await page.locator(".tape-line .tape-mark").waitFor();
    assert.equal(await page.locator(".tape-line .tape-mark").count(), 1);
    assert.equal(await page.locator(".is-events .tape-mark").count(), 1);
    await called(site, "GET /clips");
  });
});
