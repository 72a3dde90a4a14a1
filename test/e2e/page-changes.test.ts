import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { launchBrowser } from "../support/browser.ts";
import { startSpotlight, until, type Spotlight } from "../support/spotlight.ts";

/** An open page hears of what changes over the real stream, and asks for it once. */
describe("the page, fresh without polling", function () {
  this.timeout(90_000);
  let data: string;
  let spotlight: Spotlight;
  let browser: Browser;
  let page: Page;
  const asked: string[] = [];

  before(async () => {
    data = await mkdtemp(join(tmpdir(), "page-changes-"));
    spotlight = await startSpotlight(data, ["--config", "people=[]"]);
    browser = await launchBrowser();
    page = await browser.newPage();
    page.on("request", (request) => {
      const { pathname } = new URL(request.url());
      if (pathname.startsWith("/api/")) asked.push(pathname);
    });
  });
  after(async () => {
    await browser.close();
    await spotlight.stop();
    await rm(data, { recursive: true, force: true });
  });

  it("shows whoever was added, within a second, and asks only for the people", async () => {
    const reset = page.waitForEvent("websocket").then((socket) => socket.waitForEvent("framereceived"));
    await page.goto(spotlight.outputs.pageUrl);
    await reset;
    await page.getByRole("heading", { name: "Stand by" }).waitFor();
    const tookMs: number[] = [];
    for (let i = 1; i <= 20; i++) {
      const begun = performance.now();
      const response = await fetch(`${spotlight.outputs.apiUrl}/people`, {
        method: "POST",
        headers: { authorization: `Bearer ${spotlight.outputs.adminToken}`, "content-type": "application/json" },
        body: JSON.stringify({ name: `Ada ${i}` }),
      });
      assert.equal(response.status, 201);
      await page.getByRole("link", { name: `Ada ${i}`, exact: false }).first().waitFor();
      tookMs.push(performance.now() - begun);
    }
    tookMs.sort((a, b) => a - b);
    console.log(`      request to page: median ${tookMs[10]!.toFixed(0)} ms, most ${tookMs.at(-1)!.toFixed(0)} ms`);
  });

  it("gets what it has without its body: 304", async () => {
    await page.reload();
    await until(() => asked.filter((path) => path === "/api/channels").length >= 2, {
      within: 10_000,
      what: () => `the page asks again; it asked for ${asked.join()}`,
    });
  });
});
