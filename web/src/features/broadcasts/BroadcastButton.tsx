import { messages } from "../../messages/index.ts";
import { Icon } from "../../ui/Icon.tsx";

/** Tells which broadcast is shown, all of them if `day` is empty, and leads to the others. */
export function BroadcastButton({ day, onOpen }: { day: string; onOpen: () => void }) {
  return (
    <button type="button" class="broadcast-button" aria-haspopup="dialog" onClick={onOpen}>
      <Icon name="calendar" />
      {day || messages.broadcasts.all}
    </button>
  );
}
