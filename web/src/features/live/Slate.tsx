import type { Channel } from "../../api/types.ts";
import { sentenceOf } from "../../api/problem.ts";
import { useCaller } from "../../shared/services.ts";
import { IngestPanel } from "./IngestPanel.tsx";
import type { Stage } from "./stage.ts";

interface Words {
  title: string;
  text: string;
}

const WORDS: Readonly<Record<Stage, Words>> = {
  loading: { title: "", text: "" },
  unreachable: { title: "No connection", text: "Can't reach Spotlight. Retrying automatically." },
  off: { title: "Off air", text: "The picture appears here when the broadcast begins." },
  starting: {
    title: "Starting",
    text: "The channel is getting ready. This takes seconds here, about a minute on AWS.",
  },
  waiting: { title: "Stand by", text: "The channel is ready. The picture appears when the stream arrives." },
  live: { title: "", text: "" },
  reconnecting: { title: "Stand by", text: "The picture was lost. It resumes as soon as the signal is back." },
  stopping: { title: "Going off air", text: "The channel is stopping. What was recorded is still being searched." },
  failed: { title: "Channel failed", text: "It shows no picture until someone starts it again." },
};

/** Replaces a missing picture, and offers what can be done about it. */
export function Slate(props: {
  stage: Stage;
  channel: Channel | undefined;
  busy: boolean;
  problem: unknown;
  onStart: () => void;
}) {
  const { stage, channel } = props;
  const { mayEdit } = useCaller();
  const startable = mayEdit && (stage === "off" || stage === "failed");
  const ingest = stage === "waiting" || stage === "reconnecting" || stage === "starting" ? channel?.ingest : undefined;

  return (
    <div class={`slate slate-${stage}`}>
      <div class="slate-text">
        <h2>{WORDS[stage].title}</h2>
        <p>{WORDS[stage].text}</p>
        {stage === "failed" && !mayEdit && <p>Tell the person who runs this channel.</p>}
        {startable && (
          <button type="button" class="button primary" disabled={props.busy} onClick={props.onStart}>
            {stage === "failed" ? "Start again" : "Start the channel"}
          </button>
        )}
        <Problem of={props.problem} />
      </div>
      {ingest !== undefined && <IngestPanel {...ingest} />}
    </div>
  );
}

function Problem({ of: error }: { of: unknown }) {
  return error === undefined ? null : (
    <p class="problem" role="alert">
      {sentenceOf(error)}
    </p>
  );
}
