import type { ServerResponse } from "node:http";

/**
 * Sends a short readable page from the distribution itself. With `retryAfter` (seconds) the page reloads itself in a
 * browser.
 */
export function sendPage(
  response: ServerResponse,
  status: number,
  title: string,
  sentence: string,
  retryAfter?: number,
): void {
  const refresh = retryAfter === undefined ? "" : `<meta http-equiv="refresh" content="${retryAfter}">`;
  const body =
    `<!doctype html><html lang="en"><meta ` +
    `charset="utf-8">${refresh}<title>${escape(title)}</title>` +
    `<h1>${escape(title)}</h1><p>${escape(sentence)}</p></html>\n`;
  response.writeHead(status, {
    "content-type": "text/html; charset=utf-8",
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
    ...(retryAfter === undefined ? {} : { "retry-after": String(retryAfter) }),
  });
  response.end(body);
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
