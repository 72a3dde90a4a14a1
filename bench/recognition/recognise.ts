import { readFile } from "node:fs/promises";
import { IndexFacesCommand } from "@aws-sdk/client-rekognition";
import { sightingsFrom, type Findings, type Sighting } from "../../domain/appearances.ts";
import type { Person } from "../../domain/model.ts";
import { createDetectors } from "../../pipeline/detectors/index.ts";
import { bucket, collection, publisherArn, startService, topicArn } from "../../test/local/aws/rekognition/service.ts";
import type { Member } from "./cast.ts";

const similarityThreshold = 80;
const gapMs = 3000;

/** What recognition found in a video: the moments, and the cuts. */
export interface Recognised {
  sightings: Sighting[];
  cutsMs: readonly number[];
}

/** Runs the pipeline's detectors on a video against the real local Rekognition, with these people registered. */
export async function recognise(file: string, durationMs: number, registered: readonly Member[]): Promise<Recognised> {
  const service = await startService();
  try {
    for (const { name, reference } of registered)
      for (const photo of reference)
        await service.client.send(
          new IndexFacesCommand({
            CollectionId: collection,
            ExternalImageId: name,
            MaxFaces: 1,
            Image: { Bytes: await readFile(photo.file) },
          }),
        );
    const people = registered.map(({ name }): Person => ({
      id: name,
      name,
      celebrity: undefined,
      celebrityId: undefined,
      faces: [{ id: name, box: { left: 0, top: 0, width: 1, height: 1 }, quality: 100 }],
    }));
    const detectors = createDetectors({
      rekognition: service.client,
      people: { learnCelebrity: () => Promise.resolve() },
      collectionId: collection,
      celebrities: false,
      shots: true,
      similarityThreshold,
    }).filter((detector) => detector.isWanted(people));
    const key = await service.upload(file);
    const jobs = await Promise.all(
      detectors.map(async (detector) => ({
        detector,
        job: await detector.start({
          bucket,
          key,
          token: detector.letter,
          tag: "bench",
          topicArn,
          roleArn: publisherArn,
        }),
      })),
    );
    await service.completed(jobs.length);
    const results = await Promise.all(jobs.map(({ detector, job }) => detector.results(job, people)));
    const findings: Findings = {
      observations: results.flatMap(({ observations }) => observations),
      cutsMs: results.find(({ cutsMs }) => cutsMs !== undefined)?.cutsMs,
    };
    return {
      cutsMs: findings.cutsMs ?? [],
      sightings: sightingsFrom(
        findings,
        { id: "main.20261122T180000.000000", durationMs },
        { gapMs, similarityThreshold },
      ),
    };
  } finally {
    await service.stop();
  }
}
