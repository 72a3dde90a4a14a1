import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { ADA, SON, channel, clip, liveChannel, person, recording } from "./fixtures.ts";
import { announced, called, pageSuite } from "./page-suite.ts";
import { askedTimes, streamOf } from "./stream.ts";

const times = (page: Page): Promise<string[]> => page.locator(".clip time").allTextContents();

describe("web: moments", function () {
  const { startSite, open } = pageSuite(this);

  it("shows all moments newest first, with poster, time and length, and to editors with similarity", async () => {
    const site = await startSite({
      channels: [channel()],
      people: [SON, ADA],
      clips: [clip(SON, 40, { durationMs: 4500 }), clip(ADA, 20, { similarity: 81.9 })],
    });
    const { page, faults } = await open(site);
    await page.getByRole("img", { name: "Son Heung-min, Sun 22 Nov, 18:00:40" }).waitFor();
    assert.deepEqual(await times(page), ["18:00:40", "18:00:20"]);
    assert.deepEqual(await page.locator(".clip-duration").allTextContents(), ["4.5s", "3s"]);
    assert.deepEqual(await page.locator(".clip b").allTextContents(), ["Son Heung-min", "Ada Hegerberg"]);
    assert.equal(await page.locator(".similarity").count(), 0);
    assert.deepEqual(faults, []);

    const admin = await open(site, { admin: true });
    await admin.page.locator(".similarity").nth(1).waitFor();
    assert.deepEqual(await admin.page.locator(".clip .similarity > :last-child").allTextContents(), [
      "96% similar",
      "81% similar",
    ]);
  });

  it("filters by person through the address, both ways", async () => {
    const site = await startSite({ channels: [channel()], people: [SON, ADA], clips: [clip(SON, 40), clip(ADA, 20)] });
    const { page } = await open(site, { path: "/?person=ada-hegerberg" });
    await page.getByRole("heading", { name: "Moments of Ada Hegerberg" }).waitFor();
    await page.locator(".clip time").first().waitFor();
    assert.deepEqual(await times(page), ["18:00:20"]);

    const people = page.getByRole("navigation", { name: "People" });
    // Several at once, and each out again.
    await people.getByRole("link", { name: /Son Heung-min/ }).click();
    await page.locator(".clip time", { hasText: "18:00:40" }).waitFor();
    assert.deepEqual(await times(page), ["18:00:40", "18:00:20"]);
    assert.equal(new URL(page.url()).search, "?person=ada-hegerberg&person=son-heung-min");
    await page.getByRole("heading", { name: "Moments of Son Heung-min and Ada Hegerberg" }).waitFor();
    await people.getByRole("link", { name: /Ada Hegerberg/ }).click();
    await page.locator(".clip time", { hasText: "18:00:20" }).waitFor({ state: "detached" });
    assert.deepEqual(await times(page), ["18:00:40"]);
    assert.equal(new URL(page.url()).search, "?person=son-heung-min");

    await people.getByRole("link", { name: /Everyone/ }).click();
    await page.locator(".clip time", { hasText: "18:00:20" }).waitFor();
    assert.deepEqual(await times(page), ["18:00:40", "18:00:20"]);
    await page.goBack();
    await page.locator(".clip time", { hasText: "18:00:20" }).waitFor({ state: "detached" });
    assert.deepEqual(await times(page), ["18:00:40"]);
  });

  it("loads older moments by the cursor while scrolling, each once", async () => {
    const clips = Array.from({ length: 60 }, (_, index) => clip(SON, 600 - index * 10));
    const site = await startSite({ channels: [channel()], people: [SON], clips });
    const { page } = await open(site);
    await page.locator("[data-clip]").nth(23).scrollIntoViewIfNeeded();
    await page.locator("[data-clip]").nth(47).scrollIntoViewIfNeeded();
    await page.locator("[data-clip]").nth(59).waitFor();
    assert.deepEqual(
      await page.locator("[data-clip]").evaluateAll((links) => links.map((link) => link.getAttribute("data-clip"))),
      clips.map(({ id }) => id),
    );
    assert.equal(await page.getByRole("button", { name: "Show more" }).count(), 0);
  });

  it("turns the list round, by a link, and adds what is new at its end without moving anything", async () => {
    const clips = Array.from({ length: 60 }, (_, index) => clip(SON, 600 - index * 10));
    const site = await startSite({ channels: [liveChannel()], people: [SON], clips });
    const { page } = await open(site);
    await page.getByRole("link", { name: "First to last" }).click();
    await page.locator(".clip time", { hasText: "18:00:10" }).waitFor();
    assert.equal(new URL(page.url()).search, "?order=asc");
    await page.locator("[data-clip]").nth(23).scrollIntoViewIfNeeded();
    await page.locator("[data-clip]").nth(47).scrollIntoViewIfNeeded();
    await page.locator("[data-clip]").nth(59).waitFor();
    const ids = (): Promise<(string | null)[]> =>
      page.locator("[data-clip]").evaluateAll((links) => links.map((link) => link.getAttribute("data-clip")));
    const oldestFirst = clips.map(({ id }) => id).toReversed();
    assert.deepEqual(await ids(), oldestFirst);

    const newest = clip(SON, 650);
    site.world.clips = [newest, ...clips];
    await page.locator("[data-clip]").nth(60).waitFor();
    assert.deepEqual(await ids(), [...oldestFirst, newest.id]);

    await page.getByRole("link", { name: "Newest first" }).click();
    await page.locator("[data-clip]").first().locator("time", { hasText: "18:10:50" }).waitFor();
    assert.equal(new URL(page.url()).search, "");
  });

  for (const { order, search } of [
    { order: "newest first", search: "/" },
    { order: "first to last", search: "/?order=asc" },
  ])
    it(`takes away what was removed far from where new moments come, ${order}`, async () => {
      const clips = Array.from({ length: 60 }, (_, index) => clip(SON, 600 - index * 10));
      const site = await startSite({ channels: [liveChannel()], people: [SON], clips });
      const stream = streamOf(site);
      const { page } = await open(site, { path: search });
      await askedTimes(stream, 1);
      for (const index of [23, 47, 59]) await page.locator("[data-clip]").nth(index).scrollIntoViewIfNeeded();
      // Of 60 in a row, the 11th from the end where nothing new comes.
      const gone = order === "newest first" ? clips.at(-11)! : clips.at(11)!;
      site.world.clips = clips.filter((one) => one !== gone);
      stream.tell({ type: "clip.removed", id: "id-1", clip: gone.id, subject: gone.subject });
      await page.locator(`[data-clip="${gone.id}"]`).waitFor({ state: "detached" });
      assert.equal(await page.locator("[data-clip]").count(), 59);
    });

  it("adds a first moment automatically and announces it to screen readers", async () => {
    const site = await startSite({ channels: [liveChannel()], people: [SON] });
    const { page } = await open(site);
    await page.getByText("Looking for Son Heung-min.").waitFor();
    site.world.clips = [clip(SON, 50), ...site.world.clips];
    await page.locator(".clip time", { hasText: "18:00:50" }).waitFor();
    await announced(page, "1 new moment");
  });

  it("moves nothing that is in sight: new moments wait behind a button", async () => {
    const site = await startSite({ channels: [liveChannel()], people: [SON], clips: [clip(SON, 20)] });
    const { page } = await open(site);
    await page.locator("[data-clip]").scrollIntoViewIfNeeded();
    const before = await page.locator("[data-clip]").boundingBox();
    site.world.clips = [clip(SON, 50), ...site.world.clips];
    const button = page.getByRole("button", { name: "1 new moment" });
    await button.waitFor();
    assert.deepEqual(await times(page), ["18:00:20"]);
    assert.deepEqual(await page.locator("[data-clip]").boundingBox(), before);

    await button.click();
    assert.deepEqual(await times(page), ["18:00:50", "18:00:20"]);
    assert.equal(await button.count(), 0);
  });

  it("looks often for new moments as soon as it is known that the channel is live", async () => {
    const site = await startSite({ channels: [liveChannel()], people: [SON], clips: [clip(SON, 20)] });
    const { page } = await open(site);
    const clipsKnown = page.waitForResponse("**/api/clips?*");
    await page.route("**/api/channels*", async (route) => {
      await clipsKnown;
      await route.continue();
    });
    await page.reload();
    await page.locator("[data-clip]").waitFor();
    site.world.clips = [clip(SON, 50), ...site.world.clips];
    // On an idle page, the next look would be half a minute away.
    await announced(page, "1 new moment");
  });

  it("shows no moment of another channel while it is not known that there are several", async () => {
    const others = clip(ADA, 40, { channel: "second" });
    const site = await startSite({
      channels: [channel(), channel({ id: "second", name: "Second" })],
      people: [SON, ADA],
      clips: [others, clip(SON, 20)],
    });
    const { page } = await open(site);
    const clipsKnown = page.waitForResponse("**/api/clips?*");
    await page.route("**/api/channels*", async (route) => {
      await clipsKnown;
      await route.continue();
    });
    await page.addInitScript(() => {
      const seen = new Set<string>();
      Object.defineProperty(window, "seenClips", { value: seen });
      new MutationObserver(() => {
        for (const { dataset } of document.querySelectorAll<HTMLElement>("[data-clip]"))
          seen.add(dataset["clip"] ?? "");
      }).observe(document, { childList: true, subtree: true });
    });
    await page.reload();
    await page.locator("[data-clip]").waitFor();
    assert.deepEqual(await page.evaluate("[...seenClips]"), [clip(SON, 20).id]);
  });

  it("keeps rejected moments from viewers and, until they ask for them, from editors", async () => {
    const site = await startSite({
      channels: [channel()],
      people: [SON],
      clips: [clip(SON, 40, { review: "rejected" }), clip(SON, 20)],
    });
    for (const admin of [false, true]) {
      const { page } = await open(site, { admin });
      await page.locator(".clip time").first().waitFor();
      assert.deepEqual(await times(page), ["18:00:20"]);
    }
  });

  it("explains, while there are no moments, what will happen or what would help", async () => {
    const site = await startSite({ channels: [channel()] });
    const { page } = await open(site, { admin: true });
    await page.getByText("Who should Spotlight look for?").waitFor();
    await page.locator(".empty").getByRole("button", { name: "Add a person" }).waitFor();

    site.world.people = [person("ada-hegerberg", "Ada Hegerberg", { photos: 0 })];
    await page.reload();
    await page.getByText("Spotlight needs a photo to find Ada Hegerberg.").waitFor();

    site.world.people = [ADA];
    await page.reload();
    await page.getByText("No moments yet.").waitFor();

    site.world.channels = [liveChannel()];
    await page.reload();
    await page.getByText("Looking for Ada Hegerberg.").waitFor();
  });

  it("has all moments of the broadcast on its tape, also what the list hasn't loaded", async () => {
    const clips = Array.from({ length: 130 }, (_, index) => clip(SON, 1_300 - index * 10, { durationMs: 4_000 }));
    const rejected = clip(SON, 1_305, { review: "rejected" });
    const recordings = Array.from({ length: 140 }, (_, number) => recording(number));
    const broadcast = "20261122T180000";
    const site = await startSite({
      channels: [channel({ broadcast })],
      people: [SON],
      clips: [rejected, ...clips],
      recordings,
    });
    const { page } = await open(site, { admin: true });
    await page.locator(".tape-lane .tape-mark").nth(129).waitFor({ state: "attached" });
    assert.equal(await page.locator(".tape-lane .tape-mark").count(), 130);
    assert.equal(await page.locator("[data-clip]").count(), 23);
  });

  it("shows how far the broadcast is searched, and lets the admin retry what failed", async () => {
    const recordings = [
      recording(0),
      recording(1, { state: "failed", error: "It could not be converted.", errorDetail: "No grant for s3://archive" }),
      recording(2, { state: "converting", start: null, durationMs: null }),
    ];
    const site = await startSite({
      channels: [channel({ broadcast: "20261122T180000" })],
      people: [SON],
      clips: [clip(SON, 4)],
      recordings,
    });
    const { page } = await open(site, { admin: true });
    const tape = page.getByRole("region", { name: "Broadcast" });
    await tape.getByText("Searching: 1 of 3").waitFor();
    await tape.getByText("1 part failed").waitFor();
    assert.deepEqual(
      await tape.locator(".tape-piece").evaluateAll((pieces) => pieces.map((piece) => piece.getAttribute("class"))),
      ["tape-piece is-indexed", "tape-piece is-failed", "tape-piece is-converting"],
    );
    assert.equal(await tape.locator(".tape-failed").getAttribute("title"), "No grant for s3://archive");
    await tape.getByRole("button", { name: "Retry" }).click();
    await called(site, "POST /recordings/main.20261122T180000.000001/retry");
    await tape.locator(".tape-failed").waitFor({ state: "detached" });

    site.world.recordings = [recording(0), recording(1), recording(2)];
    await tape.getByText("All searched").waitFor();
  });
});
