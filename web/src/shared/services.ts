import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Api } from "../api/client.ts";
import type { Session } from "./session.ts";

/** What every part of the page may use. */
export interface Services {
  api: Api;
  session: Session;
  /** Says a sentence to people who listen to the page instead of looking at it. */
  announce: (sentence: string) => void;
}

const Context = createContext<Services | null>(null);

export const ServicesProvider = Context.Provider;

/** The page's services. */
export function useServices(): Services {
  const services = useContext(Context);
  if (services === null) throw new Error("No services: render inside ServicesProvider");
  return services;
}
