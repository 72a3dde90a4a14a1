import { useCallback, useMemo, useState } from "preact/hooks";
import type { Api } from "../api/client.ts";
import { type Session, useSession } from "../features/admin/session.ts";
import { Home } from "./Home.tsx";
import { ServicesProvider } from "./services.ts";

/** The whole page. */
export function App({ api, session }: { api: Api; session: Session }) {
  const [sentence, setSentence] = useState("");
  const announce = useCallback((next: string) => setSentence(next), []);
  const services = useMemo(() => ({ api, session, announce }), [api, session]);
  const { admin, refused } = useSession(session);

  return (
    <ServicesProvider value={services}>
      <Home admin={admin} refused={refused} />
      <p class="visually-hidden" role="status" aria-live="polite" data-announcer>{sentence}</p>
    </ServicesProvider>
  );
}
