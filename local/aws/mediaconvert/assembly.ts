import type { AssemblyPart, AssemblyPlan, FrameCount } from "../../media/convert/plan.ts";
import type { Input } from "./job-schema.ts";
import { badRequest, type S3Address } from "./settings.ts";
import type { TranslatedGroup } from "./translate.ts";

/** A part of an input, cut out by a clipping or a crop. */
export type TranslatedPart = Omit<AssemblyPart, "input"> & { address: S3Address };

/**
 * The parts of an input: one for each clipping, in order. Throws BadRequestException for what MediaConvert would reject
 * or this engine does not count as MediaConvert does.
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/assembling-multiple-inputs-and-input-clips.html
 */
export function readParts(
  { inputClippings, crop, timecodeSource = "EMBEDDED" }: Input,
  { address, audioSelectors }: { address: S3Address; audioSelectors: readonly string[] },
  path: string,
): TranslatedPart[] {
  if (inputClippings !== undefined && timecodeSource !== "ZEROBASED")
    throw badRequest(
      `${path}/timecodeSource`,
      "must be ZEROBASED for input clippings; the local engine does not clip by other timecodes",
    );
  return (inputClippings ?? [undefined]).map((clipping, i) => {
    const [from, to] = [clipping?.startTimecode, clipping?.endTimecode];
    if (clipping !== undefined && from === undefined && to === undefined)
      throw badRequest(`${path}/inputClippings/${i}`, "needs a startTimecode, an endTimecode or both");
    return {
      address,
      ...(from !== undefined && { from: frameCount(from) }),
      ...(to !== undefined && { to: frameCount(to) }),
      ...(crop !== undefined && { crop }),
      hasSound: audioSelectors.length > 0,
    };
  });
}

/** Throws BadRequestException for outputs that this engine cannot put together from parts. */
export function checkAssembly(groups: readonly TranslatedGroup[]): void {
  const [group, ...others] = groups;
  const output = group?.output;
  if (others.length > 0 || output?.kind !== "mp4" || output.video.copy || output.audio?.copy === true)
    throw badRequest(
      "/settings/outputGroups",
      "a job with input clippings, a crop or several inputs must have one output, an MP4 encoded as H_264 and AAC; " +
        "the local engine does not support others",
    );
}

/** What {@link checkAssembly} admitted, as a plan without its folder. */
export function assemblyPlan<Part extends AssemblyPart>(
  parts: readonly Part[],
  [group]: readonly TranslatedGroup[],
): Omit<AssemblyPlan, "folder" | "parts"> & { parts: readonly Part[] } {
  const output = group?.output;
  if (output?.kind !== "mp4" || output.video.copy) throw new Error("Only an encoded MP4 is put together from parts.");
  const { path, video, audio } = output;
  return { parts, path, video, ...(audio !== undefined && !audio.copy && { audio: { bitrate: audio.bitrate } }) };
}

/** `HH:MM:SS:FF`, as the schema admits it. */
function frameCount(timecode: string): FrameCount {
  const [hours = 0, minutes = 0, seconds = 0, frames = 0] = timecode.split(":").map(Number);
  return { seconds: (hours * 60 + minutes) * 60 + seconds, frames };
}
