import type { ServiceApi } from "../cloud.ts";
import { AwsError } from "../errors.ts";
import type { Operations } from "../protocols/json.ts";
import { queryApi } from "../protocols/query.ts";
import { queryError } from "./errors.ts";

/**
 * SQS's former protocol, which SDKs and CLIs from before November 2023 speak: form parameters in, XML out, lists
 * flattened. It is translated to the input of the JSON protocol, and its output back.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-xml.html
 */
export function sqsQueryApi(operations: Operations): ServiceApi {
  return queryApi({
    signingName: "sqs",
    operations: Object.fromEntries(
      Object.entries(operations).map(([action, operation]) => [
        action,
        async (parameters, context) => {
          try {
            return flattened(action, (await operation(inputOf(parameters) as never, context)) ?? {});
          } catch (cause) {
            if (!(cause instanceof AwsError)) throw cause;
            throw new AwsError(queryError(cause).split(";")[0]!, cause.message, cause.status);
          }
        },
      ]),
    ),
  });
}

/** Name of a list in the JSON protocol, by the name of its members here. */
const lists: Readonly<Record<string, string>> = {
  AttributeName: "AttributeNames",
  MessageAttributeName: "MessageAttributeNames",
  MessageSystemAttributeName: "MessageSystemAttributeNames",
  SendMessageBatchRequestEntry: "Entries",
  DeleteMessageBatchRequestEntry: "Entries",
  ChangeMessageVisibilityBatchRequestEntry: "Entries",
};
/** The same for maps, whose members have a `Name` and a `Value`. */
const maps: Readonly<Record<string, string>> = {
  Attribute: "Attributes",
  MessageAttribute: "MessageAttributes",
  MessageSystemAttribute: "MessageSystemAttributes",
};
const numbers = new Set([
  "DelaySeconds",
  "MaxNumberOfMessages",
  "MaxNumberOfMessagesPerSecond",
  "MaxResults",
  "VisibilityTimeout",
  "WaitTimeSeconds",
]);
/** Of the protocol itself. */
const ignored = new Set(["Action", "Version"]);

/** A node of the parameters' names, which dots divide: `MessageAttribute.1.Value.DataType`. */
interface Tree {
  text?: string;
  members: Map<string, Tree>;
}

function inputOf(parameters: URLSearchParams): Record<string, unknown> {
  const root: Tree = { members: new Map() };
  for (const [name, text] of parameters) {
    if (ignored.has(name)) continue;
    let node = root;
    for (const step of name.split(".")) {
      const next = node.members.get(step) ?? { members: new Map() };
      node.members.set(step, next);
      node = next;
    }
    node.text = text;
  }
  return membersOf(root);
}

function membersOf({ members }: Tree): Record<string, unknown> {
  return Object.fromEntries(
    [...members].map(([name, node]) => {
      const items = [...node.members].sort(([a], [b]) => Number(a) - Number(b)).map(([, item]) => item);
      const [list, map] = [lists[name], maps[name]];
      if (list !== undefined) return [list, items.map(valueOf)];
      if (map !== undefined)
        return [
          map,
          Object.fromEntries(
            items.map((item) => [item.members.get("Name")?.text ?? "", valueOf(item.members.get("Value"))]),
          ),
        ];
      return [name, numbers.has(name) ? Number(node.text) : valueOf(node)];
    }),
  );
}

function valueOf(node: Tree | undefined): unknown {
  return node === undefined || node.members.size === 0 ? (node?.text ?? "") : membersOf(node);
}

/** Name of a list's members, by the list's name in the JSON protocol. */
const members: Readonly<Record<string, string>> = {
  QueueUrls: "QueueUrl",
  queueUrls: "QueueUrl",
  Messages: "Message",
  Failed: "BatchResultErrorEntry",
};

/** An output with its lists and maps as repeated elements. */
function flattened(action: string, output: unknown): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(output as Record<string, unknown>).map(([name, value]) => {
      if (Array.isArray(value)) {
        const item = members[name] ?? `${action}ResultEntry`;
        return [item, value.map((one: unknown) => (isObject(one) ? flattened(action, one) : one))];
      }
      if (name === "Attributes" || name === "MessageAttributes")
        return [
          name.slice(0, -1),
          Object.entries(value as Record<string, unknown>).map(([Name, Value]) => ({ Name, Value })),
        ];
      return [name, value];
    }),
  );
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}
