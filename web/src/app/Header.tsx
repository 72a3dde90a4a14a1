import type { ComponentChildren } from "preact";
import { type Place, follow } from "./location.ts";
import { useServices } from "./services.ts";

const START: Place = { people: [], channel: null, clip: null };

/** The top of the page. */
export function Header({ admin, refused, children }: { admin: boolean; refused: boolean; children: ComponentChildren }) {
  const { session } = useServices();
  return (
    <header class="top">
      <a class="wordmark" href="/" onClick={(event) => follow(event, START)}>
        <svg viewBox="0 0 32 32" width="28" height="28" aria-hidden="true"><path d="M3 4h9l17 22a14 14 0 0 1-14 4z" fill="var(--accent)" /><circle cx="7.500" cy="7.500" r="4.500" fill="#fff" /></svg>
        Spotlight
      </a>
      {children}
      <span class="spacer" />
      {admin && <button type="button" class="button small quiet" onClick={session.signOut}>Sign out</button>}
      {refused && <p class="top-problem" role="alert">That admin link is no longer valid. Open the current one.</p>}
    </header>
  );
}
