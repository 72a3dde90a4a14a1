import type { Properties, ResourceProvider } from "../../../engine/provider.ts";
import { physicalName } from "../../../engine/physical-name.ts";
import { AwsError } from "../../errors.ts";
import { flag, maybeText, whole } from "../../support/inputs.ts";
import { maxMessageBytes } from "../actions/send-message.ts";
import type { QueueCore } from "../core.ts";
import { checkedPolicy, checkedRedrivePolicy } from "./policies.ts";

/** `aws.sqs.Queue`: a standard queue. */
export function queueProvider(core: QueueCore): ResourceProvider {
  return {
    type: "aws:sqs/queue:Queue",
    honoured: [
      "delaySeconds",
      "fifoQueue",
      "maxMessageSize",
      "messageRetentionSeconds",
      "name",
      "namePrefix",
      "policy",
      "receiveWaitTimeSeconds",
      "redriveAllowPolicy",
      "redrivePolicy",
      "visibilityTimeoutSeconds",
    ],
    // Encryption at rest is left to the machine's own disk encryption.
    ignored: ["kmsDataKeyReusePeriodSeconds", "kmsMasterKeyId", "region", "sqsManagedSseEnabled", "tags"],
    replaceOnChanges: ["name", "namePrefix", "fifoQueue"],
    async apply({ name: logicalName, inputs, prior }) {
      if (flag(inputs, "fifoQueue", false))
        throw new AwsError(
          "NotImplemented",
          "The local engine has standard queues only: fifoQueue must be false.",
          501,
        );
      const name = physicalName(
        inputs["name"],
        maybeText(inputs, "namePrefix")?.replace(/-$/, "") ?? logicalName,
        prior,
      );
      if (!/^[\w-]{1,80}$/.test(name))
        throw new AwsError(
          "InvalidParameterValue",
          `The queue name ${name} can only include alphanumeric characters, hyphens or underscores, 1 to 80 in length.`,
        );
      const arn = `arn:aws:sqs:${core.cloud.region}:${core.cloud.accountId}:${name}`;
      const before = core.table.find(arn);
      core.table.put({
        name,
        arn,
        delaySeconds: whole(inputs, "delaySeconds", { fallback: 0, min: 0, max: 900 }),
        maximumMessageSize: whole(inputs, "maxMessageSize", { fallback: 262_144, min: 1024, max: maxMessageBytes }),
        messageRetentionSeconds: whole(inputs, "messageRetentionSeconds", {
          fallback: 345_600,
          min: 60,
          max: 1_209_600,
        }),
        receiveWaitSeconds: whole(inputs, "receiveWaitTimeSeconds", { fallback: 0, min: 0, max: 20 }),
        visibilityTimeoutSeconds: whole(inputs, "visibilityTimeoutSeconds", { fallback: 30, min: 0, max: 43_200 }),
        // Separate policy resources may have set these already.
        policy: checkedPolicy(inputs, "policy") ?? before?.policy,
        redrivePolicy: checkedRedrivePolicy(core, arn, maybeText(inputs, "redrivePolicy")) ?? before?.redrivePolicy,
        redriveAllowPolicy: checkedPolicy(inputs, "redriveAllowPolicy") ?? before?.redriveAllowPolicy,
        createdAtSeconds: createdAt(prior?.outputs),
      });
      const url = core.url(core.table.byArn(arn));
      return { id: url, outputs: { name, arn, url, createdAtSeconds: core.table.byArn(arn).createdAtSeconds } };
    },
    async remove(state) {
      const queue = core.table.all().find((candidate) => candidate.arn === state.outputs["arn"]);
      // Messages may remain from an earlier run that registered the queue, so they are always deleted.
      core.store.purge(String(state.outputs["arn"]));
      if (queue !== undefined) core.table.remove(queue.name);
    },
  };
}

function createdAt(outputs: Properties | undefined): number {
  const before = outputs?.["createdAtSeconds"];
  return typeof before === "number" ? before : Math.floor(Date.now() / 1000);
}
