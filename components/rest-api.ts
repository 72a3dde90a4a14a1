import { createHash } from "node:crypto";
import * as apigateway from "@pulumi/aws/apigatewayv2/index.js";
import * as cloudwatch from "@pulumi/aws/cloudwatch/logGroup.js";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random/randomPassword.js";
import type { Catalogue } from "./catalogue.ts";
import type { Exports } from "./exports.ts";
import { Function, type FunctionDefaults } from "./function.ts";
import type { LiveChannels } from "./live-channels.ts";
import type { PrivateBucket } from "./private-bucket.ts";
import type { Recognition } from "./recognition.ts";
import { keepersOf } from "./secret-version.ts";
import type { Webhooks } from "./webhooks.ts";
import type { WorkQueue } from "./work-queue.ts";

export interface RestApiArgs {
  catalogue: Catalogue;
  vod: PrivateBucket;
  /** Of recordings, which the API deletes. */
  archive: Pick<PrivateBucket, "arn">;
  /** Holds the page, into which the API writes tags for link previews. */
  web: PrivateBucket;
  recognition: Recognition;
  /** Where a recording goes to be converted again. */
  work: WorkQueue;
  /** Where searches of the archive are woken. */
  searches: WorkQueue;
  /** Whether a person's first photo starts a search of the whole archive. */
  searchOnRegistration: boolean;
  /** Name of the function that plays demo footage into the first channel. @default there is none, and no `/demo` */
  demoFunction?: string;
  /** Channels that the API shows, starts and stops. */
  channels: LiveChannels;
  /** Makes files of clips. */
  exports: Exports;
  /** Another number makes another admin token. @default 1 */
  adminTokenVersion?: number;
  /** Sends the events that try webhooks out. */
  webhooks: Pick<Webhooks, "environment" | "send">;
  /** Requests a second that only read, over all callers. @default 100 */
  readsPerSecond?: number;
  /** All other requests a second, over all callers. @default 50 */
  writesPerSecond?: number;
  accountId: pulumi.Input<string>;
  region: pulumi.Input<string>;
  functions: FunctionDefaults;
  tags?: Record<string, string>;
}

/** The header with which the distribution shows the API who it is; `api/distribution-only.ts` checks it. */
export const originSecretHeader = "x-origin-verify";

/** The stage, and so the first part of every path: the same here and behind the distribution. */
const stageName = "api";

/**
 * Requests that only read have routes with limits of their own, so a crowd of viewers cannot use up what editors need;
 * `$default` takes the rest. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html
 */
const readMethods = ["GET", "HEAD"];
const readRoute = (method: string): string => `${method} /{proxy+}`;

/**
 * The REST API: an HTTP API that hands every request to one function, which answers with Fastify. Its traces begin at
 * the function: HTTP APIs do not support X-Ray themselves.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-vs-rest.html
 */
export class RestApi extends pulumi.ComponentResource {
  readonly server: Function;
  readonly apiId: pulumi.Output<string>;
  readonly stageName = stageName;
  /** `https://HOST` of the API itself, which answers only the distribution. */
  readonly endpoint: pulumi.Output<string>;
  /** What the distribution sends as {@link originSecretHeader}; secret. The function receives only its hash. */
  readonly originSecret: pulumi.Output<string>;
  readonly originSecretSha256: pulumi.Output<string>;
  /**
   * The bearer token for requests that change something, until an editor rotates it; secret. The function receives only
   * its hash.
   */
  readonly adminToken: pulumi.Output<string>;

  constructor(name: string, args: RestApiArgs, options?: pulumi.ComponentResourceOptions) {
    super("spotlight:components:RestApi", name, {}, options);
    const {
      catalogue,
      vod,
      archive,
      web,
      recognition,
      channels,
      tags,
      readsPerSecond = 100,
      writesPerSecond = 50,
      demoFunction,
    } = args;
    const { accountId, region } = args;
    const parent = { parent: this };

    const { adminTokenVersion = 1 } = args;
    const token = new random.RandomPassword(
      `${name}-admin-token`,
      { length: 40, special: false, ...keepersOf(adminTokenVersion) },
      parent,
    );
    const originSecret = new random.RandomPassword(`${name}-origin`, { length: 40, special: false }, parent);
    const server = new Function(
      name,
      {
        ...args.functions,
        entry: "api/lambda.ts",
        environment: {
          CATALOGUE_TABLE: catalogue.tableName,
          VOD_BUCKET: vod.bucket,
          WEB_BUCKET: web.bucket,
          COLLECTION_ID: recognition.collectionId,
          CONVERT_QUEUE_URL: args.work.url,
          SEARCHES_QUEUE_URL: args.searches.url,
          SEARCH_ON_REGISTRATION: String(args.searchOnRegistration),
          ...(demoFunction !== undefined && { DEMO_FUNCTION: demoFunction }),
          ADMIN_TOKEN_SHA256: token.result.apply(sha256),
          ORIGIN_SECRET_SHA256: originSecret.result.apply(sha256),
          CHANNELS: args.channels.json,
          ...args.exports.environment,
          ...args.webhooks.environment,
        },
        statements: [
          catalogue.grant("GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem"),
          catalogue.grantIndexes(),
          { ...args.work.send(), Resource: [args.work.arn, args.searches.arn] },
          ...args.exports.make,
          args.webhooks.send,
          { Sid: "ReadVod", Action: "s3:GetObject", Resource: pulumi.interpolate`${vod.arn}/vod/*` },
          {
            Sid: "DeleteRecordings",
            Action: "s3:DeleteObject",
            Resource: [pulumi.interpolate`${vod.arn}/vod/*`, pulumi.interpolate`${archive.arn}/*`],
          },
          { Sid: "ReadPage", Action: "s3:GetObject", Resource: pulumi.interpolate`${web.arn}/index.html` },
          // Without it S3 answers 403, not "no such key", for a recording that has expired. A condition on the prefix
          // would undo that. It also lists what a recording was converted to.
          { Sid: "LearnOfMissingKeys", Action: "s3:ListBucket", Resource: vod.arn },
          {
            Sid: "Faces",
            Action: ["rekognition:IndexFaces", "rekognition:SearchFaces", "rekognition:DeleteFaces"],
            Resource: recognition.collectionArn,
          },
          // An image that is only looked at belongs to no collection, and a search that ended is no IAM resource.
          { Sid: "LookAtPhotos", Action: ["rekognition:DetectFaces", "rekognition:GetFaceSearch"], Resource: "*" },
          {
            Sid: "Channels",
            Action: ["medialive:DescribeChannel", "medialive:StartChannel", "medialive:StopChannel"],
            Resource: channels.all.map((channel) => channel.channelArn),
          },
          {
            Sid: "IngestAddresses",
            Action: "medialive:DescribeInput",
            Resource: channels.all.map((channel) => channel.inputArn),
          },
          ...(demoFunction === undefined
            ? []
            : [
                {
                  Sid: "Demo",
                  Action: "lambda:InvokeFunction",
                  Resource: pulumi.interpolate`arn:aws:lambda:${region}:${accountId}:function:${demoFunction}`,
                },
              ]),
          // A channel's alerts are not an IAM resource.
          { Sid: "Alerts", Action: "medialive:ListAlerts", Resource: "*" },
        ],
        timeoutSeconds: 29,
        memoryMb: 1024,
      },
      parent,
    );

    const api = new apigateway.Api(name, { protocolType: "HTTP", description: "Spotlight", tags }, parent);
    const integration = new apigateway.Integration(
      name,
      {
        apiId: api.id,
        integrationType: "AWS_PROXY",
        integrationUri: server.invokeArn,
        payloadFormatVersion: "2.0",
      },
      parent,
    );
    const route = (routeName: string, routeKey: string): apigateway.Route => {
      // API Gateway names the route as the source of a call: STAGE/$default, or STAGE/METHOD/PATH.
      const source = pulumi.interpolate`${api.executionArn}/${stageName}/${routeKey.replace(" ", "")}`;
      const permission = server.allowInvoke(`${routeName}-gateway`, "apigateway.amazonaws.com", source);
      return new apigateway.Route(
        routeName,
        { apiId: api.id, routeKey, target: pulumi.interpolate`integrations/${integration.id}` },
        // A deployed stage serves a new route at once, so the permission must be there before.
        { parent: this, dependsOn: [permission] },
      );
    };
    const routes = [
      route(name, "$default"),
      ...readMethods.map((method) => route(`${name}-${method.toLowerCase()}`, readRoute(method))),
    ];
    const log = new cloudwatch.LogGroup(
      `${name}-access`,
      {
        name: `/${pulumi.getProject()}/${pulumi.getStack()}/${name}-access`,
        retentionInDays: args.functions.logRetentionDays,
        tags,
      },
      parent,
    );
    new apigateway.Stage(
      name,
      {
        apiId: api.id,
        name: stageName,
        autoDeploy: true,
        defaultRouteSettings: limits(writesPerSecond),
        routeSettings: readMethods.map((method) => ({ routeKey: readRoute(method), ...limits(readsPerSecond) })),
        accessLogSettings: { destinationArn: log.arn, format: JSON.stringify(accessLogFields) },
        tags,
      },
      { parent: this, dependsOn: routes },
    );

    this.server = server;
    this.apiId = api.id;
    this.endpoint = api.apiEndpoint;
    this.originSecret = pulumi.secret(originSecret.result);
    this.originSecretSha256 = originSecret.result.apply(sha256);
    this.adminToken = pulumi.secret(token.result);
    this.registerOutputs({ endpoint: this.endpoint });
  }
}

/** A page asks for several things at once, so a burst is twice as many requests as a second. */
function limits(perSecond: number): { throttlingRateLimit: number; throttlingBurstLimit: number } {
  return { throttlingRateLimit: perSecond, throttlingBurstLimit: 2 * perSecond };
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html */
const accessLogFields = {
  requestId: "$context.requestId",
  time: "$context.requestTime",
  ip: "$context.identity.sourceIp",
  method: "$context.httpMethod",
  path: "$context.path",
  status: "$context.status",
  latencyMs: "$context.responseLatency",
  error: "$context.integrationErrorMessage",
};
