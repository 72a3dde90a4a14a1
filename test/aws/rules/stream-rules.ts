import { byArn, byOutput } from "../support/lookup.ts";
import { list, pick, text, texts } from "../support/read.ts";
import type { Resource, Stack } from "../support/stacks.ts";
import { mappings } from "./queue-rules.ts";

/** What Lambda refuses of mappings from a table's stream, and what blocks a stream or loses records silently. */
export function streamProblems(stack: Stack): string[] {
  return mappings(stack, true).flatMap((mapping) =>
    mappingProblems(stack, mapping).map((problem) => `mapping ${mapping.name}: ${problem}`),
  );
}

/**
 * A record that fails blocks those after it until it is given up, a day later unless tries are bounded.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html
 * https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
 */
function mappingProblems(stack: Stack, { inputs }: Resource): string[] {
  const table = byOutput(stack, "aws:dynamodb/table:Table", "streamArn", inputs["eventSourceArn"]);
  const consumer = byArn(stack, inputs["functionName"]);
  if (table === undefined || consumer === undefined) return ["its stream or function is not of this stack"];
  const within = (key: string, least: number, most: number): string[] => {
    const value = inputs[key];
    return typeof value === "number" && value >= least && value <= most
      ? []
      : [`${key} is ${JSON.stringify(value)}, not ${least} to ${most}`];
  };
  const kept = byArn(stack, pick(inputs["destinationConfig"], "onFailure", "destinationArn"));
  const prefixes = list(pick(inputs["filterCriteria"], "filters")).map((filter) => text(pick(filter, "pattern")));
  return [
    ...(["TRIM_HORIZON", "LATEST"].includes(text(inputs["startingPosition"])) ? [] : ["it has no starting position"]),
    ...within("batchSize", 1, 10_000),
    ...within("maximumRetryAttempts", 0, 10_000),
    ...within("maximumRecordAgeInSeconds", 60, 86_400),
    ...(inputs["bisectBatchOnFunctionError"] === true ? [] : ["one bad record has its whole batch given up"]),
    ...(texts(inputs["functionResponseTypes"]).includes("ReportBatchItemFailures")
      ? []
      : ["one failed record brings its whole batch again"]),
    ...(kept?.type === "aws:sqs/queue:Queue" ? [] : ["nobody hears of records that are given up"]),
    ...(prefixes.length <= 5 ? [] : [`it has ${prefixes.length} filters, not five at most`]),
  ];
}
