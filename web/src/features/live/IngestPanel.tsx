import type { Channel } from "../../api/types.ts";
import { CopyField } from "../../ui/CopyField.tsx";

/** Where OBS streams to, for editors, and why an encoder was refused: OBS itself doesn't say. */
export function IngestPanel({ server, streamKey, standby, alerts }: NonNullable<Channel["ingest"]>) {
  return (
    <section class="ingest" aria-label="Streaming from OBS">
      <p>
        In OBS: <b>Settings › Stream › Custom</b>, paste both, then <b>Start Streaming</b>.
      </p>
      <div role="status">
        {alerts.map(({ type, since, message }) => (
          <p class="ingest-alert" key={`${type} ${since}`}>
            {message}
          </p>
        ))}
      </div>
      <CopyField label="Server" value={server} />
      {streamKey === undefined ? (
        <p class="muted">SRT takes a passphrase: the stack output “streamKey”, with pbkeylen=32.</p>
      ) : (
        <CopyField label="Stream key" value={streamKey} secret />
      )}
      {standby?.streamKey !== undefined && (
        <>
          <CopyField label="Second server" value={standby.server} />
          <CopyField label="Second stream key" value={standby.streamKey} secret />
        </>
      )}
    </section>
  );
}
