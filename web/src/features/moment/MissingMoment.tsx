import { useLayoutEffect, useRef } from "preact/hooks";
import { ApiProblem, sentenceOf } from "../../api/problem.ts";
import { later, messages } from "../../messages/index.ts";

/** Says why a clip's link leads to no clip, and how to go on. */
export function MissingMoment(props: { problem: unknown; onRetry: () => void; onClose: () => void }) {
  const { problem } = props;
  const way = useRef<HTMLButtonElement>(null);
  const words = wordsOf(problem);
  // At once, so that the focus is never lost.
  useLayoutEffect(() => way.current?.focus(), []);

  return (
    <div class="moment-missing">
      <div role="alert">
        <h3>{words?.title ?? later.moment.notLoaded}</h3>
        <p>{words?.text ?? sentenceOf(problem)}</p>
      </div>
      <div class="row">
        {words === undefined && (
          <button type="button" class="button" onClick={props.onRetry}>
            {messages.tryAgain}
          </button>
        )}
        <button ref={way} type="button" class="button primary" onClick={props.onClose}>
          {messages.clips.showAll}
        </button>
      </div>
    </div>
  );
}

function wordsOf(problem: unknown): { title: string; text: string } | undefined {
  if (!(problem instanceof ApiProblem)) return undefined;
  if (problem.code === "clip-rejected") return later.moment.wasRejected;
  return problem.code === "clip-not-found" ? later.moment.isGone : undefined;
}
