/** Length of the pieces of a segment that encoders hand on and low-latency playlists offer, in seconds. */
export const partSeconds = 1 / 3;
