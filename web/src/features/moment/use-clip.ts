import { useEffect, useState } from "preact/hooks";
import { ApiProblem } from "../../api/problem.ts";
import type { Clip } from "../../api/types.ts";
import { useServices } from "../../shared/services.ts";

/** The clip that is open. */
export interface OpenClip {
  /** If its moment has since been merged into another clip, that clip: the id may differ. */
  clip: Clip | undefined;
  /** Why there is no clip. */
  problem: unknown;
  /** Shows the clip as an editor's change left it, until the list has it. */
  show: (clip: Clip) => void;
  reload: () => void;
}

/** A clip from the list, or loaded if it isn't there: opened by its link, or no longer what the list is about. */
export function useClip(id: string, list: readonly Clip[]): OpenClip {
  const { api } = useServices();
  const listed = list.find((clip) => clip.id === id);
  const [known, setKnown] = useState<{ id: string; clip: Clip }>();
  const [failed, setFailed] = useState<{ id: string; error: unknown }>();
  const [round, setRound] = useState(0);
  const missing = listed === undefined;

  useEffect(() => {
    if (listed !== undefined) setKnown({ id, clip: listed });
  }, [id, listed]);

  useEffect(() => {
    if (!missing) {
      setFailed(undefined);
      return;
    }
    const controller = new AbortController();
    api.clip(id, controller.signal).then(
      (clip) => {
        setKnown({ id, clip });
        setFailed(undefined);
      },
      (error: unknown) => {
        if (!controller.signal.aborted) setFailed({ id, error });
      },
    );
    return () => controller.abort();
  }, [id, missing, round]);

  const clip = known?.id === id ? known.clip : listed;
  const problem = failed?.id === id ? failed.error : undefined;
  const isGone = problem instanceof ApiProblem && problem.status === 404;
  return {
    clip: isGone ? undefined : clip,
    problem: isGone || clip === undefined ? problem : undefined,
    show: (changed) => setKnown({ id, clip: changed }),
    reload: () => setRound((before) => before + 1),
  };
}
