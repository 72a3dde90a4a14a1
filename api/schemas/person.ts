import { Type } from "typebox";
import { BoxSchema, PersonId } from "./common.ts";
import { nullable, reference } from "./reference.ts";

const Name = Type.String({
  minLength: 1,
  maxLength: 100,
  pattern: "\\S",
  description: "The name to display. Names that differ only in case, accents or punctuation are equal.",
  examples: ["Son Heung-min"],
});

/** Someone on the watch list. */
export const PersonSchema = Type.Object(
  {
    id: PersonId,
    name: Name,
    celebrity: nullable(Type.String(), "The celebrity to recognise without photos."),
    celebrityId: nullable(Type.String(), "Rekognition's id of that celebrity, once it was recognised."),
    photos: Type.Integer({ minimum: 0, description: "Number of reference photos." }),
    clips: Type.Integer({ minimum: 0, description: "Number of clips, without rejected ones." }),
  },
  {
    $id: "Person",
    additionalProperties: false,
    description: "Someone on the watch list.",
    examples: [
      {
        id: "son-heung-min",
        name: "Son Heung-min",
        celebrity: "Son Heung-min",
        celebrityId: null,
        photos: 1,
        clips: 12,
      },
    ],
  },
);

/** Everyone on the watch list. */
export const PersonListSchema = Type.Object(
  { items: Type.Array(reference(PersonSchema)) },
  { $id: "PersonList", additionalProperties: false },
);

/** Someone new. */
export const NewPersonSchema = Type.Object(
  {
    name: Name,
    celebrity: Type.Optional(
      Type.Union([Type.Boolean(), Type.String({ minLength: 1, maxLength: 100, pattern: "\\S" })], {
        description:
          "Recognise the person without photos: `true` as the celebrity of this name, or the celebrity's own name.",
      }),
    ),
  },
  { additionalProperties: false, examples: [{ name: "Son Heung-min", celebrity: true }] },
);

/** What can be changed about a person. */
export const PersonChangeSchema = Type.Object(
  { name: Name },
  { additionalProperties: false, examples: [{ name: "Sonny" }] },
);

/** Whom a person is merged into. */
export const MergeSchema = Type.Object(
  { into: PersonId },
  { additionalProperties: false, examples: [{ into: "ada" }] },
);

/** What was forgotten with a person. */
export const ForgottenSchema = Type.Object(
  {
    id: PersonId,
    name: Name,
    faces: Type.Integer({ minimum: 0, description: "Faces of reference photos that were deleted." }),
    clips: Type.Integer({ minimum: 0, description: "Clips that were deleted, rejected ones included." }),
    broadcasts: Type.Integer({ minimum: 0, description: "Broadcasts of which appearances were deleted." }),
  },
  {
    $id: "Forgotten",
    additionalProperties: false,
    description: "What was deleted with a person.",
    examples: [{ id: "ada", name: "Ada", faces: 3, clips: 12, broadcasts: 2 }],
  },
);

/** Someone else with a similar face. */
const LookAlike = Type.Object(
  { id: PersonId, name: Name, similarity: Type.Number({ minimum: 0, maximum: 100 }) },
  { additionalProperties: false },
);

/** Whom a person may be mistaken for, or be. */
export const LookAlikeListSchema = Type.Object(
  { items: Type.Array(LookAlike, { description: "Most similar first." }) },
  {
    $id: "LookAlikeList",
    additionalProperties: false,
    description: "Others on the watch list whose faces are hard to tell from a person's.",
    examples: [{ items: [{ id: "ada-l", name: "Ada L.", similarity: 93.4 }] }],
  },
);

/** A reference photo's face. */
export const PhotoSchema = Type.Object(
  {
    id: Type.String({ description: "Rekognition's id of the face." }),
    box: reference(BoxSchema),
    quality: Type.Number({
      minimum: 0,
      maximum: 100,
      description: "How well the photo suits recognition: the lower of its brightness and its sharpness.",
    }),
    morePhotos: Type.Integer({
      minimum: 0,
      description: "How many more photos the person should have to be found reliably: 2 after the first.",
    }),
    lookAlikes: Type.Array(LookAlike, {
      description:
        "Others on the watch list whose faces are hard to tell from this one, most similar first. A face that could " +
        "be either's counts as nobody's.",
    }),
  },
  {
    $id: "Photo",
    additionalProperties: false,
    description: "The face of a reference photo. The picture itself is not kept.",
    examples: [
      {
        id: "b86e2392-9da1-459b-af68-49118dc16f87",
        box: { left: 0.31, top: 0.18, width: 0.3, height: 0.46 },
        quality: 78.2,
        morePhotos: 2,
        lookAlikes: [],
      },
    ],
  },
);
