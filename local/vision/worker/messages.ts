import type { StillReport, VideoReport } from "../report.ts";

/** What the worker process can be asked to do. */
export type Task = { kind: "still"; bytes: Uint8Array } | { kind: "video"; file: string; framesPerSecond: number };

/** To the worker. */
export interface Request {
  id: number;
  task: Task;
}

/** From the worker. An error keeps its name and code, so that the caller can distinguish bad input from a fault. */
export type Answer =
  | { id: number; still: StillReport }
  | { id: number; video: VideoReport }
  | { id: number; error: { name: string; code: string; message: string } };
