import type { ComponentType, VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { loadLater, messages } from "../messages/index.ts";

/** A component whose code and texts are loaded when it is first shown. Until then nothing is shown. */
export function lazyComponent<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
): (props: Props) => VNode | null {
  let loaded: ComponentType<Props> | undefined;

  return function Lazy(props: Props) {
    const [failed, setFailed] = useState(false);
    const [Component, setComponent] = useState<ComponentType<Props> | undefined>(() => loaded);
    useEffect(() => {
      if (loaded !== undefined) return;
      Promise.all([load(), loadLater()]).then(
        ([component]) => {
          loaded = component;
          setComponent(() => component);
        },
        // Usually a new version was published after the page was opened, and the old files are gone.
        () => setFailed(true),
      );
    }, []);
    if (failed)
      return (
        <p class="toast" role="alert">
          {messages.partMissing}
        </p>
      );
    return Component === undefined ? null : <Component {...props} />;
  };
}
