import assert from "node:assert/strict";
import { SON, TOKEN, channel } from "./fixtures.ts";
import { pageSuite } from "./page-suite.ts";
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
    assert.deepEqual([...new Set(site.calls.map(({ authorization }) => authorization))], [`Bearer ${TOKEN}`]);
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
    assert.deepEqual(await page.evaluate(() => localStorage.length), 0);
    await page.reload();
    await page.getByRole("heading", { name: "Off air" }).waitFor();
    assert.equal(await page.getByRole("button", { name: "Sign out" }).count(), 0);
  });

  it("says that a link is no longer valid, and continues as a viewer", async () => {
    const { page } = await open(site, { path: "/#admin=an-old-token" });
    await page.getByRole("alert").getByText("That admin link is no longer valid. Open the current one.").waitFor();
    await page.getByRole("heading", { name: "Off air" }).waitFor();
    await page.getByRole("link", { name: /Son Heung-min/ }).waitFor();
    assert.equal(await page.getByRole("button", { name: "Sign out" }).count(), 0);
  });
});
