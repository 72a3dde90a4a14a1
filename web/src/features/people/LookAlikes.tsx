import { useState } from "preact/hooks";
import { sentenceOf } from "../../api/problem.ts";
import type { Person } from "../../api/types.ts";
import { later, messages } from "../../messages/index.ts";
import { count, percentText } from "../../shared/format.ts";
import { useServices } from "../../shared/services.ts";
import { neighbouring, useFocusHandover } from "../../ui/use-focus-handover.ts";
import { differentPeople } from "./different.ts";
import { type Pair, useLookAlikes } from "./use-look-alikes.ts";

const different = differentPeople(() => localStorage);

/** Who may be on the watch list twice: merge both entries, or say that they are different people. */
export function LookAlikes({ people, onChanged }: { people: readonly Person[]; onChanged: () => void }) {
  const { pairs, progress, problem, start } = useLookAlikes(people);
  const [, render] = useState({});
  const texts = later.operate.lookAlikes;
  const byId = new Map(people.map((person) => [person.id, person]));
  const open = pairs?.flatMap((pair) => {
    const [from, into] = [byId.get(pair.from), byId.get(pair.into)];
    const isOpen = from !== undefined && into !== undefined && !different.has(pair.from, pair.into);
    return isOpen ? [{ pair, from, into }] : [];
  });

  return (
    <section class="look-alikes" aria-labelledby="look-alikes-title">
      <h3 id="look-alikes-title">{texts.title}</h3>
      <div class="row">
        <button
          type="button"
          id="look-alikes-find"
          class="button small quiet"
          aria-disabled={progress !== undefined}
          onClick={() => {
            if (progress === undefined) void start();
          }}
        >
          {texts.find}
        </button>
        {progress !== undefined && <progress max={progress.all} value={progress.number} aria-label={texts.progress} />}
        <span class="look-alikes-state" role="status">
          {pairs === undefined && texts.explain}
          {progress !== undefined && texts.comparing(count(progress.number), count(progress.all))}
          {progress === undefined && problem === undefined && open?.length === 0 && texts.none}
        </span>
      </div>
      {problem !== undefined && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      {open !== undefined && open.length > 0 && (
        <ul>
          {open.map((one) => (
            <PairRow key={one.pair.key} {...one} onChanged={onChanged} onDecided={() => render({})} />
          ))}
        </ul>
      )}
    </section>
  );
}

function PairRow(props: { pair: Pair; from: Person; into: Person; onChanged: () => void; onDecided: () => void }) {
  const { from, into } = props;
  const { api, undo } = useServices();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const texts = later.operate.lookAlikes;
  const row = useFocusHandover<HTMLLIElement>(
    (removed) => neighbouring(removed, "button") ?? document.getElementById("look-alikes-find"),
  );
  const question = `pair-${from.id}-${into.id}`;

  const merge = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      const undoId = await api.mergePerson(from.id, into.id);
      undo.offer({ sentence: later.person.merged(from.name, into.name), undoId, onUndone: props.onChanged });
      props.onChanged();
    } catch (error) {
      setProblem(sentenceOf(error));
    }
    setBusy(false);
  };
  const keepApart = () => {
    different.add(from.id, into.id);
    undo.offer({
      sentence: texts.keptApart,
      undoId: null,
      takeBack: () => different.remove(from.id, into.id),
      onUndone: props.onDecided,
    });
    props.onDecided();
  };

  return (
    <li ref={row} class="pair">
      <p id={question}>
        {texts.pair(into.name, from.name)}
        <span class="pair-similarity">{messages.similarity(percentText(props.pair.similarity))}</span>
      </p>
      <div class="row">
        <button
          type="button"
          class="button small"
          aria-describedby={question}
          aria-disabled={busy}
          onClick={() => {
            if (!busy) void merge();
          }}
        >
          {texts.merge(into.name)}
        </button>
        <button type="button" class="button small quiet" aria-describedby={question} onClick={keepApart}>
          {texts.different}
        </button>
      </div>
      {problem !== undefined && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
    </li>
  );
}
