import type { Variant } from "../hls/multivariant-playlist.ts";

/** A variant of a recording, by the name of its rendition. */
export type NamedVariant = Variant & { rendition: string };

/** The renditions in a recording's own multivariant playlist, `index_720p.m3u8` being 720p. */
export function namedVariants(variants: readonly Variant[]): NamedVariant[] {
  return variants.flatMap((variant) => {
    const rendition = /^index_([A-Za-z0-9-]+)\.m3u8$/.exec(variant.uri)?.[1];
    return rendition === undefined ? [] : [{ ...variant, rendition }];
  });
}

/**
 * The renditions that all these recordings have, highest first: a clip across them is offered in no other. Each
 * promises what holds for every part: see `joined`.
 */
export function commonVariants(recordings: readonly (readonly NamedVariant[])[]): NamedVariant[] {
  const [first, ...others] = recordings;
  return (first ?? []).flatMap((variant) => {
    const same = others.flatMap((other) =>
      other.filter(({ rendition }) => rendition === variant.rendition).slice(0, 1),
    );
    return same.length < others.length ? [] : [joined(variant, same)];
  });
}

/** One variant that plays each recording in its source quality; undefined without recordings. */
export function sourceVariant(recordings: readonly (readonly NamedVariant[])[]): NamedVariant | undefined {
  const [first, ...others] = recordings.flatMap((variants) => variants.slice(0, 1));
  return first === undefined ? undefined : joined(first, others);
}

/** The first variant with the highest rates, the largest picture and the codecs of all: enough to play any of them. */
function joined(first: NamedVariant, others: readonly NamedVariant[]): NamedVariant {
  const all = [first, ...others];
  const largest = all.reduce((best, next) => (next.width * next.height > best.width * best.height ? next : best));
  return {
    ...first,
    bandwidth: Math.max(...all.map(({ bandwidth }) => bandwidth)),
    averageBandwidth: Math.max(...all.map(({ averageBandwidth }) => averageBandwidth)),
    width: largest.width,
    height: largest.height,
    frameRate: Math.max(...all.map(({ frameRate }) => frameRate)),
    codecs: [...new Set(all.flatMap(({ codecs }) => codecs))],
  };
}
