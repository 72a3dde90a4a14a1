import assert from "node:assert/strict";
import { Catalogue } from "../../components/catalogue.ts";
import { Changes } from "../../components/changes.ts";
import { Webhooks } from "../../components/webhooks.ts";
import { account, deploy, functionDefaults, statements, type Inputs } from "./mocks.ts";

describe("Webhooks", () => {
  it("are fed by a rule on the bus, through a queue that tries for a day", async () => {
    const stack = await deploy(() => {
      const functions = functionDefaults;
      const catalogue = new Catalogue("catalogue", { people: [], protect: false });
      const changes = new Changes("changes", { catalogue, functions });
      return new Webhooks("webhooks", { catalogue, changes, allowLocal: false, functions });
    });
    const queueArn = `arn:aws:sqs:us-east-1:${account}:webhooks`;
    const rule = stack.one("aws:cloudwatch/eventRule:EventRule").inputs;
    assert.deepEqual([rule["eventBusName"], rule["eventPattern"]], ["changes", '{"source":["spotlight"]}']);
    const target = stack.one("aws:cloudwatch/eventTarget:EventTarget").inputs;
    assert.deepEqual(target, { rule: "webhooks", eventBusName: "changes", arn: queueArn });
    const queue = stack.one("aws:sqs/queue:Queue", "webhooks").inputs;
    assert.equal(queue["visibilityTimeoutSeconds"], 120);
    assert.deepEqual(JSON.parse(String(queue["redrivePolicy"])), {
      deadLetterTargetArn: `${queueArn}-dead`,
      maxReceiveCount: 8,
    });
    const deliverer = stack.one("aws:lambda/function:Function", "webhooks-deliver").inputs;
    assert.deepEqual((deliverer["environment"] as Inputs)["variables"], {
      CATALOGUE_TABLE: "catalogue",
      WEBHOOK_QUEUE_URL: `https://sqs.us-east-1.amazonaws.com/${account}/webhooks`,
      LOCAL_WEBHOOKS: "false",
    });
    assert.equal(deliverer["timeout"], 20);
    assert.deepEqual(
      statements(stack.one("aws:iam/rolePolicy:RolePolicy", "webhooks-deliver").inputs["policy"])
        .slice(2)
        .map(({ Sid, Action }) => [Sid, Action]),
      [
        ["Catalogue", ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:UpdateItem"]],
        ["ReceiveWork", ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]],
        ["PostponeWork", "sqs:ChangeMessageVisibility"],
        ["SendToWebhooks", "sqs:SendMessage"],
      ],
    );
  });
});
