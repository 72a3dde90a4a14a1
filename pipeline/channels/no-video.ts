/** The alert that a pipeline of a MediaLive channel has while no picture arrives. */
export const noVideo = "Video Not Detected";
