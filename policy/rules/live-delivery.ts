import type { Rule } from "../rule.ts";
import { at, items, text } from "../values.ts";

/**
 * The errors that CloudFront keeps whatever the origin says, for 10 s unless told otherwise:
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html
 */
const keptErrors = [404, 414, 500, 501, 502, 503, 504];

/**
 * A distribution of live video asks the packager once for all its caches, and forgets errors within a second: a segment
 * that a player asked for too early exists by then.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/origin-shield.html
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/custom-error-pages-expiration.html
 */
export const liveDelivery: Rule = {
  name: "live-delivery",
  description: "Live video is delivered through Origin Shield, and its errors are kept for a second at most.",
  level: "advisory",
  judge: ({ type, props }) => {
    if (type !== "aws:cloudfront/distribution:Distribution") return [];
    const packagers = items(props["origins"]).filter((origin) =>
      /\.mediapackagev2\.[a-z0-9-]+\.amazonaws\.com$/.test(text(at(origin, "domainName"))),
    );
    if (packagers.length === 0) return [];
    const seconds = errorSeconds(props);
    const codes = new Set([...keptErrors, ...seconds.keys()]);
    const slow = [...codes].filter((code) => !((seconds.get(code) ?? NaN) <= 1));
    return [
      ...packagers
        .filter((origin) => at(origin, "originShield", "enabled") !== true)
        .map(
          (origin) =>
            `The origin "${text(at(origin, "originId"))}" has no Origin Shield, so each of CloudFront's caches asks ` +
            "MediaPackage itself: set originShield.",
        ),
      ...(slow.length === 0
        ? []
        : [
            `CloudFront keeps the errors ${slow.join(", ")} for longer than a second: give each a custom error ` +
              "response with errorCachingMinTtl 1.",
          ]),
    ];
  },
};

/** For how long CloudFront keeps each error at least, in seconds, where the distribution says so; else NaN. */
function errorSeconds(props: Readonly<Record<string, unknown>>): Map<number, number> {
  return new Map(
    items(props["customErrorResponses"]).map((response) => [
      Number(at(response, "errorCode")),
      Number(at(response, "errorCachingMinTtl")),
    ]),
  );
}
