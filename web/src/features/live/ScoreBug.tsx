import { later, messages } from "../../messages/index.ts";
import { stopwatch } from "../../shared/format.ts";

/**
 * The corner of the picture, as on television: live or not, which channel, and how long after the broadcast's first
 * picture. Rendered again with each of the player's states.
 *
 * @param signal whether input arrives; `behind`: whether the viewer is not at the live edge.
 * @param timeMs when the picture was recorded, in milliseconds since the epoch, as far as it is known.
 */
export function ScoreBug(props: {
  name: string;
  signal: boolean;
  behind: boolean;
  timeMs: number | undefined;
  firstPicture: number | undefined;
}) {
  const { signal, firstPicture, timeMs = Date.now() } = props;
  return (
    <div class={`score-bug ${signal && !props.behind ? "" : "is-lost"}`}>
      <strong>{signal ? messages.live : later.picture.noSignal}</strong>
      <span class="score-bug-name">{props.name}</span>
      {signal && firstPicture !== undefined && <time>{stopwatch(timeMs - firstPicture)}</time>}
    </div>
  );
}
