import type { Cloud, Principal } from "../cloud.ts";
import { AwsError } from "../errors.ts";
import { nameOf } from "./registry.ts";

/** A function that the engine itself has, for programs to invoke by name as they would invoke one of their own. */
export interface BuiltInFunction {
  name: string;
  /** Returns the payload of the answer; what it throws becomes the function's error. */
  invoke(event: unknown): Promise<unknown>;
}

/** What Invoke answers. */
export interface InvokeAnswer {
  status: number;
  payload: string;
  headers?: Record<string, string>;
}

/**
 * Invokes a built-in function for whoever may invoke a function of its name; `undefined` when none has the name.
 */
export async function invokeBuiltIn(
  { iam, region, accountId }: Pick<Cloud, "iam" | "region" | "accountId">,
  functions: readonly BuiltInFunction[],
  call: { name: string; type: string; event: unknown; principal: Principal },
): Promise<InvokeAnswer | undefined> {
  const found = functions.find(({ name }) => name === nameOf(call.name));
  if (found === undefined) return undefined;
  iam.authorize(
    call.principal,
    "lambda:InvokeFunction",
    `arn:aws:lambda:${region}:${accountId}:function:${found.name}`,
  );
  if (call.type !== "RequestResponse")
    throw new AwsError("NotImplemented", `${found.name} does not support invocations of the type ${call.type}.`, 501);
  try {
    return { status: 200, payload: JSON.stringify((await found.invoke(call.event)) ?? null) };
  } catch (cause) {
    const error = cause instanceof Error ? cause : new Error(String(cause));
    return {
      status: 200,
      payload: JSON.stringify({ errorType: error.name, errorMessage: error.message }),
      headers: { "x-amz-function-error": "Unhandled" },
    };
  }
}
