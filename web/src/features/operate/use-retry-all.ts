import { useState } from "preact/hooks";
import type { Api } from "../../api/client.ts";
import { ApiProblem, sentenceOf } from "../../api/problem.ts";
import { useServices } from "../../shared/services.ts";
import type { BroadcastOf } from "./use-recording-list.ts";

/** How far it is to convert all failed recordings again. */
export interface RetryingAll {
  /** `number` of `all` are queued again; undefined before it was asked for. */
  progress: { number: number; all: number } | undefined;
  busy: boolean;
  /** Why it stopped. Starting again continues with the others. */
  problem: string | undefined;
  start: () => Promise<void>;
}

/** Retries every failed recording of a broadcast, one after the other; also when the component is removed meanwhile. */
export function useRetryAll(of: BroadcastOf, onChanged: () => void): RetryingAll {
  const { api } = useServices();
  const [progress, setProgress] = useState<RetryingAll["progress"]>();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();

  const start = async () => {
    setBusy(true);
    setProblem(undefined);
    setProgress(undefined);
    try {
      const failed = await failedOf(api, of);
      setProgress({ number: 0, all: failed.length });
      for (const [index, id] of failed.entries()) {
        await retry(api, id);
        setProgress({ number: index + 1, all: failed.length });
      }
    } catch (error) {
      setProblem(sentenceOf(error));
    }
    setBusy(false);
    onChanged();
  };
  return { progress, busy, problem, start };
}

async function failedOf(api: Api, of: BroadcastOf): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await api.recordings({ ...of, state: ["failed"], limit: 100, cursor });
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return ids;
}

/** Somebody else may have retried it meanwhile, which is as good. */
async function retry(api: Api, id: string): Promise<void> {
  try {
    await api.retryRecording(id);
  } catch (error) {
    if (!(error instanceof ApiProblem) || error.code !== "not-failed") throw error;
  }
}
