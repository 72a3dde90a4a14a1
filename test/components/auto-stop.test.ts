import assert from "node:assert/strict";
import { AutoStop } from "../../components/auto-stop.ts";
import { account, deploy, functionDefaults, statements, type Inputs } from "./mocks.ts";
import { channelsJson, makeParts } from "./pipeline-parts.ts";

describe("AutoStop", () => {
  it("checks every five minutes, and may stop only this stack's channels", async () => {
    const stack = await deploy(() => {
      const { catalogue, channels } = makeParts();
      return new AutoStop("auto-stop", { catalogue, channels, idleMinutes: 30, functions: functionDefaults });
    });
    assert.deepEqual(stack.one("aws:cloudwatch/eventRule:EventRule").inputs, {
      description: "Stop channels that nobody streams to",
      scheduleExpression: "rate(5 minutes)",
    });
    assert.equal(
      stack.one("aws:cloudwatch/eventTarget:EventTarget").inputs["arn"],
      `arn:aws:lambda:us-east-1:${account}:auto-stop`,
    );
    assert.equal(
      stack.one("aws:lambda/permission:Permission").inputs["sourceArn"],
      `arn:aws:cloudwatch:us-east-1:${account}:auto-stop`,
    );
    const { environment } = stack.one("aws:lambda/function:Function").inputs;
    assert.deepEqual((environment as Inputs)["variables"], {
      CATALOGUE_TABLE: "catalogue",
      CHANNELS: channelsJson,
      IDLE_STOP_MINUTES: "30",
    });
    const own = statements(stack.one("aws:iam/rolePolicy:RolePolicy", "auto-stop").inputs["policy"]).filter(
      ({ Sid }) => !["WriteOwnLog", "SendTraces"].includes(Sid ?? ""),
    );
    assert.deepEqual(own, [
      {
        Sid: "Catalogue",
        Effect: "Allow",
        Action: ["dynamodb:GetItem"],
        Resource: `arn:aws:dynamodb:us-east-1:${account}:catalogue`,
      },
      {
        Sid: "Channels",
        Effect: "Allow",
        Action: ["medialive:DescribeChannel", "medialive:StopChannel"],
        Resource: [`arn:aws:medialive:us-east-1:${account}:channel-main`],
      },
      { Sid: "Alerts", Effect: "Allow", Action: "medialive:ListAlerts", Resource: "*" },
    ]);
  });
});
