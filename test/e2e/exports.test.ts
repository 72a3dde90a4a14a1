import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Static } from "typebox";
import type { ClipSchema } from "../../api/schemas/clip.ts";
import type { ExportSchema } from "../../api/schemas/export.ts";
import { assetFile } from "../../local/assets/index.ts";
import { publish, type Publisher } from "../../local/media/publisher/publish.ts";
import { takeStill } from "../../local/media/publisher/still.ts";
import { lookAt, type Look } from "../local/media/live/look-at.ts";
import { launchBrowser } from "../support/browser.ts";
import { startSpotlight, until, type Spotlight } from "../support/spotlight.ts";

type Clip = Static<typeof ClipSchema>;
type Export = Static<typeof ExportSchema>;

const frameMs = 1000 / 30;

/** Someone appears in a stream with a clock in its picture; the moment is exported. */
describe("exports", function () {
  this.timeout(90_000);
  this.bail(true);

  let data: string;
  let spotlight: Spotlight;
  let publisher: Publisher;
  let clip: Clip;

  before(async () => {
    data = await mkdtemp(join(tmpdir(), "exports-"));
    spotlight = await startSpotlight(data, [
      "--config",
      'ladder=[{"name":"360p","height":360,"bitrate":1500000}]',
      "--config",
      "rolloverSeconds=4",
    ]);
    const footage = await assetFile("footage", "examples/media/franck.mp4");
    await call("POST", "/people", { name: "François" });
    await fetch(`${spotlight.outputs.apiUrl}/people/francois/photos`, {
      method: "POST",
      headers: { authorization: `Bearer ${spotlight.outputs.adminToken}`, "content-type": "image/jpeg" },
      body: new Uint8Array(await takeStill(footage, 20)),
    });
    publisher = publish({
      url: `${spotlight.outputs.ingestServer}/${spotlight.outputs.streamKey}`,
      scenes: [
        { file: footage, fromSeconds: 30, seconds: 7 },
        { picture: "test", seconds: 4 },
      ],
      width: 640,
      height: 360,
      frameRate: 30,
      bitrate: 1_500_000,
      preset: "ultrafast",
      clock: true,
    });
    await publisher.done;
    clip = await until(async () => (await across())[0], {
      within: 40_000,
      what: () => `a clip across two recordings; log:\n${spotlight.log()}`,
    });
  });
  after(async () => {
    publisher.kill();
    await spotlight.stop();
    await rm(data, { recursive: true, force: true });
  });

  const call = async <Body>(method: string, path: string, body?: object): Promise<Body> => {
    const response = await fetch(`${spotlight.outputs.apiUrl}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${spotlight.outputs.adminToken}`,
        ...(body && { "content-type": "application/json" }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    assert.ok(response.ok, `${method} ${path}: ${response.status}`);
    return (await response.json()) as Body;
  };
  /** Clips that run from one recording into another. */
  const across = async (): Promise<Clip[]> =>
    (await call<{ items: Clip[] }>("GET", "/clips")).items.filter(
      ({ appearances }) => new Set(appearances.map(({ recording }) => recording)).size > 1,
    );
  const complete = (id: string): Promise<Export> =>
    until(
      async () => {
        const found = await call<Export>("GET", `/exports/${id}`);
        assert.notEqual(found.state, "failed", `${found.errorDetail}`);
        return found.state === "complete" ? found : undefined;
      },
      { within: 30_000, what: () => `the export is complete; log:\n${spotlight.log()}` },
    );
  /** What viewers get of a path on the page's host. */
  const look = async (path: string): Promise<{ look: Look; disposition: string | null }> => {
    const response = await fetch(new URL(path, spotlight.outputs.pageUrl));
    assert.equal(response.status, 200, path);
    const file = join(data, "looked-at.mp4");
    await writeFile(file, new Uint8Array(await response.arrayBuffer()));
    return { look: await lookAt(file), disposition: response.headers.get("content-disposition") };
  };

  it("are what an editor downloads from the page: exactly the moment, across recordings", async () => {
    const browser = await launchBrowser();
    try {
      const page = await browser.newPage();
      page.setDefaultTimeout(30_000);
      const { pageUrl, adminToken } = spotlight.outputs;
      await page.goto(`${pageUrl}?clip=${clip.id}#admin=${adminToken}`);
      await page.getByRole("button", { name: "Download" }).press("Enter");
      await page.getByRole("button", { name: "Make the file" }).press("Enter");
      const link = page.getByRole("link", { name: /^François .*\.mp4$/ });
      await link.waitFor();
      const [download] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("Enter")]);
      assert.equal(download.suggestedFilename(), (await link.textContent())?.trim());
      const { pictures } = await lookAt(await download.path());
      const lastsMs = pictures.length * frameMs;
      assert.ok(Math.abs(lastsMs - clip.durationMs) <= 2 * frameMs, `${lastsMs} of ${clip.durationMs} ms`);
    } finally {
      await browser.close();
    }
  });

  it("are exactly the moment, across recordings, under a readable name", async () => {
    const made = await call<Export>("POST", `/clips/${clip.id}/exports`);
    assert.equal((await call<Export>("POST", `/clips/${clip.id}/exports`)).id, made.id);
    const { mp4, fileName, durationMs } = await complete(made.id);
    const { look: seen, disposition } = await look(mp4 ?? "");
    assert.match(fileName, /^François \d{4}-\d\d-\d\d \d\d\.\d\d\.\d\d\.mp4$/);
    assert.equal(
      disposition,
      `attachment; filename="${fileName.replace("ç", "c")}"; filename*=UTF-8''${encodeURIComponent(fileName)}`,
    );
    // Each of the two pieces begins and ends at the nearest frame.
    assert.ok(Math.abs(durationMs - clip.durationMs) <= frameMs, `${durationMs} of ${clip.durationMs} ms`);
    assert.equal(seen.pictures.length, Math.round(durationMs / frameMs));
    assert.ok(seen.sound[1] * 1000 >= durationMs - frameMs, "the sound is as long as the picture");
    const lastedMs = seen.lastClockMs - seen.clockMs + frameMs;
    assert.ok(Math.abs(lastedMs - durationMs) < 100, `${lastedMs} ms on the clock in ${durationMs} ms`);
    const first = clip.appearances[0]!;
    const { look: recorded } = await look(mp4Of(first.recording));
    const startMs = Date.parse(clip.start) - (await startOf(first.recording));
    const apartMs = seen.clockMs - recorded.clockMs - startMs;
    assert.ok(Math.abs(apartMs) < 100, `the first picture is ${apartMs} ms off`);
  });

  it("are upright for phones, and join all moments of a filter", async () => {
    const upright = await call<Export>("POST", `/clips/${clip.id}/exports?aspect=9:16`);
    const reel = await call<Export>("POST", "/exports", { person: ["francois"] });
    const { look: phone } = await look((await complete(upright.id)).mp4 ?? "");
    assert.deepEqual([phone.width, phone.height], [202, 360]);
    const { look: all } = await look((await complete(reel.id)).mp4 ?? "");
    assert.equal(all.pictures.length, Math.round(reel.durationMs / frameMs));
  });

  const mp4Of = (recording: string): string => `/vod/${recording.replaceAll(".", "/")}/recording.mp4`;
  const startOf = async (recording: string): Promise<number> => {
    const { items } = await call<{ items: { id: string; start: string }[] }>("GET", "/recordings?limit=100");
    return Date.parse(items.find(({ id }) => id === recording)?.start ?? "");
  };
});
