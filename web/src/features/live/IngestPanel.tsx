import type { Channel } from "../../api/types.ts";
import { messages } from "../../messages/index.ts";
import { CopyField } from "../../ui/CopyField.tsx";

/** Where OBS streams to, for editors, and why an encoder was refused: OBS itself doesn't say. */
export function IngestPanel({ server, streamKey, standby, alerts }: NonNullable<Channel["ingest"]>) {
  return (
    <section class="ingest" aria-label={messages.ingest.title}>
      <p>
        {messages.ingest.steps((name) => (
          <b>{name}</b>
        ))}
      </p>
      <div role="status">
        {alerts.map(({ type, since, message }) => (
          <p class="ingest-alert" lang="en" key={`${type} ${since}`}>
            {message}
          </p>
        ))}
      </div>
      <CopyField label={messages.ingest.server} value={server} />
      {streamKey === undefined ? (
        <p class="muted">{messages.ingest.passphrase}</p>
      ) : (
        <CopyField label={messages.ingest.streamKey} value={streamKey} secret />
      )}
      {standby?.streamKey !== undefined && (
        <>
          <CopyField label={messages.ingest.secondServer} value={standby.server} />
          <CopyField label={messages.ingest.secondStreamKey} value={standby.streamKey} secret />
        </>
      )}
    </section>
  );
}
