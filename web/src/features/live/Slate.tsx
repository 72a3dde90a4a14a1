import type { Channel } from "../../api/types.ts";
import { useCaller } from "../../shared/services.ts";
import { IngestPanel } from "./IngestPanel.tsx";
import type { Stage } from "./stage.ts";
import type { Demo } from "./use-demo.ts";

interface Words {
  title: string;
  viewer: string;
  editor: string;
}

const unreachable = "Can't reach Spotlight. Retrying automatically.";

/** What a viewer can expect, and what an editor can do next. */
const WORDS: Readonly<Record<Stage, Words>> = {
  loading: { title: "", viewer: "", editor: "" },
  unreachable: { title: "No connection", viewer: unreachable, editor: unreachable },
  off: {
    title: "Off air",
    viewer: "The picture appears here by itself when the broadcast begins.",
    editor: "Start the channel, then stream to it.",
  },
  starting: {
    title: "Starting",
    viewer: "The broadcast is about to begin. The picture appears here by itself.",
    editor: "The channel is getting ready, which can take a minute. Set up OBS meanwhile.",
  },
  waiting: {
    title: "Stand by",
    viewer: "The picture appears here by itself as soon as someone streams.",
    editor: "The channel is ready, and nobody streams to it. The picture appears here when your stream arrives.",
  },
  live: { title: "", viewer: "", editor: "" },
  reconnecting: { title: "", viewer: "", editor: "" },
  stopping: {
    title: "Going off air",
    viewer: "The broadcast is over. Its last moments still appear below.",
    editor: "The channel is stopping. You can start it again in a moment. What was recorded is still being searched.",
  },
  failed: {
    title: "Channel failed",
    viewer: "It shows no picture until someone starts it again. Tell the person who runs this channel.",
    editor: "AWS could not create or update it. Start it again; if that fails, deploy it again.",
  },
};

/** Replaces a missing picture, and says what can be done about it. */
export function Slate(props: {
  stage: Stage;
  channel: Channel | undefined;
  busy: boolean;
  problem: string | undefined;
  demo: Demo | undefined;
  onStart: () => void;
}) {
  const { stage, channel, demo } = props;
  const { mayEdit } = useCaller();
  const startable = mayEdit && (stage === "off" || stage === "failed");
  const ingest = stage === "waiting" || stage === "starting" ? channel?.ingest : undefined;
  const problem = props.problem ?? demo?.problem;

  return (
    <div class={`slate slate-${stage}`}>
      <div class="slate-text">
        <h2>{WORDS[stage].title}</h2>
        <p>{mayEdit ? WORDS[stage].editor : WORDS[stage].viewer}</p>
        {startable && (
          <button type="button" class="button primary" disabled={props.busy} onClick={props.onStart}>
            {stage === "failed" ? "Start again" : "Start the channel"}
          </button>
        )}
        {demo !== undefined && (
          <button type="button" class="button primary" disabled={demo.starting} onClick={demo.start}>
            {demo.starting ? "The demo is starting…" : "Try the demo"}
          </button>
        )}
        {problem !== undefined && (
          <p class="problem" role="alert">
            {problem}
          </p>
        )}
      </div>
      {ingest !== undefined && <IngestPanel {...ingest} />}
    </div>
  );
}
