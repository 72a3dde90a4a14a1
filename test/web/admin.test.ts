import assert from "node:assert/strict";
import { SON, TOKEN, channel } from "./fixtures.ts";
import { called, pageSuite } from "./page-suite.ts";
import type { Site } from "./site.ts";

describe("web: signing in as the admin", function () {
  const { startSite, open } = pageSuite(this);
  let site: Site;
  beforeEach(async () => {
    site = await startSite({ channels: [channel()], people: [SON] });
  });

  it("removes the token from the address at once, and keeps it out of the page", async () => {
    const { page } = await open(site, { admin: true, path: "/?person=son-heung-min" });
    await page.getByRole("button", { name: "Sign out" }).waitFor();
    assert.equal(page.url(), `${site.url}/?person=son-heung-min`);
    assert.equal((await page.content()).includes(TOKEN), false);
  });

  it("sends the token only as a bearer token, and stays signed in", async () => {
    const { page } = await open(site, { admin: true });
    await page.getByRole("button", { name: "Sign out" }).waitFor();
    await page.reload();
    await page.getByRole("button", { name: "Start the channel" }).waitFor();
    const sent = site.calls.map(({ authorization }) => authorization).filter((header) => header !== undefined);
    assert.deepEqual([...new Set(sent)], [`Bearer ${TOKEN}`]);
    assert.equal(
      site.calls.some(({ path, query }) => `${path}?${query.toString()}`.includes(TOKEN)),
      false,
    );
  });

  it("signs in by a link that is pasted into the open page", async () => {
    const { page } = await open(site);
    await page.getByRole("heading", { name: "Off air" }).waitFor();
    await page.goto(`${site.url}/#admin=${TOKEN}`);
    await page.getByRole("button", { name: "Start the channel" }).waitFor();
    assert.equal(page.url(), `${site.url}/`);
  });

  it("signs out, and forgets the token", async () => {
    const { page } = await open(site, { admin: true });
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("button", { name: "Start the channel" }).waitFor({ state: "detached" });
    assert.deepEqual(await page.evaluate(() => [localStorage.length, sessionStorage.length]), [0, 0]);
    await page.reload();
    await page.getByRole("heading", { name: "Off air" }).waitFor();
    assert.equal(await page.getByRole("button", { name: "Sign out" }).count(), 0);
  });

  it("says that a link is wrong, forgets its token, and continues as a viewer who was never signed in", async () => {
    const { page } = await open(site);
    await page.getByRole("heading", { name: "Off air" }).waitFor();
    await page.evaluate(() => {
      document.title = "";
      new MutationObserver(() => {
        if (document.querySelector("header")?.textContent.includes("Sign out")) document.title = "signed in";
      }).observe(document, { subtree: true, childList: true });
    });
    await page.goto(`${site.url}/#admin=an-old-token`);
    const alert = page.getByRole("alert");
    await alert.getByText("This admin link is wrong or no longer valid.").waitFor();
    await page.getByRole("link", { name: /Son Heung-min/ }).waitFor();
    assert.equal(await page.title(), "");
    assert.deepEqual(await page.evaluate(() => [localStorage.length, sessionStorage.length]), [0, 0]);
    await alert.getByRole("button", { name: "Close" }).click();
    await alert.waitFor({ state: "detached" });
  });

  it("signs out when the token was replaced since", async () => {
    const { page } = await open(site, { admin: true });
    await page.getByRole("button", { name: "Sign out" }).waitFor();
    site.world.refusals.set("HEAD /webhooks", { status: 401, code: "unauthorized", detail: "The token is wrong." });
    await page.reload();
    await page.getByRole("alert").getByText("This admin link is wrong or no longer valid.").waitFor();
    assert.equal(await page.getByRole("button", { name: "Sign out" }).count(), 0);
  });

  it("asks again about a link that could not be checked", async () => {
    site.world.refusals.set("HEAD /webhooks", { status: 503, code: "busy", detail: "Try again." });
    const { page } = await open(site, { admin: true });
    await page.getByRole("heading", { name: "Off air" }).waitFor();
    await called(site, "HEAD /webhooks");
    assert.equal(await page.getByRole("button", { name: "Sign out" }).count(), 0);
    site.world.refusals.clear();
    await page.getByRole("button", { name: "Sign out" }).waitFor();
  });

  it("keeps the token in no storage that outlives the tab", async () => {
    const { page } = await open(site, { admin: true });
    await page.getByRole("button", { name: "Sign out" }).waitFor();
    const another = await page.context().newPage();
    await another.goto(site.url);
    await another.getByRole("heading", { name: "Off air" }).waitFor();
    assert.deepEqual(await another.evaluate(() => [localStorage.length, sessionStorage.length]), [0, 0]);
    assert.equal(await another.getByRole("button", { name: "Sign out" }).count(), 0);
  });
});
