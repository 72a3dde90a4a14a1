import { useEffect, useRef } from "preact/hooks";
import { later } from "../../messages/index.ts";

/** Asks for a name. What is wrong with it stands below it. */
export function NameField(props: { name: string; problem: string | undefined; onName: (name: string) => void }) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (props.problem !== undefined) input.current?.focus();
  }, [props.problem]);
  return (
    <div class="field">
      <label for="person-name">{later.person.name}</label>
      <input
        ref={input}
        id="person-name"
        name="name"
        value={props.name}
        required
        maxLength={100}
        autoComplete="off"
        aria-invalid={props.problem !== undefined}
        aria-describedby={props.problem === undefined ? undefined : "person-name-problem"}
        data-focus
        onInput={(event) => props.onName(event.currentTarget.value)}
      />
      {props.problem !== undefined && (
        <p id="person-name-problem" class="problem" role="alert">
          {props.problem}
        </p>
      )}
    </div>
  );
}
