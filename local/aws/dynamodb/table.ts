import { setTimeout } from "node:timers/promises";
import type { Properties, ResourceProvider } from "../../engine/provider.ts";
import { physicalName } from "../../engine/physical-name.ts";
import { AwsError } from "../errors.ts";
import { block, flag, maybeText, properties, text } from "../support/inputs.ts";
import type { DynamoEngine, Members } from "./engine.ts";

/** Tables whose items expire: table name to attribute name. */
export type TimeToLive = Map<string, string>;

/**
 * `aws:dynamodb/table:Table`. An existing table is kept with its items. Its keys and indexes can't be changed in place
 * here (AWS builds new indexes in the background).
 */
export function tableProvider(
  engine: DynamoEngine,
  arnOf: (name: string) => string,
  timeToLive: TimeToLive,
): ResourceProvider {
  return {
    type: "aws:dynamodb/table:Table",
    honoured: [
      "name",
      "attributes",
      "hashKey",
      "rangeKey",
      "globalSecondaryIndexes",
      "billingMode",
      "ttl",
      "streamEnabled",
      "streamViewType",
      "deletionProtectionEnabled",
    ],
    ignored: ["tags", "pointInTimeRecovery", "serverSideEncryption", "tableClass"],
    replaceOnChanges: ["name", "hashKey", "rangeKey"],
    async apply({ name: logicalName, inputs, prior }) {
      const name = physicalName(inputs["name"], logicalName, prior);
      const ttl = block(inputs, "ttl", ["attributeName", "enabled"]);
      if (ttl !== undefined && flag(ttl, "enabled", true)) timeToLive.set(name, text(ttl, "attributeName"));
      else timeToLive.delete(name);
      const wanted = description(name, inputs);
      try {
        await engine.run("CreateTable", wanted);
        await untilActive(engine, name);
      } catch (cause) {
        if (!(cause instanceof AwsError) || cause.code !== "ResourceInUseException") throw cause;
        await refuseOtherKeys(engine, name, wanted);
      }
      return { id: name, outputs: { name, arn: arnOf(name), ...(await streamOf(name, inputs, prior)) } };
    },
    async remove(state, inputs) {
      if (inputs["deletionProtectionEnabled"] === true)
        throw new AwsError(
          "ValidationException",
          `The table ${state.id} is protected against deletion: set deletionProtectionEnabled to ` +
            "false first, then remove it.",
        );
      timeToLive.delete(state.id);
      await engine.streams.disable(state.id);
      await engine.run("DeleteTable", { TableName: state.id });
    },
  };

  /** Enables or disables the table's stream. A stream that is enabled anew is another stream, with another label. */
  async function streamOf(
    table: string,
    inputs: Properties,
    prior: { outputs: Properties } | undefined,
  ): Promise<Properties> {
    if (!flag(inputs, "streamEnabled", false)) {
      await engine.streams.disable(table);
      return {};
    }
    const viewType = text(inputs, "streamViewType");
    if (viewType !== "NEW_AND_OLD_IMAGES")
      throw new AwsError(
        "NotImplemented",
        `The local engine has streams with NEW_AND_OLD_IMAGES only, not ${viewType}.`,
        501,
      );
    const label = maybeText(prior?.outputs ?? {}, "streamLabel") ?? new Date().toISOString().slice(0, -1);
    const arn = `${arnOf(table)}/stream/${label}`;
    const keyNames = [text(inputs, "hashKey"), maybeText(inputs, "rangeKey")].filter((key) => key !== undefined);
    await engine.streams.enable(table, { arn, keyNames });
    return { streamArn: arn, streamLabel: label };
  }
}

function description(name: string, inputs: Properties): Members {
  if (inputs["billingMode"] !== "PAY_PER_REQUEST")
    throw new AwsError(
      "ValidationException",
      "The local engine has on-demand tables only: set billingMode to PAY_PER_REQUEST.",
    );
  const keySchema = (keys: Properties): Members[] => {
    const range = maybeText(keys, "rangeKey");
    return [
      { AttributeName: text(keys, "hashKey"), KeyType: "HASH" },
      ...(range === undefined ? [] : [{ AttributeName: range, KeyType: "RANGE" }]),
    ];
  };
  const indexes = listOf(inputs["globalSecondaryIndexes"]);
  return {
    TableName: name,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: listOf(inputs["attributes"]).map((attribute) => ({
      AttributeName: text(attribute, "name"),
      AttributeType: text(attribute, "type"),
    })),
    KeySchema: keySchema(inputs),
    ...(indexes.length === 0
      ? {}
      : {
          GlobalSecondaryIndexes: indexes.map((index) => ({
            IndexName: text(index, "name"),
            KeySchema: keySchema(index),
            Projection: { ProjectionType: text(index, "projectionType") },
          })),
        }),
  };
}

/** The engine makes a table active in a later turn of the event loop. */
async function untilActive(engine: DynamoEngine, name: string): Promise<void> {
  for (;;) {
    const { Table: table } = await engine.run("DescribeTable", { TableName: name });
    if (properties(table)?.["TableStatus"] === "ACTIVE") return;
    await setTimeout(1);
  }
}

async function refuseOtherKeys(engine: DynamoEngine, name: string, wanted: Members): Promise<void> {
  const { Table: table } = await engine.run("DescribeTable", { TableName: name });
  const shape = (members: Members): string =>
    JSON.stringify([
      members["KeySchema"],
      listOf(members["GlobalSecondaryIndexes"])
        .map((index) => [index["IndexName"], index["KeySchema"]])
        .sort(),
    ]);
  if (shape(properties(table) ?? {}) !== shape(wanted)) {
    throw new AwsError(
      "ValidationException",
      `The table ${name} has different keys or indexes from those in the program, and this engine cannot ` +
        "rebuild it: choose another folder with --data.",
    );
  }
}

function listOf(value: unknown): Properties[] {
  return (Array.isArray(value) ? value : [])
    .map((item: unknown) => properties(item))
    .filter((item) => item !== undefined);
}
