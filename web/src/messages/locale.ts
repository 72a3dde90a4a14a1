/** The language tag for times and numbers: the page's language, as spoken where the viewer is. */
export let locale = "en";

export function setLocale(tag: string): void {
  locale = tag;
}

/** A formatter that is made anew only when the language changes: making one takes longer than using it. */
export function perLocale<Formatter>(make: (locale: string) => Formatter): () => Formatter {
  let made: { locale: string; formatter: Formatter } | undefined;
  return () => {
    if (made?.locale !== locale) made = { locale, formatter: make(locale) };
    return made.formatter;
  };
}
