import { randomBytes } from "node:crypto";
import { physicalName } from "../../../engine/physical-name.ts";
import type { ResourceProvider } from "../../../engine/provider.ts";
import type { Cloud } from "../../cloud.ts";
import { AwsError } from "../../errors.ts";
import { maybeText, text } from "../../support/inputs.ts";
import type { Api, Integration, Protocol, Route, Stage } from "../apis.ts";

/** The only one of HTTP APIs, and the default. */
const byMethodAndPath = "$request.method $request.path";

/** A WebSocket API finds a message's route by one member of its body here: `$request.body.action`. */
const bodyMember = /^\$request\.body\.(\w+)$/;

/** `aws.apigatewayv2.Api`. `endpoints` are the base URLs of each protocol's APIs. */
export function apiProvider(
  cloud: Cloud,
  apis: Map<string, Api>,
  options: { endpoints: Record<Protocol, () => string>; register: (protocol: Protocol) => void },
): ResourceProvider {
  return {
    type: "aws:apigatewayv2/api:Api",
    honoured: ["name", "protocolType", "routeSelectionExpression"],
    ignored: ["description", "ipAddressType", "region", "tags", "version"],
    replaceOnChanges: ["protocolType"],
    async apply({ name: logicalName, inputs, prior }) {
      const protocol = text(inputs, "protocolType");
      if (protocol !== "HTTP" && protocol !== "WEBSOCKET")
        throw new AwsError("BadRequestException", `protocolType must be HTTP or WEBSOCKET, not ${protocol}.`);
      const selection = maybeText(inputs, "routeSelectionExpression") ?? byMethodAndPath;
      const routeMember = bodyMember.exec(selection)?.[1] ?? "";
      if (protocol === "HTTP" ? selection !== byMethodAndPath : routeMember === "")
        throw new AwsError(
          "NotImplemented",
          `The routeSelectionExpression "${selection}" is not supported by the local engine: HTTP APIs have ` +
            `${byMethodAndPath}, WebSocket APIs one member of the body, as in $request.body.action.`,
          501,
        );
      const name = physicalName(inputs["name"], logicalName, prior);
      const id = prior?.id ?? randomBytes(5).toString("hex");
      const executionArn = `arn:aws:execute-api:${cloud.region}:${cloud.accountId}:${id}`;
      const before = apis.get(id);
      apis.set(id, {
        id,
        name,
        protocol,
        routeMember,
        executionArn,
        integrations: before?.integrations ?? new Map<string, Integration>(),
        routes: before?.routes ?? new Map<string, Route>(),
        stages: before?.stages ?? new Map<string, Stage>(),
      });
      options.register(protocol);
      return {
        id,
        outputs: {
          name,
          apiEndpoint: options.endpoints[protocol](),
          executionArn,
          arn: `arn:aws:apigateway:${cloud.region}::/apis/${id}`,
          routeSelectionExpression: selection,
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
