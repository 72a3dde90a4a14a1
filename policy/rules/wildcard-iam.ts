import { statementsOf, type Statement } from "../policy-document.ts";
import type { Rule } from "../rule.ts";

/**
 * Actions for which `Resource` may be `*`, with the reason: AWS cannot limit any of them further.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html
 */
export const withoutResource: Readonly<Record<string, string>> = {
  "dynamodb:ListStreams": "lists the account's streams; Lambda looks for the one that it reads",
  "mediaconvert:Probe": "reads a file in S3 with the caller's own permissions; no MediaConvert resource is involved",
  "medialive:ListAlerts": "a channel's alerts are not an IAM resource",
  "rekognition:DetectFaces": "examines an image that is in no collection",
  "rekognition:GetCelebrityRecognition": "a video job is not an IAM resource; its random id is the only key",
  "rekognition:GetFaceSearch": "a video job is not an IAM resource; its random id is the only key",
  "rekognition:GetSegmentDetection": "a video job is not an IAM resource; its random id is the only key",
  "rekognition:StartCelebrityRecognition": "looks for people whom AWS knows; no collection is involved",
  "rekognition:StartSegmentDetection": "looks for cuts; no collection is involved",
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
 * Roles may perform only the listed actions on the listed resources, and `*` appears only where AWS cannot limit an
 * action further. A role is passed to one service only.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege
 */
export const wildcardIam: Rule = {
  name: "wildcard-iam",
  description: "No role may perform every action of a service, or act on every resource.",
  level: "mandatory",
  judge: ({ type, props }) => {
    if (
      type === "aws:iam/role:Role" &&
      statementsOf(props["assumeRolePolicy"]).some(({ allow, principals }) => allow && principals.includes("*"))
    )
      return ["Anyone may assume the role: name the one service that does."];
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
    ...(inverted ? ["NotAction and NotResource allow more than what is listed: list what is needed."] : []),
    ...actions
      .filter((action) => action.includes("*"))
      .map((action) => `${action} allows more than is needed: list the actions.`),
    ...anything.map((action) => `${action} is allowed on every resource: name the resources.`),
    ...(actions.includes("iam:PassRole") && passed.length !== 1
      ? ["iam:PassRole needs the condition iam:PassedToService with the one service that assumes the role."]
      : []),
  ];
}
