import { useEffect } from "preact/hooks";
import { messages } from "../messages/index.ts";
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
          <p>{messages.header.wrongLink}</p>
          <button type="button" class="button small" onClick={session.signOut}>
            {messages.close}
          </button>
        </div>
      )}
      {problem !== undefined && <p class="notice">{problem}</p>}
    </div>
  );
}
