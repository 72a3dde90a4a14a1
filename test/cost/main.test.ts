import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { answer } from "../../cost/main.ts";

const script = path.join(import.meta.dirname, "..", "..", "cost", "main.ts");

/** The first line of what is wrong with the question. */
async function problem(...argv: string[]): Promise<string> {
  const text = await answer(argv).catch((error: unknown) => (error instanceof Error ? error.message : ""));
  return text.split("\n")[0]!;
}

describe("npm run cost", () => {
  it("answers the question", async () => {
    const text = await answer([
      "--hours",
      "3",
      "--channels",
      "2",
      "--ladder",
      "1080p:5000000,720p:2500000",
      "--config",
      "rolloverSeconds=10",
      "--tier",
      "basic",
      "--viewers",
      "5",
      "--idle",
      "60",
    ]);
    assert.match(
      text,
      new RegExp(
        "2 channels \\(SINGLE_PIPELINE\\); 1080p, 720p; recordings of 10 s; MediaConvert's basic tier; " +
          "3 hours streamed and 60 minutes idle a month; 5 viewers\\.",
      ),
    );
    // Two channels, 726 hours each.
    assert.match(text, /\| MediaLive: channels that are stopped +\| +14\.52 \|/);
    assert.match(text, /^A month costs at most half of the founding demo's up to \d+ streamed hours\.$/m);
  });

  it("says what is wrong with a question", async () => {
    assert.equal(await problem("--hours", "many"), "--hours many: give a number.");
    assert.equal(await problem("--idle", "some"), "--idle some: give a number.");
    assert.equal(await problem("--tier", "cheap"), "--tier cheap: give basic or professional.");
    assert.match(await problem("--config", "colour=red"), /unknown setting "colour"/);
    assert.match(
      await problem("--config", "rolloverSeconds=5"),
      /^Configuration value spotlight:rolloverSeconds must be even/,
    );
    assert.match(await problem("--config", "frameRate=60"), /^cost\/prices\.json has no prices for 60 frames\/s/);
  });

  it("ends with code 2 for a command line that it does not know", async function () {
    this.timeout(30_000);
    await assert.rejects(
      promisify(execFile)(process.execPath, [script, "--days", "2"]),
      (error: { code: number; stderr: string }) => {
        assert.equal(error.code, 2);
        assert.match(error.stderr, /Unknown option '--days'[\s\S]*Usage: npm run cost/);
        return true;
      },
    );
  });
});
