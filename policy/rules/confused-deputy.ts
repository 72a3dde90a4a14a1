import { statementsOf } from "../policy-document.ts";
import type { Rule } from "../rule.ts";

/**
 * Services whose role has no condition on whom it is assumed for, with the reason. A condition on a key that a service
 * does not send would lock it out.
 */
const withoutSource: Readonly<Record<string, string>> = {
  "lambda.amazonaws.com": "a function's role must be passed to it by someone in the account (iam:PassRole)",
  "medialive.amazonaws.com": "its guide names no condition key that it would send",
};

const sourceKeys = ["aws:sourceaccount", "aws:sourcearn"];

/**
 * A service assumes a role only for this account, or for one resource in it.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
 */
export const confusedDeputy: Rule = {
  name: "confused-deputy",
  description: "No service may assume a role for another account.",
  level: "mandatory",
  judge: ({ type, props }) =>
    type !== "aws:iam/role:Role"
      ? []
      : statementsOf(props["assumeRolePolicy"])
          .filter(({ allow, conditions }) => allow && !conditions.some(({ key }) => sourceKeys.includes(key)))
          .flatMap(({ principals }) => principals)
          .filter((name) => name.endsWith(".amazonaws.com") && withoutSource[name] === undefined)
          .map((name) => `${name} may assume the role for any account: add the condition aws:SourceAccount.`),
};
