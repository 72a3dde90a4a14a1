import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { chooseRecogniser, distance, recognisers, similarity } from "../../../../local/vision/recognisers/index.ts";
import { unit } from "../../../../local/vision/recognisers/recogniser.ts";

/** Two vectors of length 1 with this cosine. */
const pair = (cosine: number): [Float32Array, Float32Array] => [
  Float32Array.of(1, 0),
  Float32Array.of(cosine, Math.sqrt(1 - cosine ** 2)),
];

describe("similarity of faces", () => {
  it("is 80 at the recogniser's own cosine, whatever the steepness", () => {
    for (const { curve } of recognisers) assert.ok(Math.abs(similarity(...pair(curve.cosineAt80), curve) - 80) < 1e-3);
    assert.ok(Math.abs(similarity(...pair(0.3), { cosineAt80: 0.3, steepness: 99 }) - 80) < 1e-2);
  });

  it("falls as faces differ more and stays between 0 and 100", () => {
    const cosine = fc.double({ min: -1, max: 1, noNaN: true });
    const { curve } = recognisers[0]!;
    fc.assert(
      fc.property(cosine, cosine, (a, b) => {
        const similar = similarity(...pair(a), curve);
        assert.ok(similar > 0 && similar < 100);
        if (b - a > 1e-3) assert.ok(similar <= similarity(...pair(b), curve));
      }),
    );
  });

  it("compares vectors by their Euclidean distance", () => {
    assert.equal(distance(Float32Array.of(0, 3), Float32Array.of(4, 0)), 5);
    assert.deepEqual(unit(Float32Array.of(3, 4)), Float32Array.of(3 / 5, 4 / 5));
    assert.deepEqual(unit(Float32Array.of(0, 0)), Float32Array.of(0, 0));
  });
});

describe("the choice of a recogniser", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "recognisers-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  /** Writes an ONNX file with a description beside it. */
  const model = async (name: string, description: string): Promise<string> => {
    const file = join(folder, `${name}.onnx`);
    await writeFile(file, "a network");
    await writeFile(join(folder, `${name}.json`), description);
    return file;
  };
  const problem = (nameOrFile: string): string => {
    try {
      chooseRecogniser(nameOrFile);
    } catch (cause) {
      assert.ok(cause instanceof Error);
      return cause.message;
    }
    return assert.fail("accepted");
  };

  it("is by name, mobilefacenet without one", () => {
    assert.equal(chooseRecogniser().name, "mobilefacenet");
    assert.equal(chooseRecogniser("dlib").input.side, 150);
    assert.equal(
      problem("facenet"),
      'Unknown face model "facenet". Use mobilefacenet, dlib, or the path of an .onnx file with its .json ' +
        "description beside it (docs/models.md).",
    );
  });

  it("reads a user's own network, with ArcFace's input as the default", async () => {
    const file = await model("own", '{ "name": "sface", "cosineAt80": 0.363 }');
    const { version, ...recogniser } = chooseRecogniser(file);
    assert.deepEqual(recogniser, {
      name: "sface",
      file,
      input: { side: 112, alignment: "arcface", channels: "rgb", mean: 127.5, scale: 1 / 127.5 },
      curve: { cosineAt80: 0.363, steepness: 17 },
      licence: "not stated",
      provenance: "not stated",
    });
    assert.match(version, /^0\.\d+$/);
  });

  it("gives another version to a changed network or description", async () => {
    const one = chooseRecogniser(await model("a", '{ "name": "a", "cosineAt80": 0.4 }'));
    const two = chooseRecogniser(await model("a", '{ "name": "a", "cosineAt80": 0.5 }'));
    assert.notEqual(one.version, two.version);
  });

  it("says what is wrong with a file or its description", async () => {
    const missing = join(folder, "missing.onnx");
    assert.match(problem(missing), /missing\.onnx cannot be read: ENOENT.* Give the path of an ONNX file\.$/);
    assert.match(problem(await model("b", "{")), /b\.json is not valid JSON: /);
    assert.match(problem(await model("c", '{ "name": "c" }')), /c\.json: cosineAt80 is required\./);
    assert.match(problem(await model("d", '{ "name": "d", "cosineAt80": 2 }')), /d\.json: cosineAt80 must be /);
    assert.match(problem(await model("e", '{ "name": "e", "cosineAt80": 0.4, "sidee": 1 }')), /e\.json: sidee /);
    assert.match(problem(await model("f", '{ "name": "F!", "cosineAt80": 0.4 }')), /f\.json: name /);
  });
});
