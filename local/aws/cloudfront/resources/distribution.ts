import { createHash } from "node:crypto";
import type { Properties, ResourceProvider } from "../../../engine/provider.ts";
import { AwsError } from "../../errors.ts";
import type { Origins } from "../../cloud.ts";
import { block, flag, maybeText, properties, text, texts } from "../../support/inputs.ts";
import type { Behavior, Distribution, Target } from "../distribution.ts";
import { cloudFrontId } from "../ids.ts";
import { compilePathPattern } from "../path-pattern.ts";
import type { ViewerFunction } from "../viewer-function.ts";
import { find, type Definitions } from "./definitions.ts";
import { checkErrorResponse } from "./error-response.ts";

/** Hosted zone ID of every distribution, for DNS aliases. */
const hostedZoneId = "Z2FDTNDATAQYW2";

/**
 * A behaviour's inputs: first those that have an effect here, then those that have none because nothing is cached and
 * all traffic stays on this machine.
 */
const behaviorInputs = [
  "pathPattern",
  "targetOriginId",
  "allowedMethods",
  "compress",
  "cachePolicyId",
  "originRequestPolicyId",
  "responseHeadersPolicyId",
  "functionAssociations",
];
const ignoredBehaviorInputs = [
  "cachedMethods",
  "viewerProtocolPolicy",
  "defaultTtl",
  "maxTtl",
  "minTtl",
  "smoothStreaming",
];

const originInputs = ["originId", "domainName", "originPath", "originAccessControlId", "customHeaders"];
/** Origins run in this process, so there is no connection to configure. */
const ignoredOriginInputs = [
  "connectionAttempts",
  "connectionTimeout",
  "customOriginConfig",
  "s3OriginConfig",
  "originShield",
  "responseCompletionTimeout",
];

/** The distribution, served on the engine's public port. */
export function distributionProvider(edge: {
  accountId: string;
  domainName: string;
  definitions: Definitions;
  origins: Origins;
  current(): Distribution | undefined;
  publish(distribution: Distribution | undefined): void;
}): ResourceProvider {
  return {
    type: "aws:cloudfront/distribution:Distribution",
    honoured: [
      "enabled",
      "origins",
      "defaultCacheBehavior",
      "orderedCacheBehaviors",
      "customErrorResponses",
      "defaultRootObject",
      "restrictions",
    ],
    ignored: [
      "comment",
      "tags",
      "priceClass",
      "httpVersion",
      "isIpv6Enabled",
      "viewerCertificate",
      "waitForDeployment",
      "retainOnDelete",
    ],
    async apply({ inputs, prior }) {
      const id = prior?.id ?? cloudFrontId();
      const current = edge.current();
      if (current !== undefined && current.id !== id)
        throw new AwsError(
          "NotImplemented",
          "The local engine serves only one distribution, but the program registers a second one.",
          501,
        );
      const geo = block(block(inputs, "restrictions", ["geoRestriction"]) ?? {}, "geoRestriction", [
        "restrictionType",
        "locations",
      ]);
      if (geo !== undefined && text(geo, "restrictionType") !== "none")
        throw new AwsError("NotImplemented", "Geographic restrictions are not supported by the local engine.", 501);
      list(inputs["customErrorResponses"]).forEach(checkErrorResponse);
      const arn = `arn:aws:cloudfront::${edge.accountId}:distribution/${id}`;
      const targets = targetsOf(inputs["origins"], edge);
      const ordered = list(inputs["orderedCacheBehaviors"]).map((behavior) =>
        behaviorOf(behavior, text(behavior, "pathPattern"), targets, edge.definitions),
      );
      const fallback = behaviorOf(properties(inputs["defaultCacheBehavior"]) ?? {}, "*", targets, edge.definitions);
      const distribution: Distribution = {
        id,
        arn,
        defaultRootObject: (maybeText(inputs, "defaultRootObject") ?? "").replace(/^\//, ""),
        behaviors: [...ordered, fallback],
        targets,
      };
      edge.publish(flag(inputs, "enabled", true) ? distribution : undefined);
      const etag = createHash("sha256").update(JSON.stringify(inputs)).digest("hex").slice(0, 14).toUpperCase();
      return {
        id,
        outputs: {
          arn,
          domainName: edge.domainName,
          hostedZoneId,
          etag: `E${etag}`,
          status: "Deployed",
          callerReference: id,
          inProgressValidationBatches: 0,
          tagsAll: inputs["tags"] ?? {},
        },
      };
    },
    async remove(state) {
      if (edge.current()?.id === state.id) edge.publish(undefined);
    },
  };
}

function behaviorOf(
  inputs: Properties,
  pathPattern: string,
  targets: ReadonlyMap<string, Target>,
  definitions: Definitions,
): Behavior {
  refuseUnknown(inputs, `The cache behaviour ${pathPattern}`, [...behaviorInputs, ...ignoredBehaviorInputs]);
  const originId = text(inputs, "targetOriginId");
  const target = targets.get(originId);
  if (target === undefined)
    throw new AwsError(
      "NoSuchOrigin",
      `The cache behaviour ${pathPattern} refers to the unknown origin ${originId}.`,
      404,
    );
  const cachePolicy = find(
    definitions.cachePolicies,
    text(inputs, "cachePolicyId"),
    "NoSuchCachePolicy",
    "cache policy",
  );
  return {
    pathPattern,
    matches: compilePathPattern(pathPattern),
    allowedMethods: texts(inputs, "allowedMethods"),
    compress: flag(inputs, "compress", false),
    cachePolicy: cachePolicy!,
    originRequestPolicy: find(
      definitions.originRequestPolicies,
      maybeText(inputs, "originRequestPolicyId"),
      "NoSuchOriginRequestPolicy",
      "origin request policy",
    ),
    responseHeadersPolicy: find(
      definitions.responseHeadersPolicies,
      maybeText(inputs, "responseHeadersPolicyId"),
      "NoSuchResponseHeadersPolicy",
      "response headers policy",
    ),
    viewerRequest: viewerRequestOf(inputs, definitions),
    target,
  };
}

function viewerRequestOf(inputs: Properties, definitions: Definitions): ViewerFunction | undefined {
  const [association, ...more] = list(inputs["functionAssociations"]);
  if (association === undefined) return undefined;
  if (more.length > 0 || text(association, "eventType") !== "viewer-request") {
    throw new AwsError(
      "NotImplemented",
      "The local engine runs CloudFront Functions for viewer-request events only.",
      501,
    );
  }
  return find(definitions.functions, text(association, "functionArn"), "NoSuchFunctionExists", "function");
}

function targetsOf(
  value: unknown,
  { definitions, origins }: { definitions: Definitions; origins: Origins },
): Map<string, Target> {
  return new Map(
    list(value).map((origin) => {
      const originId = text(origin, "originId");
      refuseUnknown(origin, `The origin ${originId}`, [...originInputs, ...ignoredOriginInputs]);
      const domainName = text(origin, "domainName");
      if (origins.get(domainName) === undefined) {
        throw new AwsError(
          "InvalidOrigin",
          `The origin ${originId} has an unknown domain ${domainName}; it must be a bucket, API or ` +
            "live channel of this stack.",
        );
      }
      const control = find(
        definitions.accessControls,
        maybeText(origin, "originAccessControlId"),
        "NoSuchOriginAccessControl",
        "origin access control",
      );
      const customHeaders = Object.fromEntries(
        list(origin["customHeaders"]).map((header) => [text(header, "name").toLowerCase(), text(header, "value")]),
      );
      return [
        originId,
        {
          domainName,
          originPath: maybeText(origin, "originPath") ?? "",
          customHeaders,
          signed: control?.signs ?? false,
        },
      ];
    }),
  );
}

function refuseUnknown(inputs: Properties, what: string, known: readonly string[]): void {
  const unknown = Object.keys(inputs).find(
    (name) => inputs[name] !== undefined && inputs[name] !== null && !known.includes(name),
  );
  if (unknown !== undefined)
    throw new AwsError("NotImplemented", `${what} has "${unknown}", which is not supported by the local engine.`, 501);
}

function list(value: unknown): Properties[] {
  return Array.isArray(value) ? value.map((item: unknown) => properties(item) ?? {}) : [];
}
