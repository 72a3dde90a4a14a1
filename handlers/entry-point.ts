/**
 * A Lambda entry point whose clients are made once, with the first event, and kept for the ones after: importing the module
 * needs no environment, so that the logic can be tested without one.
 */
export function entryPoint<Event, Result>(create: () => (event: Event) => Promise<Result>): (event: Event) => Promise<Result> {
  let handle: ((event: Event) => Promise<Result>) | undefined;
  return async (event) => {
    handle ??= create();
    return handle(event);
  };
}
