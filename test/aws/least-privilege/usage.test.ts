import assert from "node:assert/strict";
import type { RecordedLine } from "../../../local/aws/recorder.ts";
import { grantTable, usageOf } from "./usage.ts";

const queue = "arn:aws:sqs:us-east-1:000000000000:work";
const policy = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Action: ["sqs:SendMessage", "sqs:PurgeQueue"], Resource: `${queue}-0123abc` },
    { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::vod-89abcde/vod/*" },
    { Effect: "Deny", Action: "s3:*", Resource: "*" },
  ],
});
const grant: RecordedLine = { kind: "grant", role: "sender-0000000", policy };
const access = (
  action: string,
  resource: string,
  more: Partial<RecordedLine & { kind: "access" }> = {},
): RecordedLine => ({ kind: "access", caller: "role/sender-0000000", action, resource, allowed: true, ...more });

describe("least privilege: what a run used of its grants", () => {
  it("counts uses by role, action and resource, without the random parts of names", () => {
    const { grants } = usageOf([
      grant,
      access("sqs:SendMessage", `${queue}-0123abc`),
      access("s3:GetObject", "arn:aws:s3:::vod-89abcde/vod/a"),
      access("s3:GetObject", "arn:aws:s3:::vod-89abcde/vod/b"),
    ]);
    assert.deepEqual(grants, [
      { role: "sender", action: "sqs:SendMessage", resources: [queue], used: 1 },
      { role: "sender", action: "sqs:PurgeQueue", resources: [queue], used: 0 },
      { role: "sender", action: "s3:GetObject", resources: ["arn:aws:s3:::vod/vod/*"], used: 2 },
    ]);
  });

  it("ignores other roles' calls, other resources' calls and denied calls", () => {
    const { grants, refused } = usageOf([
      grant,
      access("sqs:SendMessage", `${queue}-0123abc`, { caller: "role/other-0000000" }),
      access("sqs:SendMessage", `${queue}-0123abc`, { caller: "engine" }),
      access("s3:GetObject", "arn:aws:s3:::vod-89abcde/private/a"),
      access("sqs:PurgeQueue", `${queue}-0123abc`, { allowed: false }),
    ]);
    assert.deepEqual(
      grants.map(({ used }) => used),
      [0, 0, 0],
    );
    assert.deepEqual(refused, [`sender sqs:PurgeQueue ${queue}`]);
  });

  it("adds up runs of one program", () => {
    const again: RecordedLine[] = [
      { kind: "grant", role: "sender-1111111", policy },
      {
        kind: "access",
        caller: "role/sender-1111111",
        action: "sqs:PurgeQueue",
        resource: `${queue}-0123abc`,
        allowed: true,
      },
    ];
    assert.deepEqual(
      usageOf([grant, ...again, access("sqs:SendMessage", `${queue}-0123abc`)]).grants.map(({ used }) => used),
      [1, 1, 0],
    );
  });

  it("shows a table", () => {
    const { grants } = usageOf([grant]);
    assert.equal(
      grantTable(grants),
      [
        `sender  sqs:SendMessage  sqs:us-east-1:000000000000:work`,
        `sender  sqs:PurgeQueue   sqs:us-east-1:000000000000:work`,
        `sender  s3:GetObject     s3:::vod/vod/*`,
      ].join("\n"),
    );
  });
});
