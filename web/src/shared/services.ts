import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Api } from "../api/client.ts";
import type { Changes } from "./changes.ts";
import type { Caller, Session } from "./session.ts";
import type { Undo } from "./undo.ts";

/** The services for all parts of the page. */
export interface Services {
  api: Api;
  changes: Changes;
  session: Session;
  caller: Caller;
  /** Announces a sentence to screen readers. */
  announce: (sentence: string) => void;
  undo: Undo;
}

const Context = createContext<Services | null>(null);

export const ServicesProvider = Context.Provider;

/** The page's services. */
export function useServices(): Services {
  const services = useContext(Context);
  if (services === null) throw new Error("No services: render inside ServicesProvider");
  return services;
}

/** The user of the page, and whether they may edit. */
export function useCaller(): Caller & { mayEdit: boolean } {
  const { caller } = useServices();
  return { ...caller, mayEdit: caller.role === "editor" };
}
