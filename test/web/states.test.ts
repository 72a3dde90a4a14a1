import assert from "node:assert/strict";
import type { Channel } from "../../web/src/api/types.ts";
import { decoded } from "../support/browser.ts";
import { channel, liveChannel, recording } from "./fixtures.ts";
import { called, pageSuite } from "./page-suite.ts";

/** What each state without a picture says to viewers and to editors, and what editors can press. */
const STATES: [Partial<Channel>, heading: string, viewer: string, editor: string, action: string | undefined][] = [
  [
    { state: "idle" },
    "Off air",
    "The picture appears here by itself when the broadcast begins.",
    "Start the channel, then stream to it.",
    "Start the channel",
  ],
  [
    { state: "starting" },
    "Starting",
    "The broadcast is about to begin. The picture appears here by itself.",
    "The channel is getting ready, which can take a minute. Set up OBS meanwhile.",
    "Copy Server",
  ],
  [
    { state: "running" },
    "Stand by",
    "The picture appears here by itself as soon as someone streams.",
    "The channel is ready, and nobody streams to it. The picture appears here when your stream arrives.",
    "Copy Server",
  ],
  [
    { state: "stopping" },
    "Going off air",
    "The broadcast is over. Its last moments still appear below.",
    "The channel is stopping. You can start it again in a moment. What was recorded is still being searched.",
    undefined,
  ],
  [
    { state: "failed" },
    "Channel failed",
    "It shows no picture until someone starts it again. Tell the person who runs this channel.",
    "AWS could not create or update it. Start it again; if that fails, deploy it again.",
    "Start again",
  ],
];

const MINUTE_MS = 60_000;

describe("web: what the live stage says in each state", function () {
  const { startSite, open } = pageSuite(this);

  for (const [part, heading, forViewers, forEditors, action] of STATES) {
    it(`says “${heading}” while the channel is ${part.state}, and what comes next`, async () => {
      const site = await startSite({ channels: [channel(part)] });
      const viewer = await open(site);
      await viewer.page.getByRole("heading", { name: heading }).waitFor();
      await viewer.page.getByText(forViewers).waitFor();
      assert.equal(await viewer.page.locator(".live button").count(), 0);
      await viewer.close();

      const { page } = await open(site, { admin: true });
      await page.getByText(forEditors).waitFor();
      if (action !== undefined) await page.locator(".slate").getByRole("button", { name: action }).waitFor();
      assert.equal(await page.getByText("Live", { exact: true }).count(), 0);
    });
  }

  it("waits for a first picture after a stop and a start that it did not see, and counts nothing", async () => {
    const site = await startSite({ channels: [liveChannel()], recordings: [recording(0)] });
    const { page } = await open(site);
    await decoded(page);
    await page.locator(".score-bug time").waitFor();
    site.world.channels = [liveChannel({ live: false, startedAt: "2026-11-22T20:00:00.000Z" })];
    await page.getByRole("heading", { name: "Stand by" }).waitFor();
    assert.equal(await page.locator(".score-bug, video").count(), 0);
    assert.equal(await page.title(), "Spotlight");
  });

  it("waits for a first picture after a stop and a start that it saw, too", async () => {
    const site = await startSite({ channels: [liveChannel()] });
    const { page } = await open(site);
    await decoded(page);
    site.world.channels = [liveChannel({ state: "stopping", live: false })];
    await page.getByRole("heading", { name: "Going off air" }).waitFor();
    // MediaLive says that it runs before the event arrives that tells since when.
    site.world.channels = [liveChannel({ live: false })];
    await page.getByRole("heading", { name: "Stand by" }).waitFor();
  });

  it("counts from the broadcast's first picture, not from when the channel began to run", async () => {
    const startedAt = new Date(Date.now() - 24 * MINUTE_MS).toISOString();
    const at = (agoMs: number) => new Date(Date.now() - agoMs).toISOString();
    const site = await startSite({ channels: [liveChannel({ startedAt })] });
    const { page } = await open(site);
    await decoded(page);
    // Before the first recording has its place in time, nobody knows; one of the run before doesn't count.
    assert.equal(await page.locator(".score-bug time").count(), 0);
    site.world.recordings = [
      recording(0, { start: at(30 * MINUTE_MS) }),
      recording(1, { start: at(20 * MINUTE_MS), state: "idle" }),
      recording(2, { start: at(5 * MINUTE_MS) }),
      recording(3, { start: at(4 * MINUTE_MS) }),
    ];
    await page.reload();
    await page.locator(".score-bug time").waitFor();
    assert.match((await page.locator(".score-bug time").textContent()) ?? "", /^(4:5\d|5:[01]\d)$/);
  });

  it("says that there is no signal, and after a minute what to do about it", async () => {
    const site = await startSite({ channels: [liveChannel()], recordings: [recording(0)] });
    const { page } = await open(site, { admin: true });
    await page.clock.install();
    await page.reload();
    await decoded(page);
    site.world.channels = [liveChannel({ live: false })];
    await page.locator(".score-bug").getByText("No signal").waitFor();
    assert.equal(await page.locator(".score-bug time").count(), 0);
    await page.clock.fastForward(MINUTE_MS);
    await page.getByRole("heading", { name: "Stand by" }).waitFor();
    await page.getByRole("button", { name: "Copy Server" }).waitFor();
  });

  it("offers an editor the demo where there is one, starts it, and waits for its picture", async () => {
    const site = await startSite({ channels: [channel({ state: "running" })], demo: true });
    const { page } = await open(site, { admin: true });
    await page.getByRole("button", { name: "Try the demo" }).click();
    await called(site, "POST /demo");
    assert.equal(await page.getByRole("button", { name: "The demo is starting…" }).isDisabled(), true);
    site.world.channels = [liveChannel()];
    await decoded(page);
  });

  it("says why the demo did not start, and offers it again", async () => {
    const site = await startSite({ channels: [channel({ state: "running" })], demo: true });
    site.world.refusals.set("POST /demo", { status: 500, code: "internal", detail: "The demo could not be started." });
    const { page } = await open(site, { admin: true });
    await page.getByRole("button", { name: "Try the demo" }).click();
    await page.getByRole("alert").getByText("The demo could not be started.").waitFor();
    assert.equal(await page.getByRole("button", { name: "Try the demo" }).isEnabled(), true);
  });

  it("offers the demo neither where there is none nor to viewers, who don't even ask", async () => {
    const site = await startSite({ channels: [channel({ state: "running" })] });
    const viewer = await open(site);
    await viewer.page.getByRole("heading", { name: "Stand by" }).waitFor();
    await viewer.page.waitForLoadState("networkidle");
    assert.equal(
      site.calls.some(({ path }) => path === "/openapi.json"),
      false,
    );
    const { page } = await open(site, { admin: true });
    await called(site, "GET /openapi.json");
    await page.waitForLoadState("networkidle");
    assert.equal(await page.getByRole("button", { name: /demo/i }).count(), 0);
  });

  it("lets the keyboard read a long address on a narrow screen", async () => {
    const running = channel({ state: "running" });
    const server = "rtmp://a-long-name-of-an-ingest-server.example.com:1935/spotlight";
    const site = await startSite({ channels: [{ ...running, ingest: { ...running.ingest!, server } }] });
    const { page } = await open(site, { admin: true, viewport: { width: 320, height: 640 } });
    const address = page.locator(".copy-field code").first();
    await address.getByText(server).waitFor();
    while (!(await address.evaluate((element) => element === document.activeElement))) await page.keyboard.press("Tab");
    await page.keyboard.press("ArrowRight");
    await page.waitForFunction(() => (document.activeElement?.scrollLeft ?? 0) > 0);
  });
});
