/**
 * The contract between an ingest server (`rtmp/`, `srt/`) and the owner of the channel that encodes its streams. It is
 * neutral: another protocol is another folder here, and nothing else changes.
 */

/** A coded H.264 or AAC packet, or the configuration of its decoder. */
export interface MediaPacket {
  track: "video" | "audio";
  /** `data` configures the decoder: an AVCDecoderConfigurationRecord (SPS and PPS) or an AudioSpecificConfig. */
  configuration: boolean;
  /** Decoding can begin at this video packet. */
  keyframe: boolean;
  /** Decoding time by the publisher's clock, in milliseconds modulo 2^32. The clock may start anywhere and jump. */
  timestamp: number;
  /** Presentation time minus decoding time, in milliseconds; 0 for audio. */
  compositionOffset: number;
  /** Video: NAL units, each after its length. Audio: one raw AAC frame. */
  data: Buffer;
}

/** Receives the media of an accepted publisher. */
export interface Publication {
  packet(packet: MediaPacket): void;
  /** The frame rate that the publisher announces, in frames per second. */
  frameRate(rate: number): void;
  /** The publisher has disconnected or was dropped. Called once. */
  end(reason: string): void;
}

/** Lets the owner of a publication end it. */
export interface Publisher {
  close(reason: string): void;
}

/** Who wants to publish what. The names hold a secret: never log them. */
export interface PublishRequest {
  /** The application of the server's address, as the encoder sent it: `live` of `rtmp://HOST/live`. */
  app: string;
  /** The name of the stream, as the encoder sent it: usually the stream key. */
  name: string;
  /** The publisher's address. */
  peer: string;
}

/** Accepts a publisher, or refuses it with a readable reason. */
export type PublishDecision =
  | { accept: (publisher: Publisher) => Publication }
  | { refuse: "denied" | "occupied"; reason: string };
