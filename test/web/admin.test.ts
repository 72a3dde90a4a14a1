import assert from "node:assert/strict";
import type { Browser } from "playwright-core";
import { launchBrowser } from "../support/browser.ts";
import { SON, TOKEN, channel } from "./fixtures.ts";
import { open } from "./open.ts";
import { type Site, startSite } from "./site.ts";

describe("web: signing in as the admin", function () {
  this.timeout(60_000);
  let browser: Browser;
  let site: Site;

  before(async () => {
    browser = await launchBrowser();
  });
  after(() => browser.close());
  beforeEach(async () => {
    site = await startSite({ channels: [channel()], people: [SON] });
  });
  afterEach(() => site.close());

  it("takes the token out of the address at once, and keeps it out of the page", async () => {
    const { page, close } = await open(browser, site, { admin: true, path: "/?person=son-heung-min" });
    await page.getByRole("button", { name: "Sign out" }).waitFor();
    assert.equal(page.url(), `${site.url}/?person=son-heung-min`);
    assert.equal((await page.content()).includes(TOKEN), false);
    await close();
  });

  it("sends the token only as a bearer token, and stays signed in", async () => {
    const { page, close } = await open(browser, site, { admin: true });
    await page.getByRole("button", { name: "Sign out" }).waitFor();
    await page.reload();
    await page.getByRole("button", { name: "Start the channel" }).waitFor();
    assert.deepEqual([...new Set(site.calls.map(({ authorization }) => authorization))], [`Bearer ${TOKEN}`]);
    assert.equal(
      site.calls.some(({ path, query }) => `${path}?${query.toString()}`.includes(TOKEN)),
      false,
    );
    await close();
  });

  it("signs in by a link that is pasted into the open page", async () => {
    const { page, close } = await open(browser, site);
    await page.getByRole("heading", { name: "Off air" }).waitFor();
    await page.goto(`${site.url}/#admin=${TOKEN}`);
    await page.getByRole("button", { name: "Start the channel" }).waitFor();
    assert.equal(page.url(), `${site.url}/`);
    await close();
  });

  it("signs out, and forgets the token", async () => {
    const { page, close } = await open(browser, site, { admin: true });
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("button", { name: "Start the channel" }).waitFor({ state: "detached" });
    assert.deepEqual(await page.evaluate(() => localStorage.length), 0);
    await page.reload();
    await page.getByRole("heading", { name: "Off air" }).waitFor();
    assert.equal(await page.getByRole("button", { name: "Sign out" }).count(), 0);
    await close();
  });

  it("says that a link is no longer valid, and goes on as a viewer", async () => {
    const { page, close } = await open(browser, site, { path: "/#admin=an-old-token" });
    await page.getByRole("alert").getByText("That admin link is no longer valid. Open the current one.").waitFor();
    await page.getByRole("heading", { name: "Off air" }).waitFor();
    await page.getByRole("link", { name: /Son Heung-min/ }).waitFor();
    assert.equal(await page.getByRole("button", { name: "Sign out" }).count(), 0);
    await close();
  });
});
