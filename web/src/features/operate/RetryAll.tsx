import { later } from "../../messages/index.ts";
import { count } from "../../shared/format.ts";
import type { BroadcastOf } from "./use-recording-list.ts";
import { useRetryAll } from "./use-retry-all.ts";

/** Converts all failed recordings again, and says how far it is. */
export function RetryAll({ of, onChanged }: { of: BroadcastOf; onChanged: () => void }) {
  const { progress, busy, problem, start } = useRetryAll(of, onChanged);
  const texts = later.operate.recordings;
  const { number = 0, all = 0 } = progress ?? {};
  return (
    <div class="retry-all">
      {/* It keeps the focus while it works. */}
      <button
        type="button"
        class="button small quiet"
        aria-disabled={busy}
        onClick={() => {
          if (!busy) void start();
        }}
      >
        {texts.retryAll}
      </button>
      {busy && progress !== undefined && <progress max={all} value={number} aria-label={texts.retryProgress} />}
      <span role="status">
        {busy && progress !== undefined && texts.retrying(count(number), count(all))}
        {!busy && problem === undefined && progress !== undefined && texts.retriedAll(all)}
      </span>
      {problem !== undefined && (
        <span class="problem" role="alert">
          {number > 0 && `${texts.retrying(count(number), count(all))} `}
          {problem}
        </span>
      )}
    </div>
  );
}
