import { playLive } from "./live.ts";
import { playMoment } from "./moment.ts";

/** The lazily loaded player. */
export const engine = { playLive, playMoment };

export type Engine = typeof engine;
