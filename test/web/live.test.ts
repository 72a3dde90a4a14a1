import assert from "node:assert/strict";
import { decoded, videoState } from "../support/browser.ts";
import { channel, liveChannel } from "./fixtures.ts";
import { announced, called, pageSuite } from "./page-suite.ts";

describe("web: the live stage", function () {
  const { startSite, open } = pageSuite(this);

  it("says that it is off air, and offers a viewer nothing to start", async () => {
    const site = await startSite({ channels: [channel()] });
    const { page } = await open(site);
    await page.getByRole("heading", { name: "Off air" }).waitFor();
    assert.equal(await page.getByRole("button", { name: "Start the channel" }).count(), 0);
    assert.equal(await page.locator("video").count(), 0);
  });

  it("starts the channel for the admin, says so, and waits for OBS with its address", async () => {
    const site = await startSite({ channels: [channel()] });
    const { page } = await open(site, { admin: true });
    await page.getByRole("button", { name: "Start the channel" }).click();
    await called(site, "POST /channels/main/start");
    await page.getByRole("heading", { name: "Starting" }).waitFor();

    site.world.channels = [channel({ state: "running" })];
    await page.getByRole("heading", { name: "Stand by" }).waitFor();
    await page.getByText("rtmp://127.0.0.1:1935/spotlight").waitFor();
  });

  it("keeps the stream key masked until it is revealed, and copies it either way", async () => {
    const site = await startSite({ channels: [channel({ state: "running" })] });
    const { page } = await open(site, {
      admin: true,
      permissions: ["clipboard-read", "clipboard-write"],
    });
    const copy = page.getByRole("button", { name: "Copy Stream key" });
    await copy.click();
    await copy.getByText("Copied").waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), "main-9f8e7d6c5b4a");
    assert.equal(await page.getByText("main-9f8e7d6c5b4a").count(), 0);

    await page.getByRole("button", { name: "Show Stream key" }).click();
    await page.getByText("main-9f8e7d6c5b4a").waitFor();
  });

  it("tells an editor why an encoder was refused, as OBS doesn't", async () => {
    const message = "An encoder was refused: the stream key is missing: copy it from the page.";
    const running = channel({ state: "running" });
    const site = await startSite({ channels: [running] });
    const { page } = await open(site, { admin: true });
    await page.getByRole("button", { name: "Copy Stream key" }).waitFor();
    assert.equal(await page.getByText(message).count(), 0);
    const alerts = [{ type: "Input Refused", message, since: "2026-11-22T18:00:00.000Z" }];
    site.world.channels = [{ ...running, ingest: { ...running.ingest!, alerts } }];
    await page.getByRole("status").getByText(message).waitFor();
  });

  it("tells editors and nobody else that a live channel is not recorded", async () => {
    const message = "The disk is almost full: 0.9 GB are free, 1 GB must stay free.";
    const live = liveChannel();
    const alerts = [{ type: "Archive Paused", message, since: "2026-11-22T18:00:00.000Z" }];
    const site = await startSite({ channels: [{ ...live, ingest: { ...live.ingest!, alerts } }] });
    const { page } = await open(site, { admin: true });
    await page.locator(".live-admin").getByRole("status").getByText(message).waitFor();
    const { page: viewers } = await open(site);
    await decoded(viewers);
    assert.equal(await viewers.getByText(message).count(), 0);
  });

  it("never shows a viewer where to stream to", async () => {
    const site = await startSite({ channels: [channel({ state: "running" })] });
    const { page } = await open(site);
    await page.getByRole("heading", { name: "Stand by" }).waitFor();
    assert.equal(await page.locator(".ingest").count(), 0);
  });

  it("waits for a playlist that isn't there yet, then plays it and says live", async () => {
    const site = await startSite({ channels: [liveChannel()], playlist: false });
    const { page, faults } = await open(site);
    await page.getByText("Loading the picture…").waitFor();
    site.world.playlist = true;
    const { width, height, paused } = await decoded(page);
    assert.deepEqual({ width, height, paused }, { width: 640, height: 360, paused: false });
    await page.locator(".score-bug:not(.is-lost)").getByText("Live", { exact: true }).waitFor();
    assert.equal(await page.title(), "● Main · Spotlight");
    assert.deepEqual(faults, []);
  });

  it("says that the picture was lost, and resumes when the input returns", async () => {
    const site = await startSite({ channels: [liveChannel()] });
    const { page } = await open(site);
    await decoded(page);
    site.world.channels = [liveChannel({ live: false })];
    await page.getByText("Picture lost. Waiting for it to come back…").waitFor();
    await announced(page, "The picture was lost. Waiting for it to come back");

    site.world.channels = [liveChannel()];
    await page.getByText("Picture lost. Waiting for it to come back…").waitFor({ state: "detached" });
    const before = await videoState(page);
    await decoded(page, { frames: (before?.decodedFrames ?? 0) + 5 });
  });

  it("shows a paused viewer the way back to live", async () => {
    const site = await startSite({ channels: [liveChannel()] });
    const { page } = await open(site);
    await decoded(page);
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByRole("button", { name: /Go live/ }).click();
    await page.waitForFunction(() => document.querySelector("video")?.paused === false);
    await page.getByRole("button", { name: /Go live/ }).waitFor({ state: "detached" });
  });

  it("says what to do when the channel failed, depending on the role", async () => {
    const site = await startSite({ channels: [channel({ state: "failed" })] });
    const viewer = await open(site);
    await viewer.page.getByText(/Tell the person who runs this channel\./).waitFor();
    await viewer.close();

    const admin = await open(site, { admin: true });
    site.world.refusals.set("POST /channels/main/start", {
      status: 409,
      code: "channel-busy",
      detail: "The channel is stopping. Try again when it is idle.",
    });
    await admin.page.getByRole("button", { name: "Start again" }).click();
    await admin.page.getByRole("alert").getByText("The channel is stopping. Try again when it is idle.").waitFor();
  });

  it("asks before it stops the channel", async () => {
    const site = await startSite({ channels: [channel({ state: "running" })] });
    const { page } = await open(site, { admin: true });
    await page.getByRole("button", { name: "Stop the channel" }).click();
    const dialog = page.getByRole("dialog", { name: "Stop the channel?" });
    await dialog.getByRole("button", { name: "Cancel" }).click();
    assert.equal(
      site.calls.some(({ method }) => method === "POST"),
      false,
    );

    await page.getByRole("button", { name: "Stop the channel" }).click();
    await dialog.getByRole("button", { name: "Stop", exact: true }).click();
    await called(site, "POST /channels/main/stop");
    await page.getByRole("heading", { name: "Going off air" }).waitFor();
  });

  it("offers a choice of channels only when there are several, and links to the chosen one", async () => {
    const site = await startSite({ channels: [channel()] });
    const { page } = await open(site);
    await page.getByRole("heading", { name: "Off air" }).waitFor();
    assert.equal(await page.getByRole("navigation", { name: "Channels" }).count(), 0);

    site.world.channels = [channel(), channel({ id: "second", name: "Second", state: "failed" })];
    await page.reload();
    await page.getByRole("navigation", { name: "Channels" }).getByRole("link", { name: "Second" }).click();
    await page.getByRole("heading", { name: "Channel failed" }).waitFor();
    assert.equal(new URL(page.url()).search, "?channel=second");
  });

  it("says that the API is unreachable, and recovers automatically", async () => {
    const site = await startSite({ channels: [channel()] });
    const { page } = await open(site, { path: "/?before" });
    await page.getByRole("heading", { name: "Off air" }).waitFor();
    await page.route("**/api/channels", (route) => route.abort());
    await page.reload();
    await page.getByRole("heading", { name: "No connection" }).waitFor();
    await page.unroute("**/api/channels");
    await page.getByRole("heading", { name: "Off air" }).waitFor();
  });
});
