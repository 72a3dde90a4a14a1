import {
  CreateJobCommand,
  GetJobCommand,
  MediaConvertClient,
  MediaConvertServiceException,
  type JobSettings,
} from "@aws-sdk/client-mediaconvert";

/** What MediaConvert says of an export's job; `progress` is 0–100. */
export type ExportJob =
  | { state: "waiting" | "complete" }
  | { state: "running"; progress: number }
  | { state: "failed"; reason: string };

/** The jobs that make files. */
export interface ExportJobs {
  /**
   * Starts a job; the same token again finds the first one. Answers its id, or why MediaConvert does not take the
   * settings: no further try would change that.
   */
  start(job: { token: string; export: string; settings: JobSettings }): Promise<{ id: string } | { refused: string }>;
  get(id: string): Promise<ExportJob>;
}

/** Jobs in MediaConvert, in one of its queues and with a role for them. */
export function createExportJobs({
  queueArn,
  roleArn,
  client = new MediaConvertClient(),
}: {
  queueArn: string;
  roleArn: string;
  client?: MediaConvertClient;
}): ExportJobs {
  return {
    async start({ token, export: id, settings }) {
      try {
        const { Job } = await client.send(
          new CreateJobCommand({
            ClientRequestToken: token,
            Queue: queueArn,
            Role: roleArn,
            UserMetadata: { export: id },
            Settings: settings,
          }),
        );
        if (Job?.Id === undefined) throw new Error("MediaConvert answered CreateJob without a job");
        return { id: Job.Id };
      } catch (error) {
        if (error instanceof MediaConvertServiceException && error.$metadata.httpStatusCode === 400)
          return { refused: error.message };
        throw error;
      }
    },

    async get(id) {
      const { Job } = await client.send(new GetJobCommand({ Id: id }));
      switch (Job?.Status) {
        case "COMPLETE":
          return { state: "complete" };
        case "ERROR":
        case "CANCELED":
          return { state: "failed", reason: reasonOf(Job) };
        case "PROGRESSING":
          return { state: "running", progress: Job.JobPercentComplete ?? 0 };
        default:
          return { state: "waiting" };
      }
    },
  };
}

function reasonOf({ ErrorCode, ErrorMessage }: { ErrorCode?: number | undefined; ErrorMessage?: string | undefined }) {
  const reason = ErrorMessage ?? "The job was canceled";
  return ErrorCode === undefined ? reason : `${reason} (error ${ErrorCode})`;
}
