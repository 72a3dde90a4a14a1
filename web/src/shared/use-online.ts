import { useEffect, useRef, useState } from "preact/hooks";

/**
 * Whether the device has a network, as far as the browser knows.
 *
 * @param onBack called when it has one again.
 */
export function useOnline(onBack: () => void): boolean {
  const [online, setOnline] = useState(() => navigator.onLine);
  const back = useRef(onBack);
  back.current = onBack;
  useEffect(() => {
    const read = () => {
      setOnline(navigator.onLine);
      if (navigator.onLine) back.current();
    };
    addEventListener("online", read);
    addEventListener("offline", read);
    return () => {
      removeEventListener("online", read);
      removeEventListener("offline", read);
    };
  }, []);
  return online;
}
