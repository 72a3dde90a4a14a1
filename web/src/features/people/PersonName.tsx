import { useState } from "preact/hooks";
import { sentenceOf } from "../../api/problem.ts";
import type { Person } from "../../api/types.ts";
import { later } from "../../messages/index.ts";
import { useServices } from "../../shared/services.ts";

/** A name that is changed in place; it is saved when it is left, or with Enter. */
export function PersonName({ person, onChanged }: { person: Person; onChanged: () => void }) {
  const { api } = useServices();
  const [problem, setProblem] = useState<string>();

  const save = async (input: HTMLInputElement) => {
    const name = input.value.trim();
    if (name === person.name) return;
    if (name === "") {
      input.value = person.name;
      return;
    }
    try {
      await api.renamePerson(person.id, name);
      setProblem(undefined);
      onChanged();
    } catch (error) {
      setProblem(sentenceOf(error));
    }
  };

  return (
    <>
      <input
        class="name-input"
        aria-label={later.people.nameOf(person.name)}
        defaultValue={person.name}
        maxLength={100}
        autoComplete="off"
        aria-invalid={problem !== undefined}
        aria-describedby={problem === undefined ? undefined : `name-problem-${person.id}`}
        onBlur={(event) => void save(event.currentTarget)}
        onKeyDown={(event) => {
          if (event.key === "Enter") event.currentTarget.blur();
        }}
      />
      {problem !== undefined && (
        <p id={`name-problem-${person.id}`} class="problem" role="alert">
          {problem}
        </p>
      )}
    </>
  );
}
