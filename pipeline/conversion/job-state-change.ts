/**
 * The parts of MediaConvert's EventBridge event that are read.
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/mediaconvert_event_list.html
 */
export interface JobStateChangeEvent {
  "detail-type": "MediaConvert Job State Change";
  source: "aws.mediaconvert";
  detail: {
    status: string;
    jobId: string;
    queue: string;
    userMetadata: Record<string, string>;
    /** Of COMPLETE. */
    outputGroupDetails?: {
      type: string;
      playlistFilePaths?: string[];
      outputDetails: {
        outputFilePaths?: string[];
        durationInMs?: number;
        videoDetails?: { widthInPx: number; heightInPx: number; averageBitrate?: number };
      }[];
    }[];
    /** Of ERROR. */
    errorCode?: number;
    errorMessage?: string;
  };
}
