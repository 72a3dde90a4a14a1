import type { ResourceProvider } from "../../engine/provider.ts";
import { AwsError } from "../errors.ts";
import { maybeText, text } from "../support/inputs.ts";
import type { DynamoEngine, Members } from "./engine.ts";

/**
 * `aws:dynamodb/tableItem:TableItem`. Written only when it is new or the program changed it, so that the application's
 * own changes to the item are kept. A new resource keeps an existing item; on AWS, that is an error.
 */
export function tableItemProvider(engine: DynamoEngine): ResourceProvider {
  return {
    type: "aws:dynamodb/tableItem:TableItem",
    honoured: ["tableName", "hashKey", "rangeKey", "item"],
    replaceOnChanges: ["tableName", "hashKey", "rangeKey"],
    async apply({ inputs, prior }) {
      const item = text(inputs, "item");
      if (prior?.outputs["written"] === item) return prior;
      const hashKey = text(inputs, "hashKey");
      try {
        await engine.run("PutItem", {
          TableName: text(inputs, "tableName"),
          Item: JSON.parse(item) as Members,
          ...(prior === undefined
            ? { ConditionExpression: "attribute_not_exists(#key)", ExpressionAttributeNames: { "#key": hashKey } }
            : {}),
        });
      } catch (cause) {
        // An earlier run may have ended between this write and recording it; an error would block every later start.
        if (!(cause instanceof AwsError) || cause.code !== "ConditionalCheckFailedException") throw cause;
      }
      return {
        id: [text(inputs, "tableName"), hashKey, maybeText(inputs, "rangeKey") ?? ""].join("|"),
        outputs: { written: item },
      };
    },
    async remove(_state, inputs) {
      const item = JSON.parse(text(inputs, "item")) as Members;
      const keys = [text(inputs, "hashKey"), maybeText(inputs, "rangeKey")].filter((key) => key !== undefined);
      await engine.run("DeleteItem", {
        TableName: text(inputs, "tableName"),
        Key: Object.fromEntries(keys.map((key) => [key, item[key]])),
      });
    },
  };
}
