import type { TestCloud } from "../../../support/cloud.ts";
import type { Properties } from "../../../../local/engine/provider.ts";

/** Deploys `source` as the function's `index.mjs`, with a separate role that these `statements` apply to. */
export async function deploy(
  cloud: TestCloud,
  name: string,
  source: string,
  inputs: Properties = {},
  statements: readonly object[] = [],
): Promise<{ arn: string; role: string }> {
  const role = await cloud.role(`${name}-role`, "lambda.amazonaws.com", statements);
  const { outputs } = await cloud.apply("aws:lambda/function:Function", name, {
    name,
    role,
    runtime: "nodejs24.x",
    architectures: ["arm64"],
    handler: "index.handler",
    code: { $archive: { "index.mjs": { $asset: { text: source } } } },
    ...inputs,
  });
  return { arn: String(outputs["arn"]), role };
}

/** A role that may invoke every function, for the test's own SDK client. */
export async function invoker(cloud: TestCloud): Promise<string> {
  return cloud.role("invoker", "ec2.amazonaws.com", [{ Effect: "Allow", Action: "lambda:*", Resource: "*" }]);
}
