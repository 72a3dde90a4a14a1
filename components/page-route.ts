/**
 * Code of a CloudFront function for the page's origin alone: a path whose last part has no dot is a route of the page, not a
 * file, and gets the page. So links into the page work, while the API's own 404 stays one.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html
 */
export const pageRouteCode = `function handler(event) {
  var request = event.request;
  var last = request.uri.substring(request.uri.lastIndexOf("/") + 1);
  if (last.indexOf(".") === -1) request.uri = "/index.html";
  return request;
}
`;
