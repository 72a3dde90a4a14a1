import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { assetFile } from "../../local/assets/index.ts";
import { publish } from "../../local/media/publisher/publish.ts";
import { launchBrowser } from "../support/browser.ts";
import { startSpotlight, until, type Spotlight } from "../support/spotlight.ts";

interface Recording {
  id: string;
  state: string;
}

interface Search {
  state: string;
  progress: { done: number; of: number };
  found: number;
}

describe("someone who is followed from a picture, after the broadcast", function () {
  this.timeout(120_000);
  let data: string;
  let spotlight: Spotlight;
  let browser: Browser;
  before(async () => {
    browser = await launchBrowser();
    data = await mkdtemp(join(tmpdir(), "person-search-"));
    spotlight = await startSpotlight(data, ["--config", "rolloverSeconds=4", "--config", "celebrities=false"]);
  });
  after(async () => {
    await browser.close();
    await spotlight.stop();
    await rm(data, { recursive: true, force: true });
  });

  const call = async <Answer>(method: string, path: string, body?: string | Uint8Array<ArrayBuffer>, type?: string) => {
    const headers = {
      authorization: `Bearer ${spotlight.outputs.adminToken}`,
      ...(type !== undefined && { "content-type": type }),
    };
    const answer = await fetch(`${spotlight.outputs.apiUrl}${path}`, {
      method,
      headers,
      ...(body !== undefined && { body }),
    });
    const text = await answer.text();
    assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
    return (text === "" ? undefined : JSON.parse(text)) as Answer;
  };
  /** The time of a captured picture with a face. */
  async function whenSomeoneIsSeen(recordings: readonly Recording[]): Promise<string> {
    for (const { id } of recordings) {
      const frame = await call<{ at: string; faces: object[] }>("GET", `/recordings/${id}/faces?atMs=2000`);
      if (frame.faces.length === 1) return frame.at;
    }
    throw new Error("There is a face in no recording.");
  }
  const settled = new Set(["indexed", "idle", "failed"]);

  it("is found in what was archived before, and their moments appear on the page", async () => {
    const franck = await assetFile("footage", "examples/media/franck.mp4");
    const { ingestServer, streamKey } = spotlight.outputs;
    const publisher = publish({
      url: `${ingestServer}/${streamKey}`,
      scenes: [{ file: franck, fromSeconds: 30, seconds: 12 }],
    });
    await publisher.started;
    const commands = execFileSync("ps", ["-eo", "args"], { encoding: "utf8" });
    assert.ok(!commands.includes(streamKey), "the stream key is in no process's arguments");
    await publisher.done;
    const recordings = await until(
      async () => {
        const { items } = await call<{ items: Recording[] }>("GET", "/recordings?limit=100");
        const indexed = items.filter(({ state }) => state === "indexed");
        const after = items.findIndex(({ state }) => state === "idle");
        const all = after >= 0 && indexed.length >= 3 && items.slice(after).every(({ state }) => settled.has(state));
        return all ? indexed : undefined;
      },
      { within: 60_000, what: () => `the recordings are indexed; ${spotlight.log()}` },
    );
    assert.deepEqual((await call<{ items: object[] }>("GET", "/clips")).items, []);

    // Nobody is known: the only moment is one that an editor marks.
    const at = await whenSomeoneIsSeen(recordings);
    const mark = JSON.stringify({ label: "Goal", at, beforeMs: 1000, afterMs: 1000 });
    const { clips } = await call<{ clips: { id: string }[] }>("POST", "/channels/main/marks", mark, "application/json");
    const { pageUrl, adminToken } = spotlight.outputs;
    const page = await browser.newPage({ locale: "en-GB" });
    await page.goto(`${pageUrl}/?clip=${clips[0]?.id}#admin=${adminToken}`);
    await page.getByRole("button", { name: "Who is this?" }).click();
    await page.getByText("1 face. Choose whom to follow.").waitFor();
    const face = page.getByRole("button", { name: "Follow face 1 of 1" });
    const [box, picture] = [await face.boundingBox(), await page.locator(".faces-picture").boundingBox()];
    assert.ok(box !== null && picture !== null && box.width > 0.1 * picture.width && box.width < 0.7 * picture.width);
    await face.click();
    await page.getByLabel("Name").fill("Franck");
    await page.keyboard.press("Enter");
    await page.getByText("Franck is on the watch list. Spotlight searches what was recorded").waitFor();

    const search = await until(
      async () => {
        const now = await call<Search>("GET", "/people/franck/search");
        return now.state === "done" ? now : undefined;
      },
      { within: 20_000, what: () => `the search is done; ${spotlight.log()}` },
    );
    // Where the recordings are cut depends on when the stream began; how much of it was found is checked below.
    assert.ok(search.found >= 2, JSON.stringify(search));
    const { items } = await call<{ items: { subject: { id: string }; durationMs: number }[] }>(
      "GET",
      "/clips?person=franck",
    );
    assert.ok(items.every(({ subject }) => subject.id === "franck"));
    const seconds = items.reduce((sum, { durationMs }) => sum + durationMs, 0) / 1000;
    assert.ok(seconds > 6 && seconds < 14, `${seconds} s of 12 s in ${items.length} clips`);
    await page.getByRole("link", { name: "Moments of Franck" }).click();
    await page
      .locator(`[data-clip*=".franck."]`)
      .nth(items.length - 1)
      .waitFor();
  });
});
