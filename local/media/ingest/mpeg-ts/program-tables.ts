/** An elementary stream of a program. */
export interface ElementaryStream {
  pid: number;
  track: "video" | "audio";
  /** The name of its codec if it is not H.264 or AAC. */
  unsupported?: string;
}

type Kind = Omit<ElementaryStream, "pid">;

const video = (unsupported?: string): Kind => ({ track: "video", unsupported });
const audio = (unsupported?: string): Kind => ({ track: "audio", unsupported });

/** Stream types (ITU-T H.222.0, table 2-34; from 0x80 on as ATSC and others use them). */
const streamTypes: Record<number, Kind> = {
  0x01: video("MPEG-1 video"),
  0x02: video("MPEG-2 video"),
  0x03: audio("MPEG audio"),
  0x04: audio("MPEG audio"),
  0x0f: audio(),
  0x10: video("MPEG-4 part 2"),
  0x11: audio("AAC in LATM"),
  0x1b: video(),
  0x21: video("JPEG 2000"),
  0x24: video("HEVC"),
  0x33: video("VVC"),
  0x81: audio("AC-3"),
  0x82: audio("DTS"),
  0x87: audio("E-AC-3"),
  0xea: video("VC-1"),
};

/** Private data says what it is by a descriptor. */
const privateData = 0x06;
const registrationTag = 0x05;
const registrations: Record<string, Kind> = {
  "AC-3": audio("AC-3"),
  AV01: video("AV1"),
  EAC3: audio("E-AC-3"),
  HEVC: video("HEVC"),
  Opus: audio("Opus"),
  VP09: video("VP9"),
};
/** ETSI EN 300 468, 6.2: descriptors of DVB. */
const descriptors: Record<number, Kind> = { 0x6a: audio("AC-3"), 0x7a: audio("E-AC-3"), 0x7b: audio("DTS") };

/** The PID of the first program's map in a program association section (ITU-T H.222.0, 2.4.4.3). */
export function readProgramMapPid(section: Buffer): number | undefined {
  if (!isCurrent(section, 0)) return undefined;
  for (let at = 8; at + 4 <= section.length - 4; at += 4)
    if (section.readUInt16BE(at) !== 0) return section.readUInt16BE(at + 2) & 0x1fff;
  return undefined;
}

/**
 * The elementary streams that a program map section (ITU-T H.222.0, 2.4.4.8) lists, without those that are neither
 * picture nor sound. `undefined` if it is no current program map.
 */
export function readProgramMap(section: Buffer): ElementaryStream[] | undefined {
  if (!isCurrent(section, 2) || section.length < 16) return undefined;
  const streams: ElementaryStream[] = [];
  const end = section.length - 4;
  for (let at = 12 + (section.readUInt16BE(10) & 0x0fff); at + 5 <= end;) {
    const information = at + 5;
    const next = information + (section.readUInt16BE(at + 3) & 0x0fff);
    const kind = kindOf(section[at]!, section.subarray(information, Math.min(next, end)));
    if (kind !== undefined) streams.push({ pid: section.readUInt16BE(at + 1) & 0x1fff, ...kind });
    at = next;
  }
  return streams;
}

function isCurrent(section: Buffer, table: number): boolean {
  return section.length >= 12 && section[0] === table && (section[5]! & 1) === 1;
}

function kindOf(streamType: number, information: Buffer): Kind | undefined {
  if (streamType !== privateData) return streamTypes[streamType];
  for (let at = 0; at + 2 <= information.length; at += 2 + information[at + 1]!) {
    const tag = information[at]!;
    const format = information.toString("latin1", at + 2, at + 6);
    const kind = tag === registrationTag ? registrations[format] : descriptors[tag];
    if (kind !== undefined) return kind;
  }
  return undefined;
}
