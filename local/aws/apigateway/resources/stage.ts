import { physicalName } from "../../../engine/physical-name.ts";
import type { Properties, ResourceProvider } from "../../../engine/provider.ts";
import type { Cloud } from "../../cloud.ts";
import { AwsError } from "../../errors.ts";
import { block, blocks, flag, maybeNumber, text, textMap } from "../../support/inputs.ts";
import type { Api, Protocol } from "../apis.ts";
import { accountLimits, createRouteThrottles, type RouteLimits, type RouteThrottles } from "../route-throttles.ts";
import { existingApi } from "./api.ts";

/** `aws.apigatewayv2.Stage` with automatic deployment. Its throttling is enforced; it writes no access log. */
export function stageProvider(
  cloud: Cloud,
  apis: ReadonlyMap<string, Api>,
  options: { endpoints: Record<Protocol, () => string> },
): ResourceProvider {
  return {
    type: "aws:apigatewayv2/stage:Stage",
    honoured: ["apiId", "autoDeploy", "defaultRouteSettings", "name", "routeSettings", "stageVariables"],
    ignored: ["accessLogSettings", "description", "region", "tags"],
    replaceOnChanges: ["apiId", "name"],
    async apply({ name: logicalName, inputs, prior }) {
      const api = existingApi(apis, text(inputs, "apiId"));
      const name = physicalName(inputs["name"], logicalName, prior);
      if (!/^(\$default|[\w-]{1,128})$/.test(name))
        throw new AwsError("BadRequestException", `Stage name only allows a-zA-Z0-9_- or $default: ${name}.`);
      if (api.protocol === "WEBSOCKET" && inputs["accessLogSettings"] !== undefined)
        // They need a role for logs in the account's settings, which not every account has:
        // https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-logging.html
        throw new AwsError(
          "BadRequestException",
          "CloudWatch Logs role ARN must be set in account settings to enable logging.",
        );
      // Deployments are not supported, so a stage without autoDeploy would serve nothing.
      if (!flag(inputs, "autoDeploy", false))
        throw new AwsError("NotImplemented", "The local engine has no API deployments: autoDeploy must be true.", 501);
      api.stages.set(name, { name, variables: textMap(inputs, "stageVariables"), throttles: throttlesOf(inputs, api) });
      const suffix = name === "$default" ? "" : name;
      return {
        id: name,
        outputs: {
          name,
          invokeUrl: `${options.endpoints[api.protocol]()}/${suffix}`,
          executionArn: `${api.executionArn}/${name}`,
          arn: `arn:aws:apigateway:${cloud.region}::/apis/${api.id}/stages/${name}`,
        },
      };
    },
    async remove(state, inputs) {
      apis.get(text(inputs, "apiId"))?.stages.delete(state.id);
    },
  };
}

/** Not `dataTraceEnabled` and `loggingLevel`, which only WebSocket APIs have. */
const routeSettings = ["detailedMetricsEnabled", "throttlingBurstLimit", "throttlingRateLimit"];

function throttlesOf(inputs: Properties, api: Api): RouteThrottles {
  const keys = new Set([...api.routes.values()].map(({ key }) => key));
  const routes = blocks(inputs, "routeSettings", ["routeKey", ...routeSettings]).map((settings) => {
    const key = text(settings, "routeKey");
    if (!keys.has(key))
      throw new AwsError(
        "NotFoundException",
        `Unable to find Route by key ${key} within the provided RouteSettings`,
        404,
      );
    return [key, limitsOf(settings)] as const;
  });
  const other = limitsOf(block(inputs, "defaultRouteSettings", routeSettings) ?? {});
  return createRouteThrottles({ routes: new Map(routes), other });
}

/** A route's own settings replace the stage's, so a limit that they leave out is the account's. */
function limitsOf(settings: Properties): RouteLimits {
  return {
    perSecond: maybeNumber(settings, "throttlingRateLimit") ?? accountLimits.perSecond,
    burst: maybeNumber(settings, "throttlingBurstLimit") ?? accountLimits.burst,
  };
}
