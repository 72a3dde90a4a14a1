import type { IncomingMessage } from "node:http";
import type { Cloud, ServiceModule } from "../cloud.ts";
import { AwsError } from "../errors.ts";
import type { Distribution } from "./distribution.ts";
import { serve } from "./edge.ts";
import type { EdgeResponse } from "./edge-response.ts";
import { authority, listen } from "./listener.ts";
import { sendPage } from "./pages.ts";
import { createDefinitions } from "./resources/definitions.ts";
import { distributionProvider } from "./resources/distribution.ts";
import { functionProvider } from "./resources/function.ts";
import { originAccessControlProvider } from "./resources/origin-access-control.ts";
import { cachePolicyProvider, originRequestPolicyProvider } from "./resources/policies.ts";
import { responseHeadersPolicyProvider } from "./resources/response-headers-policy.ts";

/** CloudFront as its peers see it: the address of the public listener. */
export interface CloudFront extends ServiceModule {
  /** `http://127.0.0.1:8080`, without a trailing slash. */
  url(): string;
}

/**
 * The distribution: one HTTP port that serves page, API, live and recorded video by the program's behaviours. It
 * listens immediately and returns 503 until the distribution is provisioned. Throws an Error with a readable message
 * if the port is in use.
 */
export async function createCloudFront(
  cloud: Pick<Cloud, "accountId" | "origins" | "log">,
  options: { host: string; port: number; names?: readonly string[] },
): Promise<CloudFront> {
  const log = cloud.log.child("cloudfront");
  let current: Distribution | undefined;
  const listener = await listen(options, (request, response, upgrade) => {
    answer(request, response, upgrade).catch((cause: unknown) => fail(cause, response));
  });
  const domainName = authority(listener);

  async function answer(request: IncomingMessage, response: EdgeResponse, upgrade?: Buffer): Promise<void> {
    if (current === undefined)
      sendPage(response, 503, "Spotlight is starting", "The page will be available in a few seconds.", 1);
    else await serve({ distribution: current, origins: cloud.origins, domainName }, request, response, upgrade);
  }

  function fail(cause: unknown, response: EdgeResponse): void {
    if (response.destroyed || response.writableFinished) return;
    log.error("A request could not be served", cause);
    if (response.headersSent) {
      response.destroy();
      return;
    }
    for (const name of response.getHeaderNames())
      if (!["via", "x-amz-cf-id"].includes(name)) response.removeHeader(name);
    response.setHeader("x-cache", "Error from cloudfront");
    if (cause instanceof AwsError) sendPage(response, cause.status, cause.code, cause.message);
    else sendPage(response, 502, "Bad gateway", "The origin failed; see the log.");
  }

  const definitions = createDefinitions();
  return {
    url: () => `http://${domainName}`,
    resources: [
      originAccessControlProvider(definitions),
      cachePolicyProvider(definitions),
      originRequestPolicyProvider(definitions),
      responseHeadersPolicyProvider(definitions),
      functionProvider(definitions, cloud.accountId),
      distributionProvider({
        accountId: cloud.accountId,
        domainName,
        definitions,
        origins: cloud.origins,
        current: () => current,
        publish: (distribution) => (current = distribution),
      }),
    ],
    async stop() {
      current = undefined;
      const closed = new Promise((resolve) => listener.server.close(resolve));
      listener.server.closeAllConnections();
      await closed;
    },
  };
}
