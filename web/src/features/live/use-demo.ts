import { useEffect, useState } from "preact/hooks";
import { sentenceOf } from "../../api/problem.ts";
import { useServices } from "../../shared/services.ts";

/** The built-in footage that can be streamed instead of a camera's. */
export interface Demo {
  start: () => void;
  /** It was started, and its picture has yet to arrive. */
  starting: boolean;
  problem: string | undefined;
}

/**
 * The demo, if this Spotlight has one; a deployment to AWS usually has none.
 *
 * @param wanted whether to ask the API for it.
 */
export function useDemo(wanted: boolean): Demo | undefined {
  const { api } = useServices();
  const [exists, setExists] = useState(false);
  const [starting, setStarting] = useState(false);
  const [problem, setProblem] = useState<string>();

  useEffect(() => {
    if (!wanted) {
      setStarting(false);
      setProblem(undefined);
      return;
    }
    const aborted = new AbortController();
    // Without an answer, the demo isn't offered.
    api.hasDemo(aborted.signal).then(setExists, () => undefined);
    return () => aborted.abort();
  }, [wanted]);

  const start = async () => {
    setStarting(true);
    setProblem(undefined);
    try {
      await api.startDemo();
    } catch (error) {
      setProblem(sentenceOf(error));
      setStarting(false);
    }
  };

  return wanted && exists ? { start: () => void start(), starting, problem } : undefined;
}
