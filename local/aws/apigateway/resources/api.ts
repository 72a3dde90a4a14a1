import { randomBytes } from "node:crypto";
import { physicalName } from "../../../engine/physical-name.ts";
import type { ResourceProvider } from "../../../engine/provider.ts";
import type { Cloud } from "../../cloud.ts";
import { AwsError } from "../../errors.ts";
import { text } from "../../support/inputs.ts";
import type { Api, Integration, Route, Stage } from "../apis.ts";

/** `aws.apigatewayv2.Api` of protocol HTTP. */
export function apiProvider(
  cloud: Cloud,
  apis: Map<string, Api>,
  options: { endpoint: () => string; register: () => void },
): ResourceProvider {
  return {
    type: "aws:apigatewayv2/api:Api",
    honoured: ["name", "protocolType"],
    ignored: ["description", "ipAddressType", "region", "tags", "version"],
    replaceOnChanges: ["protocolType"],
    async apply({ name: logicalName, inputs, prior }) {
      const protocol = text(inputs, "protocolType");
      if (protocol !== "HTTP")
        throw new AwsError("NotImplemented", `The local engine has HTTP APIs only: protocolType is ${protocol}.`, 501);
      const name = physicalName(inputs["name"], logicalName, prior);
      const id = prior?.id ?? randomBytes(5).toString("hex");
      const executionArn = `arn:aws:execute-api:${cloud.region}:${cloud.accountId}:${id}`;
      const before = apis.get(id);
      apis.set(id, {
        id,
        name,
        executionArn,
        integrations: before?.integrations ?? new Map<string, Integration>(),
        routes: before?.routes ?? new Map<string, Route>(),
        stages: before?.stages ?? new Map<string, Stage>(),
      });
      options.register();
      return {
        id,
        outputs: {
          name,
          apiEndpoint: options.endpoint(),
          executionArn,
          arn: `arn:aws:apigateway:${cloud.region}::/apis/${id}`,
          routeSelectionExpression: "$request.method $request.path",
        },
      };
    },
    async remove(state) {
      apis.delete(state.id);
    },
  };
}

/** Throws NotFoundException, as API Gateway does. */
export function existingApi(apis: ReadonlyMap<string, Api>, id: string): Api {
  const api = apis.get(id);
  if (api === undefined) throw new AwsError("NotFoundException", `Invalid API identifier specified ${id}`, 404);
  return api;
}
