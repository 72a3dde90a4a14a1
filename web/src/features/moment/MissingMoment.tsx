import { useEffect, useRef } from "preact/hooks";
import { ApiProblem, sentenceOf } from "../../api/problem.ts";

interface Words {
  title: string;
  text: string;
}

const WORDS: Readonly<Record<string, Words>> = {
  "clip-rejected": {
    title: "This moment was rejected",
    text: "An editor found that it doesn't show the person who was recognised in it.",
  },
  "clip-not-found": {
    title: "This moment is gone",
    text: "It was deleted, or the link is incomplete.",
  },
};

/** Says why a clip's link leads to no clip, and how to go on. */
export function MissingMoment(props: { problem: unknown; onRetry: () => void; onClose: () => void }) {
  const { problem } = props;
  const way = useRef<HTMLButtonElement>(null);
  const words = problem instanceof ApiProblem ? WORDS[problem.code] : undefined;
  useEffect(() => way.current?.focus(), []);

  return (
    <div class="moment-missing">
      <div role="alert">
        <h3>{words?.title ?? "This moment can't be loaded"}</h3>
        <p>{words?.text ?? sentenceOf(problem)}</p>
      </div>
      <div class="row">
        {words === undefined && (
          <button type="button" class="button" onClick={props.onRetry}>
            Try again
          </button>
        )}
        <button ref={way} type="button" class="button primary" onClick={props.onClose}>
          Show all moments
        </button>
      </div>
    </div>
  );
}
