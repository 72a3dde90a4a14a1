import { useCallback, useEffect, useMemo, useState } from "preact/hooks";
import type { Api } from "../api/client.ts";
import { language, onLanguage } from "../messages/index.ts";
import type { Changes } from "../shared/changes.ts";
import { type Session, useSession } from "../shared/session.ts";
import { Crash } from "./Crash.tsx";
import { Home } from "./Home.tsx";
import { ServicesProvider } from "../shared/services.ts";
import { createUndo } from "../shared/undo.ts";

/** The whole page. */
export function App({ api, changes, session }: { api: Api; changes: Changes; session: Session }) {
  const [said, setSaid] = useState({ sentence: "", number: 0 });
  const announce = useCallback((sentence: string) => setSaid(({ number }) => ({ sentence, number: number + 1 })), []);
  const [, setSpoken] = useState(language);
  // Renders everything again: all texts are read while rendering.
  useEffect(() => onLanguage(() => setSpoken(language)), []);
  const caller = useSession(session);
  const undo = useMemo(() => createUndo(api), [api]);
  const services = useMemo(
    () => ({ api, changes, session, caller, announce, undo }),
    [api, changes, session, caller, undo],
  );

  return (
    <ServicesProvider value={services}>
      <Crash>
        <Home />
      </Crash>
      <p class="visually-hidden" role="status" aria-live="polite" data-announcer>
        {/* A new element each time, so that a repeated sentence is announced again. */}
        <span key={said.number}>{said.sentence}</span>
      </p>
    </ServicesProvider>
  );
}
