/** The alert that a pipeline of a MediaLive channel has while no picture arrives. */
export const noVideo = "Video Not Detected";
/** The alert that a pipeline has until its first input (5007): a guess, as the documents don't tell its wording. */
export const waitingForInput = "Waiting for Input";
