import type { Grant } from "./usage.ts";

/** Grants that a good run on this machine does not use, and why they are there. */
export const expectedUnused: readonly { matches: (grant: Grant) => boolean; reason: string }[] = [
  {
    matches: ({ action }) => action === "logs:CreateLogStream" || action === "logs:PutLogEvents",
    reason: "Lambda writes a function's log in its role's name; here the engine does",
  },
  {
    matches: ({ action }) => action === "xray:PutTraceSegments" || action === "xray:PutTelemetryRecords",
    reason: "Lambda's agent sends a function's traces in its role's name; there is none here",
  },
  {
    matches: ({ action, resources }) =>
      action === "sqs:SendMessage" && resources.every((resource) => resource.endsWith("-failed")),
    reason:
      "an event that failed three times is kept: no event fails in a good run " +
      "(test/local/aws/lambda/asynchronous.test.ts has one that does)",
  },
  {
    matches: ({ role, action }) => role === "api" && action === "s3:ListBucket",
    reason:
      "makes S3 answer 404, not 403, for a recording that has expired; S3 asks for it only then " +
      "(test/api/routes/playlists.test.ts)",
  },
  {
    matches: ({ role, action }) =>
      role === "clips-index-clips" && ["dynamodb:DeleteItem", "dynamodb:BatchWriteItem"].includes(action),
    reason:
      "rows of moments that are no more are removed when a recording is indexed again (test/catalogue/moments.test.ts)",
  },
  {
    matches: ({ role, action }) => role === "clips-find-people" && action === "dynamodb:BatchWriteItem",
    reason: "the clip of a mark that was deleted in between is removed (test/catalogue/marks.test.ts)",
  },
  {
    matches: ({ role, action, resources }) =>
      role === "clips-index-clips" &&
      action === "dynamodb:Query" &&
      resources.every((resource) => resource.includes("/index/")),
    reason:
      "a person who is forgotten while a recording is indexed leaves nothing behind (test/catalogue/moments.test.ts)",
  },
  {
    matches: ({ role, action }) => role === "advance-searches" && action === "s3:ListBucket",
    reason: "makes S3 answer 404, not 403, for a recording that has expired (test/handlers/advance-searches.test.ts)",
  },
  {
    matches: ({ role, action }) => role === "advance-searches" && action === "sqs:SendMessage",
    reason: "a search of more than 100 recordings goes on with another message",
  },
  {
    matches: ({ role, action, resources }) =>
      role === "advance-searches" &&
      (action === "dynamodb:BatchWriteItem" ||
        (action === "dynamodb:Query" && resources.every((resource) => resource.includes("/index/")))),
    reason:
      "moments that are no more are removed, and all of a person who is forgotten meanwhile " +
      "(test/catalogue/moments.test.ts)",
  },
  {
    matches: ({ role, action }) => role === "stream-push" && action === "dynamodb:DeleteItem",
    reason: "forgets clients that are gone without a word (test/handlers/push-changes.test.ts)",
  },
  {
    matches: ({ role }) => role === "sweeper",
    reason: "looks every 15 minutes for what got lost, and acts only then (test/handlers/sweep-recordings.test.ts)",
  },
  {
    matches: ({ role, action }) => role === "clips-index-clips" && action === "dynamodb:BatchGetItem",
    reason: "neighbours of a recording, which one alone in its broadcast has not",
  },
];
