import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { decoded } from "../support/browser.ts";
import { WIDTHS, misfits } from "./misfits.ts";
import { pageSuite } from "./page-suite.ts";
import { worlds } from "./worlds.ts";

describe("web: the layout", function () {
  const { startSite, open } = pageSuite(this);

  for (const [name, world] of Object.entries(worlds)) {
    for (const admin of [false, true]) {
      it(`fits every width in both themes, ${name}, for ${admin ? "the admin" : "a viewer"}`, async () => {
        const site = await startSite(world);
        const { page, faults } = await open(site, { admin, locale: "en-US" });
        await page.locator(".clips-head + *:not([aria-hidden])").waitFor();
        await page.locator(".person, .people-none").first().waitFor();
        if (admin) await page.getByRole("button", { name: "Sign out" }).waitFor();
        assert.deepEqual(await misfits(page), []);
        assert.deepEqual(faults, []);
      });
    }
  }

  it("fits what plays in the stage into every width", async () => {
    const site = await startSite(worlds.live);
    const { page } = await open(site, { admin: true, locale: "en-US" });
    await page.locator("[data-clip]").first().click();
    await page.getByRole("button", { name: "Copy link" }).waitFor();
    assert.deepEqual(await misfits(page), []);
    await page.getByRole("link", { name: "Play all" }).click();
    await page.getByRole("link", { name: "Open this moment" }).waitFor();
    assert.deepEqual(await misfits(page), []);
  });

  it("fits every dialog into every width", async () => {
    const site = await startSite(worlds.live);
    const { page } = await open(site, { admin: true, locale: "en-US" });
    const dialog = page.locator("dialog[open]");
    const fits = async () => {
      assert.deepEqual(await misfits(page), []);
      while ((await dialog.count()) > 0) {
        const before = await dialog.count();
        await page.keyboard.press("Escape");
        await dialog.nth(before - 1).waitFor({ state: "detached" });
      }
    };
    await page.getByRole("button", { name: "Add a person" }).click();
    await page.getByLabel("Name", { exact: true }).waitFor();
    await fits();
    await page.getByRole("button", { name: "Manage" }).click();
    await page.getByRole("button", { name: "Remove Ada Hegerberg" }).click();
    await page.getByRole("dialog", { name: "Remove Ada Hegerberg?" }).waitFor();
    await fits();
    await page.getByRole("button", { name: "Stop the channel" }).click();
    await page.getByRole("dialog", { name: "Stop the channel?" }).waitFor();
    await fits();
  });

  it("keeps times in one line and everything of a card within it, with a 12-hour clock", async () => {
    const site = await startSite(worlds.live);
    const { page } = await open(site, { locale: "en-US", admin: true });
    await page.locator(".clip .similarity").first().waitFor();
    assert.match((await page.locator(".tape time").first().textContent()) ?? "", /^06:00\sPM$/);
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 800 });
      assert.deepEqual(
        await page.locator(".clip time, .clip .similarity, .tape time").evaluateAll((elements) =>
          elements
            .filter((element) => {
              const { left, right } = element.closest(".clip, .tape")!.getBoundingClientRect();
              const own = element.getBoundingClientRect();
              const lines = new Set([...element.getClientRects()].map(({ top }) => Math.round(top))).size;
              return lines !== 1 || own.left < left - 0.5 || own.right > right + 0.5;
            })
            .map(({ textContent }) => textContent),
        ),
        [],
        `at ${width} pixels`,
      );
    }
  });

  it("has all of the picture and its controls on the screen of a phone on its side", async () => {
    const site = await startSite(worlds.live);
    const { page } = await open(site, { viewport: { width: 844, height: 390 } });
    await decoded(page);
    const screen = page.locator(".live-screen");
    await screen.evaluate((element) => element.scrollIntoView({ block: "end" }));
    const box = await screen.boundingBox();
    assert.ok(box !== null && box.y >= 0 && box.height <= 390, JSON.stringify(box));
    assert.deepEqual(await page.locator(".live-video").boundingBox(), box);
    for (const name of ["Pause", "Full screen"]) await onScreen(page, page.getByRole("button", { name }));

    await page.locator("[data-clip]").first().click();
    const stage = page.locator(".moment-stage");
    await stage.getByRole("slider").waitFor();
    for (const name of ["Older moment", "Full screen", "Close"])
      await onScreen(page, stage.getByRole("button", { name }));
    const picture = await page.locator(".moment-video").boundingBox();
    assert.ok(picture !== null && picture.height > 280, JSON.stringify(picture));
  });

  it("uses at least 80 % of a 4K screen's width, with larger text", async () => {
    const site = await startSite(worlds.live);
    const { page } = await open(site, { viewport: { width: 3840, height: 2160 } });
    await page.locator("[data-clip]").first().waitFor();
    const used = await page.evaluate(() => {
      const widthOf = (...selectors: string[]) => {
        const boxes = selectors.map((selector) => document.querySelector(selector)!.getBoundingClientRect());
        return Math.max(...boxes.map(({ right }) => right)) - Math.min(...boxes.map(({ left }) => left));
      };
      return { stage: widthOf(".live-screen", ".people"), grid: widthOf(".clip:first-child", ".clip:last-child") };
    });
    assert.ok(used.stage >= 0.8 * 3840, JSON.stringify(used));
    // Eight clips don't fill two rows: the first row is full.
    assert.ok(used.grid >= 0.75 * 3840, JSON.stringify(used));
    assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).fontSize), "24px");
  });

  it("shows the way back to live in readable colours, in whatever order the styles were loaded", async () => {
    const site = await startSite(worlds.live);
    const { page } = await open(site, { reducedMotion: "reduce" });
    await decoded(page);
    await page.getByRole("button", { name: "Pause" }).click();
    const goLive = page.getByRole("button", { name: /Go live/ });
    await goLive.waitFor();
    const colours = () =>
      goLive.evaluate((button) => [getComputedStyle(button).color, getComputedStyle(button).backgroundColor]);
    // At least 7 to 1 over a white picture.
    const expected = ["rgb(237, 243, 239)", "rgba(9, 15, 13, 0.82)"];
    await page.mouse.move(0, 0);
    assert.deepEqual(await colours(), expected);
    await page.evaluate(async () => {
      for (const link of [...document.querySelectorAll<HTMLLinkElement>("link[rel=stylesheet]")].reverse()) {
        const again = document.createElement("link");
        again.rel = "stylesheet";
        again.href = `${link.href}?again`;
        await new Promise((resolve) => {
          again.addEventListener("load", resolve);
          document.head.append(again);
        });
        link.remove();
      }
    });
    assert.deepEqual(await colours(), expected);
  });
});

/** Fails unless the element can be seen whole and is what a tap in its middle hits. */
async function onScreen(page: Page, element: ReturnType<Page["locator"]>): Promise<void> {
  const box = await element.boundingBox();
  const screen = page.viewportSize();
  assert.ok(box !== null && screen !== null);
  assert.ok(
    box.x >= 0 && box.y >= 0 && box.x + box.width <= screen.width && box.y + box.height <= screen.height,
    JSON.stringify(box),
  );
  assert.ok(
    await element.evaluate((one, [x, y]) => one.contains(document.elementFromPoint(x, y)), [
      box.x + box.width / 2,
      box.y + box.height / 2,
    ] as const),
    "something lies over it",
  );
}
