import assert from "node:assert/strict";
import { readableLine } from "../../../../local/aws/lambda/log-line.ts";

const powertools = {
  level: "INFO",
  message: "recording-converted",
  timestamp: "2026-11-22T18:02:10.123Z",
  service: "find-people",
  cold_start: true,
  function_arn: "arn:aws:lambda:us-east-1:000000000000:function:clips-find-people",
  function_memory_size: "512",
  function_name: "clips-find-people",
  function_request_id: "request-1",
  sampling_rate: 0,
  xray_trace_id: "1-5759e988-bd862e3fe1be46a994272793",
  correlation_id: "main.20261122T180000.000012",
};

describe("a function's structured log line", () => {
  it("shows step, recording and the remaining fields", () => {
    assert.deepEqual(
      readableLine(
        JSON.stringify({
          ...powertools,
          durationMs: 10_000,
          start: "2026-11-22T18:02:00.000Z",
          people: ["ada", "grace"],
        }),
      ),
      {
        level: "INFO",
        text:
          "recording-converted  main.20261122T180000.000012  durationMs=10000 " +
          "start=2026-11-22T18:02:00.000Z people=[ada,grace]",
      },
    );
    assert.deepEqual(readableLine('{"level":"WARN","message":"swept"}'), { level: "WARN", text: "swept" });
  });

  it("shows an error in one sentence, without its stack", () => {
    const error = {
      name: "AccessDeniedException",
      location: "index.mjs:1",
      message: "not yours",
      stack: "AccessDeniedException: not yours\n  at index.mjs:1",
    };
    assert.equal(
      readableLine(JSON.stringify({ ...powertools, level: "ERROR", message: "invocation-failed", error }))?.text,
      'invocation-failed  main.20261122T180000.000012  error="AccessDeniedException: not yours"',
    );
    assert.equal(
      readableLine('{"level":"ERROR","message":"request failed","err":{"type":"TypeError","message":"no","stack":"…"}}')
        ?.text,
      'request failed  err="TypeError: no"',
    );
  });

  it("is undefined unless it is a JSON object with a level and a message", () => {
    for (const line of [
      "hello { a: 1 }",
      "{ not json }",
      '{"level":30,"msg":"pino"}',
      '{"level":"LOUD","message":"x"}',
      '{"message":"x"}',
      "[]",
      "",
    ])
      assert.equal(readableLine(line), undefined, line);
  });
});
