/** One box of an ISO base media file, with the position of its payload. */
export interface Box {
  type: string;
  start: number;
  end: number;
}

/** The boxes in `bytes[start, end)` (ISO/IEC 14496-12, section 4.2). */
export function* boxesIn(bytes: Buffer, start = 0, end = bytes.length): Generator<Box> {
  for (let at = start; at + 8 <= end;) {
    const size = bytes.readUInt32BE(at);
    if (size < 8 || at + size > end) return;
    yield { type: bytes.toString("latin1", at + 4, at + 8), start: at + 8, end: at + size };
    at += size;
  }
}

/** The first box at a path of types, e.g. `mdia/minf/stbl`. */
export function findBox(
  bytes: Buffer,
  path: string,
  within: { start: number; end: number } = { start: 0, end: bytes.length },
): Box | undefined {
  let found: Box | undefined;
  let { start, end } = within;
  for (const type of path.split("/")) {
    found = undefined;
    for (const box of boxesIn(bytes, start, end)) {
      if (box.type === type) {
        found = box;
        break;
      }
    }
    if (found === undefined) return undefined;
    ({ start, end } = found);
  }
  return found;
}

/** A track as the initialization segment describes it. */
export interface Track {
  id: number;
  /** `vide` or `soun`. */
  handler: string;
  /** Ticks per second. */
  timescale: number;
  /** RFC 6381, e.g. `avc1.64001f`, `mp4a.40.2`. */
  codec: string;
  /** Pixels; 0 for audio. */
  width: number;
  height: number;
}

/** Reads the tracks of an initialization segment (`ftyp` and `moov`). */
export function readTracks(init: Buffer): Track[] {
  const moov = findBox(init, "moov");
  if (moov === undefined) return [];
  return [...boxesIn(init, moov.start, moov.end)]
    .filter((box) => box.type === "trak")
    .map((trak) => readTrack(init, trak));
}

function readTrack(init: Buffer, trak: Box): Track {
  const header = findBox(init, "tkhd", trak);
  const media = findBox(init, "mdia/mdhd", trak);
  const handler = findBox(init, "mdia/hdlr", trak);
  const descriptions = findBox(init, "mdia/minf/stbl/stsd", trak);
  if (header === undefined || media === undefined || handler === undefined || descriptions === undefined)
    throw new RangeError("An initialization segment has an incomplete track.");
  // Version 1 boxes have 64-bit times before the field that we read.
  const wide = (box: Box): boolean => init[box.start] === 1;
  const [entry] = boxesIn(init, descriptions.start + 8, descriptions.end);
  if (entry === undefined) throw new RangeError("An initialization segment has a track without a sample description.");
  const isVideo = init.toString("latin1", handler.start + 8, handler.start + 12) === "vide";
  return {
    id: init.readUInt32BE(header.start + (wide(header) ? 20 : 12)),
    handler: isVideo ? "vide" : "soun",
    timescale: init.readUInt32BE(media.start + (wide(media) ? 20 : 12)),
    codec: isVideo ? videoCodec(init, entry) : "mp4a.40.2",
    width: isVideo ? init.readUInt16BE(entry.start + 24) : 0,
    height: isVideo ? init.readUInt16BE(entry.start + 26) : 0,
  };
}

/** Profile, constraints and level are in the decoder configuration (ISO/IEC 14496-15, section 5.3.3.1). */
function videoCodec(init: Buffer, entry: Box): string {
  const configuration = findBox(init, "avcC", { start: entry.start + 78, end: entry.end });
  return configuration === undefined
    ? entry.type
    : `${entry.type}.${init.toString("hex", configuration.start + 1, configuration.start + 4)}`;
}

/** When the video of one fragment plays. */
export interface FragmentTime {
  /** Seconds on the job's timeline. */
  start: number;
  /** Seconds. */
  duration: number;
  /** It begins with a keyframe. */
  independent: boolean;
}

/** Reads when a fragment (`moof`) plays, from its video track's samples; undefined if it has none. */
export function readFragmentTime(moof: Buffer, tracks: readonly Track[]): FragmentTime | undefined {
  const top = findBox(moof, "moof");
  if (top === undefined) return undefined;
  for (const traf of boxesIn(moof, top.start, top.end)) {
    if (traf.type !== "traf") continue;
    const header = findBox(moof, "tfhd", traf);
    const track =
      header === undefined ? undefined : tracks.find(({ id }) => id === moof.readUInt32BE(header.start + 4));
    if (header === undefined || track?.handler !== "vide") continue;
    return readTrackFragment(moof, traf, header, track.timescale);
  }
  return undefined;
}

function readTrackFragment(moof: Buffer, traf: Box, header: Box, timescale: number): FragmentTime {
  const headerFlags = moof.readUIntBE(header.start + 1, 3);
  let at = header.start + 8;
  if (headerFlags & 0x1) at += 8;
  if (headerFlags & 0x2) at += 4;
  const defaultDuration = headerFlags & 0x8 ? moof.readUInt32BE(at) : 0;
  if (headerFlags & 0x8) at += 4;
  if (headerFlags & 0x10) at += 4;
  const defaultFlags = headerFlags & 0x20 ? moof.readUInt32BE(at) : 0;

  let start = 0;
  let duration = 0;
  let firstFlags: number | undefined;
  for (const box of boxesIn(moof, traf.start, traf.end)) {
    if (box.type === "tfdt")
      start = moof[box.start] === 1 ? Number(moof.readBigUInt64BE(box.start + 4)) : moof.readUInt32BE(box.start + 4);
    if (box.type !== "trun") continue;
    const flags = moof.readUIntBE(box.start + 1, 3);
    const samples = moof.readUInt32BE(box.start + 4);
    at = box.start + 8;
    if (flags & 0x1) at += 4;
    if (flags & 0x4) {
      firstFlags ??= moof.readUInt32BE(at);
      at += 4;
    }
    for (let sample = 0; sample < samples; sample++) {
      duration += flags & 0x100 ? moof.readUInt32BE(at) : defaultDuration;
      if (flags & 0x100) at += 4;
      if (flags & 0x200) at += 4;
      if (flags & 0x400) {
        firstFlags ??= moof.readUInt32BE(at);
        at += 4;
      }
      if (flags & 0x800) at += 4;
    }
  }
  const nonSync = 0x10000;
  return {
    start: start / timescale,
    duration: duration / timescale,
    independent: ((firstFlags ?? defaultFlags) & nonSync) === 0,
  };
}
