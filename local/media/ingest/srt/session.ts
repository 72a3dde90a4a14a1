import { IngestError } from "../ingest-error.ts";
import { StreamReader } from "../mpeg-ts/stream-reader.ts";
import type { MediaPacket, Publication, Publisher } from "../publication.ts";

/** What a connected caller streams. */
export class Session {
  readonly publisher: Publisher;
  readonly #publication: Publication;
  readonly #reader = new StreamReader();
  readonly #unusable: (reason: string) => void;
  readonly #silence: NodeJS.Timeout;
  #ended = false;

  /** @param unusable Called once when nothing that can be used comes, or comes any more. */
  constructor(publisher: Publisher, publication: Publication, silentForMs: number, unusable: (reason: string) => void) {
    this.publisher = publisher;
    this.#publication = publication;
    this.#unusable = unusable;
    this.#silence = setTimeout(() => unusable(`it sent nothing for ${silentForMs / 1000} s`), silentForMs);
  }

  /** Takes the next bytes of the stream. */
  receive(bytes: Buffer): void {
    try {
      this.#deliver(this.#reader.push(bytes));
    } catch (cause) {
      if (!(cause instanceof IngestError)) throw cause;
      this.#unusable(cause.message);
    }
  }

  /** Delivers what is left at the end of the stream. */
  finish(): void {
    this.#deliver(this.#reader.finish());
  }

  end(reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#silence);
    this.#publication.end(reason);
  }

  #deliver(packets: Iterable<MediaPacket>): void {
    for (const packet of packets) {
      // The owner may end the publication at any packet.
      if (this.#ended) return;
      this.#silence.refresh();
      this.#publication.packet(packet);
    }
  }
}
