import type { Rule } from "../rule.ts";
import { at, text } from "../values.ts";

/**
 * Logs expire: log groups have a retention period, and functions write to a group of the program, not to one that
 * Lambda creates and keeps forever.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html
 */
export const logRetention: Rule = {
  name: "log-retention",
  description: "Every log group has a retention period.",
  level: "mandatory",
  judge: ({ type, props }) => {
    if (type === "aws:cloudwatch/logGroup:LogGroup" && !(Number(props["retentionInDays"]) > 0))
      return ["The log is kept forever: set retentionInDays."];
    if (type === "aws:lambda/function:Function" && text(at(props["loggingConfig"], "logGroup")) === "")
      return ["The function's log is kept forever: give loggingConfig a log group that has a retention period."];
    return [];
  },
};
