import type { Channel } from "../../api/types.ts";
import { messages } from "../../messages/index.ts";
import { useCaller } from "../../shared/services.ts";
import { IngestPanel } from "./lazy.ts";
import type { Stage } from "./stage.ts";
import type { Demo } from "./use-demo.ts";

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
  const words = isMute(stage) ? undefined : messages.stage[stage];

  return (
    <div class={`slate slate-${stage}`}>
      <div class="slate-text">
        <h2>{words?.title}</h2>
        <p>{mayEdit ? words?.editor : words?.viewer}</p>
        {startable && (
          <button type="button" class="button primary" disabled={props.busy} onClick={props.onStart}>
            {stage === "failed" ? messages.stage.startAgain : messages.stage.start}
          </button>
        )}
        {demo !== undefined && (
          <button type="button" class="button primary" disabled={demo.starting} onClick={demo.start}>
            {demo.starting ? messages.stage.demoStarting : messages.stage.demo}
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

/** Whether nothing is said: there is a picture, or will be in a moment. */
function isMute(stage: Stage): stage is "loading" | "live" | "reconnecting" {
  return stage === "loading" || stage === "live" || stage === "reconnecting";
}
