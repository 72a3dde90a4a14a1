import { useEffect, useState } from "preact/hooks";
import { sentenceOf } from "../../api/problem.ts";
import type { Export } from "../../api/types.ts";
import { later } from "../../messages/index.ts";
import { startPoller } from "../../shared/poller.ts";
import { useServices } from "../../shared/services.ts";

/** How often to ask how far an export is, in milliseconds. It takes some seconds. */
const POLL_MS = 1_000;

/** A clip's way to a file. */
export interface Exporting {
  /** How far it is; undefined before it was asked for. */
  export: Export | undefined;
  busy: boolean;
  problem: string | undefined;
  start: (aspect?: "9:16") => Promise<void>;
}

/** Asks for a clip's file and follows its progress, until the component is removed. */
export function useExport(clip: string): Exporting {
  const { api } = useServices();
  const [asked, setAsked] = useState<Export>();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const pending = asked !== undefined && !hasEnded(asked) ? asked.id : undefined;

  useEffect(() => {
    if (pending === undefined) return;
    const poller = startPoller<Export>({
      load: (signal) => api.export(pending, signal),
      onValue: (value) => {
        setAsked(value);
        setProblem(undefined);
      },
      onError: (error) => setProblem(sentenceOf(error)),
      delayMs: () => POLL_MS,
    });
    return () => poller.stop();
  }, [pending]);

  return {
    export: asked,
    busy: busy || pending !== undefined,
    problem: asked?.state === "failed" ? later.export.failed : problem,
    start: async (aspect) => {
      setBusy(true);
      setProblem(undefined);
      setAsked(undefined);
      try {
        setAsked(await api.exportClip(clip, aspect));
      } catch (error) {
        setProblem(sentenceOf(error));
      }
      setBusy(false);
    },
  };
}

function hasEnded({ state }: Export): boolean {
  return state === "complete" || state === "failed";
}
