import type { FastifyRequest } from "fastify";
import type { Clips } from "../catalogue/index.ts";
import type { Clip } from "../domain/model.ts";
import type { Caller } from "./caller.ts";
import { ApiProblem } from "./problems.ts";

/** The clip of this id as the caller may see it. Throws `clip-not-found`, and `clip-rejected` for all but editors. */
export async function visibleClip(
  id: string,
  request: FastifyRequest,
  { clips, caller }: { clips: Clips; caller: Caller },
): Promise<Clip> {
  const clip = await clips.get(id);
  if (clip === undefined) throw noClip(id);
  if (clip.review === "rejected" && (await caller.role(request)) !== "editor")
    throw new ApiProblem("clip-rejected", "An editor found that this clip does not show who was recognised in it.");
  return clip;
}

/** The problem of a clip that does not exist. */
export function noClip(id: string): ApiProblem {
  return new ApiProblem("clip-not-found", `Clip "${id}" does not exist.`);
}
