import type { Channel } from "../../api/types.ts";
import { later } from "../../messages/index.ts";
import { CopyField } from "../../ui/CopyField.tsx";
import "./live-admin.css";

type Ingest = NonNullable<Channel["ingest"]>;

/** What is the matter with a channel, in the service's own words. */
export function ChannelAlerts({ alerts }: Pick<Ingest, "alerts">) {
  return (
    <div role="status">
      {alerts.map(({ type, since, message }) => (
        <p class="ingest-alert" lang="en" key={`${type} ${since}`}>
          {message}
        </p>
      ))}
    </div>
  );
}

/** Where OBS streams to, for editors, and why an encoder was refused: OBS itself doesn't say. */
export function IngestPanel({ server, streamKey, standby, alerts }: Ingest) {
  return (
    <section class="ingest" aria-label={later.ingest.title}>
      <p>
        {later.ingest.steps((name) => (
          <b>{name}</b>
        ))}
      </p>
      <ChannelAlerts alerts={alerts} />
      <CopyField label={later.ingest.server} value={server} />
      {streamKey === undefined ? (
        <p class="muted">{later.ingest.passphrase}</p>
      ) : (
        <CopyField label={later.ingest.streamKey} value={streamKey} secret />
      )}
      {standby?.streamKey !== undefined && (
        <>
          <CopyField label={later.ingest.secondServer} value={standby.server} />
          <CopyField label={later.ingest.secondStreamKey} value={standby.streamKey} secret />
        </>
      )}
    </section>
  );
}
