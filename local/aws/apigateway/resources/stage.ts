import { physicalName } from "../../../engine/physical-name.ts";
import type { Properties, ResourceProvider } from "../../../engine/provider.ts";
import type { Cloud } from "../../cloud.ts";
import { AwsError } from "../../errors.ts";
import { block, flag, maybeNumber, text, textMap } from "../../support/inputs.ts";
import { defaultThrottle, type Api } from "../apis.ts";
import { createTokenBucket, type TokenBucket } from "../token-bucket.ts";
import { existingApi } from "./api.ts";

/** `aws.apigatewayv2.Stage` with automatic deployment. Its throttling is enforced; it writes no access log. */
export function stageProvider(
  cloud: Cloud,
  apis: ReadonlyMap<string, Api>,
  options: { endpoint: () => string },
): ResourceProvider {
  return {
    type: "aws:apigatewayv2/stage:Stage",
    honoured: ["apiId", "autoDeploy", "defaultRouteSettings", "name", "stageVariables"],
    ignored: ["accessLogSettings", "description", "region", "tags"],
    replaceOnChanges: ["apiId", "name"],
    async apply({ name: logicalName, inputs, prior }) {
      const api = existingApi(apis, text(inputs, "apiId"));
      const name = physicalName(inputs["name"], logicalName, prior);
      if (!/^(\$default|[\w-]{1,128})$/.test(name))
        throw new AwsError("BadRequestException", `Stage name only allows a-zA-Z0-9_- or $default: ${name}.`);
      // Deployments are not supported, so a stage without autoDeploy would serve nothing.
      if (!flag(inputs, "autoDeploy", false))
        throw new AwsError("NotImplemented", "The local engine has no API deployments: autoDeploy must be true.", 501);
      api.stages.set(name, { name, variables: textMap(inputs, "stageVariables"), throttle: throttleOf(inputs) });
      const suffix = name === "$default" ? "" : name;
      return {
        id: name,
        outputs: {
          name,
          invokeUrl: `${options.endpoint()}/${suffix}`,
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

function throttleOf(inputs: Properties): TokenBucket {
  const settings =
    block(inputs, "defaultRouteSettings", ["detailedMetricsEnabled", "throttlingBurstLimit", "throttlingRateLimit"]) ??
    {};
  const perSecond = maybeNumber(settings, "throttlingRateLimit");
  const burst = maybeNumber(settings, "throttlingBurstLimit");
  return perSecond === undefined || burst === undefined ? defaultThrottle() : createTokenBucket({ perSecond, burst });
}
