import { useState } from "preact/hooks";
import type { ClipChange } from "../../api/client.ts";
import { sentenceOf } from "../../api/problem.ts";
import type { Clip, Named, Review } from "../../api/types.ts";
import { later, messages } from "../../messages/index.ts";
import { useServices } from "../../shared/services.ts";

/** What an editor can say about the open clip. Each act is offered to be taken back. */
export interface Reviewing {
  /** Pressing the chosen review again withdraws it. */
  review: (wanted: Review) => Promise<void>;
  /** The clip shows someone else. */
  give: (person: Named) => Promise<void>;
  remove: () => Promise<void>;
  /** Why the last act failed. */
  problem: string | undefined;
}

function doneText(review: Review): string {
  return review === "unreviewed" ? later.moment.reviewWithdrawn : messages[review];
}

/** Reviews a clip. */
export function useReview(
  clip: Clip | undefined,
  then: { onClip: (clip: Clip) => void; onUndone: () => void; onChanged: () => void; onDeleted: () => void },
): Reviewing {
  const { api, undo } = useServices();
  const [problem, setProblem] = useState<string>();

  const attempt = async (act: (id: string) => Promise<{ sentence: string; undoId: string | null }>) => {
    if (clip === undefined) return;
    setProblem(undefined);
    try {
      const done = await act(clip.id);
      const onUndone = () => {
        then.onUndone();
        then.onChanged();
      };
      undo.offer({ ...done, onUndone });
      then.onChanged();
    } catch (error) {
      setProblem(sentenceOf(error));
    }
  };
  const change = (wanted: ClipChange, sentence: string) =>
    attempt(async (id) => {
      const { clip: changed, undoId } = await api.changeClip(id, wanted);
      then.onClip(changed);
      return { sentence, undoId };
    });

  return {
    review: (wanted) => {
      const review = clip?.review === wanted ? "unreviewed" : wanted;
      return change({ review }, doneText(review));
    },
    give: ({ id, name }) => change({ subject: id }, later.moment.nowOf(name)),
    remove: () =>
      attempt(async (id) => {
        const undoId = await api.deleteClip(id);
        then.onDeleted();
        return { sentence: later.moment.deleted, undoId };
      }),
    problem,
  };
}
