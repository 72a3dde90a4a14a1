import { useState } from "preact/hooks";
import { sentenceOf } from "../../api/problem.ts";
import type { Recording } from "../../api/types.ts";
import { later, messages } from "../../messages/index.ts";
import { clockTime, count, durationText, fullTime, stopwatch } from "../../shared/format.ts";
import { useServices } from "../../shared/services.ts";
import { neighbouring, useFocusHandover } from "../../ui/use-focus-handover.ts";
import { numberOf } from "./recording-filters.ts";

/** One recording. When it, or its button, is gone while it has the focus, what is next to it gets the focus. */
export function RecordingRow(props: { recording: Recording; firstPicture: number | undefined; onRetried: () => void }) {
  const { recording, firstPicture } = props;
  const { state, start, durationMs, errorCode, errorDetail } = recording;
  const texts = later.operate.recordings;
  const row = useFocusHandover<HTMLLIElement>(
    (removed) =>
      neighbouring(removed, "button, summary") ??
      removed.closest("dialog")?.querySelector<HTMLElement>("input:checked"),
  );
  const number = count(numberOf(recording));

  return (
    <li ref={row} class={`recording is-${state}`} aria-label={texts.row(texts.number(number), texts.states[state])}>
      <b class="recording-number">{texts.number(number)}</b>
      {start === null ? (
        <span class="recording-time">{texts.timeUnknown}</span>
      ) : (
        <time class="recording-time" dateTime={start} title={fullTime(start)}>
          {firstPicture === undefined ? clockTime(start) : stopwatch(Date.parse(start) - firstPicture)}
        </time>
      )}
      <span class="recording-length">{durationMs !== null && durationText(durationMs)}</span>
      <span class="recording-state">{texts.states[state]}</span>
      {state === "failed" && <Retry recording={recording} number={number} onRetried={props.onRetried} />}
      {errorCode !== null && <p class="recording-error">{texts.errors[errorCode]}</p>}
      {errorDetail !== undefined && (
        <details>
          <summary>{texts.serviceSaid}</summary>
          <p>{errorDetail}</p>
        </details>
      )}
    </li>
  );
}

function Retry(props: { recording: Recording; number: string; onRetried: () => void }) {
  const { api } = useServices();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const button = useFocusHandover<HTMLButtonElement>((removed) => removed.closest("li"));
  const texts = later.operate.recordings;

  const retry = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      await api.retryRecording(props.recording.id);
    } catch (error) {
      setProblem(sentenceOf(error));
    }
    setBusy(false);
    props.onRetried();
  };

  return (
    <>
      <button
        ref={button}
        type="button"
        class="button small recording-retry"
        aria-label={texts.retryOf(props.number)}
        aria-disabled={busy}
        onClick={() => {
          if (!busy) void retry();
        }}
      >
        {messages.retry}
      </button>
      {problem !== undefined && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
    </>
  );
}
