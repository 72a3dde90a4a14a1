import { lookup, type LookupAddress } from "node:dns";
import http from "node:http";
import https from "node:https";
import type { LookupFunction } from "node:net";
import { isLoopback, isPublicAddress } from "../../domain/public-address.ts";
import { unsuitableUrl } from "../../domain/webhooks.ts";

/** The status of the answer, or why there is none. */
export type PostResult = { status: number } | { error: string };

/** Sends a body to a URL. Follows no redirects. */
export type Post = (url: string, body: string, headers: Record<string, string>) => Promise<PostResult>;

/** How names are resolved. */
type Resolve = (
  name: string,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[] | undefined) => void,
) => void;

/**
 * Posts to public addresses only: what a name resolves to is checked where the connection uses it, so that no other
 * answer of its name server comes in between. With `allowLoopback`, also to this machine.
 */
export function createPost(options: { allowLoopback: boolean; timeoutMs?: number; resolve?: Resolve }): Post {
  const { allowLoopback, timeoutMs = 10_000 } = options;
  const resolve: Resolve = options.resolve ?? ((name, callback) => lookup(name, { all: true }, callback));

  const checked: LookupFunction = (name, { all }, callback) => {
    resolve(name, (error, addresses = []) => {
      const refused = addresses.find(
        ({ address }) => !isPublicAddress(address) && !(allowLoopback && isLoopback(address)),
      );
      const [first] = addresses;
      if (error !== null || first === undefined) callback(error ?? new Error(`${name} has no address`), "", 0);
      else if (refused !== undefined)
        callback(new Error(`${name} has the address ${refused.address}, which is not public`), "", 0);
      else if (all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };

  return async (url, body, headers) => {
    // Names are checked when they are resolved, which addresses never are.
    const unsuitable = unsuitableUrl(url, allowLoopback);
    if (unsuitable !== undefined) return { error: `Nothing was sent: ${unsuitable}` };
    const signal = AbortSignal.timeout(timeoutMs);
    return new Promise((done) => {
      const { request } = url.startsWith("https:") ? https : http;
      const call = request(
        url,
        {
          method: "POST",
          headers: {
            "content-type": "application/json",
            "content-length": Buffer.byteLength(body),
            "user-agent": "Spotlight",
            ...headers,
          },
          agent: false,
          lookup: checked,
          signal,
        },
        (response) => {
          // What it says besides is of no use, however long it is.
          response.on("error", () => undefined).destroy();
          done({ status: response.statusCode ?? 0 });
        },
      );
      call.on("error", (error: NodeJS.ErrnoException) => {
        done({
          error: signal.aborted ? `No answer within ${timeoutMs / 1000} seconds` : error.message || (error.code ?? ""),
        });
      });
      call.end(body);
    });
  };
}
