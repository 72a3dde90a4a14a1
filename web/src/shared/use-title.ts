import { useEffect } from "preact/hooks";

/** Names the document, for the browser's tabs, history and screen readers. Undefined leaves the title to others. */
export function useTitle(title: string | undefined): void {
  useEffect(() => {
    if (title !== undefined) document.title = title;
  }, [title]);
}
