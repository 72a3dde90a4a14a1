import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import type { Step } from "../../../local/engine/preview.ts";
import { unknownValue } from "../../../local/engine/property-values.ts";
import { previewReport } from "../../../local/cli/preview/report.ts";

const root = join(import.meta.dirname, "../../..");

describe("npm run preview", function () {
  this.timeout(60_000);

  function preview(...argv: string[]): { status: number | null; stdout: string; stderr: string } {
    return spawnSync(
      process.execPath,
      ["--import", "./local/cli/node.js", "local/cli/preview/main.ts", "--data", "/nowhere/at/all", ...argv],
      { cwd: root, encoding: "utf8" },
    );
  }

  it("lists what the stack dev would create, by component and counted by type", () => {
    const { status, stdout, stderr } = preview("--stack", "dev", "--config", 'ingestCidrs=["203.0.113.7/32"]');
    assert.deepEqual([status, stderr], [0, ""]);
    assert.match(stdout, /^Stack dev, compared with nothing: no data folder holds this stack\n\n/);
    assert.match(stdout, /\ncatalogue \(Catalogue\)\n {2}\+ {2}aws:dynamodb\/table:Table {2}catalogue\n/);
    assert.match(stdout, /\n {3}1 {2}aws:cloudformation\/stack:Stack\n/);
    const [, total] = /\nResources: (\d+) to create \(\+\), 0 unchanged\n$/.exec(stdout) ?? [];
    const listed = stdout.split("\n").filter((line) => line.startsWith("  +  "));
    assert.equal(listed.length, Number(total));
    assert.ok(listed.length > 90, String(listed.length));
  });

  it("says what is wrong with the configuration or the command line", () => {
    const missing = preview("--stack", "dev");
    assert.deepEqual(
      [missing.status, missing.stdout, missing.stderr],
      [1, "", "Configuration value spotlight:ingestCidrs is missing; set it in the stack's configuration.\n"],
    );
    const wrong = preview("--stack", "prod");
    assert.deepEqual(
      [wrong.status, wrong.stderr],
      [2, 'Unknown stack "prod": Pulumi.prod.yaml does not exist. The stacks are dev, local.\n'],
    );
  });
});

describe("the report of a preview", () => {
  const step = (operation: Step["operation"], name: string, extra: Partial<Step> = {}): Step => ({
    operation,
    urn: name,
    type: "aws:x/y:Z",
    name,
    within: [{ name: "clips", type: "spotlight:components:ClipPipeline" }],
    changes: [],
    forcedBy: [],
    ...extra,
  });

  it("shows each change with its old and new value, and placeholders for secret and unknown values", () => {
    const report = previewReport(
      [
        step("same", "quiet"),
        step("update", "function", {
          within: [
            { name: "clips", type: "spotlight:components:ClipPipeline" },
            { name: "inner", type: "t" },
          ],
          changes: [
            { path: ["environment", "variables", "GAP"], before: "1", after: "2" },
            { path: ["policy", "Statement", 0], after: { Effect: "Allow" } },
            { path: ["token"], before: "[secret]", after: "[secret]" },
            { path: ["arn"], before: "arn:aws:x", after: unknownValue },
            { path: ["tags"], before: { long: "x".repeat(100) } },
            {
              path: ["code", "index.mjs"],
              before: { $asset: { path: "a", sha256: "0123456789abcdef" } },
              after: { $asset: { path: "a", sha256: "fedcba9876543210" } },
            },
          ],
        }),
        step("replace", "channel", { changes: [{ path: ["class"], before: "A", after: "B" }], forcedBy: ["class"] }),
        step("delete", "gone", { within: [] }),
      ],
      { stack: "local", folder: ".spotlight", colour: false },
    );
    assert.equal(
      report,
      [
        "Stack local, compared with .spotlight",
        "",
        "clips (ClipPipeline)",
        "  ~  aws:x/y:Z  function  in inner",
        '       ~ environment.variables.GAP: "1" → "2"',
        '       + policy.Statement[0]: {"Effect":"Allow"}',
        "       ~ token: [secret] → [secret]",
        '       ~ arn: "arn:aws:x" → [known after the run]',
        `       - tags: {"long":"${"x".repeat(50)}…`,
        '       ~ code["index.mjs"]: file 0123456789ab → file fedcba987654',
        "  +- aws:x/y:Z  channel  (class can't change in place)",
        '       ~ class: "A" → "B"',
        "",
        "(no component)",
        "  -  aws:x/y:Z  gone",
        "",
        "Resources: 1 to update (~), 1 to replace (+-), 1 to delete (-), 1 unchanged",
      ].join("\n"),
    );
  });
});
