import { type Messages, en } from "./en.ts";

/** A language that the page speaks. */
export interface Language {
  /** As in `lang`: a primary language subtag (BCP 47). */
  tag: string;
  /** In the language itself. */
  name: string;
  /** What the switch shows. */
  short: string;
  load: () => Promise<Messages>;
}

const ENGLISH: Language = { tag: "en", name: "English", short: "En", load: async () => en };

/** All of them, as the switch lists them. To add one, write its file and list it here. */
export const LANGUAGES: readonly Language[] = [
  { tag: "ko", name: "한국어", short: "한국어", load: async () => (await import("./ko.ts")).ko },
  ENGLISH,
];

/** What is spoken to those who want none of the others. It is in the first load, and so always there. */
export const FALLBACK = ENGLISH;
