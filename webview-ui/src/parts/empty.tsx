import type { ComponentChildren } from 'preact';
import { ActionButton } from './actions.tsx';

interface Props {
  /** This is the sample already. */
  sample: boolean;
  examples: readonly string[];
  /** What a run may need, in words. */
  estimate: string | null;
  onExample: (text: string) => void;
  children?: ComponentChildren;
}

/** Before the first run: what this is, and something to begin with. */
export function Empty({ sample, examples, estimate, onExample, children }: Props) {
  return (
    <div class="empty">
      <h2>Start a run</h2>
      <p>
        Say what should be done. Gatehouse looks, edits, runs and tests in this folder by itself, and what needs your
        consent waits for you here.
      </p>
      <ul class="examples" aria-label="Examples">
        {examples.map(example => (
          <li key={example}>
            <button type="button" class="example" onClick={() => onExample(example)}>
              {example}
            </button>
          </li>
        ))}
      </ul>
      {children}
      {estimate !== null && <p class="dim">{estimate}</p>}
      {!sample && (
        <>
          <p class="dim">Only want to see it work? The sample project needs no key.</p>
          <ActionButton action="openSample" />
        </>
      )}
    </div>
  );
}
