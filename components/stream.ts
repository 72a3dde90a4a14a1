import * as apigateway from "@pulumi/aws/apigatewayv2/index.js";
import * as dynamodb from "@pulumi/aws/dynamodb/index.js";
import * as pulumi from "@pulumi/pulumi";
import { changeTypes } from "../domain/changes.ts";
import { pushSeconds } from "../domain/stream-limits.ts";
import { EventRoute } from "./event-route.ts";
import { Function, type FunctionDefaults } from "./function.ts";
import type { PolicyStatement } from "./policy.ts";
import type { RestApi } from "./rest-api.ts";

export interface StreamArgs {
  /** Name of the event bus of changes. */
  bus: pulumi.Input<string>;
  /** Shares its origin secret. */
  api: RestApi;
  /**
   * Clients at the same time. Each change costs a call for each of them, and API Gateway allows an account bursts of
   * 5,000: ten changes at once. Others poll. @default 500
   */
  connectionsAtMost?: number;
  functions: FunctionDefaults;
  tags?: Record<string, string>;
}

/** The stage, and so the path: the same here and behind the distribution. */
const stageName = "stream";

/** Connections and messages of clients a second, over all of them: all of 500 are back within ten seconds. */
const limits = { throttlingRateLimit: 50, throttlingBurstLimit: 100 };

/**
 * The stream of changes: a WebSocket API. A function answers its clients, another pushes each change to all of them.
 * It has no access log, for which WebSocket APIs need a role in the account's settings:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-logging.html
 */
export class Stream extends pulumi.ComponentResource {
  readonly apiId: pulumi.Output<string>;
  readonly stageName = stageName;
  /** `wss://HOST` of the API itself, which answers only the distribution. */
  readonly endpoint: pulumi.Output<string>;
  readonly functions: readonly Function[];

  constructor(name: string, args: StreamArgs, options?: pulumi.ComponentResourceOptions) {
    super("spotlight:components:Stream", name, {}, options);
    const { tags, connectionsAtMost = 500 } = args;
    const parent = { parent: this };

    // Nothing in it lives longer than two hours, so there is nothing to protect or to recover.
    const table = new dynamodb.Table(
      name,
      {
        billingMode: "PAY_PER_REQUEST",
        attributes: [
          { name: "pk", type: "S" },
          { name: "sk", type: "S" },
        ],
        hashKey: "pk",
        rangeKey: "sk",
        ttl: { attributeName: "expiresAt", enabled: true },
        tags,
      },
      parent,
    );
    const api = new apigateway.Api(
      name,
      {
        protocolType: "WEBSOCKET",
        // Required. Messages have no such member, so all of them take the route $default.
        routeSelectionExpression: "$request.body.action",
        description: "Spotlight: what changes",
        tags,
      },
      parent,
    );
    const stage = pulumi.interpolate`${api.executionArn}/${stageName}`;
    const manage = (...methods: string[]): PolicyStatement => ({
      Sid: "Connections",
      Action: "execute-api:ManageConnections",
      Resource: methods.map((method) => pulumi.interpolate`${stage}/${method}/@connections/*`),
    });
    const environment = {
      STREAM_TABLE: table.name,
      // The management API has the same address over https.
      STREAM_ENDPOINT: pulumi.interpolate`${api.apiEndpoint.apply((url) => url.replace(/^ws/, "http"))}/${stageName}`,
      CONNECTIONS_AT_MOST: String(connectionsAtMost),
    };
    const rows = (...actions: string[]): PolicyStatement => ({
      Sid: "StreamTable",
      Action: actions.map((action) => `dynamodb:${action}`),
      Resource: table.arn,
    });
    const answer = new Function(
      `${name}-connection`,
      {
        ...args.functions,
        entry: "handlers/stream-connection.ts",
        environment: { ...environment, ORIGIN_SECRET_SHA256: args.api.originSecretSha256 },
        statements: [rows("GetItem", "Query", "PutItem", "DeleteItem"), manage("POST", "DELETE")],
        // A WebSocket API waits 29 s at most.
        timeoutSeconds: 20,
      },
      parent,
    );
    const push = new Function(
      `${name}-push`,
      {
        ...args.functions,
        entry: "handlers/push-changes.ts",
        environment,
        statements: [rows("GetItem", "Query", "PutItem", "DeleteItem"), manage("POST")],
        timeoutSeconds: pushSeconds,
        keepFailedEvents: true,
      },
      parent,
    );

    const integration = new apigateway.Integration(
      name,
      { apiId: api.id, integrationType: "AWS_PROXY", integrationUri: answer.invokeArn },
      parent,
    );
    const routes = ["connect", "disconnect", "default"].map((event) => {
      const routeKey = `$${event}`;
      const routeName = `${name}-${event}`;
      const source = pulumi.interpolate`${stage}/${routeKey}`;
      const permission = answer.allowInvoke(routeName, "apigateway.amazonaws.com", source);
      return new apigateway.Route(
        routeName,
        { apiId: api.id, routeKey, target: pulumi.interpolate`integrations/${integration.id}` },
        { parent: this, dependsOn: [permission] },
      );
    });
    new apigateway.Stage(
      name,
      { apiId: api.id, name: stageName, autoDeploy: true, defaultRouteSettings: limits, tags },
      { parent: this, dependsOn: routes },
    );
    new EventRoute(
      name,
      {
        description: "Something changed that users can see",
        bus: args.bus,
        pattern: { source: ["spotlight"], "detail-type": [...changeTypes] },
        to: push,
        tags,
      },
      parent,
    );

    this.apiId = api.id;
    this.endpoint = api.apiEndpoint;
    this.functions = [answer, push];
    this.registerOutputs({ endpoint: this.endpoint });
  }
}
