import { useState } from "preact/hooks";
import { editing } from "../../api/editing.ts";
import { sentenceOf } from "../../api/problem.ts";
import { later } from "../../messages/index.ts";
import { useServices } from "../../shared/services.ts";

/** Marks events of a channel. */
export interface Marking {
  /** Marks what happened at a time (milliseconds since the epoch), and offers to take it back. */
  mark: (label: string, atMs: number | undefined) => Promise<void>;
  /** What was marked since the page was opened, latest first: it may have no clip yet. */
  labels: readonly string[];
}

/** Marks events of a channel by the time of the picture that the editor sees. */
export function useMarks(channel: string): Marking {
  const { api, undo } = useServices();
  const [labels, setLabels] = useState<readonly string[]>([]);
  const texts = later.operate.marks;
  const say = (sentence: string, takeBack?: () => Promise<void>) =>
    // The clip comes and goes by the stream of changes.
    undo.offer({ sentence, undoId: null, takeBack, onUndone: () => undefined });

  return {
    labels,
    mark: async (label, atMs) => {
      if (atMs === undefined) {
        say(texts.noPicture);
        return;
      }
      try {
        const { mark, isNew } = await editing(api).mark(channel, label, new Date(atMs).toISOString());
        const { name } = mark.subject;
        setLabels([name, ...labels.filter((known) => known !== name)]);
        if (isNew) say(texts.marked(name), () => editing(api).deleteMark(mark.id));
        // Somebody else's, or this editor's a moment ago: not this act's to take back.
        else say(texts.wasMarked(name));
      } catch (error) {
        say(sentenceOf(error));
      }
    },
  };
}
