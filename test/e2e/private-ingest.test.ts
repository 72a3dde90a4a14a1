import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { publish } from "../../local/media/publisher/publish.ts";
import { startSpotlight, until, type Spotlight } from "../support/spotlight.ts";

/**
 * The program with its inputs in a private network, on the local engine, which emulates awsx's component and
 * MediaLive's VPC input.
 */
describe("private ingest", function () {
  this.timeout(90_000);
  let data: string;
  let spotlight: Spotlight;

  before(async () => {
    data = await mkdtemp(join(tmpdir(), "private-ingest-"));
    spotlight = await startSpotlight(data, [
      "--config",
      'privateIngest={"cidr":"10.20.0.0/24"}',
      "--config",
      'ladder=[{"name":"180p","height":180,"bitrate":300000}]',
      "--config",
      "people=[]",
    ]);
  });
  after(async () => {
    await spotlight.stop();
    await rm(data, { recursive: true, force: true });
  });

  it("accepts a stream from an address that the network's security group allows, and plays it", async () => {
    const { ingestServer, streamKey, playbackUrl } = spotlight.outputs;
    const publisher = publish({
      url: `${ingestServer}/${streamKey}`,
      scenes: [{ picture: "test", seconds: 30 }],
      width: 320,
      height: 180,
      bitrate: 300_000,
      preset: "ultrafast",
    });
    try {
      await publisher.started;
      const playlist = await until(
        async () => {
          const response = await fetch(playbackUrl);
          const text = await response.text();
          return response.ok && text.includes("#EXT-X-STREAM-INF") ? text : undefined;
        },
        { within: 20_000, what: () => `the channel is live; log:\n${spotlight.log()}` },
      );
      assert.match(playlist, /RESOLUTION=320x180/);
    } finally {
      publisher.kill();
    }
  });
});
