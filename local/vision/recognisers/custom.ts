import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { Type } from "typebox";
import { check } from "../../check.ts";
import type { Recogniser } from "./recogniser.ts";

/** The description beside a user's own ONNX file; `docs/models.md` documents it. */
const Description = Type.Object(
  {
    name: Type.String({ pattern: "^[a-z0-9][a-z0-9-]{0,30}$" }),
    side: Type.Optional(Type.Integer({ minimum: 32, maximum: 512 })),
    alignment: Type.Optional(Type.Union([Type.Literal("arcface"), Type.Literal("dlib")])),
    channels: Type.Optional(Type.Union([Type.Literal("rgb"), Type.Literal("bgr")])),
    mean: Type.Optional(Type.Number()),
    scale: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
    cosineAt80: Type.Number({ exclusiveMinimum: -1, exclusiveMaximum: 1 }),
    steepness: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
    licence: Type.Optional(Type.String()),
    provenance: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
);

/** Reads a user's own recogniser: the ONNX file and its description. Throws an error that names what is wrong. */
export function readCustomRecogniser(file: string): Recogniser {
  const network = read(file, "Give the path of an ONNX file.");
  const descriptionFile = file.replace(/\.onnx$/, ".json");
  const json = read(descriptionFile, "docs/models.md says what belongs into the description of a face model.");
  let description: unknown;
  try {
    description = JSON.parse(json.toString("utf8"));
  } catch (cause) {
    throw new Error(`${descriptionFile} is not valid JSON: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
  const {
    name,
    side = 112,
    alignment = "arcface",
    channels = "rgb",
    mean = 127.5,
    scale = 1 / 127.5,
    ...rest
  } = check(
    Description,
    description,
    ({ at, why }) => new Error(`${descriptionFile}: ${[...at, why].join(" ")}. docs/models.md describes the file.`),
  );
  const digest = createHash("sha256").update(network).update(json).digest();
  return {
    name,
    version: `0.${digest.readUInt32BE()}`,
    file: resolve(file),
    input: { side, alignment, channels, mean, scale },
    curve: { cosineAt80: rest.cosineAt80, steepness: rest.steepness ?? 17 },
    licence: rest.licence ?? "not stated",
    provenance: rest.provenance ?? "not stated",
  };
}

function read(file: string, advice: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new Error(`${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}. ${advice}`, {
      cause,
    });
  }
}
