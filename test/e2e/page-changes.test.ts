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
  /** Path and status of each answer of the API, as it came over the network: 304 is not yet resolved by the cache. */
  const answers: { path: string; editor: boolean; status: number }[] = [];

  before(async () => {
    data = await mkdtemp(join(tmpdir(), "page-changes-"));
    spotlight = await startSpotlight(data, ["--config", "people=[]"]);
    browser = await launchBrowser();
    page = await browser.newPage();
    const network = await page.context().newCDPSession(page);
    const requests = new Map<string, { path: string; editor: boolean }>();
    network.on("Network.requestWillBeSent", ({ requestId, request: { url, headers } }) =>
      requests.set(requestId, { path: new URL(url).pathname, editor: headers["authorization"] !== undefined }),
    );
    network.on("Network.responseReceivedExtraInfo", ({ requestId, statusCode: status }) => {
      const request = requests.get(requestId);
      if (request?.path.startsWith("/api/") === true) answers.push({ ...request, status });
    });
    await network.send("Network.enable");
  });
  after(async () => {
    await browser.close();
    await spotlight.stop();
    await rm(data, { recursive: true, force: true });
  });

  /** How the page was answered when it asked for a list, once it has asked so many times. */
  async function answered(list: string, times: number, as: { editor: boolean }): Promise<number[]> {
    const statuses = (): number[] =>
      answers.filter(({ path, editor }) => path === `/api/${list}` && editor === as.editor).map(({ status }) => status);
    await until(() => statuses().length >= times, { within: 15_000, what: () => `the page asks for the ${list}` });
    return statuses();
  }

  it("shows whoever was added within a second, and polls nothing", async () => {
    await page.goto(spotlight.outputs.pageUrl);
    // Again three seconds after the stream's `reset`, when it is the same.
    assert.deepEqual(await answered("people", 2, { editor: false }), [200, 304]);
    await page.getByRole("heading", { name: "Stand by" }).waitFor();
    answers.length = 0;
    const tookMs: number[] = [];
    for (let i = 1; i <= 8; i++) {
      const begun = performance.now();
      const response = await fetch(`${spotlight.outputs.apiUrl}/people`, {
        method: "POST",
        headers: { authorization: `Bearer ${spotlight.outputs.adminToken}`, "content-type": "application/json" },
        body: JSON.stringify({ name: `Player ${i} of 8` }),
      });
      assert.equal(response.status, 201);
      await page.getByRole("link", { name: `Player ${i} of 8` }).waitFor();
      tookMs.push(performance.now() - begun);
    }
    tookMs.sort((a, b) => a - b);
    console.log(`      request to page: median ${tookMs[4]!.toFixed(0)} ms, most ${tookMs.at(-1)!.toFixed(0)} ms`);
    // They come faster than a list is loaded, once a second.
    assert.ok(tookMs[4]! < 1500, `half of them took up to ${tookMs[4]} ms`);
    // Polled, it would be every two seconds; the channel may have started just before.
    const channels = answers.filter(({ path }) => path === "/api/channels").length;
    assert.ok(channels <= 2, `asked ${channels} times for the channels`);
  });

  it("answers an editor whole, since what only they may read is never kept", async () => {
    await page.goto(`${spotlight.outputs.pageUrl}#admin=${spotlight.outputs.adminToken}`);
    await page.getByRole("button", { name: "Copy Stream key" }).waitFor();
    await page.reload();
    await answered("channels", 1, { editor: true });
    await page.reload();
    assert.deepEqual(new Set(await answered("channels", 2, { editor: true })), new Set([200]));
  });
});
