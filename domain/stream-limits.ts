/** How long a message of the stream is kept for clients that were away, in milliseconds. */
export const keptMs = 3_600_000;

/** A client that missed more fetches everything again, which is then less work for both. */
export const mostMissed = 100;

/**
 * How long the function that pushes a message may run. Several run at the same time, so a message may become visible
 * after one with a later id, but no later than this. What a client gets again begins so much earlier.
 */
export const pushSeconds = 10;
