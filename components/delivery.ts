import * as mediapackage from "@pulumi/aws-native/mediapackagev2/index.js";
import * as cloudfront from "@pulumi/aws/cloudfront/index.js";
import * as pulumi from "@pulumi/pulumi";
import { apiPathCode } from "./api-path.ts";
import type { LiveOrigin } from "./live-origin.ts";
import { originShieldRegion } from "./origin-shield.ts";
import { pageOrigins, pageRouteCode, pageUrlHeader, pageParameters } from "./page-route.ts";
import { policyDocument } from "./policy.ts";
import type { PrivateBucket } from "./private-bucket.ts";
import { originSecretHeader, type RestApi } from "./rest-api.ts";
import { pageHeaders, posterHeaders, securityHeaders } from "./security-headers.ts";
import type { Stream } from "./stream.ts";

export interface DeliveryArgs {
  /** Holds the page. */
  web: PrivateBucket;
  /** Holds converted recordings, at `vod/`. */
  vod: PrivateBucket;
  live: LiveOrigin;
  api: RestApi;
  stream: Stream;
  /** `http` only if viewers can't use TLS. */
  viewerProtocol: "https" | "http";
  priceClass: string;
  /** Of the live origin. */
  region: pulumi.Input<string>;
  tags?: Record<string, string>;
}

/**
 * AWS's own policies:
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html
 */
const cachingOptimized = "658327ea-f89d-4fab-a63d-7e88639e58f6";
const cachingDisabled = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad";
/** Forwards every header, including Authorization, except Host, which an HTTP API rejects for another domain. */
const allViewerExceptHostHeader = "b689b0a8-53d0-40ab-baf2-68738e2966ac";

/**
 * One CloudFront distribution for the page, `/api/*`, `/stream`, live (`/out/v1/*`) and recordings (`/vod/*`): viewers
 * see one origin.
 */
export class Delivery extends pulumi.ComponentResource {
  readonly distributionId: pulumi.Output<string>;
  readonly domainName: pulumi.Output<string>;
  /** The page's address, `https://HOST`. */
  readonly pageUrl: pulumi.Output<string>;
  /** Base of the API's calls, `https://HOST/api`. */
  readonly apiUrl: pulumi.Output<string>;

  constructor(name: string, args: DeliveryArgs, options?: pulumi.ComponentResourceOptions) {
    super("spotlight:components:Delivery", name, {}, options);
    const parent = { parent: this };
    const access = (kind: "s3" | "mediapackagev2") =>
      new cloudfront.OriginAccessControl(
        `${name}-${kind}`,
        {
          originAccessControlOriginType: kind,
          signingBehavior: "always",
          signingProtocol: "sigv4",
        },
        parent,
      ).id;
    const bucketAccess = access("s3");

    const pageCaching = new cloudfront.CachePolicy(
      `${name}-page`,
      {
        comment: "The page's files live as long as they say, and the page itself is another one for each link",
        minTtl: 1,
        defaultTtl: 24 * 3600,
        maxTtl: 365 * 24 * 3600,
        parametersInCacheKeyAndForwardedToOrigin: {
          cookiesConfig: { cookieBehavior: "none" },
          headersConfig: { headerBehavior: "whitelist", headers: { items: [pageUrlHeader] } },
          queryStringsConfig: { queryStringBehavior: "whitelist", queryStrings: { items: pageParameters } },
          enableAcceptEncodingGzip: true,
          enableAcceptEncodingBrotli: true,
        },
      },
      parent,
    );
    const liveCaching = new cloudfront.CachePolicy(
      `${name}-live`,
      {
        comment: "Live playlists and segments live as long as MediaPackage says",
        minTtl: 0,
        defaultTtl: 1,
        maxTtl: 24 * 3600,
        parametersInCacheKeyAndForwardedToOrigin: {
          cookiesConfig: { cookieBehavior: "none" },
          headersConfig: { headerBehavior: "none" },
          // Filters, going back in time, low latency. MediaPackage ignores all others; they would only split the cache:
          // https://docs.aws.amazon.com/mediapackage/latest/userguide/cdn-recommendations.html
          queryStringsConfig: {
            queryStringBehavior: "whitelist",
            queryStrings: { items: ["aws.manifestfilter", "aws.manifestsettings", "_HLS_msn", "_HLS_part"] },
          },
          enableAcceptEncodingGzip: true,
          enableAcceptEncodingBrotli: true,
        },
      },
      parent,
    );
    // Many polling viewers share one response for as long as the API allows (2 s for anonymous reads). Responses that
    // the API marks as uncacheable are not cached.
    const apiCaching = new cloudfront.CachePolicy(
      `${name}-api`,
      {
        comment: "Answers of the API live as long as it says, at most 5 s, and are of one caller",
        minTtl: 0,
        defaultTtl: 0,
        maxTtl: 5,
        parametersInCacheKeyAndForwardedToOrigin: {
          cookiesConfig: { cookieBehavior: "none" },
          headersConfig: { headerBehavior: "whitelist", headers: { items: ["Authorization"] } },
          queryStringsConfig: { queryStringBehavior: "all" },
          enableAcceptEncodingGzip: true,
          enableAcceptEncodingBrotli: true,
        },
      },
      parent,
    );
    const exportCaching = new cloudfront.CachePolicy(
      `${name}-exports`,
      {
        comment: "Exports are files to save; the request says by which name",
        minTtl: 0,
        defaultTtl: 24 * 3600,
        maxTtl: 24 * 3600,
        parametersInCacheKeyAndForwardedToOrigin: {
          cookiesConfig: { cookieBehavior: "none" },
          headersConfig: { headerBehavior: "none" },
          // S3 answers a signed request with the Content-Disposition that it asks for; the access control signs all:
          // https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
          queryStringsConfig: {
            queryStringBehavior: "whitelist",
            queryStrings: { items: ["response-content-disposition"] },
          },
        },
      },
      parent,
    );
    const webSockets = new cloudfront.OriginRequestPolicy(
      `${name}-stream`,
      {
        comment: "What WebSockets need",
        cookiesConfig: { cookieBehavior: "none" },
        // https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/distribution-working-with.websockets.html
        headersConfig: {
          headerBehavior: "whitelist",
          headers: { items: ["Sec-WebSocket-Key", "Sec-WebSocket-Version"] },
        },
        queryStringsConfig: { queryStringBehavior: "none" },
      },
      parent,
    );
    const headers = new cloudfront.ResponseHeadersPolicy(name, securityHeaders, parent);
    const headersOfPage = new cloudfront.ResponseHeadersPolicy(`${name}-page`, pageHeaders, parent);
    const headersOfPosters = new cloudfront.ResponseHeadersPolicy(`${name}-posters`, posterHeaders, parent);
    const pageRoute = new cloudfront.Function(
      `${name}-page-route`,
      {
        runtime: "cloudfront-js-2.0",
        comment: "Answers the page's own routes with the page, with tags or compressed",
        code: pageRouteCode(args.viewerProtocol),
        publish: true,
        tags: args.tags,
      },
      parent,
    );

    const apiPath = new cloudfront.Function(
      `${name}-api-path`,
      {
        runtime: "cloudfront-js-2.0",
        comment: "Refuses paths that API Gateway would decode into others",
        code: apiPathCode,
        publish: true,
        tags: args.tags,
      },
      parent,
    );

    const common = {
      viewerProtocolPolicy: args.viewerProtocol === "https" ? "redirect-to-https" : "allow-all",
      responseHeadersPolicyId: headers.id,
      compress: true,
    };
    const readOnly = { ...common, allowedMethods: ["GET", "HEAD", "OPTIONS"], cachedMethods: ["GET", "HEAD"] };
    const api = {
      domainName: args.api.endpoint.apply((endpoint) => new URL(endpoint).host),
      customHeaders: [{ name: originSecretHeader, value: args.api.originSecret }],
    };
    const distribution = new cloudfront.Distribution(
      name,
      {
        enabled: true,
        comment: `${pulumi.getProject()} ${pulumi.getStack()}`,
        httpVersion: "http2and3",
        isIpv6Enabled: true,
        priceClass: args.priceClass,
        defaultRootObject: "index.html",
        origins: [
          { originId: pageOrigins.files, domainName: args.web.regionalDomainName, originAccessControlId: bucketAccess },
          {
            ...api,
            originId: pageOrigins.previews,
            originPath: `/${args.api.stageName}`,
            // Once and not for long: the plain page is good enough for who would have to wait.
            connectionAttempts: 1,
            connectionTimeout: 2,
            customOriginConfig: { ...tlsOrigin, originReadTimeout: 5 },
          },
          { originId: "vod", domainName: args.vod.regionalDomainName, originAccessControlId: bucketAccess },
          {
            originId: "live",
            domainName: args.live.domainName,
            originAccessControlId: access("mediapackagev2"),
            customOriginConfig: tlsOrigin,
            // All edges fetch through one cache, so a crowd costs MediaPackage one request for each object.
            originShield: { enabled: true, originShieldRegion: pulumi.output(args.region).apply(originShieldRegion) },
          },
          { ...api, originId: "api", customOriginConfig: tlsOrigin },
          {
            originId: "stream",
            domainName: args.stream.endpoint.apply((endpoint) => new URL(endpoint).host),
            customHeaders: [{ name: originSecretHeader, value: args.api.originSecret }],
            customOriginConfig: tlsOrigin,
          },
        ],
        defaultCacheBehavior: {
          ...readOnly,
          targetOriginId: pageOrigins.files,
          cachePolicyId: pageCaching.id,
          responseHeadersPolicyId: headersOfPage.id,
          functionAssociations: [{ eventType: "viewer-request", functionArn: pageRoute.arn }],
        },
        orderedCacheBehaviors: [
          {
            ...common,
            pathPattern: "/api/*",
            targetOriginId: "api",
            allowedMethods: ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"],
            cachedMethods: ["GET", "HEAD"],
            cachePolicyId: apiCaching.id,
            originRequestPolicyId: allViewerExceptHostHeader,
            functionAssociations: [{ eventType: "viewer-request", functionArn: apiPath.arn }],
          },
          {
            ...readOnly,
            pathPattern: `/${args.stream.stageName}`,
            targetOriginId: "stream",
            cachePolicyId: cachingDisabled,
            originRequestPolicyId: webSockets.id,
            compress: false,
          },
          { ...readOnly, pathPattern: "/out/v1/*", targetOriginId: "live", cachePolicyId: liveCaching.id },
          {
            ...readOnly,
            pathPattern: "/vod/*.jpg",
            targetOriginId: "vod",
            cachePolicyId: cachingOptimized,
            responseHeadersPolicyId: headersOfPosters.id,
          },
          { ...readOnly, pathPattern: "/vod/*", targetOriginId: "vod", cachePolicyId: cachingOptimized },
          { ...readOnly, pathPattern: "/exports/*", targetOriginId: "vod", cachePolicyId: exportCaching.id },
        ],
        customErrorResponses: cachedErrors.map((errorCode) => ({ errorCode, errorCachingMinTtl: 1 })),
        restrictions: { geoRestriction: { restrictionType: "none" } },
        viewerCertificate: { cloudfrontDefaultCertificate: true },
        tags: args.tags,
      },
      parent,
    );

    args.web.admitDistribution(distribution.arn);
    args.vod.admitDistribution(distribution.arn);
    for (const [id, channel] of args.live.channels) {
      new mediapackage.OriginEndpointPolicy(
        `${name}-${id}`,
        {
          channelGroupName: channel.groupName,
          channelName: channel.channelName,
          originEndpointName: channel.endpointName,
          policy: policyDocument([
            {
              Sid: "DistributionReads",
              Principal: { Service: "cloudfront.amazonaws.com" },
              Action: ["mediapackagev2:GetObject", "mediapackagev2:GetHeadObject"],
              Resource: channel.endpointArn,
              Condition: { StringEquals: { "AWS:SourceArn": distribution.arn } },
            },
          ]).apply((text): unknown => JSON.parse(text)),
        },
        parent,
      );
    }

    this.distributionId = distribution.id;
    this.domainName = distribution.domainName;
    this.pageUrl = pulumi.interpolate`${args.viewerProtocol}://${distribution.domainName}`;
    this.apiUrl = pulumi.interpolate`${this.pageUrl}/${args.api.stageName}`;
    this.registerOutputs({ pageUrl: this.pageUrl, apiUrl: this.apiUrl });
  }
}

/**
 * The errors that CloudFront caches, for 10 s unless told otherwise. A live segment or playlist that a player asks for
 * too early, or a moment that is just being made, exists a second later. One second still spares an origin in trouble
 * the crowd. https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/custom-error-pages-expiration.html
 */
const cachedErrors = [400, 403, 404, 405, 414, 500, 501, 502, 503, 504];

const tlsOrigin = { httpPort: 80, httpsPort: 443, originProtocolPolicy: "https-only", originSslProtocols: ["TLSv1.2"] };
