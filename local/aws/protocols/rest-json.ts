import type { ServiceApi } from "../cloud.ts";
import { parse, readBody, respond, unknownOperation, type OperationContext } from "./json.ts";

/** One REST route of a service: `POST /2017-08-29/jobs`, with `{name}` for path parameters. */
export interface Route {
  method: string;
  path: string;
  /** Success status, as the service documents it. */
  status?: number;
  /** `input`: the JSON body's members, then query and path parameters by name (camelCase, as on the wire). */
  run(input: Record<string, unknown>, context: OperationContext): unknown;
}

/** A service that implements restJson1 (MediaConvert, MediaLive, Lambda). Unknown routes are rejected by name. */
export function restJsonApi(options: { signingName: string; routes: readonly Route[] }): ServiceApi {
  const routes = options.routes.map((route) => ({ route, segments: route.path.split("/") }));
  return {
    signingName: options.signingName,
    async handle(call) {
      const method = call.request.method ?? "GET";
      const path = call.url.pathname.replace(/\/$/, "").split("/");
      const found = routes.find(({ route, segments }) => route.method === method && matches(segments, path));
      await respond(
        call,
        "application/json",
        async (context) => {
          if (found === undefined) throw unknownOperation(options.signingName, `${method} ${call.url.pathname}`);
          const body = parse(await readBody(call.request)) as Record<string, unknown>;
          return found.route.run(
            { ...body, ...Object.fromEntries(call.url.searchParams), ...parameters(found.segments, path) },
            context,
          );
        },
        found?.route.status ?? 200,
      );
    },
  };
}

function matches(segments: readonly string[], path: readonly string[]): boolean {
  return (
    segments.length === path.length && segments.every((segment, i) => segment.startsWith("{") || segment === path[i])
  );
}

function parameters(segments: readonly string[], path: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    segments.flatMap((segment, i) =>
      segment.startsWith("{") ? [[segment.slice(1, -1), decodeURIComponent(path[i]!)]] : [],
    ),
  );
}
