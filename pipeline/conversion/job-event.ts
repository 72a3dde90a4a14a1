import type { Job, OutputGroup } from "@aws-sdk/client-mediaconvert";
import type { JobStateChangeEvent } from "./job-state-change.ts";

/**
 * The event that MediaConvert sent, or would have sent, when a job ended, rebuilt from what GetJob reports. GetJob
 * returns durations and sizes in the order of the job's outputs but no files: their names follow from the settings.
 * https://docs.aws.amazon.com/mediaconvert/latest/apireference/jobs-id.html
 */
export function jobEvent(job: Job): JobStateChangeEvent {
  const groups = job.Settings?.OutputGroups ?? [];
  const details = (group: number, output: number) => job.OutputGroupDetails?.[group]?.OutputDetails?.[output];
  return {
    "detail-type": "MediaConvert Job State Change",
    source: "aws.mediaconvert",
    detail: {
      status: job.Status ?? "",
      jobId: job.Id ?? "",
      queue: job.Queue ?? "",
      userMetadata: job.UserMetadata ?? {},
      outputGroupDetails: groups.map((group, g) => {
        const { type, destination, extension } = addressOf(group);
        return {
          type,
          outputDetails: (group.Outputs ?? []).map(({ NameModifier = "", Extension }, o) => {
            const { DurationInMs, VideoDetails: { WidthInPx: widthInPx, HeightInPx: heightInPx } = {} } =
              details(g, o) ?? {};
            return {
              outputFilePaths: [`${destination}${NameModifier}.${extension ?? Extension ?? ""}`],
              ...(DurationInMs !== undefined && { durationInMs: DurationInMs }),
              ...(widthInPx !== undefined && heightInPx !== undefined && { videoDetails: { widthInPx, heightInPx } }),
            };
          }),
        };
      }),
      ...(job.ErrorCode !== undefined && { errorCode: job.ErrorCode }),
      ...(job.ErrorMessage !== undefined && { errorMessage: job.ErrorMessage }),
    },
  };
}

function addressOf({ OutputGroupSettings }: OutputGroup): { type: string; destination: string; extension?: string } {
  const { HlsGroupSettings, FileGroupSettings } = OutputGroupSettings ?? {};
  return HlsGroupSettings === undefined
    ? { type: "FILE_GROUP", destination: FileGroupSettings?.Destination ?? "" }
    : { type: "HLS_GROUP", destination: HlsGroupSettings.Destination ?? "", extension: "m3u8" };
}
