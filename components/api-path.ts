import { pageUrlHeader } from "./page-route.ts";

/**
 * Code of a CloudFront function for the API's paths, which have no character that needs percent-encoding: it answers
 * all others with the API's own 404. API Gateway decodes paths before it routes them and hands them over decoded, so
 * that `channels/main%2Fstart` would start a channel and `people/ada%3Fx` be Ada; the function sees the path as the
 * viewer sent it. It removes what only the page's function may say.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html
 */
export const apiPathCode = `function handler(event) {
  var request = event.request;
  delete request.headers["${pageUrlHeader}"];
  if (/^[A-Za-z0-9._~\\/-]*$/.test(request.uri) && !/\\/\\.{1,2}(\\/|$)/.test(request.uri)) return request;
  return {
    statusCode: 404,
    statusDescription: "Not Found",
    headers: {
      "content-type": { value: "application/problem+json" },
      "cache-control": { value: "no-store" },
      "x-content-type-options": { value: "nosniff" },
    },
    body: {
      encoding: "text",
      data: JSON.stringify({
        type: "urn:spotlight:problem:route-not-found",
        title: "Path not found",
        status: 404,
        detail: "Nothing exists at this path: ids consist of letters, digits, hyphens, dots and underscores.",
        code: "route-not-found",
        instance: request.uri,
        requestId: event.context.requestId,
      }),
    },
  };
}
`;
