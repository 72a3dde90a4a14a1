import { readCustomRecogniser } from "./custom.ts";
import type { Recogniser } from "./recogniser.ts";

export { distance, similarity, type Recogniser } from "./recogniser.ts";

/** The recognisers that come with the project, the default first. `docs/models.md` has their measurements. */
export const recognisers: readonly Recogniser[] = [
  {
    name: "mobilefacenet",
    version: "2.0",
    input: { side: 112, alignment: "arcface", channels: "rgb", mean: 127, scale: 1 / 128 },
    curve: { cosineAt80: 0.46, steepness: 17 },
    clarity: { none: 1.8, full: 3 },
    licence: "MIT, as declared by the npm package",
    provenance: "fr_feature.onnx of faceplugin-face-recognition-js 0.0.1; its training data is not documented",
  },
  {
    name: "dlib",
    version: "1.0",
    input: { side: 150, alignment: "dlib", channels: "rgb", mean: 0, scale: 1 },
    curve: { cosineAt80: 0.96, steepness: 25 },
    licence: "Public domain (CC0)",
    provenance: "dlib_face_recognition_resnet_model_v1, by Davis King, from face-api's copy",
  },
];

/**
 * The recogniser with this name, or the user's own in this ONNX file (see `docs/models.md`); without either, the
 * default. Throws an error that lists what is possible.
 */
export function chooseRecogniser(nameOrFile?: string): Recogniser {
  if (nameOrFile === undefined) return recognisers[0]!;
  const found = recognisers.find(({ name }) => name === nameOrFile);
  if (found !== undefined) return found;
  if (nameOrFile.endsWith(".onnx")) return readCustomRecogniser(nameOrFile);
  throw new Error(
    `Unknown face model "${nameOrFile}". Use ${recognisers.map(({ name }) => name).join(", ")}, ` +
      "or the path of an .onnx file with its .json description beside it (docs/models.md).",
  );
}
