/** The part of `GET /channels` that is read here. */
interface Channels {
  items: { ingest?: object }[];
}

/**
 * Whether the API takes this for its admin token: only with it, channels tell where to stream to. The stack's output
 * doesn't count any more once an editor has rotated the token.
 *
 * @throws if the API does not answer within ten seconds
 */
export async function countsAsAdmin(apiUrl: string, token: string): Promise<boolean> {
  const headers = { authorization: `Bearer ${token}` };
  const signal = AbortSignal.timeout(10_000);
  const response = await fetch(`${apiUrl}/channels`, { headers, signal }).catch((cause: unknown) => {
    throw new Error(`Spotlight does not respond at ${apiUrl}: is "npm start" still running?`, { cause });
  });
  if (!response.ok) throw new Error(`GET ${apiUrl}/channels answered ${response.status}: see the API's log.`);
  const { items } = (await response.json()) as Channels;
  return items.some(({ ingest }) => ingest !== undefined);
}
