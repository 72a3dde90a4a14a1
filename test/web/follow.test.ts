import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { ADA, SON, TOKEN, channel, clip } from "./fixtures.ts";
import { face, frame } from "./frames.ts";
import { called, focused, pageSuite, until } from "./page-suite.ts";
import type { Refusal, Site } from "./site.ts";

const moment = clip(SON, 20, { durationMs: 1500 });
const facesOf = `GET /clips/${moment.id}/faces`;
const PHOTOS = "POST /people/sam/photos";

const who = (page: Page) => page.getByRole("button", { name: "Who is this?" });
const status = (page: Page) => page.locator(".faces-note [role=status]");
const countOf = (site: Site, name: string): number =>
  site.calls.filter(({ method, path }) => `${method} ${path}` === name).length;

/** Presses Tab until a control has the focus. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; (await focused(page)) !== name; presses += 1) {
    assert.ok(presses < 40, `Tab doesn't reach ${name}.`);
    await page.keyboard.press("Tab");
  }
}

describe("web: following someone from a moment's picture", function () {
  const { startSite, open } = pageSuite(this);
  let site: Site;
  beforeEach(async () => {
    site = await startSite({
      channels: [channel()],
      people: [SON, ADA],
      clips: [moment],
      frame: frame([face(), face(0.7, { id: ADA.id, name: ADA.name })]),
    });
  });

  /** Opens the moment, which ends, and asks who it is. */
  const asked = async (options: Parameters<typeof open>[1] = {}): Promise<Page> => {
    const { page } = await open(site, { admin: true, path: `/?clip=${moment.id}`, ...options });
    await page.locator('.moment-frame[data-phase="ended"]').waitFor();
    await who(page).click();
    return page;
  };
  /** Chooses the face and gives it a name. */
  const name = async (page: Page, text: string): Promise<void> => {
    await page.getByRole("button", { name: "Follow face 1 of 2" }).click();
    await page.getByLabel("Name").fill(text);
    await page.keyboard.press("Enter");
  };

  it("works by keyboard alone, and leaves the focus where it was", async () => {
    const { page, faults } = await open(site, { admin: true, path: `/?clip=${moment.id}` });
    await page.locator('.moment-frame[data-phase="ended"]').waitFor();
    assert.equal(countOf(site, facesOf), 0);
    await tabTo(page, "Who is this?");
    await page.keyboard.press("Enter");
    await status(page).getByText("2 faces. Choose whom to follow.").waitFor();
    const { query, authorization } = await called(site, facesOf);
    assert.deepEqual([query.get("atMs"), authorization], ["1500", `Bearer ${TOKEN}`]);
    await page.locator(".faces-time", { hasText: "Picture of 18:00:22" }).waitFor();

    await tabTo(page, "Follow face 1 of 2");
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: "Follow this person" });
    await dialog.waitFor();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    assert.equal(await focused(page), "Follow face 1 of 2");
    await page.keyboard.press("Enter");
    await page.keyboard.type("Sam");
    await page.keyboard.press("Enter");
    await status(page)
      .getByText("Sam is on the watch list. Spotlight searches what was recorded; moments appear as they are found.")
      .waitFor();
    assert.equal((await called(site, PHOTOS)).query.get("face"), face().token);
    assert.equal(await focused(page), "Moments of Sam");
    await page.locator(".people .person-name", { hasText: "Sam" }).waitFor();

    await page.keyboard.press("Escape");
    assert.equal(await focused(page), "Who is this?");
    assert.equal(await page.locator(".faces").count(), 0);
    await page.keyboard.press("Escape");
    await page.locator(".moment-frame").waitFor({ state: "detached" });
    assert.deepEqual(faults, []);
  });

  it("leads to the moments of whom is known", async () => {
    const page = await asked();
    await page.getByRole("link", { name: "Moments of Ada Hegerberg" }).click();
    await page.getByRole("heading", { name: "Moments of Ada Hegerberg" }).waitFor();
    assert.equal(new URL(page.url()).search, `?person=${ADA.id}`);
  });

  it("is closed when the moment goes on, and forgets the faces of the picture before", async () => {
    const page = await asked();
    await page.getByRole("button", { name: "Follow face 1 of 2" }).focus();
    await page.keyboard.press("k");
    await page.locator(".faces").waitFor({ state: "detached" });
    await until(() => page.evaluate(() => document.activeElement?.className === "moment-video"));
    await page.locator('.moment-frame[data-phase="ended"]').waitFor();
    assert.equal(await who(page).getAttribute("aria-expanded"), "false");
    await who(page).click();
    await page.locator(".face-box").first().waitFor();
    await who(page).press(",");
    await page.locator(".faces").waitFor({ state: "detached" });
    assert.equal(await focused(page), "Who is this?");
  });

  it("says that moments come from now on where the archive isn't searched by itself, and who looks alike", async () => {
    site.world.searches = false;
    site.world.lookAlikes = [{ id: ADA.id, name: ADA.name, similarity: 91 }];
    const page = await asked();
    await name(page, "Sam");
    const said =
      "Sam is on the watch list. Moments appear from the next recording on. " +
      "It is hard to tell from Ada Hegerberg: add more photos of both.";
    await status(page).getByText(said).waitFor();
  });

  it("offers to add the face to whom has the name", async () => {
    const page = await asked();
    await name(page, ADA.name);
    await page.getByText("Ada Hegerberg is on the watch list already. Is it the same person?").waitFor();
    // Enter again decides nothing.
    await page.keyboard.press("Enter");
    assert.equal(countOf(site, "POST /people"), 1);
    await page.getByRole("button", { name: "Add this face to Ada Hegerberg" }).click();
    await status(page).getByText("The face now counts for Ada Hegerberg.").waitFor();
    assert.equal((await called(site, `POST /people/${ADA.id}/photos`)).query.get("face"), face().token);
    assert.equal(site.world.people.length, 2);
  });

  it("says whose face it is already, and keeps nobody for it", async () => {
    site.world.refusals.set(PHOTOS, {
      status: 409,
      code: "face-taken",
      detail: "This is the face of Son Heung-min.",
      person: { id: SON.id, name: SON.name },
    });
    const page = await asked();
    await name(page, "Sam");
    const dialog = page.getByRole("dialog", { name: "Follow this person" });
    await dialog.getByRole("alert").getByText("This is Son Heung-min, who is on the watch list already.").waitFor();
    assert.equal(await focused(page), "Moments of Son Heung-min");
    await called(site, "DELETE /people/sam");
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    assert.equal(await focused(page), "Moments of Son Heung-min");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Moments of Son Heung-min" }).waitFor();
    assert.deepEqual(
      site.world.people.map(({ id }) => id),
      [SON.id, ADA.id],
    );
  });

  it("makes nobody twice when it is tried again", async () => {
    site.world.refusals.set(PHOTOS, { status: 503, code: "busy", detail: "AWS is throttling these calls." });
    const page = await asked();
    await name(page, "Sam");
    const dialog = page.getByRole("dialog", { name: "Follow this person" });
    await dialog.getByRole("alert").getByText("Too many requests. Try again in a moment.").waitFor();
    site.world.refusals.clear();
    await dialog.getByRole("button", { name: "Follow", exact: true }).click();
    await status(page).getByText("Sam is on the watch list.").waitFor();
    assert.deepEqual([countOf(site, "POST /people"), countOf(site, PHOTOS)], [1, 2]);
    assert.equal(await focused(page), "Moments of Sam");
  });

  it("says in plain words what the matter is with a picture or its face, and tries again", async () => {
    const refusals: [Refusal, string][] = [
      [{ status: 404, code: "not-found", detail: "" }, "This picture is no longer stored. Try a newer moment."],
      [{ status: 404, code: "nothing-to-play", detail: "" }, "This recording no longer exists. Try a newer moment."],
      [{ status: 429, code: "http-429", detail: "" }, "Too many requests. Try again in a moment."],
    ];
    site.world.refusals.set(facesOf, { status: 409, code: "not-converted", detail: "" });
    const page = await asked();
    await status(page).getByText("Nothing of this broadcast can be searched yet. Try again in a minute.").waitFor();
    const again = page.locator(".faces").getByRole("button", { name: "Try again" });
    for (const [refusal, text] of refusals) {
      site.world.refusals.set(facesOf, refusal);
      await again.click();
      await status(page).getByText(text).waitFor();
    }
    await page.context().setOffline(true);
    await again.click();
    await status(page).getByText("Can't reach Spotlight. Try again when the network is back.").waitFor();
    await page.context().setOffline(false);
    site.world.refusals.clear();
    site.world.frame = frame([]);
    await again.click();
    await status(page).getByText("No face in this picture. Try another moment.").waitFor();
    assert.equal(await focused(page), "Who is this?");
  });

  it("says that a face's picture is gone, and keeps nobody for it", async () => {
    site.world.refusals.set(PHOTOS, { status: 404, code: "recording-not-found", detail: "" });
    const page = await asked();
    await name(page, "Sam");
    await page.getByRole("alert").getByText("This recording no longer exists. Try a newer moment.").waitFor();
    await called(site, "DELETE /people/sam");
  });

  it("fits at 320 px, with faces large enough to touch", async () => {
    site.world.frame = frame([{ ...face(), box: { left: 0.97, top: 0.5, width: 0.02, height: 0.03 } }]);
    const page = await asked({ viewport: { width: 320, height: 640 } });
    const box = await page.locator(".face-box").boundingBox();
    assert.ok(box !== null && box.width >= 24 && box.height >= 24, JSON.stringify(box));
    const label = await page.locator(".face-label").boundingBox();
    assert.ok(label !== null && label.x >= 0 && label.x + label.width <= 320, JSON.stringify(label));
    await page.locator(".face-box").click();
    await page.getByLabel("Name").fill(ADA.name);
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Add this face to Ada Hegerberg" }).waitFor();
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    assert.ok(
      await page.locator(".follow-dialog").evaluate(({ scrollWidth, clientWidth }) => scrollWidth <= clientWidth),
    );
  });

  it("is not for viewers", async () => {
    const { page } = await open(site, { path: `/?clip=${moment.id}` });
    await page.locator('.moment-frame[data-phase="ended"]').waitFor();
    assert.equal(await who(page).count(), 0);
    assert.equal(countOf(site, facesOf), 0);
  });
});
