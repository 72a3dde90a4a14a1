import assert from "node:assert/strict";
import { Catalogue } from "../../components/catalogue.ts";
import { Changes } from "../../components/changes.ts";
import { account, deploy, functionDefaults, statements, type Inputs } from "./mocks.ts";

describe("Changes", () => {
  it("reads the catalogue's stream and puts what it means on a bus of its own", async () => {
    const stack = await deploy(() => {
      const catalogue = new Catalogue("catalogue", { people: [], protect: false });
      return new Changes("changes", { catalogue, functions: functionDefaults });
    });
    const streamArn = `arn:aws:dynamodb:us-east-1:${account}:table/catalogue/stream/2026-11-22T18:00:00.000`;
    const mapping = stack.one("aws:lambda/eventSourceMapping:EventSourceMapping").inputs;
    assert.deepEqual(mapping, {
      eventSourceArn: streamArn,
      functionName: `arn:aws:lambda:us-east-1:${account}:changes`,
      startingPosition: "TRIM_HORIZON",
      batchSize: 100,
      bisectBatchOnFunctionError: true,
      functionResponseTypes: ["ReportBatchItemFailures"],
      maximumRetryAttempts: 10,
      maximumRecordAgeInSeconds: 3600,
      destinationConfig: { onFailure: { destinationArn: `arn:aws:sqs:us-east-1:${account}:changes-failed` } },
      filterCriteria: mapping["filterCriteria"],
    });
    const [{ pattern }] = (mapping["filterCriteria"] as { filters: [{ pattern: string }] }).filters;
    assert.deepEqual(JSON.parse(pattern), {
      dynamodb: {
        Keys: {
          sk: {
            S: ["CHANNEL#", "PERSON#", "RECORDING#", "CLIP#", "STATE", "EXPORT"].map((prefix) => ({ prefix })),
          },
        },
      },
    });
    assert.deepEqual((stack.one("aws:lambda/function:Function").inputs["environment"] as Inputs)["variables"], {
      CHANGES_BUS: "changes",
    });
    assert.deepEqual(
      statements(stack.one("aws:iam/rolePolicy:RolePolicy").inputs["policy"])
        .filter(({ Sid = "" }) => ["ReadChanges", "FindChanges", "Announce", "KeepFailedEvents"].includes(Sid))
        .map(({ Action, Resource }) => [Action, Resource]),
      [
        ["sqs:SendMessage", `arn:aws:sqs:us-east-1:${account}:changes-failed`],
        [["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"], streamArn],
        ["dynamodb:ListStreams", "*"],
        ["events:PutEvents", `arn:aws:cloudwatch:us-east-1:${account}:changes`],
      ],
    );
  });
});
