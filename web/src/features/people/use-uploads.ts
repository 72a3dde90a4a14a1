import { useEffect, useRef, useState } from "preact/hooks";
import { sentenceOf } from "../../api/problem.ts";
import { useServices } from "../../shared/services.ts";
import { preparePhoto } from "./photo.ts";

/** One photo on its way to the API. */
export interface Upload {
  key: number;
  /** A local picture of it, once it could be read. */
  url?: string;
  photo?: Blob;
  state: "ready" | "sending" | "sent" | "failed";
  problem?: string;
}

/** Photos of one person: chosen now, sent when there is someone to send them for. */
export interface Uploads {
  list: readonly Upload[];
  addFiles: (files: readonly File[]) => Promise<void>;
  addPhoto: (photo: Blob) => void;
  remove: (key: number) => void;
  /** Sends what is ready, one after the other; tells how many were accepted and refused. */
  send: (person: string) => Promise<{ sent: number; failed: number }>;
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
      const outcome = { sent: 0, failed: 0 };
      for (const { key, photo, state } of latest.current) {
        if (state !== "ready" || photo === undefined) continue;
        patch(key, { state: "sending" });
        try {
          await api.addPhoto(person, photo);
          patch(key, { state: "sent" });
          outcome.sent += 1;
        } catch (error) {
          patch(key, { state: "failed", problem: sentenceOf(error) });
          outcome.failed += 1;
        }
      }
      return outcome;
    },
  };
}
