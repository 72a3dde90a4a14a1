import { useEffect, useRef, useState } from "preact/hooks";
import type { Channel, Recording } from "../../api/types.ts";
import { sentenceOf } from "../../api/problem.ts";
import { messages } from "../../messages/index.ts";
import { useCaller, useServices } from "../../shared/services.ts";
import type { Playhead } from "../player/playhead.ts";
import { LiveAdmin, LivePlayer } from "./lazy.ts";
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
  playhead: Playhead;
  at: number | undefined;
  /** Of the broadcast that is on air. */
  recordings: readonly Recording[];
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
    const timer = window.setInterval(() => {
      // Who watches the past is not disturbed.
      if ((props.playhead.live()?.behindMs ?? 0) < LOST_MS) setSeenRun(null);
    }, LOST_MS);
    return () => window.clearInterval(timer);
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
  const stoppable =
    channel !== undefined && mayEdit && (stage === "live" || stage === "waiting" || stage === "reconnecting");

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
            playhead={props.playhead}
            at={props.at}
            recordings={props.recordings}
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
      {stoppable && <LiveAdmin channel={channel} picture={picture} onChanged={props.onChanged} />}
    </section>
  );
}
