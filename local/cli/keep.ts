import { sizeText } from "../disk.ts";
import type { Log } from "../log.ts";
import { ApiError, type ApiClient } from "./demo/api-client.ts";

/** How often the recordings are looked at, in milliseconds. */
const everyMs = 60_000;

/** What is asked of a recording in `GET /recordings`. */
interface Recording {
  id: string;
  channel: string;
  broadcast: string;
}

/** The part of a clip in `GET /clips` that tells in which recordings it is. */
interface Clip {
  appearances: { recording: string }[];
}

export interface KeepOptions {
  /** The most that recordings may take, in bytes. */
  limit: number;
  /** What they take now, in bytes. */
  bytes: () => number;
  api: Pick<ApiClient, "get" | "delete">;
  log: Log;
}

/** Keeps recordings below a size: deletes the oldest, but none with a confirmed clip. */
export class Keep {
  readonly #options: KeepOptions;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #stopped = false;
  /** What was last told of what can't be done: once is enough. */
  #told = "";

  constructor(options: KeepOptions) {
    this.#options = options;
  }

  /** Looks at the recordings now, and then every minute. */
  start(): void {
    this.#timer = setInterval(() => void this.run(), everyMs);
    void this.run();
  }

  /** Looks at the recordings now, unless that is being done. Never rejects. */
  run(): Promise<void> {
    this.#running ??= this.#round()
      .catch((cause: unknown) => this.#tell(cause instanceof Error ? cause.message : String(cause)))
      .finally(() => (this.#running = undefined));
    return this.#running;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#running;
  }

  async #round(): Promise<void> {
    const { limit, bytes, log } = this.#options;
    const before = bytes();
    let deleted = 0;
    if (before > limit)
      for await (const { id } of this.#deletable()) {
        if (this.#stopped) return;
        if (await this.#delete(id)) deleted += 1;
        if (bytes() <= limit) break;
      }
    if (deleted > 0)
      log.info(
        `deleted the oldest ${deleted === 1 ? "recording" : `${deleted} recordings`} without confirmed clips: ` +
          `recordings take ${sizeText(bytes())}, and ${sizeText(limit)} are kept`,
      );
    if (bytes() <= limit) this.#told = "";
    else
      this.#tell(
        `recordings take more than the ${sizeText(limit)} of --keep, and all others have confirmed clips or are ` +
          "being processed: delete some of them yourself, or keep more",
      );
  }

  /** The recordings without confirmed clips, oldest first. */
  async *#deletable(): AsyncGenerator<Recording> {
    let broadcast: string | undefined;
    let confirmed = new Set<string>();
    for await (const recording of this.#all<Recording>("/recordings?state=indexed,idle,failed&order=asc")) {
      const key = `broadcast=${recording.broadcast}&channel=${recording.channel}`;
      if (key !== broadcast) confirmed = await this.#confirmedIn(key);
      broadcast = key;
      if (!confirmed.has(recording.id)) yield recording;
    }
  }

  /** The ids of a broadcast's recordings that have a confirmed clip, or a part of one. */
  async #confirmedIn(broadcast: string): Promise<Set<string>> {
    const ids = new Set<string>();
    for await (const clip of this.#all<Clip>(`/clips?review=confirmed&${broadcast}`))
      for (const { recording } of clip.appearances) ids.add(recording);
    return ids;
  }

  async *#all<Item>(path: string): AsyncGenerator<Item> {
    let cursor: string | null = "";
    do {
      const page: { items: Item[]; nextCursor: string | null } = await this.#options.api.get(
        `${path}&limit=100${cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`}`,
      );
      yield* page.items;
      cursor = page.nextCursor;
    } while (cursor !== null);
  }

  /** Whether it was there, and could be deleted. */
  async #delete(id: string): Promise<boolean> {
    try {
      await this.#options.api.delete(`/recordings/${id}`);
      return true;
    } catch (cause) {
      // Somebody else has deleted it, or tries it again.
      if (cause instanceof ApiError && (cause.status === 404 || cause.status === 409)) return false;
      throw cause;
    }
  }

  #tell(problem: string): void {
    if (problem !== this.#told) this.#options.log.warn(problem);
    this.#told = problem;
  }
}
