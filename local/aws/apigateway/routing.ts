import type { Api, Route, Stage } from "./apis.ts";

export interface RouteMatch {
  route: Route;
  pathParameters: Record<string, string>;
}

/** The stage named by the path's first segment, else `$default`. `path` is the path that routes are matched against. */
export function findStage(api: Api, rawPath: string): { stage: Stage; path: string } | undefined {
  const [, first = ""] = rawPath.split("/");
  const named = first === "$default" ? undefined : api.stages.get(first);
  if (named !== undefined) return { stage: named, path: rawPath.slice(first.length + 1) || "/" };
  const stage = api.stages.get("$default");
  return stage === undefined ? undefined : { stage, path: rawPath };
}

/**
 * The most specific route: exact segments before parameters, parameters before `{proxy+}`, a method before ANY,
 * `$default` last. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */
export function findRoute(routes: Iterable<Route>, method: string, path: string): RouteMatch | undefined {
  let best: (RouteMatch & { rank: string }) | undefined;
  for (const route of routes) {
    const match = matchRoute(route, method, path);
    if (match !== undefined && (best === undefined || match.rank < best.rank)) best = match;
  }
  return best;
}

function matchRoute(route: Route, method: string, path: string): (RouteMatch & { rank: string }) | undefined {
  // Ranks compare as text: per segment 0 exact, 1 parameter, 2 greedy; then the method; `$default` is last.
  if (route.key === "$default") return { route, pathParameters: {}, rank: "9" };
  const [wantedMethod = "", template = ""] = route.key.split(" ");
  if (wantedMethod !== "ANY" && wantedMethod !== method) return undefined;
  const wanted = template.split("/").slice(1);
  const given = path.split("/").slice(1);
  const pathParameters: Record<string, string> = {};
  let rank = "";
  for (const [i, segment] of wanted.entries()) {
    const name = /^\{([^}+]+)(\+)?\}$/.exec(segment);
    if (name?.[2] !== undefined) {
      if (given.length <= i) return undefined;
      pathParameters[name[1] ?? ""] = given.slice(i).join("/");
      return { route, pathParameters, rank: `${rank}2${wantedMethod === "ANY" ? "1" : "0"}` };
    }
    const value = given[i];
    if (value === undefined || (name === null && value !== segment)) return undefined;
    if (name !== null) pathParameters[name[1] ?? ""] = value;
    rank += name === null ? "0" : "1";
  }
  if (given.length !== wanted.length) return undefined;
  return { route, pathParameters, rank: `${rank}${wantedMethod === "ANY" ? "1" : "0"}` };
}
