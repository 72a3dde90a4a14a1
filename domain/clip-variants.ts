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
 * The renditions that all these recordings have, highest first: a clip across them is offered in no other. Each has the
 * highest rates of any recording and the codecs of all, so that a player that can play the variant can play every part.
 */
export function commonVariants(recordings: readonly (readonly NamedVariant[])[]): NamedVariant[] {
  const [first, ...others] = recordings;
  return (first ?? []).flatMap((variant) => {
    const all = [
      variant,
      ...others.flatMap((other) => other.filter(({ rendition }) => rendition === variant.rendition).slice(0, 1)),
    ];
    if (all.length < recordings.length) return [];
    return {
      ...variant,
      bandwidth: Math.max(...all.map(({ bandwidth }) => bandwidth)),
      averageBandwidth: Math.max(...all.map(({ averageBandwidth }) => averageBandwidth)),
      codecs: [...new Set(all.flatMap(({ codecs }) => codecs))],
    };
  });
}
