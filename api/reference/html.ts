/** A piece of HTML that is safe to send: every value in it was escaped. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Text with `code` in backticks, as descriptions have it. */
export function prose(text: string): Html {
  const pieces = text.split("`");
  const isCode = (at: number): boolean => at % 2 === 1 && at < pieces.length - 1;
  return html`${pieces.map((piece, at) => (isCode(at) ? html`<code>${piece}</code>` : html`${piece}`))}`;
}

type Value = string | number | Html | readonly Html[];

/** Builds HTML from a template; values are escaped unless they are HTML themselves. */
export function html(parts: TemplateStringsArray, ...values: Value[]): Html {
  return new Html(parts.reduce((text, part, at) => `${text}${written(values[at - 1] ?? "")}${part}`));
}

function written(value: Value): string {
  if (value instanceof Html) return value.text;
  if (typeof value === "object") return value.map(({ text }) => text).join("");
  return String(value).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
