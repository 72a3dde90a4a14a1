import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { ADA, SON, channel, clip, liveChannel, person } from "./fixtures.ts";
import { focused, pageSuite, until } from "./page-suite.ts";

const moment = clip(SON, 20, { durationMs: 1500 });

describe("web: links that lead nowhere", function () {
  const { startSite, open } = pageSuite(this);

  it("say that a moment is gone, and lead to the others by one key", async () => {
    const site = await startSite({ channels: [channel()], people: [SON], clips: [moment] });
    const { page, faults } = await open(site, { path: "/?clip=gone" });
    await page.getByRole("alert").getByText("It was deleted, or the link is incomplete.").waitFor();
    assert.equal(await focused(page), "Show all moments");
    await page.keyboard.press("Enter");
    await page.locator(".moment-stage").waitFor({ state: "detached" });
    assert.equal(page.url(), `${site.url}/`);
    assert.equal(await focused(page), "Moments");
    assert.deepEqual(faults, []);
  });

  it("say that a moment was rejected", async () => {
    const site = await startSite({
      channels: [channel()],
      people: [SON],
      clips: [{ ...moment, review: "rejected" }],
    });
    const { page } = await open(site, { path: `/?clip=${moment.id}` });
    await page.getByRole("heading", { name: "This moment was rejected" }).waitFor();
    await page
      .getByRole("alert")
      .getByText("An editor found that it doesn't show the person who was recognised in it.")
      .waitFor();
    assert.equal(await page.locator("video.moment-video").isVisible(), false);
    assert.equal(await focused(page), "Show all moments");
  });

  it("try again where only the connection failed", async () => {
    const site = await startSite({ channels: [channel()], people: [SON], clips: [] });
    const detail = "AWS is throttling these calls. Try again in a few seconds.";
    site.world.refusals.set(`GET /clips/${moment.id}`, { status: 503, code: "busy", detail });
    const { page } = await open(site, { path: `/?clip=${moment.id}` });
    await page.getByRole("alert").getByText(detail).waitFor();
    site.world.refusals.clear();
    site.world.clips = [moment];
    await page.getByRole("button", { name: "Try again" }).press("Enter");
    await page.getByRole("region", { name: "Son Heung-min, Sun 22 Nov, 18:00:20" }).waitFor();
    assert.equal(await focused(page), "Moment of Son Heung-min");
  });

  it("say that nobody is who was asked for, and lead to everyone", async () => {
    const site = await startSite({ channels: [channel()], people: [SON, ADA], clips: [moment] });
    const { page } = await open(site, { path: "/?person=nobody" });
    await page.getByText("Nobody on the watch list is “nobody”.").waitFor();
    await page.getByRole("link", { name: "Show all moments" }).press("Enter");
    await page.locator("[data-clip]").waitFor();
    assert.equal(page.url(), `${site.url}/`);
    assert.equal(await page.getByText("Nobody on the watch list").count(), 0);
  });

  it("lead to whom someone was merged into", async () => {
    const site = await startSite({
      channels: [channel()],
      people: [SON],
      clips: [moment],
      merged: new Map([["sonny", SON.id]]),
    });
    const { page } = await open(site, { path: "/?person=sonny" });
    await page.getByRole("heading", { name: "Moments of Son Heung-min" }).waitFor();
    assert.equal(page.url(), `${site.url}/?person=son-heung-min`);
  });

  it("say that there is no such channel", async () => {
    const site = await startSite({ channels: [channel()], people: [SON], clips: [moment] });
    const { page } = await open(site, { path: "/?channel=nowhere" });
    await page.getByText("There is no channel “nowhere”.").waitFor();
    await page.getByRole("link", { name: "Show all moments" }).press("Enter");
    await page.getByText("There is no channel “nowhere”.").waitFor({ state: "detached" });
    assert.equal(page.url(), `${site.url}/`);
  });
});

const titled = (page: Page, title: string) =>
  until(async () => (await page.title()) === title, `The title never became “${title}”.`);

describe("web: what the page says of people", function () {
  const { startSite, open } = pageSuite(this);

  it("titles the document with the open moment, the chosen people, or what is live", async () => {
    const site = await startSite({ channels: [channel()], people: [SON, ADA], clips: [moment] });
    const { page } = await open(site, { path: "/?person=son-heung-min&person=ada-hegerberg" });
    await titled(page, "Son Heung-min and Ada Hegerberg · Spotlight");
    await page.locator("[data-clip]").press("Enter");
    await titled(page, "Son Heung-min, Sun 22 Nov, 18:00:20 · Spotlight");
    await page.keyboard.press("Escape");
    await titled(page, "Son Heung-min and Ada Hegerberg · Spotlight");
    await page.goto(site.url);
    await page.getByRole("heading", { name: "Off air" }).waitFor();
    assert.equal(await page.title(), "Spotlight");
    site.world.channels = [liveChannel()];
    await page.reload();
    await titled(page, "● Main · Spotlight");
  });

  it("counts one moment as one", async () => {
    const site = await startSite({ channels: [channel()], people: [SON, ADA] });
    const { page } = await open(site);
    await page.getByRole("link", { name: "Ada Hegerberg 1 moment", exact: true }).waitFor();
    await page.getByRole("link", { name: "Son Heung-min 3 moments", exact: true }).waitFor();
  });

  it("doesn't promise moments of someone well known who has no photo, and asks for one", async () => {
    const known = person("son", "Son", { photos: 0, celebrity: "Son Heung-min" });
    const site = await startSite({ channels: [liveChannel()], people: [known] });
    const { page } = await open(site, { admin: true });
    await page.getByText("No photo to look for yet.").waitFor();
    await page.getByText("With a photo, Spotlight finds them anywhere.").waitFor();
    await page.locator(".empty").getByRole("button", { name: "Add a photo" }).press("Enter");
    await page.getByRole("dialog", { name: "Photos of Son" }).waitFor();
  });
});
