/** One rung of the configured ladder. */
export interface Rung {
  /** `720p`. */
  name: string;
  /** Pixels of the shorter side: the picture's height, unless it is upright. */
  height: number;
  /** Bits per second of the picture, at most. */
  bitrate: number;
}

/** A rung as it is to be made from a source. */
export interface FittedRung extends Rung {
  /** Pixels, even. */
  width: number;
  /** Pixels, even, of the picture: not the shorter side. */
  height: number;
  /** Whether it is the source itself, not encoded again. */
  passthrough: boolean;
}

/** A rung this near below the source would cost an encode and save nothing. */
const worthwhile = 0.9;

/**
 * The ladder for a source: the source itself on top, then the rungs that are clearly smaller, highest first. Never a
 * rung above the source; widths and heights are even and keep the aspect ratio to the pixel. With `encodeAll`, the top
 * is encoded too, at the bitrate of the ladder's nearest rung.
 */
export function fitLadder(
  ladder: readonly Rung[],
  source: { width: number; height: number; bitrate?: number | undefined },
  { encodeAll = false }: { encodeAll?: boolean } = {},
): FittedRung[] {
  const side = Math.min(source.width, source.height);
  const same = ladder.find((rung) => rung.height === side);
  const nearest = [...ladder].sort((a, b) => Math.abs(a.height - side) - Math.abs(b.height - side))[0];
  const name = same?.name ?? `${side}p`;
  const top: FittedRung = encodeAll
    ? { ...scaleTo(source, side), name, bitrate: nearest?.bitrate ?? source.bitrate ?? 0, passthrough: false }
    : {
        width: source.width,
        height: source.height,
        name,
        bitrate: source.bitrate ?? nearest?.bitrate ?? 0,
        passthrough: true,
      };
  const lower = ladder
    .filter((rung) => rung.height < side * worthwhile && rung.height >= 2)
    .sort((a, b) => b.height - a.height)
    .map((rung) => ({ ...scaleTo(source, rung.height), name: rung.name, bitrate: rung.bitrate, passthrough: false }));
  return [
    top,
    ...lower.filter(
      (rung, index) => rung.name !== top.name && lower.findIndex(({ name }) => name === rung.name) === index,
    ),
  ];
}

/** The size with the given shorter side, even, in the source's aspect ratio. */
function scaleTo(source: { width: number; height: number }, side: number): { width: number; height: number } {
  const scale = side / Math.min(source.width, source.height);
  return { width: even(source.width * scale), height: even(source.height * scale) };
}

/** The nearest even number, at least 2. */
export function even(pixels: number): number {
  return Math.max(2, 2 * Math.round(pixels / 2));
}
