import assert from "node:assert/strict";
import type { Locator, Page } from "playwright-core";
import { SON, channel, person } from "./fixtures.ts";
import { called, focused, pageSuite, until } from "./page-suite.ts";
import type { Site } from "./site.ts";

const ADA = person("ada", "Ada", { photos: 3, clips: 12 });
const ADA_L = person("ada-l", "Ada L.", { clips: 2 });
const TWIN = person("twin", "Twin of Son", { photos: 2 });

describe("web: possible duplicates", function () {
  const { startSite, open } = pageSuite(this);
  let site: Site;
  beforeEach(async () => {
    site = await startSite({
      channels: [channel()],
      people: [ADA, ADA_L, SON, TWIN, person("known", "Well Known", { photos: 0 })],
      // Each finds the other, as the collection is searched for both.
      resembling: new Map([
        [ADA.id, [{ id: ADA_L.id, name: ADA_L.name, similarity: 91.4 }]],
        [ADA_L.id, [{ id: ADA.id, name: ADA.name, similarity: 93.2 }]],
        [SON.id, [{ id: TWIN.id, name: TWIN.name, similarity: 70 }]],
      ]),
    });
  });

  const openList = async (page: Page): Promise<Locator> => {
    await page.getByRole("button", { name: "Manage" }).press("Enter");
    return page.getByRole("dialog", { name: "Watch list" });
  };
  const questions = (list: Locator): Promise<string[]> => list.locator(".pair p").allTextContents();
  const asksOnly = (list: Locator, ...expected: string[]): Promise<boolean> =>
    until(async () => JSON.stringify(await questions(list)) === JSON.stringify(expected));
  const adas = "Ada and Ada L. may be the same person93% similar";
  const sons = "Son Heung-min and Twin of Son may be the same person70% similar";

  it("are found when it is asked for, and merged into the entry that has more, which can be taken back", async () => {
    const { page, faults } = await open(site, { admin: true });
    const list = await openList(page);
    await list.getByRole("status").getByText("Compares all faces on the watch list with each other.").waitFor();
    assert.equal(site.calls.filter(({ path }) => path.endsWith("/look-alikes")).length, 0);
    await list.getByRole("button", { name: "Find duplicates" }).press("Enter");
    await asksOnly(list, adas, sons);
    // Who has no photo can't be compared.
    assert.deepEqual(
      site.calls.filter(({ path }) => path.endsWith("/look-alikes")).map(({ path }) => path.split("/")[2]),
      ["ada", "ada-l", "son-heung-min", "twin"],
    );

    assert.equal(await focused(page), "Find duplicates");
    await page.keyboard.press("Tab");
    assert.equal(await focused(page), "Merge into Ada");
    await page.keyboard.press("Enter");
    assert.equal((await called(site, "POST /people/ada-l/merge")).body.toString(), '{"into":"ada"}');
    await asksOnly(list, sons);
    await until(async () => (await focused(page)) === "Merge into Son Heung-min");
    await list.getByRole("status").getByText("Ada L. is now one entry with Ada").waitFor();
    await list.getByRole("button", { name: "Undo" }).press("Enter");
    await list.getByRole("status").getByText("Undone").waitFor();
    await asksOnly(list, adas, sons);
    assert.notEqual(await focused(page), "BODY");
    assert.deepEqual(faults, []);
  });

  it("that are different people are not shown again in this browser, unless that is taken back", async () => {
    const { page } = await open(site, { admin: true });
    const list = await openList(page);
    const find = list.getByRole("button", { name: "Find duplicates" });
    await find.press("Enter");
    await asksOnly(list, adas, sons);
    const different = list.getByRole("button", { name: "They are different" });
    await different.first().press("Enter");
    await asksOnly(list, sons);
    await list.getByRole("status").getByText("Not shown again in this browser").waitFor();
    await list.getByRole("button", { name: "Undo" }).press("Enter");
    await asksOnly(list, adas, sons);
    await different.first().press("Enter");
    await different.first().press("Enter");
    await list.getByRole("status").getByText("Nobody looks like two entries of the same person.").waitFor();
    assert.equal(await focused(page), "Find duplicates");

    await page.reload();
    await openList(page);
    await find.press("Enter");
    await list.getByRole("status").getByText("Nobody looks like two entries of the same person.").waitFor();
  });

  it("can't be looked for when the API fails, and merging says why it failed", async () => {
    const { page } = await open(site, { admin: true });
    const list = await openList(page);
    site.world.refusals.set("POST /people/ada-l/merge", { status: 503, code: "busy", detail: "Try again." });
    await list.getByRole("button", { name: "Find duplicates" }).press("Enter");
    await asksOnly(list, adas, sons);
    await list.getByRole("button", { name: "Merge into Ada" }).press("Enter");
    await list.locator(".pair").getByRole("alert").getByText("Try again.").waitFor();

    site.world.refusals.set("GET /people/ada-l/look-alikes", { status: 503, code: "busy", detail: "Try later." });
    await list.getByRole("button", { name: "Find duplicates" }).press("Enter");
    await list.getByRole("alert").getByText("Try later.").waitFor();
  });

  it("fit a small phone, in Korean", async () => {
    const { page } = await open(site, { admin: true, locale: "ko-KR", viewport: { width: 320, height: 640 } });
    await page.getByRole("button", { name: "관리" }).click();
    await page.getByRole("button", { name: "중복 인물 찾기" }).click();
    await page.getByText("Ada, Ada L.: 같은 인물일 수 있어요").waitFor();
    const dialog = page.getByRole("dialog");
    assert.ok(await dialog.evaluate(({ scrollWidth, clientWidth }) => scrollWidth <= clientWidth));
  });
});
