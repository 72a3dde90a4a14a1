import { statementsOf } from "../policy-document.ts";
import { ofType, type CheckedResource, type Rule, type Violation } from "../rule.ts";
import { at, items, text } from "../values.ts";

/**
 * Nothing is read or written without TLS: buckets refuse plain requests, and the distribution redirects viewers to
 * HTTPS and uses it for origins.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-https.html
 */
export const tlsOnly: Rule = {
  name: "tls-only",
  description: "Buckets, viewers and origins use TLS only.",
  level: "mandatory",
  judge: distributionProblems,
  relate: buckets,
};

function buckets(resources: readonly CheckedResource[]): Violation[] {
  const policies = ofType(resources, "aws:s3/bucketPolicy:BucketPolicy");
  const refuses = ({ props }: CheckedResource): boolean =>
    statementsOf(props["policy"]).some(
      ({ allow, principals, actions, conditions }) =>
        !allow &&
        principals.includes("*") &&
        actions.includes("s3:*") &&
        conditions.some(
          ({ operator, key, values }) =>
            operator === "Bool" && key === "aws:securetransport" && values.join() === "false",
        ),
    );
  return ofType(resources, "aws:s3/bucket:Bucket")
    .filter(({ props }) => !policies.some((policy) => policy.props["bucket"] === props["bucket"] && refuses(policy)))
    .map(({ urn }) => ({
      urn,
      message: "The bucket accepts requests without TLS: deny s3:* to everyone where aws:SecureTransport is false.",
    }));
}

function distributionProblems({ type, props }: CheckedResource): string[] {
  if (type !== "aws:cloudfront/distribution:Distribution") return [];
  const behaviours = [props["defaultCacheBehavior"], ...items(props["orderedCacheBehaviors"])];
  const open = behaviours.filter(
    (behaviour) => !["redirect-to-https", "https-only"].includes(text(at(behaviour, "viewerProtocolPolicy"))),
  );
  const plain = items(props["origins"]).filter(
    (origin) =>
      at(origin, "customOriginConfig") !== undefined &&
      at(origin, "customOriginConfig", "originProtocolPolicy") !== "https-only",
  );
  return [
    ...open.map(
      (behaviour) =>
        `Viewers can reach ${text(at(behaviour, "pathPattern")) || "the default behaviour"} without TLS: ` +
        "set viewerProtocolPolicy to redirect-to-https.",
    ),
    ...plain.map(
      (origin) =>
        `The origin "${text(at(origin, "originId"))}" can be reached without TLS: set originProtocolPolicy ` +
        "to https-only.",
    ),
  ];
}
