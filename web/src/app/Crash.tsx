import type { ComponentChildren } from "preact";
import { useErrorBoundary } from "preact/hooks";
import { messages } from "../messages/index.ts";

/** Says so when rendering failed, which otherwise leaves a page that shows what it showed and no longer answers. */
export function Crash({ children }: { children: ComponentChildren }) {
  // To the console, as without this.
  const caught: readonly unknown[] = useErrorBoundary((error: unknown) => reportError(error));
  if (caught[0] === undefined) return <>{children}</>;
  const { title, text, reload } = messages.crash;
  return (
    <main class="crash">
      <div role="alert">
        <h1>{title}</h1>
        <p>{text}</p>
      </div>
      <button type="button" class="button primary" onClick={() => location.reload()}>
        {reload}
      </button>
    </main>
  );
}
