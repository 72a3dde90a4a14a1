/**
 * The path of an HTTP API's event as a URL's path. API Gateway hands `rawPath` over decoded, once:
 * https://github.com/fastify/aws-lambda-fastify/issues/169. The adapter would read it as a URL, which takes a question
 * mark, a hash or `..` as syntax and drops control characters, and so arrive at another route. (That an encoded slash
 * is one cannot be seen here any more; the distribution refuses it: `components/api-path.ts`.)
 */
export function urlPath(rawPath: string): string {
  return rawPath
    .split("/")
    .map((segment) => encodeURIComponent(segment.toWellFormed()).replace(/^\.{1,2}$/, encodeDots))
    .join("/");
}

/** Dots that a URL doesn't resolve: not even `%2E%2E` is left alone. */
function encodeDots(dots: string): string {
  return dots.replaceAll(".", "%252E");
}
