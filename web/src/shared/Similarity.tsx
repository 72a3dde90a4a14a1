import { similarityText } from "./format.ts";

/** The similarity as a number and a small gauge. */
export function Similarity({ value }: { value: number }) {
  return (
    <span class="similarity" title={`${similarityText(value)} similar`}>
      <meter min={0} max={100} value={value} aria-hidden="true" />
      <span class="visually-hidden">similarity </span>
      {similarityText(value)}
    </span>
  );
}
