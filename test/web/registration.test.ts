import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import sharp from "sharp";
import { ADA, SON, channel } from "./fixtures.ts";
import { called, focused, pageSuite } from "./page-suite.ts";
import type { Refusal, Site } from "./site.ts";

const PHOTOS = "POST /people/ada-hegerberg/photos";
const noFace: Refusal = { status: 422, code: "no-face", detail: "x" };
const taken: Refusal = {
  status: 409,
  code: "face-taken",
  detail: "x",
  person: { id: "son-heung-min", name: "Son Heung-min" },
};

describe("web: registering someone whose photo is refused", function () {
  const { startSite, open } = pageSuite(this);
  let site: Site;
  beforeEach(async () => {
    site = await startSite({ channels: [channel()], people: [SON] });
  });

  const addPhoto = async (page: Page): Promise<void> => {
    const buffer = await sharp({ create: { width: 300, height: 400, channels: 3, background: "#a06040" } })
      .jpeg()
      .toBuffer();
    await page.getByLabel("Choose photos").setInputFiles({ name: "photo.jpg", mimeType: "image/jpeg", buffer });
    await page.getByText("Ready").waitFor();
  };
  const addAda = async (refusal: Refusal): Promise<Page> => {
    site.world.refusals.set(PHOTOS, refusal);
    const { page } = await open(site, { admin: true });
    await page.getByRole("button", { name: "Add a person" }).press("Enter");
    await page.getByLabel("Name", { exact: true }).fill("Ada Hegerberg");
    await addPhoto(page);
    await page.getByLabel("Name", { exact: true }).press("Enter");
    await page.getByRole("dialog", { name: "Photos of Ada Hegerberg" }).waitFor();
    return page;
  };
  const undecided = (page: Page) =>
    page.getByText("Ada Hegerberg has no photo yet, and can't be found without one.").waitFor();

  it("asks whether they stay without a photo, and keeps them if the editor wants that", async () => {
    const page = await addAda(noFace);
    await undecided(page);
    assert.equal(await focused(page), "");
    assert.equal(await page.evaluate(() => document.activeElement?.id), "photo-files");
    // Esc decides nothing.
    await page.keyboard.press("Escape");
    assert.equal(await focused(page), "Keep without a photo");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    assert.equal(await focused(page), "Add a person");
    await page.getByRole("link", { name: /Ada Hegerberg/ }).waitFor();
    assert.equal(site.calls.filter(({ method }) => method === "DELETE").length, 0);
  });

  it("removes them again if the editor wants that", async () => {
    const page = await addAda(noFace);
    await undecided(page);
    await page.getByRole("button", { name: "Remove Ada Hegerberg" }).press("Enter");
    await called(site, "DELETE /people/ada-hegerberg");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.getByRole("link", { name: /Ada Hegerberg/ }).waitFor({ state: "detached" });
    assert.equal(await focused(page), "Add a person");
  });

  it("takes another photo instead", async () => {
    const page = await addAda(noFace);
    await undecided(page);
    await page.getByRole("button", { name: "Remove", exact: true }).press("Enter");
    assert.equal(await page.evaluate(() => document.activeElement?.id), "photo-files");
    site.world.refusals.clear();
    await addPhoto(page);
    await page.getByRole("button", { name: "Send photos" }).press("Enter");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    assert.equal(site.world.people.find(({ id }) => id === "ada-hegerberg")?.photos, 1);
  });

  it("says whose face it is, merges both entries, and takes that back", async () => {
    const page = await addAda(taken);
    await page.getByRole("alert").getByText("This is the face of Son Heung-min. Is it the same person?").waitFor();
    await page.getByRole("button", { name: "Yes, merge them" }).press("Enter");
    const { body } = await called(site, "POST /people/ada-hegerberg/merge");
    assert.equal(body.toString(), '{"into":"son-heung-min"}');
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.getByRole("status").getByText("Ada Hegerberg is now one entry with Son Heung-min").waitFor();
    await page.getByRole("link", { name: /Ada Hegerberg/ }).waitFor({ state: "detached" });
    assert.equal(await focused(page), "Add a person");

    await page.getByRole("button", { name: "Undo" }).press("Enter");
    await called(site, "POST /undo/undo-1");
    await page.getByRole("link", { name: /Ada Hegerberg/ }).waitFor();
    assert.equal(await focused(page), "Add a person");
  });

  it("shows a taken name at its field", async () => {
    const detail = 'There is a person named "Son Heung-min" already; choose another name or use that one.';
    site.world.refusals.set("POST /people", { status: 409, code: "name-taken", detail });
    const { page } = await open(site, { admin: true });
    await page.getByRole("button", { name: "Add a person" }).press("Enter");
    const name = page.getByLabel("Name", { exact: true });
    await name.fill("Son Heung-min");
    await addPhoto(page);
    await page.getByRole("button", { name: "Add", exact: true }).press("Enter");
    await page.getByRole("alert").getByText(detail).waitFor();
    assert.equal(await name.evaluate((input) => input === document.activeElement), true);
    assert.equal(await name.getAttribute("aria-invalid"), "true");
    const description = await name.getAttribute("aria-describedby");
    assert.equal(await page.locator(`#${description}`).textContent(), detail);
    await name.press("a");
    assert.equal(await page.getByRole("alert").count(), 0);
  });

  it("hands the focus to the next person when one is removed from the watch list", async () => {
    site.world.people = [SON, ADA];
    const { page } = await open(site, { admin: true });
    await page.getByRole("button", { name: "Manage" }).press("Enter");
    for (const [removed, next] of [
      ["Son Heung-min", "Remove Ada Hegerberg"],
      ["Ada Hegerberg", "Close"],
    ]) {
      await page.getByRole("button", { name: `Remove ${removed}` }).press("Enter");
      const confirm = page.getByRole("dialog", { name: `Remove ${removed}?` });
      await confirm.getByRole("button", { name: "Remove" }).press("Enter");
      await page.getByRole("textbox", { name: `Name of ${removed}` }).waitFor({ state: "detached" });
      assert.equal(await focused(page), next);
    }
  });
});
