import * as pulumi from "@pulumi/pulumi";

/**
 * One statement of an IAM policy. See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
 */
export interface PolicyStatement {
  Sid?: string;
  /** @default "Allow" */
  Effect?: "Allow" | "Deny";
  /** Only in policies of resources (buckets, topics, roles' trust). */
  Principal?: "*" | { Service: string } | { AWS: pulumi.Input<string> };
  Action: string | readonly string[];
  /** Absent only in trust policies. */
  Resource?: pulumi.Input<string> | readonly pulumi.Input<string>[];
  Condition?: Record<string, Record<string, pulumi.Input<string> | readonly string[]>>;
}

/** The statements as a policy document, in JSON. */
export function policyDocument(statements: readonly PolicyStatement[]): pulumi.Output<string> {
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: statements.map(({ Sid, Effect = "Allow", Principal, Action, Resource, Condition }) => ({
      Sid,
      Effect,
      Principal,
      Action,
      Resource,
      Condition,
    })),
  });
}

/** Lets one AWS service, e.g. `lambda.amazonaws.com`, assume a role. */
export function trustService(service: string): pulumi.Output<string> {
  return policyDocument([{ Principal: { Service: service }, Action: "sts:AssumeRole" }]);
}

/** Lets a function pass `roleArn` to one service only. */
export function passRole(roleArn: pulumi.Input<string>, service: string): PolicyStatement {
  return {
    Sid: "PassRole",
    Action: "iam:PassRole",
    Resource: roleArn,
    Condition: { StringEquals: { "iam:PassedToService": service } },
  };
}
