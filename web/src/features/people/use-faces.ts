import { useEffect, useRef, useState } from "preact/hooks";
import type { Clip, Person } from "../../api/types.ts";
import { useServices } from "../../shared/services.ts";
import { type FacePicture, faceOf } from "../../shared/face.ts";

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
      if (picture !== null && !found.has(clip.subject.id)) found.set(clip.subject.id, picture);
    }
    // A shown face stays: chips that keep changing their picture are annoying.
    setFaces((before) => (hasAll(before, found) ? before : new Map([...found, ...before])));

    if (clips === undefined) return;
    for (const { id, clips: count } of people ?? []) {
      if (count === 0 || found.has(id) || asked.current.has(id)) continue;
      asked.current.add(id);
      api.clips({ person: [id], limit: 1 }).then(
        ({ items: [clip] }) => {
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

function hasAll(before: ReadonlyMap<string, unknown>, found: ReadonlyMap<string, unknown>): boolean {
  return [...found.keys()].every((id) => before.has(id));
}
