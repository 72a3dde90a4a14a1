import { useState } from "preact/hooks";
import { sentenceOf } from "../../api/problem.ts";
import type { Clip, Person, Recording } from "../../api/types.ts";
import { messages } from "../../messages/index.ts";
import { clockTime, count, shortTime, stopwatch } from "../../shared/format.ts";
import { type Place, addressOf, follow } from "../../shared/location.ts";
import { useCaller, useServices } from "../../shared/services.ts";
import { type MatchTime, matchTimeOf } from "../../shared/match-time.ts";
import type { Playhead } from "../player/playhead.ts";
import { lanesOf } from "./lanes.ts";
import { type Piece, layTape, progressOf } from "./layout.ts";
import { Scrubber } from "./Scrubber.tsx";
import { useMarks } from "./use-marks.ts";
import "./tape.css";

/**
 * The broadcast on one line: what was recorded, how far it is searched, and what is watched. Below it, a line for each
 * person with their moments.
 */
export function Tape(props: {
  channel: string;
  broadcast: string | null;
  recordings: readonly Recording[];
  /** What is known of the moments. */
  clips: readonly Clip[];
  /** Whether that is all; otherwise all are loaded. */
  complete: boolean;
  /** Whose moments are shown. */
  people: readonly Person[];
  live: boolean;
  /** Whether the live picture is of another broadcast. */
  isPast: boolean;
  place: Place;
  playhead: Playhead;
  /** How far back can be watched. */
  startoverSeconds: number;
  onSeek: (timeMs: number) => void;
  onChanged: () => void;
}) {
  const { recordings, place, channel, broadcast } = props;
  const marks =
    useMarks({ channel, broadcast: props.complete ? null : broadcast, people: place.people }) ?? props.clips;
  const now = Date.now();
  const tape = layTape(
    recordings,
    marks.filter(({ review }) => review !== "rejected"),
    props.live ? now : null,
  );
  if (tape === null) return null;
  const { lanes, events, rest } = lanesOf(tape.marks, props.people);
  const matchTime = matchTimeOf([tape.from]);

  return (
    <section class={`tape ${lanes.length > 0 ? "has-lanes" : ""}`} aria-label={messages.tape.title}>
      {events.length > 0 && (
        <LaneOf name={messages.tape.events} marks={events} event chosen={false} {...{ place, matchTime }} />
      )}
      <div class="tape-line">
        {tape.recordings.map(({ of, left, width }) => (
          <i key={of.id} class={`tape-piece is-${of.state}`} style={place100(left, width)} title={titleOf(of)} />
        ))}
        {tape.gaps.map(({ of: { start, end }, left, width }) => (
          <i
            key={start}
            class="tape-gap"
            style={place100(left, width)}
            title={messages.tape.notRecorded(stopwatch(end - start))}
          />
        ))}
        {lanes.length === 0 && rest.map((mark) => <Mark key={mark.of.id} mark={mark} {...{ place, matchTime }} />)}
        <Scrubber
          tape={tape}
          playhead={props.playhead}
          isPast={props.isPast}
          earliestMs={Math.max(tape.from, now - props.startoverSeconds * 1000)}
          onSeek={props.onSeek}
        />
      </div>
      {lanes.length > 0 && (
        <div class="tape-lanes">
          {lanes.map((lane) => (
            <LaneOf key={lane.id} {...lane} chosen={place.people.includes(lane.id)} {...{ place, matchTime }} />
          ))}
          {rest.length > 0 && (
            <LaneOf name={messages.tape.others} marks={rest} chosen={false} {...{ place, matchTime }} />
          )}
        </div>
      )}
      <p class="tape-text">
        <time>{shortTime(tape.from)}</time>
        <Summary recordings={recordings} onChanged={props.onChanged} />
        <time>{props.live ? messages.tape.now : shortTime(tape.to)}</time>
      </p>
    </section>
  );
}

function LaneOf(props: {
  name: string;
  marks: readonly Piece<Clip>[];
  event?: boolean;
  chosen: boolean;
  place: Place;
  matchTime: MatchTime;
}) {
  return (
    <div class={`tape-lane ${props.event ? "is-events" : ""} ${props.chosen ? "is-chosen" : ""}`}>
      <span class="tape-name">{props.name}</span>
      <div class="tape-lane-line">
        {props.marks.map((mark) => (
          <Mark key={mark.of.id} mark={mark} place={props.place} matchTime={props.matchTime} />
        ))}
      </div>
    </div>
  );
}

/** The grid makes the same clips accessible by keyboard; here they only show their position in the match. */
function Mark(props: { mark: Piece<Clip>; place: Place; matchTime: MatchTime }) {
  const { place, matchTime } = props;
  const { of: clip, left, width } = props.mark;
  const there: Place = { ...place, clip: clip.id };
  return (
    <a
      class={`tape-mark ${place.clip === clip.id ? "is-current" : ""}`}
      href={addressOf(there)}
      tabIndex={-1}
      aria-hidden="true"
      title={messages.moment.at(clip.subject.name, messages.tape.time(matchTime(clip.start), clockTime(clip.start)))}
      style={place100(left, width)}
      onClick={(event) => follow(event, there)}
    >
      <img src={clip.poster} alt="" loading="lazy" decoding="async" class={left > 0.5 ? "from-right" : ""} />
    </a>
  );
}

function Summary({ recordings, onChanged }: { recordings: readonly Recording[]; onChanged: () => void }) {
  const { api } = useServices();
  const { mayEdit } = useCaller();
  const [problem, setProblem] = useState<string>();
  const { working, failed, done } = progressOf(recordings);
  const [first] = failed;
  const reason = first?.errorDetail ?? first?.error ?? undefined;

  const retry = async () => {
    try {
      for (const { id } of failed) await api.retryRecording(id);
      setProblem(undefined);
    } catch (error) {
      setProblem(sentenceOf(error));
    }
    onChanged();
  };

  return (
    <span class="tape-summary">
      {working > 0 ? (
        <span>
          <b class="pulse" aria-hidden="true" /> {messages.tape.searching(count(done), count(recordings.length))}
        </span>
      ) : (
        <span>
          {failed.length === 0
            ? messages.tape.allSearched
            : messages.tape.searched(count(done), count(recordings.length))}
        </span>
      )}
      {failed.length > 0 && (
        <span class="tape-failed" title={reason}>
          {messages.tape.failed(failed.length)}
          {mayEdit && (
            <button type="button" class="button small" onClick={() => void retry()}>
              {messages.retry}
            </button>
          )}
        </span>
      )}
      {problem !== undefined && (
        <span class="problem" role="alert">
          {problem}
        </span>
      )}
    </span>
  );
}

function titleOf({ start, state }: Recording): string {
  const what = messages.tape.states[state];
  return start === null ? what : messages.tape.at(clockTime(start), what);
}

function place100(left: number, width: number): Record<string, string> {
  return { left: `${left * 100}%`, width: `${width * 100}%` };
}
