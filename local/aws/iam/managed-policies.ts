/**
 * AWS managed policies that programs attach to function roles, as AWS publishes them:
 * https://docs.aws.amazon.com/aws-managed-policy/latest/reference/about-managed-policy-reference.html
 */
export const managedPolicies: Readonly<Record<string, object>> = {
  "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole": allow([
    "logs:CreateLogGroup",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
  ]),
  "arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess": allow([
    "xray:PutTraceSegments",
    "xray:PutTelemetryRecords",
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
    "xray:GetSamplingStatisticSummaries",
  ]),
};

function allow(actions: string[]): object {
  return { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: actions, Resource: "*" }] };
}
