import { UnknownSetting } from "../engine/project.ts";
import { UsageError } from "./options.ts";

/** 2 for an invalid command line, 1 for any other failure. */
export function exitCodeOf(cause: unknown): 1 | 2 {
  return cause instanceof UsageError || cause instanceof UnknownSetting ? 2 : 1;
}

/** The message for the user: the error's own, or what to do if the disk is full. */
export function sentenceOf(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  // The wording of SQLite, Node and the object store.
  if (/database or disk is full|ENOSPC|EDQUOT|disk of the data folder is full/.test(message)) {
    return (
      "The disk is full: free some space, or choose a folder on another disk with --data. Existing data is " +
      `intact. (${message.split("\n")[0] ?? ""})`
    );
  }
  return message;
}
