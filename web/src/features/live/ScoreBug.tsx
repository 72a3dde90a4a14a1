import { useEffect, useState } from "preact/hooks";
import { messages } from "../../messages/index.ts";
import { stopwatch } from "../../shared/format.ts";

/**
 * The corner of the picture, as on television: live or not, which channel, and how long after the broadcast's first
 * picture.
 *
 * @param signal whether input arrives; `behind`: whether the viewer paused or the picture stands still.
 * @param behindMs how far the viewer's picture is behind the newest.
 */
export function ScoreBug(props: {
  name: string;
  signal: boolean;
  behind: boolean;
  behindMs: number;
  firstPicture: number | undefined;
}) {
  const { signal, firstPicture } = props;
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = window.setInterval(() => setNow(Date.now()), 1000);
    return () => window.clearInterval(timer);
  }, []);

  return (
    <div class={`score-bug ${signal && !props.behind ? "" : "is-lost"}`}>
      <strong>{signal ? messages.live : messages.picture.noSignal}</strong>
      <span class="score-bug-name">{props.name}</span>
      {signal && firstPicture !== undefined && <time>{stopwatch(now - props.behindMs - firstPicture)}</time>}
    </div>
  );
}
