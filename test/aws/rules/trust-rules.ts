import { parsePolicy } from "../../../local/aws/iam/policy.ts";
import { ofType } from "../support/lookup.ts";
import { text } from "../support/read.ts";
import type { Stack } from "../support/stacks.ts";

/**
 * Services that take roles, with what they do with one, and whether their guides say that they name the account for
 * which they do. A condition on a key that a service does not send would lock it out.
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/cross-service-confused-deputy-prevention.html
 * https://docs.aws.amazon.com/rekognition/latest/dg/cross-service-confused-deputy-prevention.html
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
 * https://docs.aws.amazon.com/medialive/latest/ug/setup-trusted-entity-complex.html
 */
const takers: Readonly<Record<string, { actions: string; namesAccount: boolean }>> = {
  "lambda.amazonaws.com": { actions: "sts:AssumeRole", namesAccount: false },
  "medialive.amazonaws.com": { actions: "sts:AssumeRole,sts:TagSession", namesAccount: false },
  "mediaconvert.amazonaws.com": { actions: "sts:AssumeRole", namesAccount: true },
  "rekognition.amazonaws.com": { actions: "sts:AssumeRole", namesAccount: true },
  "scheduler.amazonaws.com": { actions: "sts:AssumeRole", namesAccount: true },
};

/**
 * A role is for one service, which takes it for this account if it says for whom it does.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
 */
export function trustProblems(stack: Stack): string[] {
  return ofType(stack, "aws:iam/role:Role").flatMap(({ name, inputs }) => {
    const statements = parsePolicy(text(inputs["assumeRolePolicy"]));
    const [statement] = statements;
    const principal = statement?.principal;
    const services = typeof principal === "object" ? (principal["Service"] ?? []) : [];
    const taker = takers[services.join()];
    if (
      taker === undefined ||
      statements.length !== 1 ||
      statement?.effect !== "Allow" ||
      statement.actions.join() !== taker.actions ||
      Object.keys(principal ?? {}).join() !== "Service"
    )
      return [`role ${name}: is taken by others than one service`];
    const { conditions } = statement;
    const forAccount = conditions.some(
      ({ operator, key, values }) =>
        operator === "StringEquals" && key === "aws:sourceaccount" && values.every((id) => /^\d{12}$/.test(id)),
    );
    if (taker.namesAccount) return forAccount ? [] : [`role ${name}: ${services.join()} takes it for any account`];
    return conditions.length === 0 ? [] : [`role ${name}: has a condition on what ${services.join()} does not send`];
  });
}
