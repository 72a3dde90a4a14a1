import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startSpotlight, until, type Spotlight } from "../support/spotlight.ts";

describe("the demo, started through the API", function () {
  this.timeout(90_000);
  let data: string;
  let spotlight: Spotlight;
  before(async () => {
    data = await mkdtemp(join(tmpdir(), "demo-"));
    spotlight = await startSpotlight(data);
  });
  after(async () => {
    await spotlight.stop();
    await rm(data, { recursive: true, force: true });
  });

  const call = (method: string, path: string, body?: object): Promise<Response> =>
    fetch(`${spotlight.outputs.apiUrl}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${spotlight.outputs.adminToken}`,
        ...(body !== undefined && { "content-type": "application/json" }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const live = async (): Promise<boolean> =>
    ((await (await call("GET", "/channels/main")).json()) as { live: boolean }).live;
  const names = async (): Promise<string[]> => {
    const { items } = (await (await call("GET", "/people")).json()) as { items: { name: string; photos: number }[] };
    return items.filter(({ photos }) => photos > 0).map(({ name }) => name);
  };
  /** Processes that play this folder's demo. */
  const players = (): number => {
    const commands = execFileSync("ps", ["-eo", "args"], { encoding: "utf8" }).split("\n");
    return commands.filter((command) => command.includes("demo/main.ts") && command.includes(data)).length;
  };
  const isLive = (wanted: boolean): Promise<boolean> =>
    until(async () => (await live()) === wanted, {
      within: 40_000,
      what: () => `the channel is ${wanted ? "" : "not "}live; ${spotlight.log()}`,
    });

  it("registers its people and streams, once, until it is stopped", async () => {
    assert.deepEqual([(await call("POST", "/demo")).status, (await call("POST", "/demo")).status], [202, 202]);
    await isLive(true);
    assert.equal(players(), 1);
    assert.deepEqual(await names(), ["Franck", "Guest"]);
    assert.equal((await call("DELETE", "/demo")).status, 204);
    assert.equal(players(), 0);
    await isLive(false);
    assert.equal((await call("DELETE", "/demo")).status, 204);
  });

  it("knows someone by the face who was renamed", async () => {
    assert.equal((await call("PATCH", "/people/franck", { name: "The host" })).status, 200);
    await call("POST", "/demo");
    await isLive(true);
    assert.deepEqual(await names(), ["Guest", "The host"]);
  });

  it("ends with Spotlight", async () => {
    assert.equal(players(), 1);
    assert.equal((await spotlight.stop()).code, 0);
    await until(() => players() === 0, { within: 10_000, what: () => "the demo has ended" });
  });
});
