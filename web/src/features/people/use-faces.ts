import { useEffect, useRef, useState } from "preact/hooks";
import type { Clip, Person } from "../../api/types.ts";
import { useServices } from "../../shared/services.ts";
import { type FacePicture, faceOf } from "../../shared/face.ts";

/** How many clips to look through for one that wasn't rejected, which shows someone else. */
const LOOKED_AT = 10;

/** A face for each person with a clip, from the listed clips or otherwise from one that is loaded. */
export function useFaces(
  people: readonly Person[] | undefined,
  clips: readonly Clip[] | undefined,
): ReadonlyMap<string, FacePicture> {
  const { api } = useServices();
  const [faces, setFaces] = useState<ReadonlyMap<string, FacePicture>>(new Map());
  const asked = useRef(new Set<string>());

  useEffect(() => {
    // The listed clips first: they need no request.
    const found = new Map<string, FacePicture>();
    for (const clip of clips ?? []) {
      const picture = faceOf(clip);
      if (picture !== null && isRight(clip) && !found.has(clip.subject.id)) found.set(clip.subject.id, picture);
    }
    // A shown face stays: chips that keep changing their picture are annoying.
    setFaces((before) => (hasAll(before, found) ? before : new Map([...found, ...before])));

    if (clips === undefined) return;
    for (const { id, clips: count } of people ?? []) {
      if (count === 0 || found.has(id) || asked.current.has(id)) continue;
      asked.current.add(id);
      api.clips({ person: [id], limit: LOOKED_AT }).then(
        ({ items }) => {
          const clip = items.find(isRight);
          const picture = clip === undefined ? null : faceOf(clip);
          if (picture !== null) setFaces((before) => (before.has(id) ? before : new Map([...before, [id, picture]])));
        },
        // Initials are shown until the next change of the list retries.
        () => asked.current.delete(id),
      );
    }
  }, [people, clips]);

  return faces;
}

function isRight({ review }: Clip): boolean {
  return review !== "rejected";
}

function hasAll(before: ReadonlyMap<string, unknown>, found: ReadonlyMap<string, unknown>): boolean {
  return [...found.keys()].every((id) => before.has(id));
}
