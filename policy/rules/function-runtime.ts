import type { Rule } from "../rule.ts";
import { at, items, text } from "../values.ts";

/** https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html */
const supported = ["nodejs22.x", "nodejs24.x"];

/**
 * Functions run on a runtime that AWS still mends, on the cheaper architecture, within a time and memory that somebody
 * chose, and can be traced.
 */
export const functionRuntime: Rule = {
  name: "function-runtime",
  description: "Functions have a supported runtime, arm64, a timeout, a memory and traces.",
  level: "mandatory",
  judge: ({ type, props }) => {
    if (type !== "aws:lambda/function:Function") return [];
    return [
      ...(supported.includes(text(props["runtime"]))
        ? []
        : [`AWS mends the runtime ${text(props["runtime"])} no more, or not yet: use ${supported.at(-1) ?? ""}.`]),
      ...(items(props["architectures"]).join() === "arm64"
        ? []
        : ["The function costs a quarter more than it must: set architectures to arm64."]),
      ...(typeof props["timeout"] === "number" && typeof props["memorySize"] === "number"
        ? []
        : ["The function has Lambda's 3 s and 128 MB: choose timeout and memorySize."]),
      ...(at(props["tracingConfig"], "mode") === "Active"
        ? []
        : ["The function leaves no traces: set tracingConfig to Active."]),
    ];
  },
};
