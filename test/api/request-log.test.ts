import assert from "node:assert/strict";
import fastify from "fastify";
import { serverOptions } from "../../api/app.ts";
import { requestLog } from "../../api/request-log.ts";

const recording = "main.20261122T180000.000012";

describe("the API's log", () => {
  async function linesOf(url: string, headers: Record<string, string> = {}): Promise<Record<string, unknown>[]> {
    const lines: Record<string, unknown>[] = [];
    const target = { write: (line: string): void => void lines.push(JSON.parse(line) as Record<string, unknown>) };
    const app = fastify({
      ...serverOptions,
      ...requestLog(target, () => ({ function_request_id: "request-1", cold_start: true })),
    });
    app.get("/*", async ({ log }) => {
      log.info({ attempt: 1 }, "recording-retried");
      log.error({ err: new TypeError("no") }, "the call failed");
      return {};
    });
    await app.inject({ url, headers });
    await app.close();
    return lines;
  }

  it("has the lines of the other functions: level, message, service, request and recording", async () => {
    const lines = await linesOf(`/api/recordings/${recording}/retry`, { "x-request-id": "JKJaXmPLvHcESHA=" });
    assert.equal(lines.length, 2);
    assert.partialDeepStrictEqual(lines, [
      {
        level: "INFO",
        message: "recording-retried",
        service: "api",
        request_id: "JKJaXmPLvHcESHA=",
        function_request_id: "request-1",
        cold_start: true,
        correlation_id: recording,
        attempt: 1,
      },
      {
        level: "ERROR",
        message: "the call failed",
        correlation_id: recording,
        err: { type: "TypeError", message: "no" },
      },
    ]);
    assert.ok(Math.abs(Date.parse(String(lines[0]?.["timestamp"])) - Date.now()) < 60_000);
  });

  it("takes the recording in which a clip begins, and none where a call is about no recording", async () => {
    assert.equal(
      (await linesOf("/api/clips/main.20261122T180000.ada.000012-34500?x=1"))[0]?.["correlation_id"],
      recording,
    );
    for (const url of ["/api/people/ada", "/api/recordings/garbage", "/api/clips?person=ada", "/"])
      assert.equal((await linesOf(url))[0]?.["correlation_id"], undefined, url);
  });

  it("writes nothing for a request that has nothing to say: API Gateway's access log has it", async () => {
    const lines: string[] = [];
    const app = fastify({ ...serverOptions, ...requestLog({ write: (line) => void lines.push(line) }, () => ({})) });
    app.get("/", async () => ({}));
    await app.inject("/");
    await app.close();
    assert.deepEqual(lines, []);
  });
});
