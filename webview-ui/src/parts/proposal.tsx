import type { EffectOf } from '../../../src/protocol/effect.ts';
import { useRun } from '../host.ts';
import type { OpenQuestion } from '../view/items.ts';
import { blankPairs } from '../view/patch.ts';

/** How many places an edit changes, with those in white space alone to be seen, and the way to its diff. */
export function ProposalNote({ edit, question }: { edit: EffectOf<'edit'>; question: OpenQuestion }) {
  const run = useRun();
  const { hunks = 0, blank = 0 } = edit;
  const pairs = blank > 0 ? blankPairs(question.change ?? edit.patch) : [];
  return (
    <>
      <p class="dim">
        {hunks > 0 && (hunks === 1 ? '1 change. ' : `${hunks} changes. `)}
        <button type="button" class="link" onClick={() => run.post({ type: 'openDiff', question: question.question })}>
          Open diff
        </button>
      </p>
      {blank > 0 && (
        <div class="blanks">
          <p>{blank === 1 ? '1 change is in white space alone:' : `${blank} changes are in white space alone:`}</p>
          {pairs.length > 0 && (
            <pre class="diff" tabIndex={0} aria-label="Changes in white space alone">
              {pairs.map(({ before, after }, at) => (
                <span key={at}>
                  <span class="del">
                    -{before}
                    {'\n'}
                  </span>
                  <span class="add">
                    +{after}
                    {'\n'}
                  </span>
                </span>
              ))}
            </pre>
          )}
        </div>
      )}
    </>
  );
}
