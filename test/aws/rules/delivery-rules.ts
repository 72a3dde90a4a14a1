import { byArn, ofType } from "../support/lookup.ts";
import { entries, list, pick, repeated, text, texts } from "../support/read.ts";
import type { Resource, Stack } from "../support/stacks.ts";

const type = (name: string): string => `aws:cloudfront/${name}`;

/** Response headers that a policy may not set as custom headers. */
const reservedHeaders = new RegExp(
  "^(content-security-policy|strict-transport-security|x-frame-options|x-content-type-options|referrer-policy|" +
    "connection|via|x-amz-cf-.*)$",
  "i",
);

/**
 * What CloudFront refuses although its model allows it:
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
 */
export function deliveryProblems(stack: Stack): string[] {
  return [
    ...ofType(stack, type("distribution:Distribution")).flatMap((distribution) =>
      [
        ...originProblems(stack, distribution),
        ...shieldProblems(distribution),
        ...behaviourProblems(stack, distribution),
        ...errorProblems(distribution),
      ].map((problem) => `distribution ${distribution.name}: ${problem}`),
    ),
    ...ofType(stack, type("function:Function")).flatMap(functionProblems),
    ...ofType(stack, type("cachePolicy:CachePolicy")).flatMap(cacheProblems),
    ...ofType(stack, type("responseHeadersPolicy:ResponseHeadersPolicy")).flatMap(headerProblems),
  ];
}

/**
 * At most 25 origins, each named once; buckets and MediaPackage are reached by an access control of their own kind,
 * others by TLS.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
 */
function originProblems(stack: Stack, { inputs }: Resource): string[] {
  const origins = list(inputs["origins"]);
  const access = ofType(stack, type("originAccessControl:OriginAccessControl"));
  const kinds: readonly (readonly [RegExp, string])[] = [
    [/\.s3[.-][a-z0-9-]*\.?amazonaws\.com$/, "s3"],
    [/\.mediapackagev2\.[a-z0-9-]+\.amazonaws\.com$/, "mediapackagev2"],
  ];
  return [
    ...(origins.length <= 25 ? [] : [`has ${origins.length} origins, not 25 at most`]),
    ...repeated(origins.map((origin) => text(pick(origin, "originId")))).map((id) => `has two origins "${id}"`),
    ...origins.flatMap((origin) => {
      const id = text(pick(origin, "originId"));
      const kind = kinds.find(([host]) => host.test(text(pick(origin, "domainName"))))?.[1];
      const control = access.find((candidate) => candidate.id === pick(origin, "originAccessControlId"));
      const custom = pick(origin, "customOriginConfig");
      return [
        ...(kind === undefined || control?.inputs["originAccessControlOriginType"] === kind
          ? []
          : [`the origin "${id}" has no access control for ${kind}`]),
        ...(kind === "s3" ||
        (pick(custom, "originProtocolPolicy") === "https-only" &&
          texts(pick(custom, "originSslProtocols")).every((protocol) => protocol === "TLSv1.2"))
          ? []
          : [`the origin "${id}" is not reached by TLS 1.2 only`]),
      ];
    }),
  ];
}

/**
 * Where CloudFront has a regional edge cache, and so Origin Shield:
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/origin-shield.html#choose-origin-shield-region
 */
const shieldRegions = [
  ...["us-east-1", "us-east-2", "us-west-2", "sa-east-1", "eu-central-1", "eu-west-1", "eu-west-2"],
  ...["ap-south-1", "ap-northeast-1", "ap-northeast-2", "ap-southeast-1", "ap-southeast-2"],
];

function shieldProblems({ inputs }: Resource): string[] {
  return list(inputs["origins"]).flatMap((origin) => {
    const shield = pick(origin, "originShield");
    const region = text(pick(shield, "originShieldRegion"));
    return pick(shield, "enabled") !== true || shieldRegions.includes(region)
      ? []
      : [`the origin "${text(pick(origin, "originId"))}" has its shield in "${region}", where there is none`];
  });
}

/**
 * Only some errors can be customised, each once:
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/creating-custom-error-pages.html
 */
function errorProblems({ inputs }: Resource): string[] {
  const codes = list(inputs["customErrorResponses"]).map((response) => Number(pick(response, "errorCode")));
  const known = [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504];
  return [
    ...codes.filter((code) => !known.includes(code)).map((code) => `error ${code} cannot be customised`),
    ...repeated(codes.map(String)).map((code) => `error ${code} is customised twice`),
  ];
}

/** At most 25 behaviours, of origins that there are, with known methods and functions of this stack, each path once. */
function behaviourProblems(stack: Stack, { inputs }: Resource): string[] {
  const ordered = list(inputs["orderedCacheBehaviors"]);
  const behaviours = [inputs["defaultCacheBehavior"], ...ordered];
  const origins = list(inputs["origins"]).map((origin) => text(pick(origin, "originId")));
  const methodSets = ["GET,HEAD", "GET,HEAD,OPTIONS", "DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT"];
  return [
    ...(behaviours.length <= 25 ? [] : [`has ${behaviours.length} behaviours, not 25 at most`]),
    ...repeated(ordered.map((behaviour) => text(pick(behaviour, "pathPattern")))).map(
      (path) => `has two behaviours for ${path}`,
    ),
    ...behaviours.flatMap((behaviour) => {
      const at = text(pick(behaviour, "pathPattern")) || "the default behaviour";
      const functions = list(pick(behaviour, "functionAssociations")).map((association) =>
        pick(association, "functionArn"),
      );
      return [
        ...(origins.includes(text(pick(behaviour, "targetOriginId")))
          ? []
          : [`${at} has no origin "${text(pick(behaviour, "targetOriginId"))}"`]),
        ...(methodSets.includes(texts(pick(behaviour, "allowedMethods")).sort().join())
          ? []
          : [`${at} allows methods that are no set of CloudFront`]),
        ...(text(pick(behaviour, "cachePolicyId")) === "" ? [`${at} has no cache policy`] : []),
        ...functions
          .filter((arn) => byArn(stack, arn)?.type !== type("function:Function"))
          .map(() => `${at} runs a function that is not of this stack`),
      ];
    }),
    ...(/^\//.test(text(inputs["defaultRootObject"])) ? ["its root object begins with a slash"] : []),
    ...(text(inputs["comment"]).length <= 128 ? [] : ["its comment is over 128 characters"]),
  ];
}

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-functions */
function functionProblems({ name, inputs }: Resource): string[] {
  const bytes = Buffer.byteLength(text(inputs["code"]));
  return [
    ...(bytes <= 10_240 ? [] : [`function ${name}: has ${bytes} bytes, not 10240 at most`]),
    ...(/^function handler\(event\)|^async function handler\(event\)/m.test(text(inputs["code"]))
      ? []
      : [`function ${name}: has no handler(event)`]),
  ];
}

/** At most 10 headers, cookies and query strings; times in order. */
function cacheProblems({ name, inputs }: Resource): string[] {
  const key = inputs["parametersInCacheKeyAndForwardedToOrigin"];
  const lists = [
    pick(key, "queryStringsConfig", "queryStrings", "items"),
    pick(key, "headersConfig", "headers", "items"),
    pick(key, "cookiesConfig", "cookies", "items"),
  ];
  const [least, usual, most] = [Number(inputs["minTtl"]), Number(inputs["defaultTtl"]), Number(inputs["maxTtl"])];
  return [
    ...(lists.every((items) => list(items).length <= 10) ? [] : [`cache policy ${name}: names more than 10 of a kind`]),
    ...(least <= usual && usual <= most ? [] : [`cache policy ${name}: its times are not in order`]),
    ...(text(inputs["comment"]).length <= 128 ? [] : [`cache policy ${name}: its comment is over 128 characters`]),
  ];
}

/**
 * At most 10 custom headers, values of 1783 characters, 10240 in all:
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-response-headers-policies
 */
function headerProblems({ name, inputs }: Resource): string[] {
  const custom = list(pick(inputs["customHeadersConfig"], "items"));
  const policy = text(pick(inputs["securityHeadersConfig"], "contentSecurityPolicy", "contentSecurityPolicy"));
  const values = [...custom.map((item) => text(pick(item, "value"))), policy];
  const reserved = custom.map((item) => text(pick(item, "header"))).filter((header) => reservedHeaders.test(header));
  return [
    ...(custom.length <= 10 ? [] : [`headers ${name}: ${custom.length} custom headers, not 10 at most`]),
    ...(values.every((value) => value.length <= 1783) ? [] : [`headers ${name}: a value is over 1783 characters`]),
    ...(entries(inputs).reduce((sum, [, value]) => sum + JSON.stringify(value).length, 0) <= 10_240
      ? []
      : [`headers ${name}: over 10240 characters in all`]),
    ...reserved.map((header) => `headers ${name}: ${header} is no custom header`),
  ];
}
