import type { Cloud, ServiceModule } from "../cloud.ts";
import type { Gateway } from "../gateway.ts";
import type { Api } from "./apis.ts";
import { apiProvider } from "./resources/api.ts";
import { integrationProvider } from "./resources/integration.ts";
import { routeProvider } from "./resources/route.ts";
import { stageProvider } from "./resources/stage.ts";
import { serveApis } from "./serve.ts";
import { managementApi } from "./websocket/management.ts";
import { createOpenSockets } from "./websocket/open-sockets.ts";
import { serveSockets } from "./websocket/serve.ts";
import { socketLimits, type SocketLimits } from "./websocket/socket.ts";

export interface ApiGatewayOptions {
  /** Base URL of the HTTP APIs, `http://127.0.0.1:8080`: the distribution's own listener. */
  endpoint: () => string;
  /** The gateway, whose listener is the WebSocket APIs' own address: functions post to connections there. */
  gateway: Pick<Gateway, "url" | "serveSockets">;
  /** @default those of API Gateway */
  limits?: SocketLimits;
}

/**
 * API Gateway's HTTP and WebSocket APIs on this machine: requests become Lambda events of payload format 2.0, and what
 * happens on connections becomes events of their routes. There is no listener of its own: the distribution forwards to
 * it as the origin for its endpoints' hosts.
 */
export function createApiGateway(cloud: Cloud, options: ApiGatewayOptions): ServiceModule {
  const apis = new Map<string, Api>();
  const { limits = socketLimits, gateway } = options;
  const sockets = createOpenSockets(limits);
  const hosts = { HTTP: () => new URL(options.endpoint()).host, WEBSOCKET: () => new URL(gateway.url()).host };
  const origins = {
    HTTP: serveApis(cloud, apis, hosts.HTTP),
    WEBSOCKET: serveSockets(cloud, apis, { domainName: hosts.WEBSOCKET, sockets, limits }),
  };
  gateway.serveSockets(origins.WEBSOCKET);
  const endpoints = { HTTP: options.endpoint, WEBSOCKET: () => `ws://${hosts.WEBSOCKET()}` };
  return {
    api: managementApi({ iam: cloud.iam, sockets, limits }),
    resources: [
      apiProvider(cloud, apis, {
        endpoints,
        register: (protocol) => cloud.origins.register(hosts[protocol](), origins[protocol]),
      }),
      integrationProvider(apis),
      routeProvider(apis),
      stageProvider(cloud, apis, { endpoints }),
    ],
    async stop() {
      sockets.end();
      apis.clear();
    },
  };
}
