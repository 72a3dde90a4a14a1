import { useState } from "preact/hooks";
import type { Channel } from "../../api/types.ts";
import { later } from "../../messages/index.ts";
import { useServices } from "../../shared/services.ts";
import { Confirm } from "../../ui/Confirm.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { ChannelAlerts, IngestPanel } from "./IngestPanel.tsx";
import "./live-admin.css";

/** What editors can do with a channel that runs: look up where to stream to, and stop it. */
export function LiveAdmin(props: { channel: Channel; picture: boolean; onChanged: () => void }) {
  const { channel, picture } = props;
  const { api } = useServices();
  const [stopping, setStopping] = useState(false);
  return (
    <div class="live-admin">
      {picture && channel.ingest !== undefined && <ChannelAlerts alerts={channel.ingest.alerts} />}
      {picture && channel.ingest !== undefined && (
        <details>
          <summary>{later.ingest.address}</summary>
          <IngestPanel {...channel.ingest} alerts={[]} />
        </details>
      )}
      <button type="button" class="button small quiet" onClick={() => setStopping(true)}>
        <Icon name="stop" /> {later.stage.stop}
      </button>
      {stopping && (
        <Confirm
          title={later.stage.stopIt.title}
          text={later.stage.stopIt.text}
          action={later.stage.stopIt.action}
          onClose={() => setStopping(false)}
          onConfirm={async () => {
            await api.stopChannel(channel.id);
            props.onChanged();
          }}
        />
      )}
    </div>
  );
}
