import { CopyField } from "../../ui/CopyField.tsx";

/** Where OBS streams to, for editors. */
export function IngestPanel({ server, streamKey }: { server: string; streamKey: string }) {
  return (
    <section class="ingest" aria-label="Streaming from OBS">
      <p>
        In OBS: <b>Settings › Stream › Custom</b>, paste both, then <b>Start Streaming</b>.
      </p>
      <CopyField label="Server" value={server} />
      <CopyField label="Stream key" value={streamKey} secret />
    </section>
  );
}
