import type { Policies, ResourceValidationPolicy } from "@pulumi/policy";
import type { Rule } from "./rule.ts";
import { rules } from "./rules/index.ts";

/**
 * The rules in Pulumi's form. During a preview Pulumi says which rules must wait for values that are not known yet.
 * Rules that judge a single resource stop it before it is created.
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
