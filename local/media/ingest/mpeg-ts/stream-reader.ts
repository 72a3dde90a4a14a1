import { IngestError } from "../ingest-error.ts";
import type { MediaPacket } from "../publication.ts";
import { unsupportedCodec } from "../unsupported-codec.ts";
import { AacReader } from "./aac-reader.ts";
import { AvcReader } from "./avc-reader.ts";
import { PacketReader, type TransportPacket } from "./packet-reader.ts";
import { PesReader, type PesPacket } from "./pes-reader.ts";
import { ProgramClock } from "./program-clock.ts";
import { readProgramMap, readProgramMapPid, type ElementaryStream } from "./program-tables.ts";
import { SectionReader } from "./section-reader.ts";

const associationPid = 0;

/** An elementary stream that is read. */
interface Track {
  pid: number;
  pes: PesReader;
  codec: { push(pes: PesPacket): Generator<MediaPacket> };
}

/**
 * Reads the H.264 and AAC of an MPEG transport stream, however its bytes are split: of its first program, the first
 * stream of each. Not FFmpeg's demuxer, which holds a picture back until it has seen the next two, looks at some
 * seconds before the first packet, and misses a track that comes later and a change of the sound's configuration.
 */
export class StreamReader {
  readonly #packets = new PacketReader();
  readonly #clock = new ProgramClock();
  readonly #association = new SectionReader();
  #map: { pid: number; sections: SectionReader } | undefined;
  readonly #tracks: Record<"video" | "audio", Track | undefined> = { video: undefined, audio: undefined };

  /** @throws {@link IngestError} `protocol`: it is not a transport stream; `codec`: it holds no H.264, or no AAC. */
  *push(bytes: Buffer): Generator<MediaPacket> {
    for (const packet of this.#packets.push(bytes)) yield* this.#read(packet);
  }

  /** What is left at the end of the stream. */
  *finish(): Generator<MediaPacket> {
    for (const track of this.#present()) for (const pes of track.pes.finish()) yield* track.codec.push(pes);
  }

  *#read(packet: TransportPacket): Generator<MediaPacket> {
    if (packet.pid === associationPid) {
      for (const section of this.#association.push(packet)) this.#follow(readProgramMapPid(section));
    } else if (packet.pid === this.#map?.pid) {
      for (const section of this.#map.sections.push(packet)) this.#select(readProgramMap(section));
    } else {
      for (const track of this.#present())
        if (track.pid === packet.pid) for (const pes of track.pes.push(packet)) yield* track.codec.push(pes);
    }
  }

  #present(): Track[] {
    return [this.#tracks.video, this.#tracks.audio].filter((track) => track !== undefined);
  }

  #follow(pid: number | undefined): void {
    if (pid !== undefined && pid !== this.#map?.pid) this.#map = { pid, sections: new SectionReader() };
  }

  #select(streams: ElementaryStream[] | undefined): void {
    if (streams === undefined) return;
    for (const kind of ["video", "audio"] as const) {
      const candidates = streams.filter(({ track }) => track === kind);
      const chosen = candidates.find(({ unsupported }) => unsupported === undefined) ?? candidates[0];
      if (chosen?.unsupported !== undefined) throw new IngestError("codec", unsupportedCodec(kind, chosen.unsupported));
      if (chosen === undefined) this.#tracks[kind] = undefined;
      else if (chosen.pid !== this.#tracks[kind]?.pid) {
        const codec = kind === "video" ? new AvcReader(this.#clock) : new AacReader(this.#clock);
        this.#tracks[kind] = { pid: chosen.pid, pes: new PesReader(), codec };
      }
    }
  }
}
