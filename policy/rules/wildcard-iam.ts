import { statementsOf, type Statement } from "../policy-document.ts";
import type { Rule } from "../rule.ts";

/**
 * Actions for which `Resource` may be `*`, with the reason: AWS has nothing finer for any of them.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html
 */
export const withoutResource: Readonly<Record<string, string>> = {
  "mediaconvert:Probe": "looks at a file of S3 with the caller's own rights; no resource of MediaConvert is involved",
  "medialive:ListAlerts": "a channel's alerts are no resource of IAM",
  "rekognition:DetectFaces": "looks at an image that is in no collection",
  "rekognition:GetCelebrityRecognition": "a video job is no resource of IAM; its random id is the only key",
  "rekognition:GetFaceSearch": "a video job is no resource of IAM; its random id is the only key",
  "rekognition:StartCelebrityRecognition": "looks for whom AWS knows; no collection is involved",
  "xray:PutTelemetryRecords": "traces belong to the account",
  "xray:PutTraceSegments": "traces belong to the account",
};

const policyTypes = [
  "aws:iam/rolePolicy:RolePolicy",
  "aws:iam/policy:Policy",
  "aws:iam/userPolicy:UserPolicy",
  "aws:iam/groupPolicy:GroupPolicy",
];

/**
 * Roles may do what is listed, on what is listed; `*` only where AWS has nothing finer, and roles are passed to one
 * service only.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege
 */
export const wildcardIam: Rule = {
  name: "wildcard-iam",
  description: "No role may do everything of a service, or something to everything.",
  level: "mandatory",
  judge: ({ type, props }) => {
    if (
      type === "aws:iam/role:Role" &&
      statementsOf(props["assumeRolePolicy"]).some(({ allow, principals }) => allow && principals.includes("*"))
    )
      return ["Anybody may take the role: name the one service that does."];
    return policyTypes.includes(type) ? statementsOf(props["policy"]).flatMap(problemsOf) : [];
  },
};

function problemsOf({ allow, actions, resources, conditions, inverted }: Statement): string[] {
  if (!allow) return [];
  const anything = resources.includes("*")
    ? actions.filter((action) => withoutResource[action] === undefined && !action.includes("*"))
    : [];
  const passed = conditions
    .filter(({ operator, key }) => operator === "StringEquals" && key === "iam:passedtoservice")
    .flatMap(({ values }) => values);
  return [
    ...(inverted ? ["NotAction and NotResource allow what nobody listed: list what is needed."] : []),
    ...actions
      .filter((action) => action.includes("*"))
      .map((action) => `${action} is more than what is needed: list the actions.`),
    ...anything.map((action) => `${action} is allowed on everything: name the resources.`),
    ...(actions.includes("iam:PassRole") && passed.length !== 1
      ? ["iam:PassRole needs the condition iam:PassedToService with the one service that takes the role."]
      : []),
  ];
}
