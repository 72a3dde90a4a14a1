import { UnknownSetting } from "../engine/project.ts";
import { UsageError } from "./options.ts";

/** 2 for a wrong command line, 1 for anything else that went wrong. */
export function exitCodeOf(cause: unknown): 1 | 2 {
  return cause instanceof UsageError || cause instanceof UnknownSetting ? 2 : 1;
}

/** What to tell the user: the error's own sentence, or what to do where all that it says is that the disk is full. */
export function sentenceOf(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  // SQLite's words, Node's and the object store's.
  if (/database or disk is full|ENOSPC|EDQUOT|disk that holds .* is full/.test(message)) {
    return (
      "The disk is full: make room, or choose a folder on another disk with --data. What was kept before is " +
      `still there. (${message.split("\n")[0] ?? ""})`
    );
  }
  return message;
}
