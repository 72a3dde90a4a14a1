import type { Log } from "../../log.ts";
import type { PublishDecision } from "../../media/ingest/publication.ts";
import { createSrtListener, srtDefaults, type SrtListener } from "../../media/ingest/srt/listener.ts";
import type { Input } from "./inputs.ts";

export interface SrtListenersOptions {
  log: Log;
  host: string;
  /** Of the first listener; the others take the next ports. 0: any free ones. */
  port: number;
  /** The value of a secret of Secrets Manager. */
  secret(arn: string): string;
  authorize(input: string): PublishDecision;
  admits(input: string, address: string): boolean;
  refused(reason: string): void;
}

/** The SRT listeners of the inputs that have one, each on its own UDP port. */
export class SrtListeners {
  readonly #options: SrtListenersOptions;
  readonly #listeners = new Map<string, { listener: SrtListener; settings: string; port: number }>();

  constructor(options: SrtListenersOptions) {
    this.#options = options;
  }

  /** Listens for an input's callers; with changed settings, on the same port again. Rejects if the port is in use. */
  async put({ id, srt }: Input): Promise<void> {
    if (srt === undefined) return;
    const { log, host } = this.#options;
    const passphrase = this.#options.secret(srt.passphraseSecretArn);
    const settings = JSON.stringify([srt, passphrase]);
    const known = this.#listeners.get(id);
    if (known?.settings === settings) return;
    await this.remove(id);
    const listener = createSrtListener({
      ...srtDefaults,
      ...srt,
      log,
      passphrase,
      refused: (reason) => this.#options.refused(reason),
      authorize: () => this.#options.authorize(id),
      admits: (address) => this.#options.admits(id, address),
    });
    const port = await listener.listen(known?.port ?? this.#nextPort(), host).catch((cause: unknown) => {
      const inUse = cause instanceof Error && "code" in cause && cause.code === "EADDRINUSE";
      throw inUse
        ? new Error(`UDP port ${this.#nextPort()} on ${host} is in use: choose another with --rtmp-port.`, { cause })
        : cause;
    });
    this.#listeners.set(id, { listener, settings, port });
  }

  /** The UDP port of an input. */
  portOf(id: string): number | undefined {
    return this.#listeners.get(id)?.port;
  }

  async remove(id: string): Promise<void> {
    const known = this.#listeners.get(id);
    this.#listeners.delete(id);
    await known?.listener.close();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#listeners.keys()].map((id) => this.remove(id)));
  }

  #nextPort(): number {
    const { port } = this.#options;
    if (port === 0) return 0;
    const taken = [...this.#listeners.values()].map((other) => other.port);
    let next = port;
    while (taken.includes(next)) next += 1;
    return next;
  }
}
