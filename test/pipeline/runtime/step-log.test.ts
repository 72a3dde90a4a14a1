import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

/** Runs two invocations of a function in a process of its own, as Lambda does, and answers its lines. */
async function linesOf(body: string): Promise<Record<string, unknown>[]> {
  const module = JSON.stringify(join(import.meta.dirname, "../../../pipeline/runtime/entry-point.ts"));
  const code = `
    import { entryPoint } from ${module};
    const handler = entryPoint("find-people", (log) => async (event) => { ${body} });
    for (const awsRequestId of ["request-1", "request-2"]) {
      const context = { awsRequestId, functionName: "clips-find-people", functionVersion: "$LATEST",
        invokedFunctionArn: "arn:f", memoryLimitInMB: "512" };
      await handler({ recording: "main.20261122T180000.000012" }, context).catch(() => undefined);
    }`;
  // Trouble goes to stderr, the rest to stdout; Lambda takes both.
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", code], {
    env: {
      PATH: "",
      AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
      _X_AMZN_TRACE_ID: "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1",
    },
  });
  return `${stdout}${stderr}`
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe("the log of a function", () => {
  it("says on every line whose it is: function, request, trace and recording", async () => {
    const lines = await linesOf('log.about(event.recording); log.info("analysis-started", { kind: "faces" });');
    assert.partialDeepStrictEqual(lines, [
      {
        level: "INFO",
        message: "analysis-started",
        service: "find-people",
        correlation_id: "main.20261122T180000.000012",
        function_request_id: "request-1",
        xray_trace_id: "1-5759e988-bd862e3fe1be46a994272793",
        cold_start: true,
        kind: "faces",
      },
      { function_request_id: "request-2", cold_start: false },
    ]);
  });

  it("does not take a recording over into lines that are not about it", async () => {
    const lines = await linesOf(
      'log.info("before"); log.about(event.recording); log.info("about"); log.about(undefined); ' +
        'log.info("after"); log.about(event.recording);',
    );
    assert.deepEqual(
      lines.map(({ message, correlation_id }) => [message, correlation_id]),
      [
        ["before", undefined],
        ["about", "main.20261122T180000.000012"],
        ["after", undefined],
        ["before", undefined],
        ["about", "main.20261122T180000.000012"],
        ["after", undefined],
      ],
    );
  });

  it("distinguishes temporary from permanent failures", async () => {
    const [postponed, failed] = await linesOf(
      'log.warn("postponed", new RangeError("too much")); log.error("recording-failed", "It is no video");',
    );
    assert.partialDeepStrictEqual(
      [postponed, failed],
      [
        { level: "WARN", message: "postponed", error: { name: "RangeError", message: "too much" } },
        { level: "ERROR", message: "recording-failed", reason: "It is no video" },
      ],
    );
  });

  it("has what the function threw, with the recording that it was about", async () => {
    const [line] = await linesOf('log.about(event.recording); throw new TypeError("no such thing");');
    assert.partialDeepStrictEqual(line, {
      level: "ERROR",
      message: "invocation-failed",
      correlation_id: "main.20261122T180000.000012",
      error: { name: "TypeError", message: "no such thing" },
    });
  });
});
