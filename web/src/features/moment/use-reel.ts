import { useEffect, useState } from "preact/hooks";
import type { ReelFilter } from "../../api/client.ts";
import type { Reel } from "../../api/types.ts";
import { useServices } from "../../shared/services.ts";

/** All moments of a filter as they are when the reel is opened, and why there are none. */
export function useReel(filter: ReelFilter): { reel: Reel | undefined; problem: unknown; reload: () => void } {
  const { api } = useServices();
  const [reel, setReel] = useState<Reel>();
  const [problem, setProblem] = useState<unknown>();
  const [round, setRound] = useState(0);

  useEffect(() => {
    const controller = new AbortController();
    setReel(undefined);
    setProblem(undefined);
    api.reel(filter, controller.signal).then(setReel, (error: unknown) => {
      if (!controller.signal.aborted) setProblem(error);
    });
    return () => controller.abort();
  }, [JSON.stringify(filter), round]);

  return { reel, problem, reload: () => setRound((before) => before + 1) };
}
