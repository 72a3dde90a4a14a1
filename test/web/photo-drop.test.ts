import assert from "node:assert/strict";
import type { JSHandle, Locator, Page } from "playwright-core";
import sharp from "sharp";
import { ADA, SON, channel } from "./fixtures.ts";
import { called, focused, pageSuite, until } from "./page-suite.ts";
import type { Site } from "./site.ts";

/** What a drag carries: files by name, JPEGs of one colour. */
async function dragged(page: Page, ...names: string[]): Promise<JSHandle<DataTransfer>> {
  const picture = await sharp({ create: { width: 300, height: 400, channels: 3, background: "#a06040" } })
    .jpeg()
    .toBuffer();
  return await page.evaluateHandle(
    ([bytes, files]) => {
      const data = new DataTransfer();
      for (const name of files) data.items.add(new File([new Uint8Array(bytes)], name, { type: "image/jpeg" }));
      return data;
    },
    [[...picture], names] as const,
  );
}

/** Whether dropping what is dragged over this place would be accepted. */
async function accepts(place: Locator, dataTransfer: JSHandle<DataTransfer>): Promise<boolean> {
  return await place.evaluate(
    (element, data) =>
      !element.dispatchEvent(new DragEvent("dragover", { bubbles: true, cancelable: true, dataTransfer: data })),
    dataTransfer,
  );
}

const entry = (page: Page, name: string) => page.locator(".person", { hasText: name });
const targets = (page: Page): Promise<string[]> => page.locator(".person.is-over .person-name").allTextContents();

describe("web: dropping photos on the watch list", function () {
  const { startSite, open } = pageSuite(this);
  let site: Site;
  beforeEach(async () => {
    site = await startSite({ channels: [channel()], people: [SON, ADA] });
  });
  const opened = async (admin = true): Promise<Page> => {
    const { page } = await open(site, { admin });
    await entry(page, SON.name).waitFor();
    return page;
  };

  it("adds someone new with the photos, anywhere on the list", async () => {
    const page = await opened();
    const files = await dragged(page, "one.jpg", "two.jpg");
    const title = page.getByRole("heading", { name: "Watch list" });
    // What takes drops is loaded once the page is there.
    await until(() => accepts(title, files));
    assert.deepEqual(await targets(page), ["Add a person"]);
    await title.dispatchEvent("drop", { dataTransfer: files });
    const dialog = page.getByRole("dialog", { name: "Add a person" });
    await dialog.getByText("Ready").nth(1).waitFor();
    assert.deepEqual(await targets(page), []);
    await page.keyboard.type("Sam");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    const sent = site.calls.filter(({ method, path }) => `${method} ${path}` === "POST /people/sam/photos");
    assert.equal(sent.length, 2);
    assert.equal(await focused(page), "Add a person");
  });

  it("adds photos to the person on whose entry they are dropped", async () => {
    const page = await opened();
    const files = await dragged(page, "one.jpg");
    await until(() => accepts(entry(page, ADA.name).locator(".person-name"), files));
    assert.deepEqual(await targets(page), [ADA.name]);
    assert.ok(await accepts(entry(page, SON.name), files));
    assert.deepEqual(await targets(page), [SON.name]);
    await entry(page, SON.name).dispatchEvent("drop", { dataTransfer: files });
    const dialog = page.getByRole("dialog", { name: "Photos of Son Heung-min" });
    await dialog.getByText("Ready").waitFor();
    await dialog.getByRole("button", { name: "Send photos" }).click();
    assert.equal((await called(site, `POST /people/${SON.id}/photos`)).type, "image/jpeg");
  });

  it("shows no target for what isn't a file, or once the files are dragged away", async () => {
    const page = await opened();
    const files = await dragged(page, "one.jpg");
    await until(() => accepts(entry(page, SON.name), files));
    await entry(page, SON.name).dispatchEvent("dragleave");
    assert.deepEqual(await targets(page), []);
    const text = await page.evaluateHandle(() => {
      const data = new DataTransfer();
      data.setData("text/plain", "Ada");
      return data;
    });
    assert.equal(await accepts(entry(page, SON.name), text), false);
    assert.deepEqual(await targets(page), []);
  });

  it("is not for viewers", async () => {
    const page = await opened(false);
    assert.equal(await accepts(entry(page, SON.name), await dragged(page, "one.jpg")), false);
  });

  it("takes a pasted photo in the dialog", async () => {
    const page = await opened();
    await page.getByRole("button", { name: "Add a person" }).click();
    const files = await dragged(page, "one.jpg");
    await page.getByLabel("Name", { exact: true }).evaluate((element, clipboardData) => {
      element.dispatchEvent(new ClipboardEvent("paste", { bubbles: true, clipboardData }));
    }, files);
    await page.getByRole("dialog").getByText("Ready").waitFor();
  });
});
