import assert from "node:assert/strict";
import { decoded } from "../support/browser.ts";
import { misfits } from "./misfits.ts";
import { pageSuite, until } from "./page-suite.ts";
import { worlds } from "./worlds.ts";

const PHONE = { viewport: { width: 320, height: 640 } };

describe("web: the language of the page", function () {
  const { startSite, open } = pageSuite(this);

  it("is Korean for a Korean browser, from the first text on", async () => {
    const site = await startSite(worlds.live);
    const { page, faults } = await open(site, { locale: "ko-KR" });
    await page.getByRole("heading", { name: "장면", exact: true }).waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.lang), "ko");
    assert.equal(await page.getByRole("button", { name: "한국어" }).getAttribute("aria-pressed"), "true");
    await page.locator('.clip time[title$="오후 06:01:20"]').waitFor();
    assert.deepEqual(faults, []);
  });

  it("loads only the texts of the language that is spoken", async () => {
    const site = await startSite(worlds.live);
    const { page } = await open(site);
    await page.getByRole("heading", { name: "Moments", exact: true }).waitFor();
    const texts = () =>
      page.evaluate(() => performance.getEntriesByType("resource").filter(({ name }) => /\/ko-/.test(name)).length);
    assert.equal(await texts(), 0);
    await page.getByRole("button", { name: "한국어" }).click();
    await page.getByRole("heading", { name: "장면", exact: true }).waitFor();
    // Also those of the live picture.
    assert.equal(await texts(), 2);
  });

  it("changes at once by the switch, while live plays on, and stays over a reload", async () => {
    const site = await startSite(worlds.live);
    const { page } = await open(site, { admin: true });
    await decoded(page);
    await page.getByRole("button", { name: "Add a person" }).click();
    await page.getByLabel("Name", { exact: true }).fill("손흥민");
    const video = await page.locator(".live-video").elementHandle();
    await video.evaluate((element) =>
      element.addEventListener("emptied", () => element.setAttribute("data-emptied", "")),
    );
    // The dialog is modal: the switch is out of reach of the pointer, not of a script that stands for another way.
    await page.evaluate(() => document.querySelector<HTMLButtonElement>('.languages [lang="ko"]')?.click());
    assert.equal(await page.getByLabel("이름", { exact: true }).inputValue(), "손흥민");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "로그아웃" }).waitFor();
    const { isSame, emptied, before } = await video.evaluate((element) => ({
      isSame: element === document.querySelector(".live-video"),
      emptied: element.hasAttribute("data-emptied"),
      before: element instanceof HTMLVideoElement ? element.currentTime : NaN,
    }));
    assert.deepEqual([isSame, emptied], [true, false]);
    await page.waitForFunction((then) => (document.querySelector("video")?.currentTime ?? 0) > then, before);

    await page.reload();
    await page.getByRole("heading", { name: "장면", exact: true }).waitFor();
    await page.getByRole("button", { name: "En", exact: true }).press("Enter");
    await page.getByRole("heading", { name: "Moments", exact: true }).waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.lang), "en");
  });

  it("can be chosen where nothing can be stored", async () => {
    const site = await startSite(worlds.empty);
    const { page, faults } = await open(site);
    await page.addInitScript(() =>
      Object.defineProperty(window, "localStorage", {
        get: () => {
          throw new DOMException("denied", "SecurityError");
        },
      }),
    );
    await page.reload();
    await page.getByRole("button", { name: "한국어" }).click();
    await page.getByRole("heading", { name: "방송 쉬는 중" }).waitFor();
    assert.deepEqual(faults, []);
  });

  it("is what problems are told in, and the title", async () => {
    const site = await startSite(worlds.live);
    site.world.refusals.set("POST /people", { status: 409, code: "name-taken", detail: "Someone has this name." });
    const { page } = await open(site, { locale: "ko-KR", admin: true });
    await page.getByRole("button", { name: "인물 추가" }).click();
    await page.getByLabel("이름", { exact: true }).fill("Ada Hegerberg");
    await page.getByLabel(/^유명인/).check();
    await page.getByRole("button", { name: "추가", exact: true }).click();
    await page.getByRole("alert").getByText("이미 있는 이름이에요. 다른 이름을 써 주세요.").waitFor();
    await page.keyboard.press("Escape");
    await page.locator("[data-clip]").first().click();
    await page.locator(".moment-stage").getByRole("button", { name: "링크 복사" }).waitFor();
    await until(async () => /^Son Heung-min, .*오후.* · Spotlight$/.test(await page.title()));
  });

  for (const [name, world] of Object.entries(worlds)) {
    it(`fits every width in Korean, ${name}, and leaves no English on the page`, async () => {
      const site = await startSite(world);
      const { page } = await open(site, { ...PHONE, locale: "ko-KR", admin: true });
      await page.getByRole("button", { name: "로그아웃" }).waitFor();
      await page.locator(".clips-head + *:not([aria-hidden])").waitFor();
      assert.deepEqual(await page.evaluate(englishTexts), []);
      assert.deepEqual(await misfits(page), []);
    });
  }
});

/** Runs in the page: what is shown or read out and has English words in it, but for names and addresses. */
function englishTexts(): string[] {
  const names =
    /Spotlight|OBS|AWS|English|En|Main|The other training ground|Son Heung-min|Ada Hegerberg|Maria-Mag.*burg/g;
  return [...document.querySelectorAll("body *:not(noscript, code, .face)")]
    .flatMap((element) => [
      ...[...element.childNodes].filter((node) => node instanceof Text).map(({ data }) => data),
      ...["aria-label", "title", "alt", "placeholder"].map((name) => element.getAttribute(name) ?? ""),
    ])
    .filter((text) => /[a-z]{2}/i.test(text.replaceAll(names, "")));
}
