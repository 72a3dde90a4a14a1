import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { decoded } from "../support/browser.ts";
import { ADA, liveChannel, recording } from "./fixtures.ts";
import { face, frame } from "./frames.ts";
import { focused, pageSuite, until } from "./page-suite.ts";
import type { Site } from "./site.ts";

const who = (page: Page) => page.getByRole("button", { name: "Who is this?" });
const status = (page: Page) => page.locator(".faces-note [role=status]");
const asks = (site: Site): number => site.calls.filter(({ path }) => path === "/channels/main/faces").length;

describe("web: following someone from the live picture", function () {
  const { startSite, open } = pageSuite(this);

  /** Pauses the live picture. */
  const paused = async (site: Site, options: Parameters<typeof open>[1] = {}): Promise<Page> => {
    const { page } = await open(site, { admin: true, ...options });
    await decoded(page, { selector: ".live-video" });
    assert.equal(await who(page).count(), 0);
    await page.locator(".live-video").press("k");
    await page.locator(".live-frame.is-paused").waitFor();
    return page;
  };

  it("shows the picture that was searched, with its time, and the faces on it and not on its bars", async () => {
    const site = await startSite({ channels: [liveChannel()], people: [ADA], frame: frame([face()]) });
    // A phone on its side: the frame is wider than the picture.
    const page = await paused(site, { viewport: { width: 844, height: 390 } });
    assert.equal(asks(site), 0);
    await who(page).click();
    await page.locator(".faces-time", { hasText: "Newest recorded picture, 18:00:22" }).waitFor();
    const found = page.getByRole("button", { name: "Follow face 1 of 1" });
    await found.waitFor();
    const [frameBox, picture, box] = await Promise.all(
      [page.locator(".live-frame"), page.locator(".faces-picture img"), found].map((one) => one.boundingBox()),
    );
    assert.ok(frameBox && picture && box);
    assert.ok(frameBox.width > picture.width + 100, JSON.stringify({ frameBox, picture }));
    assert.ok(Math.abs(picture.width / picture.height - 16 / 9) < 0.01);
    const { box: expected } = face();
    const near = (is: number, wanted: number) => assert.ok(Math.abs(is - wanted) < 1, `${is} instead of ${wanted}`);
    near(box.x, picture.x + expected.left * picture.width);
    near(box.y, picture.y + expected.top * picture.height);
    near(box.width, expected.width * picture.width);
    near(box.height, expected.height * picture.height);
    // What lies below is out of reach meanwhile.
    assert.ok(await page.locator(".live-controls").isHidden());

    await found.click();
    await page.getByLabel("Name").fill("Sam");
    await page.keyboard.press("Enter");
    await status(page).getByText("Sam is on the watch list.").waitFor();
    await page.locator(".people .person-name", { hasText: "Sam" }).waitFor();
    await page.keyboard.press("k");
    await page.locator(".faces").waitFor({ state: "detached" });
    assert.equal(await focused(page), "Main, live");
    await until(() => page.locator(".live-controls").isVisible());
  });

  it("shows the picture that was paused once that is recorded", async () => {
    const startMs = Date.now() - 60_000;
    const recordings = Array.from({ length: 12 }, (_, number) =>
      recording(number, { start: new Date(startMs + number * 10_000).toISOString() }),
    );
    const on = liveChannel({ startedAt: new Date(startMs).toISOString() });
    const site = await startSite({ channels: [on], people: [ADA], recordings, frame: frame([face()]) });
    const page = await paused(site);
    const clock = /\((.+)\)$/.exec((await page.locator(".tape-scrubber").getAttribute("aria-valuetext")) ?? "")?.[1];
    await who(page).click();
    await page.locator(".faces-time", { hasText: "Picture of 18:00:22" }).waitFor();
    const asked = site.calls.find(({ path }) => /^\/recordings\/.*\/faces$/.test(path));
    const number = Number(/(\d{6})\/faces$/.exec(asked?.path ?? "")?.[1]);
    const shownMs = startMs + number * 10_000 + Number(asked?.query.get("atMs"));
    // The tests' pages are in UTC.
    const pausedMs = Date.parse(`${new Date(shownMs).toISOString().slice(0, 10)}T${clock}Z`);
    assert.ok(Math.abs(shownMs - pausedMs) < 2_000, `${new Date(shownMs).toISOString()} for ${clock}`);
    assert.equal(asks(site), 0);
  });

  it("says that nothing is recorded yet, for editors only", async () => {
    const site = await startSite({ channels: [liveChannel()] });
    const page = await paused(site);
    await who(page).click();
    await status(page).getByText("Nothing of this broadcast can be searched yet. Try again in a minute.").waitFor();
    const viewer = await paused(site, { admin: false });
    assert.equal(await who(viewer).count(), 0);
  });
});
