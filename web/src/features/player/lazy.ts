import type { Engine } from "./engine.ts";

let engine: Promise<Engine> | undefined;

/**
 * Loads the player (hls.js and what drives it: about 150 KB) when something must play. A failed load is tried again.
 */
export function loadEngine(): Promise<Engine> {
  engine ??= import("./engine.ts").then(
    (loaded) => loaded.engine,
    (error: unknown) => {
      engine = undefined;
      throw error;
    },
  );
  return engine;
}
