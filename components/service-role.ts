import * as iam from "@pulumi/aws/iam/index.js";
import * as pulumi from "@pulumi/pulumi";
import { policyDocument, trustService, type PolicyStatement, type TrustSource } from "./policy.ts";

/** What a service may do in this stack's name. */
export interface ServiceRoleArgs {
  /** The service that assumes the role, e.g. `mediaconvert.amazonaws.com`. */
  service: string;
  /** For whom alone the service may assume it. Left out only for services that don't say for whom they act. */
  source?: TrustSource;
  /** All its permissions. */
  statements: readonly PolicyStatement[];
  tags?: Record<string, string>;
}

/** An IAM role for one AWS service, with one inline policy. */
export class ServiceRole extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  readonly name: pulumi.Output<string>;

  constructor(name: string, args: ServiceRoleArgs, options?: pulumi.ComponentResourceOptions) {
    super("spotlight:components:ServiceRole", name, {}, options);
    const role = new iam.Role(
      name,
      { assumeRolePolicy: trustService(args.service, args.source), tags: args.tags },
      { parent: this },
    );
    const policy = new iam.RolePolicy(
      name,
      { role: role.name, policy: policyDocument(args.statements) },
      { parent: this },
    );
    // Users of the role need its permissions, so its name and ARN resolve once the policy is attached.
    this.arn = pulumi.all([role.arn, policy.id]).apply(([arn]) => arn);
    this.name = role.name;
    this.registerOutputs({ arn: this.arn, name: this.name });
  }
}
