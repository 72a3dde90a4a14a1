import { playLive } from "./live.ts";
import { playMoments } from "./moments.ts";

/** The lazily loaded player. */
export const engine = { playLive, playMoments };

export type Engine = typeof engine;
