import { useEffect, useState } from "preact/hooks";
import type { Frame } from "../../api/types.ts";
import { useServices } from "../../shared/services.ts";
import type { FacedPicture } from "./WhoIsThis.tsx";

/** Asks for the faces of a picture, once. */
export function useFrame(picture: FacedPicture): { frame: Frame | undefined; problem: unknown; retry: () => void } {
  const { api } = useServices();
  const [frame, setFrame] = useState<Frame>();
  const [problem, setProblem] = useState<unknown>();
  const [round, setRound] = useState(0);

  useEffect(() => {
    const controller = new AbortController();
    setProblem(undefined);
    api.faces(picture.of, picture.id, picture.atMs, controller.signal).then(setFrame, (error: unknown) => {
      if (!controller.signal.aborted) setProblem(() => error);
    });
    return () => controller.abort();
  }, [round]);

  return { frame, problem, retry: () => setRound(round + 1) };
}
