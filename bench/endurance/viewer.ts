import { Agent, get } from "node:http";
import { parseMultivariantPlaylist } from "../../hls/multivariant-playlist.ts";
import { readLowLatencyPlaylist, type LowLatencyPlaylist, type Part } from "./low-latency-playlist.ts";

/** What one viewer saw. Times are by `performance.now()`, in milliseconds. */
export interface Seen {
  /** How long each request for a part took that was listed, from its start to its last byte. */
  partsMs: number[];
  /** When each part arrived. */
  arrivals: number[];
  /** When the playlist with a part arrived, by the playlist's path and the part's number. */
  reloads: [part: string, at: number][];
  /** Parts that the playlist had moved past before they were loaded. */
  missed: number;
  /** Segments that the playlist lists as missing. */
  gaps: number;
  failures: string[];
}

interface Loaded {
  body: Buffer;
  tookMs: number;
}

/**
 * A viewer without a picture: follows a live stream as low-latency players do. While it loads the parts that are new in
 * the playlist, it already asks for the playlist that has the next one, which the server holds back until then
 * (blocking reload). Its connections stay open, as a browser's do.
 */
export class Viewer {
  readonly seen: Seen = { partsMs: [], arrivals: [], reloads: [], missed: 0, gaps: 0, failures: [] };
  readonly #address: URL;
  readonly #asksForHints: boolean;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 6 });

  /**
   * @param address The multivariant playlist.
   * @param options.asksForHints Asks for the part after the newest before it is listed, as Safari does and hls.js does
   * not. Such a request takes as long as the part is away, so it is not timed.
   */
  constructor(address: string, { asksForHints }: { asksForHints: boolean }) {
    this.#address = new URL(address);
    this.#asksForHints = asksForHints;
  }

  /** Watches from the newest part until `signal` aborts or the stream ends. Whatever fails is noted, and ends it. */
  async watch(signal: AbortSignal): Promise<void> {
    try {
      const [variant] = parseMultivariantPlaylist((await this.#load(this.#address, signal)).body.toString());
      if (variant === undefined) throw new Error(`${this.#address.pathname} has no variant`);
      await this.#follow(new URL(variant.uri, this.#address), signal);
    } catch (cause) {
      if (!signal.aborted) this.seen.failures.push(cause instanceof Error ? cause.message : String(cause));
    } finally {
      this.#agent.destroy();
    }
  }

  async #follow(address: URL, signal: AbortSignal): Promise<void> {
    let playlist = await this.#playlist(address, signal);
    let last = playlist.parts.at(-1);
    let hinted: Part | undefined;
    while (!playlist.ended && !signal.aborted) {
      const { hint } = playlist;
      const next = new URL(address);
      // A segment that is complete has no further part, and the first one of the next segment is as good.
      next.searchParams.set("_HLS_msn", String(hint?.sequence ?? (last?.sequence ?? 0) + 1));
      next.searchParams.set("_HLS_part", String(hint?.part ?? 0));
      const asked = this.#asksForHints && hint !== undefined ? hint : undefined;
      const fresh = playlist.parts.filter((part) => isAfter(part, last) && !isSame(part, hinted));
      const [reloaded] = await Promise.all([
        this.#playlist(next, signal),
        this.#parts(fresh, signal),
        asked === undefined ? undefined : this.#part(asked, signal, { isTimed: false }),
      ]);
      last = playlist.parts.at(-1) ?? last;
      hinted = asked;
      const [oldest] = reloaded.parts;
      if (last !== undefined && oldest !== undefined && oldest.sequence > last.sequence + 1) this.seen.missed += 1;
      this.seen.gaps = Math.max(this.seen.gaps, reloaded.gaps);
      playlist = reloaded;
    }
  }

  async #parts(parts: readonly Part[], signal: AbortSignal): Promise<void> {
    for (const part of parts) await this.#part(part, signal, { isTimed: true });
  }

  async #part({ url }: Part, signal: AbortSignal, { isTimed }: { isTimed: boolean }): Promise<void> {
    const { body, tookMs } = await this.#load(url, signal);
    if (body.length === 0) throw new Error(`${url.pathname} is empty`);
    if (isTimed) this.seen.partsMs.push(tookMs);
    this.seen.arrivals.push(performance.now());
  }

  async #playlist(address: URL, signal: AbortSignal): Promise<LowLatencyPlaylist> {
    const { body } = await this.#load(address, signal);
    const playlist = readLowLatencyPlaylist(body.toString(), address);
    const newest = playlist.parts.at(-1);
    if (newest !== undefined && address.searchParams.has("_HLS_msn"))
      this.seen.reloads.push([`${address.pathname} ${newest.sequence}.${newest.part}`, performance.now()]);
    return playlist;
  }

  /** Loads a file. Rejects unless the answer is 200 and complete. */
  #load(url: URL, signal: AbortSignal): Promise<Loaded> {
    const startedAt = performance.now();
    return new Promise((resolve, reject) => {
      get(url, { agent: this.#agent, signal }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const body = Buffer.concat(chunks);
          if (response.statusCode === 200) resolve({ body, tookMs: performance.now() - startedAt });
          else reject(new Error(`${url.pathname}${url.search}: status ${response.statusCode}, ${body.toString()}`));
        });
      }).on("error", reject);
    });
  }
}

const isAfter = ({ sequence, part }: Part, other: Part | undefined): boolean =>
  other === undefined || sequence > other.sequence || (sequence === other.sequence && part > other.part);

const isSame = (part: Part, other: Part | undefined): boolean =>
  part.sequence === other?.sequence && part.part === other.part;
