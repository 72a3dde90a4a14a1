import { pick, text } from "../support/read.ts";
import { conversionProblems } from "./conversion-rules.ts";
import { recognitionProblems } from "./recognition-rules.ts";
import { tableProblems } from "./table-rules.ts";

/** What AWS checks of a request beyond its model, by SDK client. */
const rules: Readonly<Record<string, (operation: string, input: unknown) => string[]>> = {
  mediaconvert: (operation, input) => (operation === "CreateJob" ? conversionProblems(input) : []),
  rekognition: (_operation, input) => recognitionProblems(input),
  dynamodb: tableProblems,
  sqs: (operation, input) => (operation === "SendMessage" ? messageProblems(input) : []),
};

/** The problems of one request, one sentence each. */
export function requestProblems(client: string, operation: string, input: unknown): string[] {
  return (rules[client]?.(operation, input) ?? []).map((problem) => `${client} ${operation}: ${problem}`);
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
function messageProblems(input: unknown): string[] {
  const bytes = Buffer.byteLength(text(pick(input, "MessageBody")));
  return bytes === 0 || bytes > 1024 * 1024 ? [`a message has 1 to 1048576 bytes, not ${bytes}`] : [];
}
