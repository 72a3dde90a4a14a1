import { useEffect, useRef, useState } from "preact/hooks";
import { ApiProblem, sentenceOf } from "../../api/problem.ts";
import type { Box, Named } from "../../api/types.ts";
import { useServices } from "../../shared/services.ts";
import { preparePhoto } from "./photo.ts";

/** One photo on its way to the API. */
export interface Upload {
  key: number;
  /** A local picture of it, once it has been read. */
  url?: string;
  photo?: Blob;
  /** `choose`: the photo shows several faces, and one must be chosen. `taken`: the face is someone else's. */
  state: "ready" | "sending" | "sent" | "choose" | "taken" | "failed";
  problem?: string;
  /** Whose face it is, if it is taken. */
  owner?: Named | undefined;
  faces?: readonly Box[];
  /** Names of others whose faces are hard to tell from this one. */
  lookAlikes?: readonly string[];
}

/** Photos of one person, chosen before they are sent. */
export interface Uploads {
  list: readonly Upload[];
  addFiles: (files: readonly File[]) => Promise<void>;
  addPhoto: (photo: Blob) => void;
  remove: (key: number) => void;
  /** Sends the photos that are ready, one at a time. */
  send: (person: string) => Promise<Outcome>;
  /** Sends a photo again, for one of its faces. */
  choose: (key: number, person: string, face: Box) => Promise<Outcome>;
}

/** The result for the photos. */
export interface Outcome {
  sent: number;
  failed: number;
  /** Photos about which something must be decided. */
  open: number;
  /** Whether someone else looks alike. */
  notable: boolean;
}

let keys = 0;

/** Keeps the chosen photos and sends them. */
export function useUploads(): Uploads {
  const { api } = useServices();
  const [list, setList] = useState<readonly Upload[]>([]);
  const latest = useRef<readonly Upload[]>(list);

  const change = (next: (before: readonly Upload[]) => readonly Upload[]) => {
    latest.current = next(latest.current);
    setList(latest.current);
  };
  const patch = (key: number, part: Partial<Upload>) =>
    change((before) => before.map((upload) => (upload.key === key ? { ...upload, ...part } : upload)));
  const addPhoto = (photo: Blob) =>
    change((before) => [...before, { key: ++keys, photo, url: URL.createObjectURL(photo), state: "ready" }]);

  const sendOne = async ({ key, photo }: Upload, person: string, outcome: Outcome, face?: Box) => {
    if (photo === undefined) return;
    patch(key, { state: "sending" });
    try {
      const { lookAlikes } = await api.addPhoto(person, photo, face);
      patch(key, { state: "sent", lookAlikes: lookAlikes.map(({ name }) => name) });
      outcome.sent += 1;
      outcome.notable ||= lookAlikes.length > 0;
    } catch (error) {
      const { faces = [], person: owner } = error instanceof ApiProblem ? error : {};
      const state = faces.length > 0 ? "choose" : owner !== undefined ? "taken" : "failed";
      patch(key, { state, problem: sentenceOf(error), faces, owner });
      if (state === "failed") outcome.failed += 1;
      else outcome.open += 1;
    }
  };

  useEffect(
    () => () => {
      for (const { url } of latest.current) if (url !== undefined) URL.revokeObjectURL(url);
    },
    [],
  );

  return {
    list,
    addPhoto,
    addFiles: async (files) => {
      for (const file of files) {
        try {
          addPhoto(await preparePhoto(file));
        } catch (error) {
          change((before) => [...before, { key: ++keys, state: "failed", problem: sentenceOf(error) }]);
        }
      }
    },
    remove: (key) => change((before) => before.filter((upload) => upload.key !== key)),
    send: async (person) => {
      const outcome: Outcome = { sent: 0, failed: 0, open: 0, notable: false };
      for (const upload of latest.current) if (upload.state === "ready") await sendOne(upload, person, outcome);
      return outcome;
    },
    choose: async (key, person, face) => {
      const outcome: Outcome = { sent: 0, failed: 0, open: 0, notable: false };
      const upload = latest.current.find((one) => one.key === key);
      if (upload !== undefined) await sendOne(upload, person, outcome, face);
      return outcome;
    },
  };
}
