import type { Rule } from "../rule.ts";
import { at, items, text } from "../values.ts";

/** https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html */
const supported = ["nodejs22.x", "nodejs24.x"];

/**
 * Functions use a runtime that AWS still patches and the cheaper architecture, set their timeout and memory explicitly,
 * and are traced.
 */
export const functionRuntime: Rule = {
  name: "function-runtime",
  description: "Functions use a supported runtime and arm64, set a timeout and a memory size, and are traced.",
  level: "mandatory",
  judge: ({ type, props }) => {
    if (type !== "aws:lambda/function:Function") return [];
    return [
      ...(supported.includes(text(props["runtime"]))
        ? []
        : [`The runtime ${text(props["runtime"])} is not supported: use ${supported.at(-1) ?? ""}.`]),
      ...(items(props["architectures"]).join() === "arm64"
        ? []
        : ["The function costs a quarter more than necessary: set architectures to arm64."]),
      ...(typeof props["timeout"] === "number" && typeof props["memorySize"] === "number"
        ? []
        : ["The function uses Lambda's defaults of 3 s and 128 MB: set timeout and memorySize."]),
      ...(at(props["tracingConfig"], "mode") === "Active"
        ? []
        : ["The function is not traced: set tracingConfig to Active."]),
    ];
  },
};
