import assert from "node:assert/strict";
import { RekognitionClient } from "@aws-sdk/client-rekognition";
import { detectorGrants } from "../../../pipeline/detectors/grants.ts";
import { createDetectors } from "../../../pipeline/detectors/index.ts";
import { conversionLetter } from "../../../pipeline/request-token.ts";

describe("the detectors", () => {
  const detectors = createDetectors({
    rekognition: new RekognitionClient({ region: "us-east-1" }),
    people: { learnCelebrity: async () => {} },
    collectionId: "watch-list",
    celebrities: true,
    shots: true,
    similarityThreshold: 80,
  });
  const names = detectors.map(({ name }) => name);

  it("each have a grant, and there is no grant without its detector", () => {
    assert.deepEqual(
      detectorGrants.map(({ detector }) => detector),
      names,
    );
  });

  it("may start what their completion message names", () => {
    assert.deepEqual(
      detectorGrants.map(({ start }) => start.action),
      detectors.map(({ api }) => `rekognition:${api}`),
    );
  });

  it("keep the names and letters that stored recordings and running jobs carry", () => {
    const letters = new Map(detectors.map(({ name, letter }) => [name, letter]));
    assert.deepEqual([letters.get("faces"), letters.get("celebrities"), letters.get("shots")], ["f", "c", "s"]);
  });

  it("share no letter with each other or with the conversion", () => {
    const letters = [conversionLetter, ...detectors.map(({ letter }) => letter)];
    assert.equal(new Set(letters).size, letters.length);
    assert.ok(letters.every((letter) => /^[a-z]$/.test(letter)));
  });
});
