import { useEffect, useState } from "preact/hooks";
import { sentenceOf } from "../../api/problem.ts";
import type { Clip } from "../../api/types.ts";
import { useServices } from "../../shared/services.ts";

/**
 * A clip from the list, or loaded if it was opened by its link. If its moment has since been merged into another clip,
 * that clip is returned, so the id may differ.
 */
export function useClip(id: string, list: readonly Clip[]): { clip: Clip | undefined; problem: string | undefined } {
  const { api } = useServices();
  const listed = list.find((clip) => clip.id === id);
  const [asked, setAsked] = useState<{ id: string; clip: Clip }>();
  const [problem, setProblem] = useState<string>();
  const missing = listed === undefined;

  useEffect(() => {
    setProblem(undefined);
    if (!missing) return;
    const controller = new AbortController();
    api.clip(id, controller.signal).then(
      (clip) => setAsked({ id, clip }),
      (error: unknown) => {
        if (!controller.signal.aborted) setProblem(sentenceOf(error));
      },
    );
    return () => controller.abort();
  }, [id, missing]);

  return { clip: listed ?? (asked?.id === id ? asked.clip : undefined), problem };
}
