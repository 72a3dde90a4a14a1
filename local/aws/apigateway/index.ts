import type { Cloud, ServiceModule } from "../cloud.ts";
import type { Api } from "./apis.ts";
import { apiProvider } from "./resources/api.ts";
import { integrationProvider } from "./resources/integration.ts";
import { routeProvider } from "./resources/route.ts";
import { stageProvider } from "./resources/stage.ts";
import { serveApis } from "./serve.ts";

export interface ApiGatewayOptions {
  /** Base URL of the APIs, `http://127.0.0.1:8080`: the distribution's own listener. */
  endpoint: () => string;
}

/**
 * API Gateway's HTTP APIs on this machine: requests become Lambda events of payload format 2.0. There is no separate
 * listener: the distribution forwards requests to it as the origin for its endpoint's host.
 */
export function createApiGateway(cloud: Cloud, options: ApiGatewayOptions): ServiceModule {
  const apis = new Map<string, Api>();
  const domainName = (): string => new URL(options.endpoint()).host;
  const origin = serveApis(cloud, apis, domainName);
  return {
    resources: [
      apiProvider(cloud, apis, {
        endpoint: options.endpoint,
        register: () => cloud.origins.register(domainName(), origin),
      }),
      integrationProvider(apis),
      routeProvider(apis),
      stageProvider(cloud, apis, options),
    ],
    async stop() {
      apis.clear();
    },
  };
}
