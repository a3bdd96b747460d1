/** Facts that arrive from outside the loop are written down in order; the run ends only after them. */
export interface Aside {
  later(work: () => Promise<unknown>): void;
  /** What the person chooses about effects to come: the gate waits for it. */
  choose(work: () => Promise<unknown>): void;
  /** Resolves once all that was chosen so far is in force. */
  chosen(): Promise<unknown>;
  /** Resolves once all that has arrived so far is done. */
  settled(): Promise<unknown>;
}

/** `failed` is called for each work that rejects; nothing here does. */
export function createAside(failed: () => void): Aside {
  let aside: Promise<unknown> = Promise.resolve();
  let chosen: Promise<unknown> = Promise.resolve();
  function later(work: () => Promise<unknown>): void {
    aside = aside.then(work).catch(failed);
  }
  return {
    later,
    choose(work) {
      chosen = chosen.then(work).catch(failed);
      later(() => chosen);
    },
    chosen: () => chosen,
    settled: () => aside,
  };
}
