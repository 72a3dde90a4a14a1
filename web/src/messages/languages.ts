import { type Messages, en } from "./en.ts";
import type { LaterMessages } from "./en-later.ts";

/** A language that the page speaks. */
export interface Language {
  /** As in `lang`: a primary language subtag (BCP 47). */
  tag: string;
  /** In the language itself. */
  name: string;
  /** What the switch shows. */
  short: string;
  load: () => Promise<Messages>;
  /** The texts of the parts of the page that are loaded later. */
  loadLater: () => Promise<LaterMessages>;
}

const ENGLISH: Language = {
  tag: "en",
  name: "English",
  short: "En",
  load: async () => en,
  loadLater: async () => (await import("./en-later.ts")).later,
};

/** All of them, as the switch lists them. To add one, write its two files and list it here. */
export const LANGUAGES: readonly Language[] = [
  {
    tag: "ko",
    name: "한국어",
    short: "한국어",
    load: async () => (await import("./ko.ts")).ko,
    loadLater: async () => (await import("./ko-later.ts")).later,
  },
  ENGLISH,
];

/** What is spoken to those who want none of the others. It is in the first load, and so always there. */
export const FALLBACK = ENGLISH;
