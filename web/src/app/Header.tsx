import type { ComponentChildren } from "preact";
import { RecordingsLink } from "../features/operate/lazy.ts";
import { messages } from "../messages/index.ts";
import { type Place, follow } from "../shared/location.ts";
import { useCaller, useServices } from "../shared/services.ts";

import { LanguageSwitch } from "./LanguageSwitch.tsx";

const START: Place = { people: [], channel: null, broadcast: null, clip: null };

/** The top of the page. What is at its end stays where it is when the children arrive. */
export function Header({ children, end }: { children: ComponentChildren; end: ComponentChildren }) {
  const { mayEdit } = useCaller();
  const { session } = useServices();
  return (
    <header class="top">
      <a class="wordmark" href="/" onClick={(event) => follow(event, START)}>
        <svg viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
          <path d="M8 3h24l-8 26H0z" fill="var(--accent)" />
          <circle cx="16" cy="16" r="7" fill="#0b1210" />
          <circle cx="18.5" cy="13.5" r="2.2" fill="#fff" />
        </svg>
        Spotlight
      </a>
      {children}
      <span class="spacer" />
      {end}
      <LanguageSwitch />
      {mayEdit && (
        <div class="row end">
          <RecordingsLink />
          <button type="button" class="button small quiet" onClick={session.signOut}>
            {messages.header.signOut}
          </button>
        </div>
      )}
    </header>
  );
}
