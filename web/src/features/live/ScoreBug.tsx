import { useEffect, useState } from "preact/hooks";
import type { Channel } from "../../api/types.ts";
import { stopwatch } from "../../shared/format.ts";

/** The corner of the picture, as on television: live or not, which channel, and for how long. */
export function ScoreBug({ channel, lost }: { channel: Channel; lost: boolean }) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = window.setInterval(() => setNow(Date.now()), 1000);
    return () => window.clearInterval(timer);
  }, []);

  return (
    <div class={`score-bug ${lost ? "is-lost" : ""}`}>
      <strong>Live</strong>
      <span>{channel.name}</span>
      {channel.startedAt !== null && <time>{stopwatch(now - Date.parse(channel.startedAt))}</time>}
    </div>
  );
}
