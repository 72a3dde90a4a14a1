import { lazyComponent } from "../../ui/lazy.tsx";
import type { Engine } from "./engine.ts";

export const KeysDialog = lazyComponent(async () => (await import("./KeysDialog.tsx")).KeysDialog);

let engine: Promise<Engine> | undefined;

/**
 * Loads the player (hls.js and its driver: about 150 KB) before the first playback. A failed load is retried.
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
