import { useEffect, useState } from 'preact/hooks';

/** A card that has just appeared under the pointer takes no click for this long (ms). */
const settling = 350;

/** Whether the card has stood for long enough to be clicked on purpose. */
export function useSettled(): boolean {
  const [ready, setReady] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setReady(true), settling);
    return () => clearTimeout(timer);
  }, []);
  return ready;
}
