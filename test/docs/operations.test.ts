import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { readDocument, root } from "./documents.ts";
import { registerProgram } from "./program.ts";

const { text } = readDocument("docs/operations.md");
const headings = [...text.matchAll(/^### (alarms-\S+)$/gm)].map(([, heading = ""]) => heading);

describe("docs/operations.md", () => {
  /** The program's alarms, each with the headings that cover it. */
  let sections: Map<string, string[]>;

  before(async function () {
    this.timeout(60_000);
    const program = await registerProgram({ channels: '[{"id":"main"},{"id":"court-2"}]' });
    const names = {
      CHANNEL: ["main", "court-2"],
      FUNCTION: program.all("aws:lambda/function:Function").map(({ name }) => name),
    };
    const pattern = (heading: string): RegExp =>
      new RegExp(
        `^${heading.replace(/CHANNEL|FUNCTION/, (word) => `(${names[word as keyof typeof names].join("|")})`)}$`,
      );
    sections = new Map(
      program
        .all("aws:cloudwatch/metricAlarm:MetricAlarm")
        .map(({ name }) => [name, headings.filter((heading) => pattern(heading).test(name))]),
    );
  });

  it("has one section for every alarm", () => {
    assert.ok(sections.size > 20);
    assert.deepEqual(
      [...sections].filter(([, own]) => own.length !== 1),
      [],
    );
  });

  it("has no section for an alarm that does not exist", () => {
    const used = new Set([...sections.values()].flat());
    assert.deepEqual(
      headings.filter((heading) => !used.has(heading)),
      [],
    );
  });

  it("queries the logs for steps that functions log", () => {
    const code = readdirSync(path.join(root, "handlers"))
      .map((file) => readFileSync(path.join(root, "handlers", file), "utf8"))
      .join("\n");
    const steps = new Set(
      [...code.matchAll(/log(?:\.(?:info|warn|error)\(|, )"([a-z-]+)"/g)].map(([, step = ""]) => step),
    );
    const [, list = ""] = /filter message in \[([^\]]+)\]/.exec(text) ?? [];
    const asked = [...list.matchAll(/"([a-z-]+)"/g)].map(([, step = ""]) => step);
    assert.deepEqual(asked, ["recording-archived", "recording-indexed", "nobody-to-find"]);
    const named = ["conversion-postponed", "analysis-postponed", "recording-failed", "swept"];
    for (const step of named) assert.ok(text.includes(`\`${step}\``), step);
    assert.deepEqual(
      [...asked, ...named].filter((step) => !steps.has(step)),
      [],
    );
  });
});
