import { useEffect, useRef, useState } from "preact/hooks";
import { sentenceOf } from "../../api/problem.ts";
import type { Clip, Named } from "../../api/types.ts";
import { later } from "../../messages/index.ts";
import { Face } from "../../shared/Face.tsx";
import { useServices } from "../../shared/services.ts";
import { Dialog } from "../../ui/Dialog.tsx";

/** Asks whom a clip shows instead: someone on the watch list. */
export function SomeoneElse(props: { clip: Clip; onPick: (person: Named) => void; onClose: () => void }) {
  const { api } = useServices();
  const [people, setPeople] = useState<readonly Named[]>();
  const [problem, setProblem] = useState<string>();
  const list = useRef<HTMLUListElement>(null);

  useEffect(() => {
    const controller = new AbortController();
    api.people(controller.signal).then(
      ({ items }) => setPeople(items.filter(({ id }) => id !== props.clip.subject.id)),
      (error: unknown) => {
        if (!controller.signal.aborted) setProblem(sentenceOf(error));
      },
    );
    return () => controller.abort();
  }, []);
  useEffect(() => list.current?.querySelector("button")?.focus(), [people]);

  return (
    <Dialog title={later.moment.whoIsIt(props.clip.subject.name)} onClose={props.onClose} class="someone-else">
      {problem !== undefined && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      {people?.length === 0 && <p>{later.moment.nobodyElse}</p>}
      <ul ref={list}>
        {people?.map((person) => (
          <li key={person.id}>
            <button type="button" class="button quiet" onClick={() => props.onPick(person)}>
              <Face name={person.name} picture={null} />
              {person.name}
            </button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
