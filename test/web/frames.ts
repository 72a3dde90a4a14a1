import type { Search } from "../../client/types.gen.ts";
import type { Frame } from "../../web/src/api/types.ts";
import { KICK_OFF } from "./fixtures.ts";
import type { Refusal, World } from "./site.ts";

/** A captured frame, 22 s into the fixtures' broadcast, with these faces. */
export function frame(faces: Frame["faces"]): Frame {
  return {
    recording: "main.20261122T180000.000002",
    atMs: 2000,
    at: new Date(KICK_OFF + 22_000).toISOString(),
    picture: "/vod/main/20261122T180000/000002/posters/poster.0000001.jpg",
    faces,
  };
}

/** The face in the site's posters; by its left edge, one beside it. */
export function face(left = 0.42, person: Frame["faces"][number]["person"] = null): Frame["faces"][number] {
  const box = { left, top: 0.2, width: 0.14, height: 0.3 };
  return { box, person, token: `main.20261122T180000.000002~2000~${left},0.2,0.14,0.3` };
}

/** The faces of a clip's or a channel's picture, for editors. */
export function framed(world: World, admin: boolean): Frame | Refusal {
  if (!admin) return { status: 401, code: "unauthorized", detail: "Send the admin token." };
  if (world.frame === undefined)
    return { status: 409, code: "not-converted", detail: 'Channel "main" has no converted recording yet.' };
  return world.frame;
}

/** The last search for a person: one was started with the first photo, if the deployment does that. */
export function searched(world: World, id: string): Search | Refusal {
  if (!world.searches) return { status: 404, code: "search-not-found", detail: `There is no search for "${id}".` };
  return {
    person: id,
    state: "running",
    startedAt: new Date(KICK_OFF).toISOString(),
    changedAt: new Date(KICK_OFF).toISOString(),
    minutes: 0.5,
    progress: { done: 0, of: 3 },
    found: 0,
    expired: 0,
    failed: 0,
  };
}
