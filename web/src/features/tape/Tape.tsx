import { useState } from "preact/hooks";
import { sentenceOf } from "../../api/problem.ts";
import type { Clip, Person, Recording } from "../../api/types.ts";
import { messages } from "../../messages/index.ts";
import { clockTime, count, shortTime, stopwatch } from "../../shared/format.ts";
import { type Place, addressOf, follow } from "../../shared/location.ts";
import { useCaller, useServices } from "../../shared/services.ts";
import { lanesOf } from "./lanes.ts";
import { type Piece, layTape, progressOf } from "./layout.ts";
import "./tape.css";

/**
 * The broadcast on one line: what was recorded and how far it is searched. The moments are on it if they are of one
 * person, and otherwise below, on a line for each.
 */
export function Tape(props: {
  recordings: readonly Recording[];
  clips: readonly Clip[];
  /** Whose moments are shown. */
  people: readonly Person[];
  live: boolean;
  place: Place;
  onChanged: () => void;
}) {
  const { recordings, place } = props;
  const tape = layTape(recordings, props.clips, props.live ? Date.now() : null);
  if (tape === null) return null;
  const { lanes, events, rest } = lanesOf(tape.marks, props.people);
  const several = lanes.length > 1;

  return (
    <section class={`tape ${several ? "has-lanes" : ""}`} aria-label={messages.tape.title}>
      {events.length > 0 && <LaneOf name={messages.tape.events} marks={events} event chosen={false} place={place} />}
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
        {several
          ? null
          : tape.marks.map((mark) => events.includes(mark) || <Mark key={mark.of.id} mark={mark} place={place} />)}
      </div>
      {several && (
        <div class="tape-lanes">
          {lanes.map((lane) => (
            <LaneOf key={lane.id} {...lane} chosen={place.people.includes(lane.id)} place={place} />
          ))}
          {rest.length > 0 && <LaneOf name={messages.tape.others} marks={rest} chosen={false} place={place} />}
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
}) {
  return (
    <div class={`tape-lane ${props.event ? "is-events" : ""} ${props.chosen ? "is-chosen" : ""}`}>
      <span class="tape-name">{props.name}</span>
      <div class="tape-lane-line">
        {props.marks.map((mark) => (
          <Mark key={mark.of.id} mark={mark} place={props.place} />
        ))}
      </div>
    </div>
  );
}

/** The grid makes the same clips accessible by keyboard; here they only show their position in the match. */
function Mark({ mark: { of: clip, left, width }, place }: { mark: Piece<Clip>; place: Place }) {
  const there: Place = { ...place, clip: clip.id };
  return (
    <a
      class="tape-mark"
      href={addressOf(there)}
      tabIndex={-1}
      aria-hidden="true"
      title={messages.moment.at(clip.subject.name, clockTime(clip.start))}
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
