import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";

/**
 * Calls `onNear` when an element is in view or nearer to it than `marginPx`: once each time that it comes there, or
 * that `isWanted` becomes true while it is there.
 */
export function useNearView(
  element: RefObject<Element | null>,
  isWanted: boolean,
  marginPx: number,
  onNear: () => void,
): void {
  const latest = useRef(onNear);
  latest.current = onNear;
  useEffect(() => {
    if (element.current === null || !isWanted) return;
    const observer = new IntersectionObserver(
      (entries) => {
        // On a busy page, one call may bring several entries, the newest last.
        if (entries.at(-1)?.isIntersecting === true) latest.current();
      },
      { rootMargin: `${marginPx}px` },
    );
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [isWanted]);
}
