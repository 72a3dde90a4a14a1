import type { Analysis } from "../../domain/model.ts";
import { parseFields } from "../runtime/event.ts";
import type { Detector } from "./detector.ts";

/** The parts of SNS's event that are read. https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html */
export interface SnsEvent {
  Records: { Sns: { Message: string } }[];
}

/**
 * The parts of the service's message on the topic that are read.
 * https://docs.aws.amazon.com/rekognition/latest/dg/video-notification-payload.html
 */
export interface CompletionMessage {
  JobId: string;
  Status: "SUCCEEDED" | "FAILED" | "ERROR";
  /** See `Detector.api`. */
  API: string;
  /** Recording id. */
  JobTag: string;
}

/** A job that ended. */
export interface Completion {
  recording: string;
  job: string;
  succeeded: boolean;
  api: string;
}

/** What a message on the topic says. Throws `EventError`. */
export function readCompletion(json: string): Completion {
  const message = parseFields(json, "message");
  return {
    recording: message.text("JobTag"),
    job: message.text("JobId"),
    succeeded: message.text("Status") === "SUCCEEDED",
    api: message.text("API"),
  };
}

/** The event that the topic sent, or would have sent, when these jobs of a recording ended. */
export function completionEvent(
  recording: string,
  ended: readonly { detector: Detector; analysis: Analysis; status: CompletionMessage["Status"] }[],
): SnsEvent {
  return {
    Records: ended.map(({ detector, analysis, status }) => {
      const message: CompletionMessage = {
        JobId: analysis.job ?? "",
        Status: status,
        API: detector.api,
        JobTag: recording,
      };
      return { Sns: { Message: JSON.stringify(message) } };
    }),
  };
}
