import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";
import { ADA, SON, earlier, failedRecording, recording } from "./fixtures.ts";
import { focused, pageSuite } from "./page-suite.ts";
import { decoded } from "../support/browser.ts";
import { face, frame } from "./frames.ts";
import { worlds } from "./worlds.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const standard = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** What axe finds wrong with the page as it is, in each theme. */
async function violations(page: Page): Promise<string[]> {
  const found: string[] = [];
  // As a debugger would: the page's policy refuses scripts of others.
  await page.evaluate(axe);
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const { violations: wrong } = await page.evaluate<AxeResults>(
      `axe.run({ runOnly: ${JSON.stringify(standard)}, resultTypes: ["violations"] })`,
    );
    for (const { id, nodes } of wrong)
      for (const { html, failureSummary } of nodes) found.push(`${colorScheme} ${id}: ${html}\n${failureSummary}`);
  }
  return found;
}

describe("web: accessibility", function () {
  const { startSite, open } = pageSuite(this);

  for (const [name, world] of Object.entries(worlds)) {
    for (const locale of ["en-GB", "ko-KR"]) {
      it(`has nothing to mend for the admin, ${name}, in ${locale}`, async () => {
        const site = await startSite(world);
        const { page } = await open(site, { admin: true, locale });
        await page.locator(".clips-head + *:not([aria-hidden])").waitFor();
        assert.deepEqual(await violations(page), []);
      });
    }
  }

  it("has nothing to mend where an earlier broadcast is chosen, nor where the link leads nowhere", async () => {
    const week = earlier(7);
    const recordings = [week.of(recording(0)), ...worlds.live.recordings];
    const site = await startSite({ ...worlds.live, recordings });
    const { page } = await open(site, { path: `/?broadcast=${week.name}` });
    await page.locator(".chosen-broadcast").waitFor();
    assert.deepEqual(await violations(page), []);
    await page.goto(`${site.url}/?broadcast=nonsense`);
    await page.getByText("There is no such broadcast.").waitFor();
    assert.deepEqual(await violations(page), []);
  });

  it("has nothing to mend in the faces of a picture, and where they get a name", async () => {
    const known = { id: "ada-hegerberg", name: "Ada Hegerberg" };
    const site = await startSite({ ...worlds.live, frame: frame([face(), face(0.02, known), face(0.84)]) });
    const { page } = await open(site, { admin: true });
    const found: string[] = [];
    const check = async (picture: string) => {
      const part = page.locator(picture);
      await part.getByRole("button", { name: "Who is this?" }).click();
      await part.locator(".face-box").first().waitFor();
      found.push(...(await violations(page)));
    };
    await decoded(page, { selector: ".live-video" });
    await page.locator(".live-video").press("k");
    await check(".live-frame");
    await page.locator("[data-clip]").first().click();
    // It stops at its end.
    await page.locator('.moment-frame[data-phase="ended"]').waitFor();
    await check(".moment-frame");
    const part = page.locator(".moment-frame");
    await part.getByRole("button", { name: "Follow face 1 of 3" }).click();
    await page.getByLabel("Name").fill(known.name);
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Add this face to Ada Hegerberg" }).waitFor();
    found.push(...(await violations(page)));
    assert.deepEqual(found, []);
  });

  it("has nothing to mend while a moment or all of them play", async () => {
    const site = await startSite(worlds.live);
    const { page } = await open(site, { admin: true });
    const found: string[] = [];
    await page.locator("[data-clip]").first().click();
    await page.getByRole("region", { name: "Son Heung-min, Sun 22 Nov, 18:01:20" }).waitFor();
    found.push(...(await violations(page)));
    await page.getByRole("link", { name: "Play all" }).click();
    await page.getByRole("link", { name: "Open this moment" }).waitFor();
    found.push(...(await violations(page)));
    assert.deepEqual(found, []);
  });

  it("has nothing to mend in any dialog", async () => {
    const site = await startSite(worlds.live);
    const { page } = await open(site, { admin: true });
    const found: string[] = [];
    const check = async (dialog: string) => {
      await page.getByRole("dialog", { name: dialog }).waitFor();
      found.push(...(await violations(page)));
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").first().waitFor({ state: "detached" });
      assert.notEqual(await focused(page), "BODY");
    };
    await page.getByRole("button", { name: "Download all" }).click();
    await page.getByText("One MP4 of 8 moments").waitFor();
    await check("Download all moments");
    await page.getByRole("button", { name: "Add a person" }).click();
    await check("Add a person");
    await page.getByRole("button", { name: "Manage" }).click();
    site.world.resembling.set(SON.id, [{ id: ADA.id, name: ADA.name, similarity: 91 }]);
    await page.getByRole("button", { name: "Find duplicates" }).click();
    await page.getByText("Son Heung-min and Ada Hegerberg may be the same person").waitFor();
    await check("Watch list");
    await page.getByRole("button", { name: "All broadcasts" }).click();
    await page.locator(".broadcast").nth(1).waitFor();
    await check("Broadcasts");
    site.world.recordings = [failedRecording(1)];
    await page.getByRole("link", { name: "Recordings" }).click();
    await page.getByText("It could not be converted.").waitFor();
    await check("Recordings");
    await page.getByRole("button", { name: "Mark" }).click();
    await check("What happened?");
    await page.locator(".live-video").press("?");
    await check("Keys");
    assert.deepEqual(found, []);
  });
});
