import { useState } from "preact/hooks";
import { sentenceOf } from "../api/problem.ts";
import { messages } from "../messages/index.ts";
import { Dialog } from "./Dialog.tsx";

/** Asks before an action that can't be undone, runs it, and stays open with the reason if it fails. */
export function Confirm(props: {
  title: string;
  text: string;
  action: string;
  onConfirm: () => Promise<void>;
  onClose: () => void;
}) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();

  const confirm = async () => {
    setBusy(true);
    try {
      await props.onConfirm();
      props.onClose();
    } catch (error) {
      setProblem(sentenceOf(error));
      setBusy(false);
    }
  };

  return (
    <Dialog title={props.title} onClose={props.onClose} class="confirm">
      <p>{props.text}</p>
      {problem !== undefined && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      <div class="row end">
        <button type="button" class="button quiet" onClick={props.onClose}>
          {messages.cancel}
        </button>
        <button type="button" class="button danger" disabled={busy} onClick={() => void confirm()}>
          {props.action}
        </button>
      </div>
    </Dialog>
  );
}
