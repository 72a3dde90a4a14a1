import { useEffect, useState } from "preact/hooks";
import { ApiProblem, sentenceOf } from "../../api/problem.ts";
import type { Export } from "../../api/types.ts";
import { later } from "../../messages/index.ts";
import { startPoller } from "../../shared/poller.ts";
import { useServices } from "../../shared/services.ts";

/** How often to ask how far an export is, in milliseconds. It takes some seconds. */
const POLL_MS = 1_000;

/** The way of moments to a file. */
export interface Exporting {
  /** How far it is; undefined before it was asked for. */
  export: Export | undefined;
  busy: boolean;
  problem: string | undefined;
  start: () => Promise<void>;
}

/** What was asked for since the page was opened. */
const known = new Map<string, Export>();

/**
 * Asks for a file and follows its progress, until the component is removed. One that was asked for before is found
 * again.
 *
 * @param key of exactly this content and shape; undefined while the content isn't known.
 */
export function useExport(key: string | undefined, ask: () => Promise<Export>): Exporting {
  const { api } = useServices();
  const [, render] = useState<Export>();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const asked = key === undefined ? undefined : known.get(key);
  const pending = asked !== undefined && !hasEnded(asked) ? asked.id : undefined;

  const keep = (of: string, value: Export) => {
    known.set(of, value);
    render(value);
  };

  useEffect(() => {
    if (key === undefined || pending === undefined) return;
    const poller = startPoller<Export>({
      load: (signal) => api.export(pending, signal),
      onValue: (value) => {
        keep(key, value);
        setProblem(undefined);
      },
      onError: (error) => setProblem(problemOf(error)),
      delayMs: () => POLL_MS,
    });
    return () => poller.stop();
  }, [key, pending]);

  useEffect(() => {
    setProblem(undefined);
    return () => {
      // Whoever comes back tries again.
      if (key !== undefined && known.get(key)?.state === "failed") known.delete(key);
    };
  }, [key]);

  return {
    export: asked,
    busy: busy || pending !== undefined,
    problem: asked?.state === "failed" && !busy ? later.export.failed : problem,
    start: async () => {
      if (key === undefined) return;
      setBusy(true);
      setProblem(undefined);
      known.delete(key);
      try {
        keep(key, await ask());
      } catch (error) {
        setProblem(problemOf(error));
      }
      setBusy(false);
    },
  };
}

function hasEnded({ state }: Export): boolean {
  return state === "complete" || state === "failed";
}

/** The API says it in the words of its filters. */
function problemOf(error: unknown): string {
  const tooMany = error instanceof ApiProblem && error.code === "too-many-moments";
  return tooMany ? later.operate.downloadAll.tooMany : sentenceOf(error);
}
