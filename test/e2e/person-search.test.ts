import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assetFile } from "../../local/assets/index.ts";
import { publish } from "../../local/media/publisher/publish.ts";
import { takeStill } from "../../local/media/publisher/still.ts";
import { startSpotlight, until, type Spotlight } from "../support/spotlight.ts";

interface Search {
  state: string;
  progress: { done: number; of: number };
  found: number;
}

describe("someone who is registered after the broadcast", function () {
  this.timeout(120_000);
  let data: string;
  let spotlight: Spotlight;
  before(async () => {
    data = await mkdtemp(join(tmpdir(), "person-search-"));
    spotlight = await startSpotlight(data, ["--config", "rolloverSeconds=4", "--config", "celebrities=false"]);
  });
  after(async () => {
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
  const settled = new Set(["indexed", "idle", "failed"]);

  it("is found in what was archived before the first photo", async () => {
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
    await until(
      async () => {
        const { items } = await call<{ items: { state: string }[] }>("GET", "/recordings?limit=100");
        const indexed = items.filter(({ state }) => state === "indexed");
        const after = items.findIndex(({ state }) => state === "idle");
        return after >= 0 && indexed.length >= 3 && items.slice(after).every(({ state }) => settled.has(state));
      },
      { within: 60_000, what: () => `the recordings are indexed; ${spotlight.log()}` },
    );
    assert.deepEqual((await call<{ items: object[] }>("GET", "/clips")).items, []);

    await call("POST", "/people", '{"name":"Franck"}', "application/json");
    const photo = new Uint8Array(await takeStill(franck, 20));
    await call("POST", "/people/franck/photos", photo, "image/jpeg");
    const search = await until(
      async () => {
        const now = await call<Search>("GET", "/people/franck/search");
        return now.state === "done" ? now : undefined;
      },
      { within: 20_000, what: () => `the search is done; ${spotlight.log()}` },
    );
    assert.ok(search.found >= 3, JSON.stringify(search));
    const { items } = await call<{ items: { subject: { id: string }; durationMs: number }[] }>("GET", "/clips");
    assert.ok(items.every(({ subject }) => subject.id === "franck"));
    const seconds = items.reduce((sum, { durationMs }) => sum + durationMs, 0) / 1000;
    assert.ok(seconds > 6 && seconds < 14, `${seconds} s of 12 s in ${items.length} clips`);
  });
});
