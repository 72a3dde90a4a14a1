import { later } from "../../messages/index.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import "./keys.css";

/** What keys do in a player: each line is the keys that do the same, and what. */
export type KeyLines = readonly (readonly [keys: readonly string[], what: string])[];

/** Lists the keys of the player that has the focus. */
export function KeysDialog({ lines, onClose }: { lines: KeyLines; onClose: () => void }) {
  return (
    <Dialog title={later.keys.title} onClose={onClose} class="keys-dialog">
      <dl class="keys">
        {lines.map(([keys, what]) => (
          <div key={what}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
