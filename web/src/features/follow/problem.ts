import { ApiProblem, sentenceOf } from "../../api/problem.ts";
import { later } from "../../messages/index.ts";

/** One sentence for anything thrown, in words about pictures where there are some. */
export function followSentence(error: unknown): string {
  const known = error instanceof ApiProblem ? later.follow.problems[error.code] : undefined;
  return known ?? sentenceOf(error);
}
