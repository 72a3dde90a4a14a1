import { messages } from "../messages/index.ts";
import { percentText } from "./format.ts";

/** The similarity as a number and a small gauge. */
export function Similarity({ value }: { value: number }) {
  const percent = percentText(Math.floor(value));
  const text = messages.similarity(percent);
  return (
    <span class="similarity" title={text}>
      <meter min={0} max={100} value={value} aria-hidden="true" />
      <span aria-hidden="true">{percent}</span>
      <span class="visually-hidden">{text}</span>
    </span>
  );
}
