import { GetCelebrityRecognitionCommand, StartCelebrityRecognitionCommand } from "@aws-sdk/client-rekognition";
import type { Observation } from "../../domain/identity.ts";
import { personSlug } from "../../domain/ids.ts";
import type { Detector, DetectorDeps } from "./detector.ts";
import { boxOf, startVideoJob, videoJobOutcome, videoJobPages, weightOf } from "./rekognition-video.ts";

/**
 * Finds the celebrities on the watch list, without photos: by Rekognition's id where it is known, by name until then.
 * An id that a recording teaches is kept with the person.
 */
export function celebrities({
  rekognition,
  people,
  celebrities: enabled,
  similarityThreshold,
}: DetectorDeps): Detector {
  return {
    name: "celebrities",
    letter: "c",
    api: "StartCelebrityRecognition",

    isWanted: (watchList) => enabled && watchList.some(({ celebrity }) => celebrity !== undefined),

    start: (video) =>
      startVideoJob(video, (input) => rekognition.send(new StartCelebrityRecognitionCommand({ ...input }))),

    outcome: (JobId) =>
      videoJobOutcome((input) => rekognition.send(new GetCelebrityRecognitionCommand({ JobId, ...input }))),

    async results(JobId, watchList) {
      const observations: Observation[] = [];
      const learnt = new Map<string, string>();
      for await (const page of videoJobPages((input) =>
        rekognition.send(new GetCelebrityRecognitionCommand({ JobId, ...input })),
      )) {
        for (const { Timestamp: atMs, Celebrity: celebrity } of page.Celebrities ?? []) {
          const box = boxOf(celebrity?.Face?.BoundingBox ?? celebrity?.BoundingBox);
          const similarity = celebrity?.Confidence ?? 0;
          if (atMs === undefined || box === undefined || celebrity === undefined) continue;
          if (similarity < similarityThreshold) continue;
          for (const person of watchList) {
            const known = person.celebrityId ?? learnt.get(person.id);
            const same =
              known === undefined
                ? person.celebrity !== undefined && personSlug(person.celebrity) === personSlug(celebrity.Name ?? "")
                : known === celebrity.Id;
            if (!same) continue;
            if (celebrity.Id !== undefined && celebrity.Id !== "") learnt.set(person.id, celebrity.Id);
            const subject = { kind: "person", id: person.id, name: person.name } as const;
            observations.push({ atMs, box, weight: weightOf(celebrity.Face), candidates: [{ subject, similarity }] });
          }
        }
      }
      for (const [person, celebrityId] of learnt) await people.learnCelebrity(person, celebrityId);
      return { observations };
    },
  };
}
