import { boxesIn, findBox, readTracks, type Box } from "./mp4-boxes.ts";

/**
 * DASH players need audio and video separately, but fragments contain both: these functions extract one track without
 * changing its samples.
 */

/** The initialization segment with one kind of track only (`vide` or `soun`); undefined if there is none. */
export function initOf(init: Buffer, handler: string): Buffer | undefined {
  const track = readTracks(init).find((candidate) => candidate.handler === handler);
  const moov = findBox(init, "moov");
  if (track === undefined || moov === undefined) return undefined;
  const before = init.subarray(0, moov.start - 8);
  const children = [...boxesIn(init, moov.start, moov.end)].flatMap((box) => {
    if (box.type === "trak") {
      const header = findBox(init, "tkhd", box);
      const id = header === undefined ? 0 : init.readUInt32BE(header.start + (init[header.start] === 1 ? 20 : 12));
      return id === track.id ? [whole(init, box)] : [];
    }
    if (box.type !== "mvex") return [whole(init, box)];
    const kept = [...boxesIn(init, box.start, box.end)].filter(
      (inner) => inner.type !== "trex" || init.readUInt32BE(inner.start + 4) === track.id,
    );
    return [
      wrap(
        "mvex",
        kept.map((inner) => whole(init, inner)),
      ),
    ];
  });
  return Buffer.concat([before, wrap("moov", children)]);
}

/** The fragments of a segment with one track's samples only. `init` is the initialization segment of both tracks. */
export function fragmentsOf(segment: Buffer, init: Buffer, handler: string): Buffer {
  const track = readTracks(init).find((candidate) => candidate.handler === handler);
  if (track === undefined) return Buffer.alloc(0);
  const out: Buffer[] = [];
  for (const box of boxesIn(segment)) {
    if (box.type === "moof") out.push(...fragmentOf(segment, box, track.id));
  }
  return Buffer.concat(out);
}

/** One fragment's `moof` with one track's `traf`, and an `mdat` with its samples. */
function fragmentOf(segment: Buffer, moof: Box, trackId: number): Buffer[] {
  const children = [...boxesIn(segment, moof.start, moof.end)];
  const traf = children.find((box) => {
    const header = box.type === "traf" ? findBox(segment, "tfhd", box) : undefined;
    return header !== undefined && segment.readUInt32BE(header.start + 4) === trackId;
  });
  if (traf === undefined) return [];
  const header = findBox(segment, "tfhd", traf)!;
  const kept = Buffer.from(whole(segment, traf));
  const other = children.filter((box) => box.type !== "traf").map((box) => whole(segment, box));
  const moofSize = 8 + other.reduce((sum, box) => sum + box.length, 0) + kept.length;
  const samples: Buffer[] = [];
  let written = 0;
  for (const run of boxesIn(segment, traf.start, traf.end)) {
    if (run.type !== "trun") continue;
    const size = sizeOfRun(segment, run, defaultSize(segment, header));
    // The data offset, a run's first optional field, counts from the fragment's `moof` (default-base-is-moof).
    const offset = segment.readInt32BE(run.start + 8);
    kept.writeInt32BE(moofSize + 8 + written, 8 + run.start - traf.start + 8);
    samples.push(segment.subarray(moof.start - 8 + offset, moof.start - 8 + offset + size));
    written += size;
  }
  return [wrap("moof", [...other, kept]), wrap("mdat", samples)];
}

function defaultSize(segment: Buffer, header: Box): number {
  const flags = segment.readUIntBE(header.start + 1, 3);
  let at = header.start + 8;
  for (const [flag, length] of [
    [0x1, 8],
    [0x2, 4],
    [0x8, 4],
  ] as const)
    if (flags & flag) at += length;
  return flags & 0x10 ? segment.readUInt32BE(at) : 0;
}

function sizeOfRun(segment: Buffer, run: Box, fallback: number): number {
  const flags = segment.readUIntBE(run.start + 1, 3);
  const count = segment.readUInt32BE(run.start + 4);
  if (!(flags & 0x200)) return count * fallback;
  let at = run.start + 8 + (flags & 0x1 ? 4 : 0) + (flags & 0x4 ? 4 : 0) + (flags & 0x100 ? 4 : 0);
  const step = [0x100, 0x200, 0x400, 0x800].filter((flag) => flags & flag).length * 4;
  let size = 0;
  for (let sample = 0; sample < count; sample++, at += step) size += segment.readUInt32BE(at);
  return size;
}

function whole(bytes: Buffer, box: Box): Buffer {
  return bytes.subarray(box.start - 8, box.end);
}

function wrap(type: string, children: readonly Buffer[]): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt32BE(8 + children.reduce((sum, child) => sum + child.length, 0));
  header.write(type, 4, "latin1");
  return Buffer.concat([header, ...children]);
}
