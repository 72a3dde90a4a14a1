import { pick, text } from "../support/read.ts";

interface Constraint {
  path: readonly string[];
  allows: (value: unknown) => boolean;
  what: string;
}

function pattern(path: readonly string[], expression: RegExp, what: string): Constraint {
  return { path, what, allows: (value) => typeof value === "string" && expression.test(value) };
}

function range(path: readonly string[], least: number, most: number): Constraint {
  return {
    path,
    what: `from ${least} to ${most}`,
    allows: (value) => typeof value === "number" && value >= least && value <= most,
  };
}

/**
 * Rekognition's constraints on members, wherever a request has them; its model carries them, the SDK's types do not.
 * https://docs.aws.amazon.com/rekognition/latest/APIReference/API_StartFaceSearch.html
 * https://docs.aws.amazon.com/rekognition/latest/APIReference/API_IndexFaces.html
 * https://docs.aws.amazon.com/rekognition/latest/APIReference/API_GetFaceSearch.html
 */
const constraints: readonly Constraint[] = [
  pattern(["ClientRequestToken"], /^[a-zA-Z0-9-_]{1,64}$/, "1 to 64 letters, digits, hyphens and underscores"),
  pattern(["JobTag"], /^[a-zA-Z0-9_.\-:+=/]{1,1024}$/, "1 to 1024 letters, digits and _.-:+=/"),
  pattern(["CollectionId"], /^[a-zA-Z0-9_.-]{1,255}$/, "1 to 255 letters, digits and _.-"),
  pattern(["ExternalImageId"], /^[a-zA-Z0-9_.\-:]{1,255}$/, "1 to 255 letters, digits and _.-:"),
  pattern(["JobId"], /^[a-zA-Z0-9-_]{1,64}$/, "1 to 64 letters, digits, hyphens and underscores"),
  pattern(["NotificationChannel", "SNSTopicArn"], /^arn:aws:sns:[a-z0-9-]+:\w{12}:.+$/, "a topic's ARN"),
  pattern(["NotificationChannel", "RoleArn"], /^arn:aws:iam::\d{12}:role\/?[\w+=,.@\-/]+$/, "a role's ARN"),
  pattern(["Video", "S3Object", "Bucket"], /^[0-9A-Za-z.\-_]{3,255}$/, "a bucket's name"),
  range(["FaceMatchThreshold"], 0, 100),
  range(["MaxResults"], 1, 1000),
  range(["MaxFaces"], 1, 4096),
];

/** What Rekognition refuses of a request although the SDK's types allow it. */
export function recognitionProblems(input: unknown): string[] {
  return constraints.flatMap(({ path, allows, what }) => {
    const value = pick(input, ...path);
    return value === undefined || allows(value)
      ? []
      : [`${path.join(".")} is ${typeof value === "string" ? text(value) : JSON.stringify(value)}, not ${what}`];
  });
}
