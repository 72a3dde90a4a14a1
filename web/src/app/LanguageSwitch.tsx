import { chooseLanguage, language, messages } from "../messages/index.ts";
import { LANGUAGES } from "../messages/languages.ts";

/** Chooses the page's language. Each is named in itself. */
export function LanguageSwitch() {
  return (
    <div class="languages" role="group" aria-label={messages.header.language}>
      {LANGUAGES.map((one) => (
        <button
          key={one.tag}
          type="button"
          lang={one.tag}
          title={one.name}
          aria-pressed={one === language}
          onClick={() => void chooseLanguage(one)}
        >
          {one.short}
        </button>
      ))}
    </div>
  );
}
