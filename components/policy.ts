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

const assume = "sts:AssumeRole";

/**
 * What a service does with a role beyond assuming it. MediaLive's troubleshooting page names the tagging
 * of sessions as one that its trusted role may need:
 * https://docs.aws.amazon.com/medialive/latest/ug/setup-trusted-entity-complex.html
 */
const trustActions: Readonly<Record<string, readonly string[]>> = {
  "medialive.amazonaws.com": [assume, "sts:TagSession"],
};

/** For whom a service assumes a role. */
export interface TrustSource {
  /** The account. */
  account: pulumi.Input<string>;
  /** The resource, if the service says which one; `*` stands for any run of characters. */
  arn?: pulumi.Input<string>;
}

/**
 * Lets one AWS service, e.g. `mediaconvert.amazonaws.com`, assume a role; with `source` only for that account and
 * resource. Without it, another account could have the service use the role, if it knew its name: the confused deputy.
 * Only services whose guide says that they name their source can have one; others could no longer assume the role.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
 */
export function trustService(service: string, source?: TrustSource): pulumi.Output<string> {
  const Condition = source && {
    StringEquals: { "aws:SourceAccount": source.account },
    ...(source.arn !== undefined && { ArnLike: { "aws:SourceArn": source.arn } }),
  };
  return policyDocument([{ Principal: { Service: service }, Action: trustActions[service] ?? assume, Condition }]);
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
