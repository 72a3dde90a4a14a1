import type { Policies, ResourceValidationPolicy } from "@pulumi/policy";
import type { Rule } from "./rule.ts";
import { rules } from "./rules/index.ts";

/**
 * The rules as Pulumi takes them. During a preview Pulumi says which ones must wait for values that are not known yet;
 * those that judge a resource alone stop it before it is made.
 */
export const policies: Policies = rules.map(policyOf);

function policyOf({ name, description, level, judge, relate }: Rule): Policies[number] {
  const policy: ResourceValidationPolicy = { name, description, enforcementLevel: level };
  if (judge !== undefined) {
    policy.validateResource = (resource, report) => {
      for (const message of judge(resource)) report(message);
    };
  }
  if (relate === undefined) return policy;
  return {
    ...policy,
    validateStack: ({ resources }, report) => {
      for (const { message, urn } of relate(resources)) report(message, urn);
    },
  };
}
