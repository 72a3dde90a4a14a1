import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { ADA, SON, channel, clip, recording } from "./fixtures.ts";
import { announced, pageSuite } from "./page-suite.ts";
import type { Site, World } from "./site.ts";
import { until } from "../support/until.ts";
import { askedTimes, streamOf } from "./stream.ts";

/** A broadcast that is on air, without a picture: what the page polled most. */
const waiting = (): Partial<World> => ({
  channels: [channel({ state: "running", broadcast: "20261122T180000" })],
  people: [SON],
  clips: [clip(SON, 20)],
  recordings: [recording(2)],
});

const ready = { type: "clip.ready", id: "id-1", clip: "c", subject: { kind: "person", id: SON.id }, channel: "main" };

/** How often each list was asked for, from a call on. */
function loads(site: Site, from: number): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { path } of site.calls.slice(from)) counts[path] = (counts[path] ?? 0) + 1;
  return counts;
}

/** Lets this many seconds of the page's clock pass, and what it asks for arrive. */
async function pass(page: Page, seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    await page.clock.runFor(1000);
    await page.evaluate(() => fetch("/favicon.svg"));
  }
}

const times = (page: Page): Promise<string[]> => page.locator(".clip time").allTextContents();

/** The page tells that it is hidden, or shown again. */
const hide = (page: Page, hidden: boolean): Promise<void> =>
  page.evaluate((value) => {
    Object.defineProperty(document, "hidden", { configurable: true, value });
    document.dispatchEvent(new Event("visibilitychange"));
  }, hidden);

describe("web: the stream of changes", function () {
  const { startSite, open } = pageSuite(this);

  it("shows a new moment within a second of the message, and asks only for what it concerns", async () => {
    const site = await startSite(waiting());
    const stream = streamOf(site);
    const { page, faults } = await open(site, { clock: true });
    await askedTimes(stream, 1);
    await pass(page, 5);
    const before = site.calls.length;
    site.world.clips = [clip(SON, 50), ...site.world.clips];
    const told = performance.now();
    stream.tell(ready);
    await page.getByRole("button", { name: "1 new moment" }).waitFor();
    assert.ok(performance.now() - told < 1000);
    await announced(page, "1 new moment");
    await pass(page, 60);
    // Once at once, and once when no cache can have an older answer. People also because there is a newer moment.
    const { "/people": people, ...others } = loads(site, before);
    assert.deepEqual(others, { "/clips": 2 });
    assert.ok(people === 2 || people === 3, String(people));
    assert.deepEqual(faults, []);
  });

  for (const [who, admin, least, most] of [
    ["an editor", true, 5, 8],
    ["a viewer", false, 2, 4],
  ] as const) {
    it(`loads recordings seldom for ${who} while many change, and once more when all is quiet`, async () => {
      const site = await startSite(waiting());
      const stream = streamOf(site);
      const { page } = await open(site, { clock: true, admin });
      await askedTimes(stream, 1);
      await pass(page, 5);
      const before = site.calls.length;
      for (let second = 0; second < 5; second++) {
        stream.tell({ type: "recording.changed", id: `id-${second}`, channel: "main", broadcast: "20261122T180000" });
        stream.tell({ type: "recording.changed", id: `id-${second}b`, channel: "main", broadcast: "20261122T180000" });
        stream.tell({ type: "recording.changed", id: `id-${second}c`, channel: "main", broadcast: "20261121T180000" });
        await pass(page, 1);
      }
      await pass(page, 5);
      const { "/recordings": recordings = 0, "/channels": channels = 0, ...others } = loads(site, before);
      assert.deepEqual(others, {});
      // The stream doesn't tell why an encoder was refused, which an editor waits for.
      assert.ok(channels <= (admin ? 1 : 0), String(channels));
      assert.ok(recordings >= least && recordings <= most, String(recordings));
    });
  }

  for (const admin of [false, true]) {
    const most = admin ? 8 : 4;
    it(`asks at most ${most} times a minute for ${admin ? "the admin" : "a viewer"} if nothing changes`, async () => {
      const site = await startSite(waiting());
      const stream = streamOf(site);
      const { page } = await open(site, { admin, clock: true });
      await askedTimes(stream, 1);
      await pass(page, 5);
      const before = site.calls.length;
      await pass(page, 120);
      const asked = site.calls.length - before;
      console.log(`      in two idle minutes: ${JSON.stringify(loads(site, before))}`);
      assert.ok(asked <= 2 * most, JSON.stringify(loads(site, before)));
      assert.ok(asked >= 4, "each list is asked for at least once in two minutes");
      // Without the stream, the same page polls. The comparison also shows that the clock and the count can tell.
      stream.refuse();
      await until(() => stream.clients() === 0);
      const polled = site.calls.length;
      await pass(page, 60);
      assert.ok(site.calls.length - polled >= 40, JSON.stringify(loads(site, polled)));
    });
  }

  it("polls while the stream is refused, and follows it when it is there", async () => {
    const site = await startSite({ ...waiting(), channels: [channel()] });
    const stream = streamOf(site);
    stream.refuse();
    const { page, faults } = await open(site, { clock: true });
    await page.getByRole("heading", { name: "Off air" }).waitFor();
    site.world.channels = [channel({ state: "failed" })];
    await pass(page, 11);
    await page.getByRole("heading", { name: "Channel failed" }).waitFor();

    stream.accept();
    await pass(page, 90);
    await askedTimes(stream, 1);
    assert.deepEqual(stream.asked, [undefined]);
    site.world.channels = [channel({ broadcast: "20261122T180000" })];
    stream.tell({ type: "channel.changed", id: "id-1", channel: "main", state: "idle" });
    await page.getByRole("heading", { name: "Off air" }).waitFor();
    assert.deepEqual(faults, []);
  });

  it("goes on from what it knows after the stream went away, and shows what it missed", async () => {
    const site = await startSite(waiting());
    const stream = streamOf(site);
    const { page } = await open(site, { clock: true });
    await askedTimes(stream, 1);
    stream.tell({ ...ready, id: "id-7" });
    await pass(page, 5);
    stream.refuse();
    await until(() => stream.clients() === 0);
    stream.accept();
    await pass(page, 3);
    await askedTimes(stream, 2);
    assert.deepEqual(stream.asked, [undefined, "id-7"]);
    site.world.people = [SON, ADA];
    stream.tell({ type: "person.changed", id: "id-8", subject: { kind: "person", id: ADA.id } });
    await page.getByRole("link", { name: /Ada Hegerberg/ }).waitFor();
  });

  it("connects again when the gateway says that it could not pass on what was asked", async () => {
    const site = await startSite(waiting());
    const stream = streamOf(site);
    const { page } = await open(site, { clock: true });
    await askedTimes(stream, 1);
    stream.tell({ message: "Internal server error", connectionId: "L0SM9cOFvHcCIhw=", requestId: "1" });
    await until(() => stream.clients() === 0);
    await pass(page, 3);
    await askedTimes(stream, 2);
    assert.deepEqual(stream.asked, [undefined, "id-0"]);
  });

  it("asks again every five minutes, which keeps the connection", async () => {
    const site = await startSite(waiting());
    const stream = streamOf(site);
    const { page } = await open(site, { clock: true });
    await askedTimes(stream, 1);
    await page.clock.fastForward(5 * 60_000);
    await askedTimes(stream, 2);
    assert.deepEqual(stream.asked, [undefined, "id-0"]);
    assert.equal(stream.clients(), 1);
  });

  it("leaves the stream when it is hidden for a minute, and catches up when it is shown", async () => {
    const site = await startSite(waiting());
    const stream = streamOf(site);
    const { page } = await open(site, { clock: true });
    await askedTimes(stream, 1);
    await pass(page, 5);
    await hide(page, true);
    await page.clock.runFor(50_000);
    assert.equal(stream.clients(), 1);
    const before = site.calls.length;
    site.world.clips = [clip(SON, 50), ...site.world.clips];
    stream.tell(ready);
    await page.clock.runFor(11_000);
    await until(() => stream.clients() === 0);
    assert.deepEqual(loads(site, before), {});

    await hide(page, false);
    await page.getByRole("button", { name: "1 new moment" }).click();
    await askedTimes(stream, 2);
    assert.equal(stream.asked[1], "id-1");
    assert.deepEqual(await times(page), ["18:00:50", "18:00:20"]);
  });

  it("does not load again what it heard of, when it was hidden only for a moment", async () => {
    const site = await startSite(waiting());
    const stream = streamOf(site);
    const { page } = await open(site, { clock: true });
    await askedTimes(stream, 1);
    await pass(page, 5);
    const before = site.calls.length;
    await hide(page, true);
    await page.clock.runFor(10_000);
    site.world.channels = [channel({ broadcast: "20261122T180000" })];
    stream.tell({ type: "channel.changed", id: "id-1", channel: "main", state: "idle" });
    await page.evaluate(() => fetch("/favicon.svg"));
    await hide(page, false);
    await page.getByRole("heading", { name: "Off air" }).waitFor();
    assert.deepEqual(Object.keys(loads(site, before)), ["/channels"]);
  });
});
