import { useEffect } from "preact/hooks";
import { useCaller, useServices } from "../shared/services.ts";

/** What the page has to say about itself. It lies over the page, so that nothing moves when it comes and goes. */
export function Notices({ problem }: { problem: string | undefined }) {
  const { refused } = useCaller();
  const { session, announce } = useServices();
  useEffect(() => {
    if (problem !== undefined) announce(problem);
  }, [problem]);

  return (
    <div class="notices">
      {refused && (
        <div class="notice" role="alert">
          <p>This admin link is wrong or no longer valid. Open the current one; until then, you are a viewer.</p>
          <button type="button" class="button small" onClick={session.signOut}>
            Close
          </button>
        </div>
      )}
      {problem !== undefined && <p class="notice">{problem}</p>}
    </div>
  );
}
