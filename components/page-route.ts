import { contentTypes } from "./content-types.ts";

/**
 * Code of a CloudFront function for the page's origin.
 *
 * A path that does not end like one of the page's files is a route of the page and gets the page. So links into the
 * page work (their ids contain dots), while the API's own 404s stay 404s.
 *
 * Of text files it chooses the form that the build compressed (`web/precompress.ts`), if the viewer accepts it. The
 * path that it leaves is the one by which CloudFront caches, so each form is cached apart.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html
 */
export const pageRouteCode = `var file = /\\.(${Object.keys(contentTypes).join("|")})$/i;
var text = /\\.(css|html|js|json|svg)$/;
function handler(event) {
  var request = event.request;
  if (!file.test(request.uri)) request.uri = "/index.html";
  var accepted = request.headers["accept-encoding"];
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
