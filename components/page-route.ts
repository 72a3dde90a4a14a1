import { contentTypes } from "./content-types.ts";

/** In which the page's function tells the API the address that links and pictures in the page's tags begin with. */
export const pageUrlHeader = "x-page-url";

/** The query parameters of the page's address by which it has tags. */
const previewParameters = ["clip", "person", "broadcast"];

/** All that its tags depend on. */
export const pageParameters = [...previewParameters, "channel"];

/** The page's origins in the distribution: its files, and the API, which writes tags for link previews into it. */
export const pageOrigins = { files: "page", previews: "previews" };

/**
 * Code of a CloudFront function for the page's origin.
 *
 * A path that does not end like one of the page's files is a route of the page and gets the page. So links into the
 * page work (their ids contain dots), while the API's own 404s stay 404s.
 *
 * The page of a clip, a person or a broadcast comes from the API, with tags for link previews; if the API fails, the
 * plain page does as well. `protocol` is how viewers reach the page.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/helper-functions-origin-modification.html
 *
 * Of text files it chooses the form that the build compressed (`web/precompress.ts`), if the viewer accepts it. The
 * path that it leaves is the one by which CloudFront caches, so each form is cached apart.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html
 */
export const pageRouteCode = (protocol: "https" | "http"): string => `import cf from "cloudfront";
var file = /\\.(${Object.keys(contentTypes).join("|")})$/i;
var text = /\\.(css|html|js|json|svg)$/;
function handler(event) {
  var request = event.request;
  var headers = request.headers;
  delete headers["${pageUrlHeader}"];
  if (!file.test(request.uri)) request.uri = "/index.html";
  if (request.uri === "/index.html" && ${JSON.stringify(previewParameters)}.some((name) => request.querystring[name])) {
    headers["${pageUrlHeader}"] = { value: "${protocol}://" + headers.host.value };
    cf.createRequestOriginGroup({
      originIds: [{ originId: "${pageOrigins.previews}" }, { originId: "${pageOrigins.files}" }],
      failoverCriteria: { statusCodes: [403, 404, 429, 500, 502, 503, 504] },
    });
    return request;
  }
  var accepted = headers["accept-encoding"];
  if (accepted && text.test(request.uri)) request.uri += suffix(accepted.value.toLowerCase().split(","));
  return request;
}
function suffix(codings) {
  if (codings.some((coding) => accepts(coding, "br"))) return ".br";
  return codings.some((coding) => accepts(coding, "gzip")) ? ".gz" : "";
}
function accepts(coding, name) {
  var parts = coding.split(";");
  return parts[0].trim() === name && !parts.some((part) => /^\\s*q=0(\\.0*)?\\s*$/.test(part));
}
`;
