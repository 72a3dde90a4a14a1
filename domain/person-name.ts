/** Control characters, halves of surrogate pairs, and marks that turn the direction of the text around a name. */
const forbidden = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

/**
 * A name as it is stored: composed (NFC), without spaces around it. `undefined` if it is empty or has characters that
 * can't be seen and change the text around them.
 */
export function personName(text: string): string | undefined {
  const name = text.normalize("NFC").trim();
  return name === "" || forbidden.test(name) ? undefined : name;
}
