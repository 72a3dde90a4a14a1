import { contentTypes } from "./content-types.ts";

/**
 * Code of a CloudFront function for the page's origin: a path that does not end like one of the page's files is a route
 * of the page and gets the page. So links into the page work (their ids contain dots), while the API's own 404s stay
 * 404s.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html
 */
export const pageRouteCode = `var file = /\\.(${Object.keys(contentTypes).join("|")})$/i;
function handler(event) {
  var request = event.request;
  if (!file.test(request.uri)) request.uri = "/index.html";
  return request;
}
`;
