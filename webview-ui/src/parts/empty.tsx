import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { ActionButton } from './actions.tsx';

interface Props {
  /** This is the sample already. */
  sample: boolean;
  examples: readonly string[];
  /** What a run may need, in words. */
  estimate: string | null;
  onExample: (text: string) => void;
  /** Given what is to be told in the estimate's place while somebody looks at a thing that has one of its own. */
  children?: (hint: (estimate: string | null) => void) => ComponentChildren;
}

/** Before the first run: what this is, and something to begin with. */
export function Empty({ sample, examples, estimate, onExample, children }: Props) {
  const [hint, setHint] = useState<string | null>(null);
  const told = hint ?? estimate;
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
      {children?.(setHint)}
      {told !== null && <p class="dim estimate">{told}</p>}
      {!sample && (
        <>
          <p class="dim">Only want to see it work? The sample project needs no key.</p>
          <ActionButton action="openSample" />
        </>
      )}
    </div>
  );
}
