/**
 * The start offset (EXT-X-START, RFC 8216 section 4.3.5.2) of a playlist in seconds, for browsers that play HLS
 * natively and don't report it. 0 if the playlist has none.
 */
export async function startOffsetOf(url: string, signal: AbortSignal): Promise<number> {
  const response = await fetch(url, { signal });
  if (!response.ok) throw new Error(`The playlist can't be read (${response.status}).`);
  const offset = /^#EXT-X-START:.*?TIME-OFFSET=([\d.]+)/m.exec(await response.text())?.[1];
  return offset === undefined ? 0 : Number(offset);
}
