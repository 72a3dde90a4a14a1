import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Person } from "../../api/types.ts";
import "./photo-drop.css";

/**
 * Takes files that are dropped on the list: on a person's entry for that person, anywhere else for someone new. It
 * listens to the list that it is given, so that viewers, who can't drop anything, don't load it.
 */
export function PhotoDrop(props: {
  list: RefObject<HTMLElement | null>;
  people: readonly Person[];
  onDropped: (person: Person | undefined, photos: readonly File[]) => void;
}) {
  const latest = useRef(props);
  latest.current = props;

  useEffect(() => {
    const list = props.list.current;
    if (list === null) return;
    const listening = new AbortController();
    const on = (type: "dragover" | "dragleave" | "drop", handle: (event: DragEvent) => void) =>
      list.addEventListener(type, handle, { signal: listening.signal });
    let target: HTMLElement | null = null;
    const aim = (next: HTMLElement | null) => {
      if (next === target) return;
      target?.classList.remove("is-over");
      next?.classList.add("is-over");
      target = next;
    };

    on("dragover", (event) => {
      if (event.dataTransfer?.types.includes("Files") !== true) return;
      event.preventDefault();
      aim(entryAt(event.target) ?? list.querySelector<HTMLElement>(".person-add"));
    });
    on("dragleave", ({ relatedTarget }) => {
      if (!(relatedTarget instanceof Node && list.contains(relatedTarget))) aim(null);
    });
    on("drop", (event) => {
      if (target === null) return;
      event.preventDefault();
      const id = target.dataset["person"];
      aim(null);
      const { people, onDropped } = latest.current;
      const person = people.find((one) => one.id === id);
      onDropped(person, [...(event.dataTransfer?.files ?? [])]);
    });
    return () => {
      listening.abort();
      aim(null);
    };
  }, []);

  return null;
}

/** The entry of a person. */
function entryAt(target: EventTarget | null): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>("[data-person]") : null;
}
