import type { RecordedCall } from "../../../local/aws/recorder.ts";
import { sdkShape } from "../shapes/libraries.ts";
import type { Shape } from "../shapes/shape.ts";
import { validate } from "../shapes/validate.ts";
import { operationOf } from "./operation.ts";
import { requestProblems } from "./request-rules.ts";

/** What became of one recorded call. */
export interface CheckedCall {
  /** `mediaconvert CreateJob` */
  operation: string;
  problems: string[];
  /** How many settings were compared with the model. */
  checked: number;
}

const inputs = new Map<string, Shape>();

/**
 * Checks a call's input against its operation's model, and against what AWS checks beyond it. Undefined for calls
 * without JSON.
 */
export function checkCall(call: RecordedCall): CheckedCall | undefined {
  const operation = operationOf(call);
  if (operation === undefined) return undefined;
  const { client, name, input, camelCase } = operation;
  const key = `${client} ${name}`;
  const shape = inputs.get(key) ?? inputShape(client, name);
  inputs.set(key, shape);
  const { problems, checked } = validate(shape, input, key, { camelCase });
  return { operation: key, problems: [...problems, ...requestProblems(client, name, input)], checked };
}

/** Some services call an operation's input `CreateJobRequest`, others `GetItemInput`. */
function inputShape(client: string, operation: string): Shape {
  try {
    return sdkShape(client, `${operation}Request`);
  } catch {
    return sdkShape(client, `${operation}Input`);
  }
}
