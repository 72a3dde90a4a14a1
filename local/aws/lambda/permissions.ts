import type { Cloud, Principal } from "../cloud.ts";
import type { LambdaFunction } from "./registry.ts";

/** One statement of a function's resource policy, as AddPermission writes it. */
export interface PermissionStatement {
  Sid: string;
  Effect: "Allow";
  Principal: "*" | { Service: string } | { AWS: string };
  Action: string;
  Resource: string;
  Condition?: { ArnLike?: { "AWS:SourceArn": string }; StringEquals?: { "AWS:SourceAccount": string } };
}

/**
 * Builds a statement from AddPermission's parameters:
 * https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html
 */
export function permissionStatement(given: {
  sid: string;
  action: string;
  principal: string;
  functionArn: string;
  sourceArn?: string;
  sourceAccount?: string;
}): PermissionStatement {
  const condition = {
    ...(given.sourceAccount === undefined ? {} : { StringEquals: { "AWS:SourceAccount": given.sourceAccount } }),
    ...(given.sourceArn === undefined ? {} : { ArnLike: { "AWS:SourceArn": given.sourceArn } }),
  };
  return {
    Sid: given.sid,
    Effect: "Allow",
    Principal: principalOf(given.principal),
    Action: given.action,
    Resource: given.functionArn,
    ...(Object.keys(condition).length === 0 ? {} : { Condition: condition }),
  };
}

function principalOf(principal: string): PermissionStatement["Principal"] {
  if (principal === "*") return "*";
  if (/^\d{12}$/.test(principal)) return { AWS: `arn:aws:iam::${principal}:root` };
  return principal.startsWith("arn:") ? { AWS: principal } : { Service: principal };
}

/** The function's resource policy as GetPolicy returns it; undefined while it has no statement. */
export function policyOf(fn: LambdaFunction): string | undefined {
  if (fn.permissions.size === 0) return undefined;
  return JSON.stringify({ Version: "2012-10-17", Id: "default", Statement: [...fn.permissions.values()] });
}

/**
 * Throws AccessDenied unless `source` may do `action` (default: invoke) on the function, by its role or the function's
 * policy.
 */
export function authorizeFunction(
  cloud: Cloud,
  fn: LambdaFunction,
  source: Principal,
  action = "lambda:InvokeFunction",
): void {
  const resourcePolicy = policyOf(fn);
  cloud.iam.authorize(source, action, fn.configuration.arn, resourcePolicy === undefined ? {} : { resourcePolicy });
}
