import { UnknownSetting } from "./engine/project.ts";
import { UsageError } from "./options.ts";

/** 2 for a wrong command line, 1 for anything else that went wrong. */
export function exitCodeOf(cause: unknown): 1 | 2 {
  return cause instanceof UsageError || cause instanceof UnknownSetting ? 2 : 1;
}

/** What to tell the user: the error's own sentence, with what to do where it is the system's. */
export function sentenceOf(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  // SQLite's words and Node's for the same thing.
  if (/database or disk is full|ENOSPC/.test(message)) return `${message}\nThe disk is full: make room, or choose a folder on another disk with --data. Nothing that was kept is lost.`;
  return message;
}
