import { useEffect, useRef, useState } from "preact/hooks";
import type { Channel } from "../../api/types.ts";
import { sentenceOf } from "../../api/problem.ts";
import { messages } from "../../messages/index.ts";
import { useCaller, useServices } from "../../shared/services.ts";
import { Confirm } from "../../ui/Confirm.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { IngestPanel } from "./IngestPanel.tsx";
import { LivePlayer } from "./lazy.ts";
import { Slate } from "./Slate.tsx";
import { announcementOf, stageOf } from "./stage.ts";
import { useDemo } from "./use-demo.ts";
import "./live.css";

/** How long the last picture of a lost input stays, in milliseconds. */
const LOST_MS = 60_000;

/** One live channel: its picture or why there is none, and the controls of editors. */
export function LiveStage(props: {
  channel: Channel | undefined;
  /** When the broadcast began to show something, in milliseconds since the epoch. */
  firstPicture: number | undefined;
  unreachable: boolean;
  quiet: boolean;
  onChanged: () => void;
  /** Someone is followed, or a person has a new face. */
  onFollowed: () => void;
}) {
  const { channel } = props;
  const { mayEdit } = useCaller();
  const { api, announce } = useServices();
  /** When the run began whose picture was there since the page was opened. */
  const [seenRun, setSeenRun] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const [stopping, setStopping] = useState(false);
  const stage = stageOf(channel, { unreachable: props.unreachable, seenRun });
  const before = useRef(stage);
  const startedAt = channel?.startedAt ?? null;
  const demo = useDemo(mayEdit && stage === "waiting");

  useEffect(() => {
    if (stage === "live") setSeenRun(startedAt);
    else if (stage !== "reconnecting") setSeenRun(null);
    if (stage !== before.current && stage !== "loading") announce(announcementOf(stage));
    before.current = stage;
  }, [stage, startedAt]);

  useEffect(() => {
    if (stage !== "reconnecting") return;
    const timer = window.setTimeout(() => setSeenRun(null), LOST_MS);
    return () => window.clearTimeout(timer);
  }, [stage]);

  const start = async () => {
    if (channel === undefined) return;
    setBusy(true);
    setProblem(undefined);
    try {
      await api.startChannel(channel.id);
    } catch (error) {
      setProblem(sentenceOf(error));
    }
    setBusy(false);
    props.onChanged();
  };

  const picture = channel !== undefined && (stage === "live" || stage === "reconnecting");
  const stoppable = mayEdit && (stage === "live" || stage === "waiting" || stage === "reconnecting");

  return (
    <section class="live" aria-label={messages.live}>
      <div class="live-screen">
        {picture ? (
          <LivePlayer
            key={channel.id}
            channel={channel}
            firstPicture={props.firstPicture}
            lost={stage === "reconnecting"}
            quiet={props.quiet}
            onFollowed={props.onFollowed}
          />
        ) : (
          <Slate
            stage={stage}
            channel={channel}
            busy={busy}
            problem={problem}
            demo={demo}
            onStart={() => void start()}
          />
        )}
      </div>
      {stoppable && (
        <div class="live-admin">
          {picture && channel.ingest !== undefined && (
            <details>
              <summary>{messages.ingest.address}</summary>
              <IngestPanel {...channel.ingest} />
            </details>
          )}
          <button type="button" class="button small quiet" onClick={() => setStopping(true)}>
            <Icon name="stop" /> {messages.stage.stop}
          </button>
        </div>
      )}
      {stopping && channel !== undefined && (
        <Confirm
          title={messages.stage.stopIt.title}
          text={messages.stage.stopIt.text}
          action={messages.stage.stopIt.action}
          onClose={() => setStopping(false)}
          onConfirm={async () => {
            await api.stopChannel(channel.id);
            props.onChanged();
          }}
        />
      )}
    </section>
  );
}
