import { perLocale } from "./locale.ts";

const rules = perLocale((locale) => new Intl.PluralRules(locale));
const numbers = perLocale((locale) => new Intl.NumberFormat(locale));

/** The form of a text that goes with a number, which stands at `#`. */
export function plural(count: number, forms: Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }): string {
  return (forms[rules().select(count)] ?? forms.other).replaceAll("#", numbers().format(count));
}
