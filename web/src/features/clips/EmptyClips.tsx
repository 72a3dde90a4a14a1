import type { ComponentChildren } from "preact";
import type { Channel, Person } from "../../api/types.ts";
import { messages } from "../../messages/index.ts";
import { findable, needsRecognition } from "../../shared/findable.ts";
import { useCaller } from "../../shared/services.ts";

/** Explains, while there are no clips, what will happen next and what would help. */
export function EmptyClips(props: {
  people: readonly Person[] | undefined;
  channel: Channel | undefined;
  /** Only rejected moments are asked for. */
  rejected: boolean;
  searching: boolean;
  onAdd: (person?: Person) => void;
}) {
  const { people, channel, onAdd } = props;
  const { mayEdit } = useCaller();
  const words = messages.empty;
  if (people === undefined) return null;
  if (props.rejected) return <p>{words.rejected}</p>;

  const name = people.length === 1 ? people[0]?.name : undefined;
  const unknown = people.filter((person) => !findable(person));
  if (people.length === 0) {
    return (
      <>
        <Lead title={words.nobody.title}>{words.nobody.text}</Lead>
        {mayEdit && <AddButton text={words.addPerson} onClick={() => onAdd()} />}
      </>
    );
  }
  if (unknown.length === people.length) {
    const { title, text, textForSeveral } = words.noFace;
    return (
      <>
        <Lead title={title}>{name === undefined ? textForSeveral : text(name)}</Lead>
        {mayEdit && <AddButton text={words.addPhoto} onClick={() => onAdd(unknown[0])} />}
      </>
    );
  }
  if (people.every((person) => !findable(person) || needsRecognition(person))) {
    return (
      <>
        <Lead title={words.noPhoto.title}>{mayEdit ? howToFind(name) : whenFound(name)}</Lead>
        {mayEdit && <AddButton text={words.addPhoto} onClick={() => onAdd(people.find(needsRecognition))} />}
      </>
    );
  }
  if (props.searching || channel?.live === true) {
    const { title, titleForSeveral, text } = words.searching;
    return <Lead title={name === undefined ? titleForSeveral : title(name)}>{text}</Lead>;
  }
  const { title, text, textForSeveral } = words.none;
  return <Lead title={title}>{name === undefined ? textForSeveral : text(name)}</Lead>;
}

function Lead({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <p>
      <b>{title}</b> {children}
    </p>
  );
}

function AddButton({ text, onClick }: { text: string; onClick: () => void }) {
  return (
    <button type="button" class="button primary" onClick={onClick}>
      {text}
    </button>
  );
}

/** What is said about one person of this name, or about several. */
function howToFind(name: string | undefined): ComponentChildren {
  const { forEditors, forEditorsOfSeveral } = messages.empty.noPhoto;
  const code = (text: string) => <code>{text}</code>;
  return name === undefined ? forEditorsOfSeveral(code) : forEditors(name, code);
}

function whenFound(name: string | undefined): string {
  const { forViewers, forViewersOfSeveral } = messages.empty.noPhoto;
  return name === undefined ? forViewersOfSeveral : forViewers(name);
}
