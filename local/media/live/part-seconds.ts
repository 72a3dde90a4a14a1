/** Length of the parts of a segment that encoders emit and low-latency playlists list, in seconds. */
export const partSeconds = 1 / 3;
