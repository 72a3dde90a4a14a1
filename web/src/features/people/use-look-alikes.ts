import { useEffect, useRef, useState } from "preact/hooks";
import { editing } from "../../api/editing.ts";
import { ApiProblem, sentenceOf } from "../../api/problem.ts";
import type { LookAlike, Person } from "../../api/types.ts";
import { useServices } from "../../shared/services.ts";
import { pairKey } from "./different.ts";

/** Two entries that may be the same person. */
export interface Pair {
  key: string;
  /** The ids: `from` has less, and would be merged into the other. */
  from: string;
  into: string;
  similarity: number;
}

/** The search for two entries of the same person. */
export interface LookAlikesSearch {
  /** Undefined until somebody searches; grows while it runs. Most similar first. */
  pairs: readonly Pair[] | undefined;
  /** How many of how many people are compared, while it runs. */
  progress: { number: number; all: number } | undefined;
  problem: string | undefined;
  start: () => Promise<void>;
}

/** Compares the faces of everyone on the list when it is asked for: each costs a search. */
export function useLookAlikes(people: readonly Person[]): LookAlikesSearch {
  const { api } = useServices();
  const [pairs, setPairs] = useState<readonly Pair[]>();
  const [progress, setProgress] = useState<LookAlikesSearch["progress"]>();
  const [problem, setProblem] = useState<string>();
  const wanted = useRef(true);
  useEffect(
    () => () => {
      wanted.current = false;
    },
    [],
  );

  /** Someone who was removed, or merged, meanwhile resembles nobody. */
  const lookAlikesOf = async (id: string): Promise<readonly LookAlike[]> => {
    try {
      return (await editing(api).lookAlikes(id)).items;
    } catch (error) {
      if (error instanceof ApiProblem && error.code === "person-not-found") return [];
      throw error;
    }
  };

  const start = async () => {
    const compared = people.filter(({ photos }) => photos > 0);
    const byId = new Map(people.map((person) => [person.id, person]));
    const found = new Map<string, Pair>();
    setProblem(undefined);
    setPairs([]);
    try {
      for (const [index, person] of compared.entries()) {
        setProgress({ number: index, all: compared.length });
        const lookAlikes = await lookAlikesOf(person.id);
        if (!wanted.current) return;
        for (const { id, similarity } of lookAlikes) {
          const other = byId.get(id);
          const key = pairKey(person.id, id);
          if (other === undefined || similarity <= (found.get(key)?.similarity ?? 0)) continue;
          const [into, from] = isMore(other, person) ? [other, person] : [person, other];
          found.set(key, { key, from: from.id, into: into.id, similarity });
        }
        setPairs([...found.values()].toSorted((a, b) => b.similarity - a.similarity));
      }
    } catch (error) {
      setProblem(sentenceOf(error));
    }
    setProgress(undefined);
  };
  return { pairs, progress, problem, start };
}

/** Whether the first of two entries keeps its name when they are merged: it has more moments, or else more photos. */
function isMore(one: Person, other: Person): boolean {
  return one.clips === other.clips ? one.photos > other.photos : one.clips > other.clips;
}
