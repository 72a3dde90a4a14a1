import { type Messages, en } from "./en.ts";
import type { LaterMessages } from "./en-later.ts";
import { FALLBACK, LANGUAGES, type Language } from "./languages.ts";
import { setLocale } from "./locale.ts";

const KEY = "spotlight.language";

/**
 * The page's texts in the current language. Read them while rendering, not when a module is loaded: the whole page is
 * rendered again when the language changes.
 */
export let messages: Messages = en;

/**
 * The texts of the parts of the page that are loaded later, which load these with them: undefined before. Read them as
 * the others.
 */
export let later: LaterMessages;

/** The current language. */
export let language: Language = FALLBACK;

const listeners = new Set<() => void>();

/** Speaks the language that the viewer chose before, or else the first of the browser's that the page has. */
export async function startLanguage(): Promise<void> {
  await speak(chosenLanguage() ?? preferredLanguage(navigator.languages));
}

/** Changes the language now and for later visits. */
export async function chooseLanguage(chosen: Language): Promise<void> {
  remember(chosen);
  await speak(chosen);
}

/** Calls back when the language has changed; returns a function that unsubscribes. */
export function onLanguage(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The first of the wanted languages (BCP 47 tags, most wanted first) that the page has. */
export function preferredLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const found = LANGUAGES.find((one) => one.tag === primaryOf(tag));
    if (found !== undefined) return found;
  }
  return FALLBACK;
}

/** The language as spoken where the viewer is: a British browser's times stay British. */
export function localeOf({ tag }: Language, wanted: readonly string[]): string {
  return wanted.find((one) => primaryOf(one) === tag && isLocale(one)) ?? tag;
}

/** Browsers on Linux may want one that isn't: `en-US@posix`. */
function isLocale(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}

let wished: Language = FALLBACK;
/** Some part of the page needs, or has, the texts that are loaded later. */
let wantsLater = false;
/** The language of those that are there. */
let spokenLater: Language | undefined;

/** Loads the later texts in the current language. Fails without a network. */
export async function loadLater(): Promise<void> {
  wantsLater = true;
  while (spokenLater !== language) {
    const asked = language;
    const loaded = await asked.loadLater();
    // The language may have changed meanwhile.
    if (asked === language) [later, spokenLater] = [loaded, asked];
  }
}

async function speak(next: Language): Promise<void> {
  wished = next;
  let first: Messages;
  let rest: LaterMessages | undefined;
  try {
    first = await next.load();
    // Not at the same time: some part may have come to need them meanwhile.
    if (wantsLater) rest = await next.loadLater();
  } catch {
    // No network, or a newer version of the page is published: the language stays what it is.
    return;
  }
  // The viewer may have chosen another one meanwhile.
  if (next !== wished) return;
  messages = first;
  if (rest !== undefined) [later, spokenLater] = [rest, next];
  language = next;
  setLocale(localeOf(next, navigator.languages));
  document.documentElement.lang = next.tag;
  for (const listener of listeners) listener();
}

function primaryOf(tag: string): string | undefined {
  return tag.split("-", 1)[0]?.toLowerCase();
}

function chosenLanguage(): Language | undefined {
  try {
    const tag = localStorage.getItem(KEY);
    return LANGUAGES.find((one) => one.tag === tag);
  } catch {
    // Storage is denied.
    return undefined;
  }
}

function remember({ tag }: Language): void {
  try {
    localStorage.setItem(KEY, tag);
  } catch {
    // Storage is denied or full: the choice is kept until the page is left.
  }
}
